"""Files brought in part by part elsewhere leave the tables that bringing them in here leaves."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data.errors import ModelError
from data.execution import Executor, InProcess
from data.regions import read_region
from data.sources.stream import open_tables
from data.store.schema import coding_review, embedding, posting, profile, raw_row, vacancy, vacancy_posting
from data.store.store import Store
from data.store.vacancies import merge_employers
from data.synthetic import generate_city, write_city
from matching.coding import Coders
from matching.encoder.cached import encode_new
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.ingest import IngestReport, Intake, ingest_file
from matching.ingest import file as file_module

TABLES = (posting, profile, vacancy, vacancy_posting, raw_row, coding_review, embedding)
TOLD = {"created_at", "updated_at", "received_at", "first_seen_at", "last_seen_at"}


def table_hashes(store: Store) -> dict[str, str]:
    """Return a hash of the rows of every table, moments left out."""
    found = {}
    with store.read() as connection:
        for table in TABLES:
            columns = [column for column in table.columns if column.name not in TOLD]
            rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(*columns)))
            found[table.name] = f"{len(rows)} {hashlib.sha256(chr(10).join(rows).encode()).hexdigest()}"
    return found


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write postings with ids that come again in later parts under another employer, and people."""
    folder = tmp_path_factory.mktemp("files")
    write_city(generate_city(seed=7, months=4, employers=25, profiles=120), folder)
    path = folder / "postings.csv"
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    again = [rows[0], rows[0].replace("有限公司", "有限责任公司"), *rows[3:6]]
    path.write_text("\n".join([head, *rows, *again]) + "\n", encoding="utf-8")
    return [path, folder / "profiles.csv"]


@pytest.fixture
def ingested(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Executor], tuple[list[dict[str, Any]], dict[str, str]]]]:
    """Return a function that brings the files in, cut into many parts."""
    monkeypatch.setattr(file_module, "open_tables", partial(open_tables, part_rows=60))
    stores: list[Store] = []

    def bring(executor: Executor) -> tuple[list[dict[str, Any]], dict[str, str]]:
        store = Store.from_url(f"sqlite:///{tmp_path}/{len(stores)}.db")
        stores.append(store)
        model = EmbeddingModel.from_encoder(HashingEncoder(32)).with_store(store)
        intake = Intake(
            store,
            Coders.from_reference(model),
            read_region("yingkou"),
            tmp_path / "var",
            10**8,
            dt.date(2026, 11, 21),
            executor=executor,
        )
        reports: list[IngestReport] = []
        for each in files:
            reports += ingest_file(intake, each)
        told = [each.model_dump(mode="json", exclude={"seconds"}) for each in reports]
        return told, table_hashes(store)

    yield bring
    for store in stores:
        store.engine.dispose()


def test_tables_are_the_same_wherever_parts_are_worked_on(ingested, executor: Executor):
    alone, together = ingested(InProcess()), ingested(executor)
    assert alone[0][0]["repeated_rows"] > 0
    assert alone[0][0]["duplicates"]
    assert together == alone


def test_merging_again_elsewhere_changes_nothing(files, tmp_path, executor: Executor, monkeypatch):
    monkeypatch.setattr("data.store.vacancies._EMPLOYERS_A_TRANSACTION", 5)
    store = Store.from_url(f"sqlite:///{tmp_path}/merge.db")
    coders = Coders.from_reference(EmbeddingModel.from_encoder(HashingEncoder(32)))
    intake = Intake(store, coders, read_region("yingkou"), tmp_path, 10**8, dt.date(2026, 11, 21))
    (report,) = ingest_file(intake, files[0])
    before = table_hashes(store)
    with store.read() as connection:
        keys = set(connection.execute(sa.select(posting.c.end_employer_key)).scalars())
    merged = merge_employers(store, keys, executor=executor)
    assert (merged.vacancies, merged.duplicates) == (report.vacancies, report.duplicates)
    assert table_hashes(store) == before


def test_a_worker_with_another_model_is_refused():
    with pytest.raises(ModelError) as raised:
        encode_new(("another/32", HashingEncoder(32)), ["焊工"])
    assert raised.value.code == "worker_model"
    assert encode_new(("hashing/32", HashingEncoder(32)), ["焊工"]).shape == (1, 32)
