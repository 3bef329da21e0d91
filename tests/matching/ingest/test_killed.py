"""A reading that is killed keeps whole parts only, and the next one completes it: every row once."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.regions import read_region
from data.sources.stream import open_tables
from data.store.batches import committed_parts
from data.store.checks import State, check_store
from data.store.postings import read_postings
from data.store.schema import batch, batch_part, raw_row
from matching.coding import Coders
from matching.ingest import Intake, ingest_file
from matching.ingest import file as file_module

ROOT = Path(__file__).resolve().parents[3]
PARTS, PART_ROWS = 10, 120
TODAY = dt.date(2026, 11, 21)
HEADER = "岗位编号,岗位名称,用人单位,工作地点,薪酬,需求人数,岗位职责,发布日期\n"

READER = """
import datetime as dt, sys
from functools import partial
from pathlib import Path
from data.regions import read_region
from data.sources.stream import open_tables
from data.store.store import Store
from matching.coding import Coders
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.ingest import Intake, file, ingest_file

url, path, var, rows = sys.argv[1:]
file.open_tables = partial(open_tables, part_rows=int(rows))
coders = Coders.from_reference(EmbeddingModel.from_encoder(HashingEncoder()))
say = lambda name, done, total: print(name, done, flush=True)
day = dt.date(2026, 11, 21)
intake = Intake(Store.from_url(url), coders, read_region("yingkou"), Path(var), 10**8, day, say)
ingest_file(intake, Path(path))
"""


@pytest.fixture
def path(tmp_path):
    """Write postings, some of them of one need and one row in fifty with a cell that cannot be read."""
    lines = [
        f"k{i},焊工{i % 7},示例装备{i % 40}有限公司,营口市老边区,6000-8000元/月,"
        f"{'多' if i % 50 == 0 else i % 5 + 1},负责第{i}号结构件的焊接与检验,2026-03-{i % 28 + 1:02}\n"
        for i in range(PARTS * PART_ROWS)
    ]
    file = tmp_path / "postings.csv"
    file.write_text(HEADER + "".join(lines), encoding="utf-8")
    return file


def read_until_killed(store, path, tmp_path, after, delay):
    """Read the file in another process, and kill it some time after a number of rows was stored."""
    url = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", READER, url, path, tmp_path, PART_ROWS]
    with subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            name, _, done = line.strip().rpartition(" ")
            if name.startswith("读取、") and int(done) >= after * PART_ROWS:
                time.sleep(delay)
                process.send_signal(signal.SIGKILL)
                break
        process.stdout.read()
    assert process.returncode == -signal.SIGKILL


def count(store, table):
    with store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_a_killed_reading_is_completed_by_the_next(store, path, tmp_path, hashing_model, monkeypatch):
    after = 3
    read_until_killed(store, path, tmp_path, after, delay=0.03)
    with store.read() as connection:
        batch_id, status = connection.execute(sa.select(batch.c.batch_id, batch.c.status)).one()
    parts = committed_parts(store, batch_id)
    assert status == "running"
    assert after <= len(parts) < PARTS
    assert list(parts) == list(range(len(parts)))
    assert count(store, raw_row) == len(parts) * PART_ROWS
    assert len(read_postings(store)) == sum(part["accepted"] for part in parts.values())

    monkeypatch.setattr(file_module, "open_tables", partial(open_tables, part_rows=PART_ROWS))
    coders = Coders.from_reference(hashing_model)
    intake = Intake(store, coders, read_region("yingkou"), tmp_path, 10**8, TODAY)
    (report,) = ingest_file(intake, path)
    assert (report.rows, report.resumed_parts) == (PARTS * PART_ROWS, len(parts))
    assert sorted(read_postings(store)["posting_id"]) == sorted(f"k{i}" for i in range(PARTS * PART_ROWS))
    assert count(store, raw_row) == PARTS * PART_ROWS
    assert count(store, batch_part) == PARTS
    assert [check for check in check_store(store) if check.state is not State.GOOD] == []
    (again,) = ingest_file(intake, path)
    assert again.repeated
