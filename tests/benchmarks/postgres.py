"""PostgreSQL as the store of a province: rows a second by INSERT and by COPY, bytes a row, searches by index.

Run ``python tests/benchmarks/postgres.py --url postgresql+psycopg://... [--copies 4]``; it makes databases of
its own on that server and drops them. The rows are the synthetic city's (合成数据), read by the product once
and written ``copies`` times under other ids, through the functions that ingest uses: triggers, keys and
indexes are at work both times. INSERT and COPY take turns, file by file, in two databases, so that whatever
else the machine does meets both. The last table asks the filled database with the product's indexes and, in a
transaction that is rolled back, without them.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import hashlib
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data import copying
from data.regions import read_region
from data.store.batches import begin_batch, finish_batch, write_part, write_raw_rows
from data.store.linted import flagged_postings
from data.store.postings import read_postings, write_postings
from data.store.profiles import read_profiles, write_profiles
from data.store.records import PROFILES, VACANCIES, Wanted, count_values, holds_text
from data.store.schema import posting, profile, vacancy, vacancy_posting
from data.store.store import Store, insert_rows
from data.store.vectors import write_vectors
from data.synthetic import generate_city, write_city
from matching.coding import Coders
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.ingest import Intake, ingest_file

END = dt.date(2026, 10, 31)
DIMENSIONS = 384
KINDS = {
    "posting": (write_postings, read_postings, "posting_id"),
    "profile": (write_profiles, read_profiles, "profile_id"),
}
SIZES = """
SELECT whole.relname, sum(pg_table_size(part.oid)), sum(pg_indexes_size(part.oid)), sum(part.reltuples)
FROM pg_class AS whole LEFT JOIN LATERAL pg_partition_tree(whole.oid) AS tree ON tree.isleaf
JOIN pg_class AS part ON part.oid = COALESCE(tree.relid, whole.oid)
WHERE whole.relnamespace = 'public'::regnamespace AND NOT whole.relispartition AND whole.relkind IN ('r', 'p')
GROUP BY 1 HAVING sum(part.reltuples) > 1000 ORDER BY sum(pg_total_relation_size(part.oid)) DESC
"""
INDEXES = (
    "ix_posting_title_pieces", "ix_posting_employer_pieces", "ix_profile_title_pieces", "ix_posting_findings",
    "ix_vacancy_posting_id",
)  # fmt: skip


def read_city(folder: Path, people: int) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Have the product read the synthetic city; return typed rows and rows as received by kind."""
    files = write_city(generate_city(months=12, profiles=people), folder)
    store = Store.from_url(f"sqlite:///{folder / 'city.db'}")
    coders = Coders.from_reference(EmbeddingModel.from_encoder(HashingEncoder()).with_store(store))
    intake = Intake(store, coders, read_region("yingkou"), folder, 10**9, END)
    found = {}
    for kind, file in zip(KINDS, files, strict=False):
        ingest_file(intake, file)
        raw = pd.read_csv(file, dtype=str, keep_default_na=False)
        raw.index = range(2, len(raw) + 2)
        found[kind] = KINDS[kind][1](store), raw
    store.engine.dispose()
    return found


class Filling:
    """One database that is filled, and how long it took by table."""

    def __init__(self, store: Store, fewest: int) -> None:
        self.store = store
        self.fewest = fewest
        self.rows: dict[str, int] = defaultdict(int)
        self.seconds: dict[str, float] = defaultdict(float)

    def timed(self, name: str, rows: int, write: Callable[[], Any]) -> None:
        """Add up the time of a write."""
        copying.COPY_FROM = self.fewest  # type: ignore[misc]
        started = time.perf_counter()
        write()
        self.seconds[name] += time.perf_counter() - started
        self.rows[name] += rows

    def add(self, kind: str, number: int, frame: pd.DataFrame, raw: pd.DataFrame) -> None:
        """Write a file of one kind as ingest does."""
        write, _, key = KINDS[kind]
        sha256 = hashlib.sha256(f"{kind}/{number}".encode()).hexdigest()
        batch_id = begin_batch(self.store, kind, f"{kind}-{number}.csv", sha256, "1")
        subjects = dict(zip(frame["row"].tolist(), frame[key].tolist(), strict=True))
        with self.store.begin() as connection:
            self.timed(
                "raw_row", len(raw), lambda: write_raw_rows(connection, batch_id, raw, subjects=subjects)
            )
            self.timed(kind, len(frame), lambda: write(connection, batch_id, frame))
            write_part(connection, batch_id, 0, {"rows": len(raw)})
        finish_batch(self.store, batch_id, {"rows": len(raw)})
        if kind == "posting":
            self.add_needs(frame)
        texts = [hashlib.sha256(f"{number}/{each}".encode()).digest() for each in frame[key]]
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        self.timed("embedding", len(texts), lambda: write_vectors(self.store, "test", texts, vectors))

    def add_needs(self, frame: pd.DataFrame) -> None:
        """Make every posting a need of its own; merging is measured elsewhere."""
        needs = [
            {"vacancy_id": f"V{row.posting_id}", "posting_id": row.posting_id, "outcome": row.outcome}
            | {"synthetic": True, "employer_key": row.end_employer_key}
            for row in frame.itertuples()
        ]
        members = [
            {"vacancy_id": each["vacancy_id"], "posting_id": each["posting_id"], "relation": "only"}
            for each in needs
        ]
        with self.store.begin() as connection:
            self.timed("vacancy", len(needs), lambda: insert_rows(connection, vacancy, needs))
            self.timed(
                "vacancy_posting", len(members), lambda: insert_rows(connection, vacancy_posting, members)
            )


