"""What the audit costs: entries a second by database and number of processes, and verification of the chain.

Run ``python tests/benchmarks/audit.py [--entries 2000] [--people 20] [--url postgresql+psycopg://...]``; it
writes nothing but its tables: on SQLite in a folder of its own, on PostgreSQL in a schema of its own. Every
entry is one transaction, as in service; processes append to one chain, which is verified at the end.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
import uuid
from multiprocessing.synchronize import Barrier

import sqlalchemy as sa

from data.store.audit import Access, Action, record_access
from data.store.audit_chain import verify_audit
from data.store.store import Store

KEY = b"k" * 32


def append(url: str, entries: int, people: int, ready: Barrier) -> None:
    """Append entries that show people each, once every process is ready."""
    store = Store.as_it_is(url)
    verify_audit(store)
    ready.wait()
    shown = [f"P{number:06}" for number in range(people)]
    for _ in range(entries):
        look = Access(actor="甲", action=Action.MATCH_PROFILES, results=people, vacancy_id="V1", shown=shown)
        record_access(store, look, key=KEY)
    store.engine.dispose()


def measure(url: str, entries: int, people: int, processes: int) -> str:
    """Append with several processes, verify, and return one line of the table."""
    store = Store.from_url(url)
    before = verify_audit(store).entries
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes + 1)
    given = (url, entries // processes, people, ready)
    work = [context.Process(target=append, args=given) for _ in range(processes)]
    for each in work:
        each.start()
    ready.wait()
    started = time.perf_counter()
    for each in work:
        each.join()
    appended = time.perf_counter() - started
    started = time.perf_counter()
    report = verify_audit(store)
    verified = time.perf_counter() - started
    if report.faults or report.entries - before != entries // processes * processes:
        raise SystemExit(f"the chain does not hold: {report}")
    name = store.engine.dialect.name
    store.engine.dispose()
    made = report.entries - before
    return f"| {name} | {processes} | {people} | {made / appended:.0f} | {report.entries / verified:.0f} |\n"


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=2000)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    sys.stdout.write(
        "| database | processes | people an entry | appended/s | verified/s |\n|---|---|---|---|---|\n"
    )
    for processes in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            urls = [f"sqlite:///{folder}/audit.db"]
            schema = f"bench_{uuid.uuid4().hex}"
            if given.url:
                admin = sa.create_engine(given.url, isolation_level="AUTOCOMMIT")
                with admin.connect() as connection:
                    connection.execute(sa.schema.CreateSchema(schema))
                there = sa.make_url(given.url).update_query_dict({"options": f"-csearch_path={schema}"})
                urls.append(there.render_as_string(hide_password=False))
            for url in urls:
                sys.stdout.write(measure(url, given.entries, given.people, processes))
                sys.stdout.flush()
            if given.url:
                with admin.connect() as connection:
                    connection.execute(sa.schema.DropSchema(schema, cascade=True))
                admin.dispose()


if __name__ == "__main__":
    main()
