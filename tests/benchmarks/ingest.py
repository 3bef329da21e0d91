"""Speed and memory of ingesting a large file, against reading it with pandas and validating row by row.

    python tests/benchmarks/ingest.py [FILE] [--rows N] [--whole]

``FILE`` is ``../shared/data/postings_dev.parquet`` when left out. The baseline does the same work the plain
way: ``pandas.read_parquet``, then one pydantic model a row whose validators call the product's own parsers,
linter and masking, cell by cell. ``--whole`` also ingests into a new SQLite store, twice: the first time
titles are encoded, the second time into another store that has their vectors already.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import sqlalchemy as sa
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from data.errors import CellError
from data.execution import executor_of
from data.intake import Reading, normalise_ahead
from data.normalise.clauses import split_excluded, usable_terms
from data.normalise.contacts import mask_contacts
from data.normalise.dates import parse_date
from data.normalise.education import parse_education
from data.normalise.experience import parse_experience
from data.normalise.headcount import parse_headcount
from data.normalise.place import parse_place
from data.normalise.salary import parse_salary
from data.normalise.terms import split_majors, split_terms
from data.normalise.text import clean, clean_prose
from data.records import Education, Salary, YearRange
from data.regions import read_region
from data.settings import Settings, current_settings
from data.sources.columns import TableKind
from data.sources.stream import open_tables
from data.store.schema import embedding
from data.store.store import Store
from matching.coding import Coders
from matching.encoder.model import build_model
from matching.ingest import Intake, ingest_file

TODAY = dt.date(2026, 11, 21)
REGION = read_region("liaoning")
FILE = Path("../shared/data/postings_dev.parquet")


def _tried(parse: Callable[[str], Any]) -> BeforeValidator:
    def value(text: Any) -> Any:
        try:
            return parse("" if text is None or text != text else str(text))
        except CellError:
            return None

    return BeforeValidator(value)


def _prose(text: str, *, field: str) -> str:
    return split_excluded(mask_contacts(clean_prose(text)), field)[0]


def _listed(text: str, *, field: str, split: Callable[[str], Any]) -> tuple[str, ...]:
    return usable_terms(split(mask_contacts(text)), field)[0]


class PlainPosting(BaseModel):
    """A posting as a plain program would validate it: every cell of every row on its own."""

    model_config = ConfigDict(extra="ignore", arbitrary_types_allowed=True)

    posting_id: str
    title: Annotated[str, _tried(partial(_prose, field="title"))]
    employer: Annotated[str, _tried(clean), Field(alias="company")]
    industry: Annotated[str, _tried(clean), Field(alias="industry_raw")]
    place: Annotated[
        str | None, _tried(partial(parse_place, region_codes=REGION.place_codes)), Field(alias="city_raw")
    ]
    salary: Annotated[Salary | None, _tried(parse_salary), Field(alias="salary_raw")]
    education: Annotated[Education | None, _tried(parse_education)]
    experience: Annotated[YearRange | None, _tried(parse_experience)]
    headcount: Annotated[int | None, _tried(parse_headcount)]
    skills: Annotated[
        tuple[str, ...], _tried(partial(_listed, field="skills", split=split_terms)), Field(alias="tags")
    ]
    duties: Annotated[str, _tried(partial(_prose, field="duties")), Field(alias="description")]
    majors: Annotated[tuple[str, ...], _tried(partial(_listed, field="majors", split=split_majors))]
    posted_on: Annotated[dt.date | None, _tried(partial(parse_date, today=TODAY)), Field(alias="posted_at")]
    observed_on: Annotated[
        dt.date | None, _tried(partial(parse_date, today=TODAY)), Field(alias="scraped_at")
    ]


def main() -> None:
    """Measure and print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=FILE)
    parser.add_argument("--rows", type=int, default=20_000, help="rows of the row-by-row baseline")
    parser.add_argument("--whole", action="store_true")
    given = parser.parse_args()
    plain = _plain(given.file, given.rows)
    alone, rows, parsed = _normalised(given.file, 1)
    together, _, _ = _normalised(given.file, os.cpu_count() or 1)
    _show("逐行 pydantic（同样的解析、审查、隐去）", plain, None)
    _show(f"读取与规范化 {rows} 行，一个进程", alone, alone / plain)
    _show(f"读取与规范化 {rows} 行，{os.cpu_count()} 个进程", together, together / plain)
    sys.stdout.write(json.dumps(parsed, ensure_ascii=False) + "\n")
    if given.whole:
        _whole(given.file, plain)


def _plain(path: Path, rows: int) -> float:
    started = time.perf_counter()
    frame = pd.read_parquet(path)
    reading = (time.perf_counter() - started) * min(rows, len(frame)) / len(frame)
    # Rows of every source, as they come in the file.
    records = frame.iloc[:: max(1, len(frame) // rows)].head(rows).to_dict("records")
    started = time.perf_counter()
    for record in records:
        PlainPosting.model_validate(record)
    return len(records) / (reading + time.perf_counter() - started)


def _normalised(path: Path, processes: int) -> tuple[float, int, dict[str, float]]:
    reading = Reading(TableKind.POSTING, REGION, None, b"0" * 32, TODAY)
    read: dict[str, list[int]] = {}
    rows = 0
    started = time.perf_counter()
    tables = open_tables(path, max_bytes=10**9)[0].parts()
    with executor_of(Settings(processes=processes)) as executor:
        for _, normalised in normalise_ahead(tables, reading, executor=executor):
            rows += normalised.rows
            for field, counts in normalised.readings.items():
                read[field] = [a + b for a, b in zip(read.get(field, (0, 0)), counts, strict=True)]
    seconds = time.perf_counter() - started
    return rows / seconds, rows, {field: round(good / stated, 5) for field, (good, stated) in read.items()}


def _whole(path: Path, plain: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = (Store.from_url(f"sqlite:///{folder}/{name}.db") for name in ("a", "b"))
        for name, store in (("含首次编码", first), ("向量已缓存", second)):
            coders = Coders.from_reference(build_model(current_settings()).with_store(store))
            started = time.perf_counter()
            with executor_of(current_settings()) as executor:
                intake = Intake(store, coders, REGION, Path(folder), 10**9, TODAY, executor=executor)
                (report,) = ingest_file(intake, path)
            rate = report.rows / (time.perf_counter() - started)
            _show(f"入库（{name}）", rate, rate / plain)
            if store is first:
                _copy_vectors(first, second)
        sys.stdout.write(report.model_dump_json(indent=1) + "\n")


def _copy_vectors(source: Store, target: Store) -> None:
    with source.read() as reading, target.begin() as writing:
        for rows in reading.execute(sa.select(embedding)).mappings().partitions(5000):
            writing.execute(embedding.insert(), [dict(row) for row in rows])


def _show(what: str, rate: float, ratio: float | None) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    compared = "基线" if ratio is None else f"为基线的 {ratio:.2f} 倍"
    sys.stdout.write(f"{what}：{rate:,.0f} 行/秒，{compared}；至此内存峰值 {peak:.2f} GB\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
