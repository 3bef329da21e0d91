"""Half an hour of mixed load on a running service: errors, latency over time in refreshes, memory, files.

Run ``python tests/benchmarks/service_soak.py [--profiles 200000] [--seconds 1800] [--clients 4]
[--workers 1]``. The service is that of ``service_load.py``. Of ten requests 6 are matches, 2 ask for
readiness, 1 for the catalogue and 1 reports feedback on an earlier answer; every minute a match job is handed
in and its results are taken, and every five minutes another process changes people in the store, as an ingest
does, so that the service brings its pools up to date under load. Any status of 400 or more is a failure, and
so is 429. A line a minute goes to the standard error; the table at the end tells matches that ran beside a
refresh from the others, and fits a line to memory, open files and threads, leaving out the first third, in
which caches fill.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
import psutil
import sqlalchemy as sa
from match_requests import row
from numpy.typing import NDArray
from service_load import KEY, arguments_of, body_of, family, prepared, running, vacancy_ids

_SAMPLE_SECONDS = 10
_JOB_SECONDS = 60
_WRITE_SECONDS = 300
_WRITTEN = 50
"""People changed at a time."""
_JOB_QUERIES = 20
_REFRESH_SECONDS = 30


class Asked(NamedTuple):
    """One request."""

    kind: str
    began: float
    seconds: float
    status: int


class Sample(NamedTuple):
    """What the processes of the service hold at one time."""

    at: float
    gigabytes: float
    handles: int
    threads: int


class Soak:
    """Everything seen while the load lasts.

    Parameters
    ----------
    url, pid
        The service.
    ids
        Vacancies to ask for.
    seconds
        How long.
    """

    def __init__(self, url: str, pid: int, ids: list[str], seconds: float) -> None:
        self.url, self.pid, self.ids = url, pid, ids
        self.began = time.perf_counter()
        self.end = self.began + seconds
        self.asked: list[Asked] = []
        self.samples: list[Sample] = []
        self.refreshes: list[tuple[float, float]] = []
        self.over = threading.Event()

    def ask(self, client: httpx.Client, kind: str, method: str, path: str, **given: Any) -> httpx.Response:
        """Ask and note how it went."""
        began = time.perf_counter()
        try:
            answer = client.request(method, path, **given)
        except httpx.HTTPError as error:
            answer = httpx.Response(599, text=type(error).__name__)
        self.asked.append(Asked(kind, began - self.began, time.perf_counter() - began, answer.status_code))
        if answer.status_code >= 400:
            sys.stderr.write(f"{kind} {answer.status_code} {answer.text[:300]}\n")
        return answer

    def client(self) -> httpx.Client:
        """Return a connection of its own."""
        return httpx.Client(base_url=self.url, headers={"X-API-Key": KEY}, timeout=300)

    def mixed(self, _: int) -> None:
        """Ask one of several things again and again."""
        seen: dict[str, Any] | None = None
        with self.client() as client:
            while time.perf_counter() < self.end:
                chosen = random.random()
                if chosen < 0.6 or seen is None:
                    answer = self.ask(client, "match", "POST", "/v1/matches/profiles", json=body_of(self.ids))
                    found = answer.json() if answer.status_code < 400 else {}
                    seen = found if found.get("results") and found["query"]["id"] else seen
                elif chosen < 0.8:
                    self.ask(client, "readiness", "GET", "/readyz")
                elif chosen < 0.9:
                    self.ask(client, "catalogue", "GET", "/v1/catalogues/demand/current")
                else:
                    self.ask(client, "feedback", "POST", "/v1/feedback", json={"events": [shown(seen)]})

    def jobs(self) -> None:
        """Hand in a match job every minute, wait for it and take its results."""
        with self.client() as client:
            while not self.over.wait(_JOB_SECONDS):
                queries = [
                    {"ref": f"row-{number}", "vacancy_id": each}
                    for number, each in enumerate(random.sample(self.ids, _JOB_QUERIES))
                ]
                job = self.ask(
                    client, "job", "POST", "/v1/match-jobs", json={"queries": queries, "k": 10}
                ).json()
                address = f"/v1/match-jobs/{job.get('job_id')}"
                while not self.over.wait(1) and job.get("state") in {"queued", "running"}:
                    job = self.ask(client, "job", "GET", address).json()
                if job.get("state") == "done":
                    self.ask(client, "job", "GET", f"{address}/results")

    def watch(self) -> None:
        """Look at the processes every ten seconds, and write a line a minute."""
        while True:
            with suppress(psutil.NoSuchProcess):
                held = [
                    (each.memory_info().rss, each.num_fds(), each.num_threads()) for each in family(self.pid)
                ]
                memory, handles, threads = (sum(column) for column in zip(*held, strict=True))
                at = time.perf_counter() - self.began
                self.samples.append(Sample(at, memory / 2**30, handles, threads))
                if len(self.samples) % (60 // _SAMPLE_SECONDS) == 0:
                    self.tell()
            if self.over.wait(_SAMPLE_SECONDS):
                return

    def tell(self) -> None:
        """Write how the last minute went."""
        last = self.samples[-1]
        lately = [each for each in self.asked if each.began > last.at - 60]
        times = [each.seconds for each in lately if each.kind == "match"] or [np.nan]
        p50, p99 = np.quantile(times, [0.5, 0.99]) * 1000
        failed = sum(each.status >= 400 for each in self.asked)
        sys.stderr.write(
            f"{last.at:.0f} s: {len(lately)} requests, matches p50 {p50:.0f} p99 {p99:.0f} ms, "
            f"failed so far {failed}, {last.gigabytes:.2f} GB, {last.handles} files, {last.threads} threads, "
            f"load {os.getloadavg()[0]:.1f}\n"
        )
        sys.stderr.flush()

    def writes(self, folder: Path) -> None:
        """Change people in the store every five minutes, and wait until the service answers from it."""
        with self.client() as client:
            while not self.over.wait(_WRITE_SECONDS):
                before = self.ask(client, "readiness", "GET", "/readyz").json().get("index_version")
                began = time.perf_counter() - self.began
                writer = multiprocessing.get_context("spawn").Process(target=change_people, args=(folder,))
                writer.start()
                writer.join()
                if writer.exitcode:
                    raise SystemExit("people could not be changed")
                while not self.over.wait(1):
                    now = self.ask(client, "readiness", "GET", "/readyz").json()
                    if now.get("index_version") != before:
                        self.refreshes.append((began, time.perf_counter() - self.began))
                        break


def shown(found: dict[str, Any]) -> dict[str, Any]:
    """Return the event that the first of an answer was shown."""
    return {
        "event_id": f"b-{random.getrandbits(64):016x}",
        "kind": "shown",
        "side": "employer",
        "vacancy_id": found["query"]["id"],
        "profile_id": found["results"][0]["id"],
        "position": 1,
        "propensity": 1.0,
        "model_version": found["model_version"],
        "happened_at": dt.datetime.now(dt.UTC).isoformat(),
    }


def change_people(folder: Path) -> None:
    """Change the titles of some people and note each change, as an ingest does."""
    from data.store.frames import read_frame
    from data.store.profiles import write_profiles
    from data.store.schema import profile
    from data.store.store import Store

    store = Store.as_it_is(f"sqlite:///{folder / 'yingcai.db'}")
    with store.begin() as connection:
        people = read_frame(connection, sa.select(profile).order_by(sa.func.random()).limit(_WRITTEN))
        titles = [f"{title.split('（')[0]}（{random.getrandbits(16):04x}）" for title in people["title"]]
        write_profiles(connection, 2, people.assign(title=titles))
    store.engine.dispose()


def slope(samples: list[Sample], name: str) -> tuple[float, float, float]:
    """Return the first value counted, the last and the growth an hour, leaving out the first third."""
    at = np.array([each.at for each in samples])
    values = np.array([float(getattr(each, name)) for each in samples])
    late = at >= at[-1] / 3
    growth = np.polyfit(at[late], values[late], 1)[0] * 3600 if late.sum() > 2 else np.nan
    return float(values[late][0]), float(values[-1]), float(growth)


def quantiles(asked: list[Asked]) -> tuple[str, ...]:
    """Return number, p50, p95, p99 and the largest, in milliseconds, as cells."""
    if not asked:
        return ("0", "", "", "", "")
    times: NDArray[np.float64] = np.array([each.seconds for each in asked]) * 1000
    return (
        str(len(asked)),
        *(f"{value:.0f}" for value in (*np.quantile(times, [0.5, 0.95, 0.99]), times.max())),
    )


def report(soak: Soak) -> None:
    """Write the tables."""
    seconds = soak.samples[-1].at
    failed = Counter((each.kind, each.status) for each in soak.asked if each.status >= 400)
    row("混合负载", "次数", "p50 毫秒", "p95", "p99", "最大")
    row("---", *["---:"] * 5)
    for kind in ("match", "readiness", "catalogue", "feedback", "job"):
        row(kind, *quantiles([each for each in soak.asked if each.kind == kind]))
    matches = [each for each in soak.asked if each.kind == "match"]
    beside = [
        each
        for each in matches
        if any(each.began < end and each.began + each.seconds > began for began, end in soak.refreshes)
    ]
    row("match，刷新期间", *quantiles(beside))
    row("match，其余时间", *quantiles([each for each in matches if each not in set(beside)]))
    sys.stdout.write(
        f"\n{seconds:.0f} 秒，{len(soak.asked)} 次请求，{len(soak.asked) / seconds:.1f} 次/秒，"
        f"失败 {sum(failed.values())} 次 {dict(failed) or ''}；刷新 {len(soak.refreshes)} 次，"
        f"各 {', '.join(f'{end - began:.0f} 秒' for began, end in soak.refreshes)}\n\n"
    )
    row("占用", "三分之一处", "最后", "每小时增长")
    row("---", *["---:"] * 3)
    for name, label in (("gigabytes", "内存 GB"), ("handles", "打开的文件"), ("threads", "线程")):
        row(label, *(f"{value:.2f}" for value in slope(soak.samples, name)))


def main() -> None:
    """Keep the load up and report."""
    arguments = arguments_of(__doc__)
    arguments.add_argument("--seconds", type=float, default=1800)
    arguments.add_argument("--clients", type=int, default=4)
    arguments.add_argument("--workers", type=int, default=1)
    options = arguments.parse_args()
    folder = prepared(options)
    every = {"YINGCAI_REFRESH_SECONDS": str(_REFRESH_SECONDS)}
    with running("service", folder, encoder=options.encoder, workers=options.workers, **every) as service:
        soak = Soak(service.url, service.pid, vacancy_ids(folder), options.seconds)
        with ThreadPoolExecutor(options.clients + 3) as threads:
            beside = [threads.submit(work) for work in (soak.jobs, soak.watch, lambda: soak.writes(folder))]
            list(threads.map(soak.mixed, range(options.clients)))
            soak.over.set()
            for each in beside:
                each.result()
    report(soak)


if __name__ == "__main__":
    main()