@contextlib.contextmanager
def databases(url: str, count: int) -> Iterator[list[Store]]:
    """Make databases on a server, and drop them."""
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    names = [f"yingcai_bench_{uuid.uuid4().hex}" for _ in range(count)]
    stores = []
    try:
        for name in names:
            with admin.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
            there = sa.make_url(url).set(database=name).render_as_string(hide_password=False)
            stores.append(Store.from_url(there))
        yield stores
    finally:
        for store in stores:
            store.engine.dispose()
        for name in names:
            with admin.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def questions(store: Store) -> dict[str, Callable[[], Any]]:
    """Return what is asked, by name."""
    title = holds_text(store, posting.c.title, "焊工")
    nowhere = holds_text(store, posting.c.title, "无此岗位")
    employer = holds_text(store, posting.c.employer, "000")
    person = holds_text(store, profile.c.title, "焊工")
    return {
        "需求，岗位含“焊工”，计数": lambda: count_values(
            store, VACANCIES, Wanted("", conditions=(title,)), {}
        ),
        "需求，岗位含库中没有的词，计数": lambda: count_values(
            store, VACANCIES, Wanted("", conditions=(nowhere,)), {}
        ),
        "需求，单位含“000”，计数": lambda: count_values(
            store, VACANCIES, Wanted("", conditions=(employer,)), {}
        ),
        "人才，岗位含“焊工”，计数": lambda: count_values(
            store, PROFILES, Wanted("", conditions=(person,)), {}
        ),
        "有问题的招聘信息": lambda: flagged_postings(store),
    }


def explained(store: Store, ask: Callable[[], Any]) -> tuple[float, float]:
    """Return how long a question's statements take, in ms, with the indexes and without them."""
    caught: list[tuple[str, Any]] = []
    listener = lambda _c, _u, statement, given, _x, _m: caught.append((statement, given))  # noqa: E731
    sa.event.listen(store.engine, "before_cursor_execute", listener)
    ask()
    sa.event.remove(store.engine, "before_cursor_execute", listener)

    def total(connection: sa.Connection) -> float:
        plans = [
            connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", given).scalar_one()[0]
            for statement, given in caught
        ]
        return float(sum(plan["Planning Time"] + plan["Execution Time"] for plan in plans))

    with store.engine.connect() as connection:
        having = min(total(connection) for _ in range(3))
        for index in INDEXES:
            connection.exec_driver_sql(f"DROP INDEX {index}")
        lacking = min(total(connection) for _ in range(3))
        connection.rollback()
    return having, lacking


def main() -> None:
    """Measure and print three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--copies", type=int, default=4)
    parser.add_argument("--people", type=int, default=3000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases(given.url, 2) as stores:
        city = read_city(Path(folder), given.people)
        inserted, copied = (
            Filling(store, fewest) for store, fewest in zip(stores, (10**9, 100), strict=True)
        )
        for number in range(given.copies):
            for kind, (frame, raw) in city.items():
                key = KINDS[kind][2]
                own = frame.assign(**{key: [f"{each[:40]}-{number:03}" for each in frame[key]]})
                if kind == "posting":
                    own = own.assign(employer=[f"{each}{number:03}" for each in own["employer"]])
                for filling in (inserted, copied):
                    filling.add(kind, number, own, raw)
        show = sys.stdout.write
        show("| 表 | 行 | INSERT 行/秒 | COPY 行/秒 | 倍数 |\n|---|---|---|---|---|\n")
        for name, rows in copied.rows.items():
            slow, fast = rows / inserted.seconds[name], rows / copied.seconds[name]
            show(f"| {name} | {rows} | {slow:,.0f} | {fast:,.0f} | {fast / slow:.1f} |\n")
        store = copied.store
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
            show("\n| 表 | 行 | 字节/行 | 其中索引 |\n|---|---|---|---|\n")
            for name, heap, indexes, rows in connection.exec_driver_sql(SIZES):
                whole = float(heap + indexes) / rows
                show(f"| {name} | {rows:.0f} | {whole:.0f} | {float(indexes) / rows:.0f} |\n")
        show("\n| 问 | 有索引 ms | 无索引 ms |\n|---|---|---|\n")
        for name, ask in questions(store).items():
            having, lacking = explained(store, ask)
            show(f"| {name} | {having:.1f} | {lacking:.1f} |\n")


if __name__ == "__main__":
    main()
