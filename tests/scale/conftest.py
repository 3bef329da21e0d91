"""A scheduler and two workers of Dask, each a process of its own, as on as many machines."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from data.execution import Executor, InProcess, LocalPool

ROOT = Path(__file__).resolve().parents[2]
NO_DASK = "Dask is not installed: pip install 'yingcai[scale]' (the dev extra has it)"
PATIENCE = 60
FORGOTTEN = "2 hours"
"""When a cluster ends by itself, should the tests have been killed."""


class DaskProcesses:
    """Processes of a Dask cluster on this machine.

    Parameters
    ----------
    folder
        For what the processes write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known = folder / "scheduler.json"
        self._workers: list[subprocess.Popen[bytes]] = []
        options = ("--host", "127.0.0.1", "--port", "0", "--idle-timeout", FORGOTTEN)
        self._scheduler = self._start("scheduler", *options)

    @property
    def address(self) -> str:
        """Address of the scheduler, once it is there."""
        ended = time.monotonic() + PATIENCE
        while not self._known.exists():
            if self._scheduler.poll() is not None or time.monotonic() > ended:
                raise RuntimeError((self._folder / "scheduler.log").read_text())
            time.sleep(0.05)
        return str(json.loads(self._known.read_text())["address"])

    @property
    def pids(self) -> list[int]:
        """Processes of the workers that live."""
        return [each.pid for each in self._workers if each.poll() is None]

    def start_worker(self, *, folder: Path = ROOT) -> None:
        """Start a worker of one thread that nobody starts again when it dies, with the code of a folder."""
        options = ("--no-nanny", "--nthreads", "1", "--nworkers", "1", "--memory-limit", "0")
        local = ("--local-directory", str(self._folder))
        self._workers.append(self._start("worker", self.address, *options, *local, folder=folder))

    def await_workers(self, count: int) -> None:
        """Wait until the scheduler knows as many workers."""
        from distributed import Client

        with Client(self.address, timeout=PATIENCE, set_as_default=False) as client:
            ended = time.monotonic() + PATIENCE
            while len(client.nthreads()) != count:
                if time.monotonic() > ended:
                    raise RuntimeError("\n".join(each.read_text() for each in self._folder.glob("*.log")))
                time.sleep(0.05)

    def kill_workers(self) -> None:
        """End every worker at once, as a machine without power does."""
        for worker in self._workers:
            worker.kill()
            worker.wait()

    def close(self) -> None:
        """End everything."""
        for process in (*self._workers, self._scheduler):
            process.kill()
            process.wait()

    def _start(self, role: str, *options: str, folder: Path = ROOT) -> subprocess.Popen[bytes]:
        named = "" if role == "scheduler" else str(len(self._workers))
        more = ("--scheduler-file", str(self._known)) if role == "scheduler" else ()
        environment = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "distributed.cli.dask_" + role, *options, *more, "--no-dashboard"]
        with (self._folder / f"{role}{named}.log").open("wb") as log:
            return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)


@pytest.fixture(scope="session")
def start_cluster(tmp_path_factory):
    """Return a function that starts a cluster of some workers; all end with the tests."""
    if importlib.util.find_spec("distributed") is None:
        pytest.skip(NO_DASK)
    with ExitStack() as running:

        def start(workers: int) -> DaskProcesses:
            made = DaskProcesses(tmp_path_factory.mktemp("dask"))
            running.callback(made.close)
            for _ in range(workers):
                made.start_worker()
            made.await_workers(workers)
            return made

        yield start


@pytest.fixture(scope="session")
def cluster(start_cluster) -> DaskProcesses:
    """Return a scheduler with two workers that no test harms."""
    return start_cluster(2)


@pytest.fixture(scope="session")
def local_pool() -> Iterator[LocalPool]:
    """Return two processes of this machine."""
    pool = LocalPool(2)
    yield pool
    pool.close()


@pytest.fixture(params=["in_process", "local_pool", "cluster"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """Return each of the places where parts run."""
    if request.param == "in_process":
        yield InProcess()
    elif request.param == "local_pool":
        yield request.getfixturevalue("local_pool")
    else:
        address = request.getfixturevalue("cluster").address
        from data.cluster import connected

        with connected(address) as found:
            yield found
