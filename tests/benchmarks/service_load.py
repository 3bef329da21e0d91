"""Match requests over HTTP beside a bare FastAPI echo in the same run: throughput, quantiles, errors, memory.

Run ``python tests/benchmarks/service_load.py [--profiles 200000] [--clients 4 16] [--seconds 30]
[--workers 1 2] [--encoder hashing]``; it writes nothing but its table. People and vacancies are the synthetic
city's, enlarged in a SQLite store of their own; the service loads them as ``yingcai serve`` does and answers
with its options, its processes, its audit and its log, only without rates. Clients are threads of a process
of their own on the same machine, so they share its cores with the service. Requests ask for people for a
vacancy, half of them for one of the store and half for one given in full, whose text is encoded on the way:
by character hashing, or with ``--encoder packaged`` by the model that ``yingcai model build`` made.
The load average of the last minute stands in every line: other work on the machine shows there.
``service_soak.py`` keeps a mixed load up for long.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
import psutil
from match_requests import city, enlarged, row

KEY = "benchmark-key-benchmark-key"
_POSTS = (
    {"title": "岸桥司机", "skills": ["岸桥"], "duties": "负责集装箱岸桥的操作"},
    {"title": "镁砂窑炉热工工程师", "skills": ["竖窑", "热工"], "duties": "竖窑热工调试"},
    {"title": "焊工", "skills": ["氩弧焊", "二保焊"], "duties": "钢结构焊接与自检", "place_code": "210882"},
    {"title": "会计", "skills": ["总账", "纳税申报"], "duties": "负责总账与纳税申报", "education": "本科"},
)  # fmt: skip


def echo_app() -> Any:
    """Return FastAPI that reads a body and gives it back."""
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/readyz")
    @app.post("/v1/matches/profiles")
    def echo(body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        return body

    return app


def service_app() -> Any:
    """Return the application as ``yingcai serve`` makes it."""
    from api.commands.serve import application
    from matching.encoder.hashing import HashingEncoder
    from matching.encoder.model import EmbeddingModel

    hashing = os.environ["BENCHMARK_ENCODER"] == "hashing"
    return application(model=EmbeddingModel.from_encoder(HashingEncoder(384)) if hashing else None)


class Running(NamedTuple):
    """A service that is ready."""

    url: str
    pid: int
    """The process; with several workers their parent."""
    seconds: float
    """How long it took to be ready."""


@contextmanager
def running(
    kind: str, folder: Path, *, encoder: str = "hashing", workers: int = 1, **more: str
) -> Iterator[Running]:
    """Give a service over a prepared folder; ``more`` are further ``YINGCAI_*`` variables."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    rates = dict.fromkeys(
        ("YINGCAI_RATE_READS", "YINGCAI_RATE_WRITES", "YINGCAI_RATE_MATCHES"), "1000000/minute"
    )
    environment = {
        **os.environ,
        **rates,
        "PYTHONPATH": os.pathsep.join(sys.path[:1] + os.environ.get("PYTHONPATH", "").split(os.pathsep)),
        "BENCHMARK_ENCODER": encoder,
        "YINGCAI_VAR_DIR": str(folder),
        "YINGCAI_BOOTSTRAP_KEY": KEY,
        "YINGCAI_QUOTA_DAILY": str(10**9),
        **more,
    }  # fmt: skip
    command = (
        "import uvicorn; from api.commands.serve import server_options; uvicorn.run("
        f"'service_load:{kind}_app', factory=True, port={port}, workers={workers}, **server_options())"
    )
    began = time.perf_counter()
    with (folder / f"{kind}.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen([sys.executable, "-c", command], env=environment, stdout=log, stderr=log)
    try:
        while not is_ready(f"http://127.0.0.1:{port}"):
            if process.poll() is not None:
                raise SystemExit(f"the {kind} ended, see {folder / f'{kind}.log'}")
            time.sleep(0.5)
        yield Running(f"http://127.0.0.1:{port}", process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait()


def is_ready(url: str) -> bool:
    """Ask whether a service takes work."""
    try:
        return httpx.get(f"{url}/readyz", timeout=600).status_code < 400
    except httpx.TransportError:
        return False


def prepared(options: argparse.Namespace) -> Path:
    """Return the folder of a service with so many people in its store, made unless it is there."""
    from data.editions import build_editions
    from data.regions import read_region
    from data.store.profiles import read_profiles, write_profiles
    from data.store.store import Store
    from matching.encoder.hashing import HashingEncoder
    from matching.encoder.model import EmbeddingModel

    folder = options.folder or Path(tempfile.mkdtemp())
    var = folder / f"var-{options.profiles}"
    if not var.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        city(folder, EmbeddingModel.from_encoder(HashingEncoder(384))).engine.dispose()
        making = folder / f"making-{options.profiles}"
        making.mkdir(exist_ok=True)
        shutil.copy(folder / "city.db", making / "yingcai.db")
        store = Store.from_url(f"sqlite:///{making / 'yingcai.db'}")
        people = enlarged(read_profiles(store), options.profiles)
        with store.begin() as connection:
            write_profiles(connection, 2, people)
        build_editions(store, read_region("yingkou"), snapshots=making / "snapshots")
        store.engine.dispose()
        making.rename(var)
    return var


def resident(pid: int) -> float:
    """Return the memory of a process and of those it started, in GB; shared pages count for each."""
    return sum(each.memory_info().rss for each in family(pid)) / 2**30


def family(pid: int) -> list[psutil.Process]:
    """Return a process and those it started."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def load(
    url: str, clients: int, seconds: float, ask: Callable[[httpx.Client], int]
) -> tuple[list[float], int]:
    """Ask with so many clients for so long; return the time of each request, and how many failed."""
    end = time.perf_counter() + seconds
    times: list[float] = []
    failed = itertools.count()
    lock = threading.Lock()

    def work(_: int) -> None:
        mine = []
        with httpx.Client(base_url=url, headers={"X-API-Key": KEY}, timeout=120) as client:
            while (began := time.perf_counter()) < end:
                if ask(client) >= 400:
                    next(failed)
                mine.append(time.perf_counter() - began)
        with lock:
            times.extend(mine)

    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(work, range(clients)))
    return times, next(failed)


def vacancy_ids(folder: Path) -> list[str]:
    """Return the vacancies that are open in a service's store."""
    from match_requests import AS_OF

    from data.store.store import Store
    from data.store.vacancies import read_vacancies
    from matching.loading import open_vacancies

    store = Store.from_url(f"sqlite:///{folder / 'yingcai.db'}")
    ids: list[str] = open_vacancies(read_vacancies(store), AS_OF)["vacancy_id"].tolist()
    store.engine.dispose()
    return ids


def body_of(ids: list[str]) -> dict[str, Any]:
    """Return what to ask for: a vacancy of the store, or one given in full."""
    asked = (
        {"vacancy_id": random.choice(ids)} if random.random() < 0.5 else {"vacancy": random.choice(_POSTS)}
    )
    return {**asked, "k": 20}


def report(name: str, times: list[float], seconds: float, failed: int, memory: float) -> float:
    """Write one line; return the requests a second."""
    p50, p95, p99 = np.quantile(times, [0.5, 0.95, 0.99]) * 1000
    rate = len(times) / seconds
    cells = (f"{rate:.1f}", f"{p50:.1f}", f"{p95:.1f}", f"{p99:.1f}", f"{failed}", f"{memory:.2f}")
    row(name, *cells, f"{os.getloadavg()[0]:.1f}")
    return rate


def arguments_of(description: str | None) -> argparse.ArgumentParser:
    """Return what this benchmark and the long one both take."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--profiles", type=int, default=200_000)
    arguments.add_argument("--encoder", choices=["hashing", "packaged"], default="hashing")
    arguments.add_argument("--folder", type=Path, help="holds the generated city between runs")
    return arguments


def main() -> None:
    """Measure everything."""
    arguments = arguments_of(__doc__)
    arguments.add_argument("--clients", type=int, nargs="+", default=[4, 16])
    arguments.add_argument("--workers", type=int, nargs="+", default=[1])
    arguments.add_argument("--seconds", type=float, default=30)
    options = arguments.parse_args()
    folder = prepared(options)
    ids = vacancy_ids(folder)

    def match(client: httpx.Client) -> int:
        return client.post("/v1/matches/profiles", json=body_of(ids)).status_code

    row("项目", "请求/秒", "p50 毫秒", "p95", "p99", "失败", "内存 GB", "负载均值")
    row("---", *["---:"] * 7)
    for kind, workers in (("echo", 1), *(("service", each) for each in options.workers)):
        with running(kind, folder, encoder=options.encoder, workers=workers) as service:
            load(service.url, max(4, 2 * workers), 5, match)
            name = (
                "FastAPI 回声"
                if kind == "echo"
                else f"匹配，{options.profiles} 人，{options.encoder}，{workers} 个进程"
            )
            if kind == "service":
                row(
                    f"{name}，就绪",
                    f"{service.seconds:.0f} 秒",
                    "",
                    "",
                    "",
                    "",
                    f"{resident(service.pid):.2f}",
                    "",
                )
            for clients in options.clients:
                times, failed = load(service.url, clients, options.seconds, match)
                report(f"{name}，{clients} 个连接", times, options.seconds, failed, resident(service.pid))


if __name__ == "__main__":
    main()
