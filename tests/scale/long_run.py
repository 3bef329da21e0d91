"""Postings and people brought in, coded, built and matched on two workers, one of which is killed on the way.

Run ``python -m tests.scale.long_run POSTINGS.parquet [--profiles 200000] [--folder DIR] [--plain]``. The same
is done in this process and on a Dask cluster of two workers, each a process in a network namespace of its own
where that may be made (as root), and one of them is ended by SIGKILL while postings are read. Tables,
catalogues and matches must be equal, row by row. Seconds of every stage, speed-up and what the cluster costs
beyond the work are written as a table and to ``result.json``. Texts are encoded by hashed n-grams: what is
measured is where work is done, not the model.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from data.cluster import connected
from data.editions import build_editions
from data.execution import Executor, InProcess
from data.regions import read_region
from data.store.profiles import read_profiles
from data.store.schema import coding_review, posting, profile, raw_row, vacancy, vacancy_posting
from data.store.store import Store
from data.store.vacancies import read_vacancies
from data.synthetic import generate_city, write_city
from matching.bulk import nearest_profiles
from matching.coding import Coders
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.ingest import Intake, ingest_file
from matching.meaning import MeaningSpace
from matching.pool import PROFILE_TEXT, VACANCY_TEXT, Pool, frame_rows

ROOT = Path(__file__).resolve().parents[2]
TODAY = dt.date(2026, 11, 21)
TABLES = (posting, profile, vacancy, vacancy_posting, raw_row, coding_review)
MOMENTS = {"created_at", "updated_at", "received_at"}
BRIDGE, SUBNET = "yingcai0", "10.213.77"


def told(text: str) -> None:
    """Say how far the run is."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


