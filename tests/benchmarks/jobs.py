"""What the queue costs: parts and queries a second without any matching, by database and number of workers.

Run ``python tests/benchmarks/jobs.py [--queries 10000] [--url postgresql+psycopg://...]``; it writes nothing
but its tables. The handler answers at once, so all of the time is the queue's: handing a job in, leases,
writing the answers and the progress in one transaction a part, and the three exports. The answers
are as large as those of a match job with ten results a query. The last line is how long one query takes to be
read and cleaned when it is given in full.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from api.jobs.exports import csv_lines, ndjson_lines, write_workbook
from api.jobs.handler import Outcome, Work
from api.jobs.match import MatchJobQuery
from api.jobs.worker import Worker, Workers
from data.jobs import Answer, JobQuery, JobRequest
from data.store.job_results import iter_results
from data.store.jobs import purge_jobs, read_job, submit_job
from data.store.store import Store

RESULTS = 10
DUTIES = "负责集装箱岸桥的操作与班前点检，服从码头调度，配合理货与安全检查，完成设备日常保养记录。" * 4


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long a piece of work took, and its result."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def row(*cells: object) -> None:
    """Write one line of the table."""
    sys.stdout.write("| " + " | ".join(map(str, cells)) + " |\n")
    sys.stdout.flush()


def answer(position: int) -> Answer:
    """Return an answer as large as that of a match."""
    item = {"title": "岸桥司机", "place": "营口市鲅鱼圈区", "skills": ["岸桥", "集装箱"], "education": "大专"}
    listed = [
        {
            "id": f"P{rank:06}", "rank": rank, "score": 71.4321, "score_forward": 71.4321,
            "score_reverse": 66.0, "score_mutual": 68.6, "probability": None, "item": item, "synthetic": True,
            "contributions": {f"feature_{n}": 7.1234 for n in range(9)},
            "to_verify": ["资格证书未写明，待核实"], "missing_skills": ["集装箱"],
            "reasons": ["能力“岸桥”相符：去掉它，得分下降 12.3 分，由第 1 位降到第 4 位"] * 3,
        }
        for rank in range(1, RESULTS + 1)
    ]  # fmt: skip
    result = {
        "position": position, "ref": None, "status": "ok", "direction": "profiles", "error": None,
        "query": {"id": "V0", "title": "岸桥司机"}, "pool": 1600, "allowed": 25, "results": listed,
        "as_of": "2026-10-31", "model_version": "m", "synthetic": True, "nature": "合成数据",
    }  # fmt: skip
    return Answer(position, result)


class Instant:
    """Answers without any work."""

    kind = "instant"

    def run(self, work: Work) -> Outcome:
        """Answer."""
        return Outcome([answer(position) for position in work.queries])


def measure(store: Store, queries: int, threads: int) -> str:
    """Hand a job in, do it, and return its name."""
    asked = [JobQuery({"vacancy_id": f"V{number}"}) for number in range(queries)]
    handed_in, submitted = seconds(
        lambda: submit_job(store, JobRequest("instant", "", "基准", asked, {"k": RESULTS}))
    )
    day = dt.timedelta(days=1)
    workers = Workers([Worker(store, [Instant()], key=b"k", retention=day) for _ in range(threads)])

    def work() -> None:
        workers.start(until_idle=True)
        workers.join()

    taken, _ = seconds(work)
    job = read_job(store, submitted.job.job_id, owner="")
    if job.done != queries:
        raise SystemExit(f"{job.done} of {queries} queries were answered")
    row(
        store.engine.dialect.name,
        threads,
        queries,
        f"{handed_in:.2f}",
        f"{taken:.2f}",
        f"{queries / taken:.0f}",
    )
    return job.job_id


def exports(store: Store, job_id: str) -> None:
    """Measure the three formats of one job."""
    job = read_job(store, job_id, owner="")
    for name, lines in (("ndjson", ndjson_lines), ("csv", csv_lines)):
        taken, size = seconds(
            lambda lines=lines: sum(len(line) for line in lines(iter_results(store, job_id)))
        )
        row(name, f"{taken:.2f}", f"{size / 2**20:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        taken, _ = seconds(lambda: write_workbook(path, job, iter_results(store, job_id)))
        row("xlsx", f"{taken:.2f}", f"{path.stat().st_size / 2**20:.1f}")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--url", action="append", default=[])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        row("database", "workers", "queries", "handing in, s", "doing, s", "queries a second")
        row(*["---"] * 6)
        stores = [Store.from_url(url) for url in (f"sqlite:///{folder}/jobs.db", *given.url)]
        jobs = {store: [measure(store, given.queries, threads) for threads in (1, 2)] for store in stores}
        row("export", "s", "MB")
        row(*["---"] * 3)
        exports(stores[0], jobs[stores[0]][0])
        for store in stores:
            purge_jobs(store, before=dt.datetime.now(dt.UTC))
            store.engine.dispose()
    query = MatchJobQuery(vacancy={"title": "岸桥司机", "duties": DUTIES, "skills": ["岸桥", "集装箱"]})
    taken, _ = seconds(lambda: [query.to_query() for _ in range(200)])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"a query in full: {taken / 200 * 1000:.2f} ms; peak memory {peak:.0f} MB\n")


if __name__ == "__main__":
    main()