class Cluster:
    """A scheduler and two workers without a nanny, in network namespaces where they can be made."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self.spaces = self._namespaces(running)
        host = f"{SUBNET}.1" if self.spaces else "127.0.0.1"
        known = folder / "scheduler.json"
        known.unlink(missing_ok=True)
        options = ["--host", host, "--port", "0", "--scheduler-file", str(known), "--no-dashboard"]
        self._start(folder, running, "scheduler", options, [])
        while not known.exists():
            time.sleep(0.1)
        self.address = json.loads(known.read_text())["address"]
        self.workers = [
            self._start(
                folder,
                running,
                "worker",
                [
                    *(self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard"),
                    *("--memory-limit", "0", "--local-directory", str(folder / f"worker{number}")),
                ],
                ["ip", "netns", "exec", f"yingcai{number}"] if self.spaces else [],
            )
            for number in (1, 2)
        ]

    def kill_one(self) -> int:
        """End a worker as a machine without power does."""
        found = subprocess.run(
            ["pgrep", "-f", f"dask_worker {self.address}"], capture_output=True, text=True, check=True
        )
        pid = int(found.stdout.split()[0])
        os.kill(pid, signal.SIGKILL)
        return pid

    @staticmethod
    def _start(
        folder: Path, running: ExitStack, role: str, options: list[str], before: list[str]
    ) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        log = running.enter_context((folder / f"{role}-{len(list(folder.iterdir()))}.log").open("wb"))
        command = [*before, sys.executable, "-m", f"distributed.cli.dask_{role}", *options]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        running.callback(process.wait)
        running.callback(process.kill)
        return process

    @staticmethod
    def _namespaces(running: ExitStack) -> bool:
        """Make two network namespaces on one bridge; tell whether that could be done."""

        def ip(*words: str, check: bool = True) -> None:
            subprocess.run(["ip", *words], check=check, capture_output=True)

        def clean() -> None:
            for number in (1, 2):
                ip("netns", "del", f"yingcai{number}", check=False)
            ip("link", "del", BRIDGE, check=False)

        clean()
        try:
            ip("link", "add", BRIDGE, "type", "bridge")
            ip("addr", "add", f"{SUBNET}.1/24", "dev", BRIDGE)
            ip("link", "set", BRIDGE, "up")
            for number in (1, 2):
                space, outer, inner = f"yingcai{number}", f"yc{number}a", f"yc{number}b"
                ip("netns", "add", space)
                ip("link", "add", outer, "type", "veth", "peer", "name", inner)
                ip("link", "set", outer, "master", BRIDGE, "up")
                ip("link", "set", inner, "netns", space)
                ip("-n", space, "addr", "add", f"{SUBNET}.{10 + number}/24", "dev", inner)
                ip("-n", space, "link", "set", inner, "up")
                ip("-n", space, "link", "set", "lo", "up")
        except (OSError, subprocess.CalledProcessError) as error:
            told(f"no network namespaces here ({error}): workers are plain processes")
            clean()
            return False
        running.callback(clean)
        return True


class Run:
    """All stages in one place."""

    def __init__(self, folder: Path, executor: Executor) -> None:
        folder.mkdir(parents=True)
        self.executor = executor
        self.store = Store.from_url(f"sqlite:///{folder}/yingcai.db")
        self.model = EmbeddingModel.from_encoder(HashingEncoder(128)).with_store(self.store)
        self.folder = folder
        self.seconds: dict[str, float] = {}
        self.hashes: dict[str, str] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 1)
        told(f"{name}: {self.seconds[name]} s")

    def ingest(self, name: str, path: Path, step: Callable[[str, int, int], None]) -> None:
        """Read, type, encode, code, keep and merge one file."""
        with self.stage(name):
            intake = Intake(
                self.store,
                Coders.from_reference(self.model),
                read_region("yingkou"),
                self.folder,
                10**10,
                TODAY,
                step,
                self.executor,
            )
            (report,) = ingest_file(intake, path)
        told(f"{name}: {report.rows} rows, {report.accepted} kept, {report.vacancies} vacancies")
        self.hashes[f"report {name}"] = _sha(report.model_dump_json(exclude={"seconds", "report_file"}))

    def build(self) -> None:
        """Build both catalogues."""
        with self.stage("build"):
            region = read_region("yingkou")
            built = build_editions(self.store, region, as_of=TODAY, executor=self.executor)
        for catalogue in built:
            self.hashes[f"catalogue {catalogue.kind}"] = _sha(
                catalogue.model_dump_json(exclude={"built_at", "released_at", "built"})
            )

    def match(self) -> None:
        """Find the nearest allowed people of every need, open or not."""
        vacancies, profiles = read_vacancies(self.store), read_profiles(self.store)
        sides = {
            True: frame_rows(vacancies, id_column="vacancy_id", text_column=VACANCY_TEXT),
            False: frame_rows(profiles, id_column="profile_id", text_column=PROFILE_TEXT),
        }
        with self.stage("pools"):
            space, *vectors = MeaningSpace.fit(sides[True], sides[False], self.model.on(self.executor))
            del space
            pools = [
                Pool.from_rows(rows, found, vacancies=is_vacancy)
                for (is_vacancy, rows), found in zip(sides.items(), vectors, strict=True)
            ]
        told(f"{len(pools[0])} needs against {len(pools[1])} people")
        with self.stage("match"):
            found = nearest_profiles(pools[0], pools[1], k=10, executor=self.executor, progress=_every())
        self.hashes["matches"] = _sha(found.positions.tobytes() + found.scores.tobytes())
        self.hashes["needs with a match"] = str(int(np.count_nonzero(found.positions[:, 0] >= 0)))

    def close(self) -> None:
        """Hash the tables."""
        with self.store.read() as connection:
            for table in TABLES:
                columns = [column for column in table.columns if column.name not in MOMENTS]
                rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(*columns)))
                self.hashes[f"table {table.name}"] = f"{len(rows)} {_sha(chr(10).join(rows))}"
        self.store.engine.dispose()


def _sha(content: str | bytes) -> str:
    raw = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(raw).hexdigest()[:16]


def _every(seconds: float = 30) -> Callable[[int, int], None]:
    last = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > seconds:
            last = time.monotonic()
            told(f"matched {done} of {total}")

    return progress


def whole(run: Run, postings: Path, profiles: Path, *, kill: Callable[[], int] | None) -> dict[str, Any]:
    """Do every stage, and have a worker killed when the first postings are written."""
    killing = threading.Event()

    def step(name: str, done: int, total: int) -> None:
        if kill is not None and name.startswith("读取、") and not killing.is_set():
            killing.set()
            told(f"{done} rows of {total} are in: worker {kill()} killed")

    run.ingest("ingest profiles", profiles, lambda _name, _done, _total: None)
    run.ingest("ingest postings", postings, step)
    if kill is not None and not killing.is_set():
        raise RuntimeError("nobody was killed: the file has a single part")
    run.build()
    run.match()
    run.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"seconds": run.seconds, "hashes": run.hashes, "peak_mb": peak}


def people(folder: Path, number: int) -> Path:
    """Write so many generated people, unless that was done before."""
    path = folder / f"profiles-{number}.csv"
    if not path.exists():
        made = folder / "city"
        made.mkdir(exist_ok=True)
        write_city(generate_city(seed=11, profiles=number), made)
        (made / "profiles.csv").rename(path)
    return path


def main() -> None:
    """Run it all, and compare."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("postings", type=Path)
    arguments.add_argument("--profiles", type=int, default=200_000)
    arguments.add_argument("--folder", type=Path, help="holds the generated people and what comes out")
    arguments.add_argument("--plain", action="store_true", help="also on both workers with nobody killed")
    options = arguments.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    profiles = people(folder, options.profiles)
    results: dict[str, Any] = {}
    results["in process"] = whole(
        Run(Path(tempfile.mkdtemp(dir=folder)) / "run", InProcess()), options.postings, profiles, kill=None
    )
    for name, killed in [("one worker killed", True)] + [("two workers", False)] * options.plain:
        with ExitStack() as running:
            place = Path(tempfile.mkdtemp(dir=folder))
            cluster = Cluster(place, running)
            with connected(cluster.address) as executor:
                while executor.workers < 2:
                    time.sleep(0.2)
                results[name] = whole(
                    Run(place / "run", executor),
                    options.postings,
                    profiles,
                    kill=cluster.kill_one if killed else None,
                )
            results[name]["namespaces"] = cluster.spaces
        (folder / "result.json").write_text(
            json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8"
        )
    alone = results["in process"]
    sys.stdout.write("| stage | " + " | ".join(results) + " |\n")
    for stage in alone["seconds"]:
        sys.stdout.write(
            f"| {stage} | " + " | ".join(str(each["seconds"][stage]) for each in results.values()) + " |\n"
        )
    different = [
        f"{name}: {what}"
        for name, each in results.items()
        for what, value in alone["hashes"].items()
        if each["hashes"].get(what) != value
    ]
    sys.stdout.write("different: " + ("; ".join(different) or "nothing") + "\n")
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
