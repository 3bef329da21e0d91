"""Match requests over HTTP beside a bare FastAPI echo in the same run: throughput, quantiles, errors, memory.

Run ``python tests/benchmarks/service_load.py [--profiles 200000] [--clients 4 16] [--seconds 30]
[--mixed 1800]``; it writes nothing but its table. People and vacancies are the synthetic city's, texts are
encoded by character hashing into 384 numbers (see ``match_requests.py``). The service runs in a process of
its own with the protocol and options of ``yingcai serve``; clients are threads of this one, on the same
machine. The mixed load is 6 matches, 2 reads of readiness, 1 catalogue and 1 feedback in 10 requests.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import multiprocessing
import random
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from match_requests import AS_OF, city, enlarged, row

KEY = "benchmark-key-benchmark-key"
BODY = {"vacancy": {"title": "岸桥司机", "skills": ["岸桥"], "duties": "负责集装箱岸桥的操作"}, "k": 20}


def serve(kind: str, port: int, profiles: int, folder: Path) -> None:
    """Serve in this process until it is ended."""
    import uvicorn

    from api.commands.serve import server_options

    app = echo_app() if kind == "echo" else service_app(profiles, folder)
    uvicorn.run(app, host="127.0.0.1", port=port, **server_options())


def echo_app() -> Any:
    """Return FastAPI that reads a body and gives it back."""
    from fastapi import FastAPI

    app = FastAPI()

    @app.post("/v1/matches/profiles")
    def echo(body: dict[str, Any]) -> dict[str, Any]:
        return body

    return app


def service_app(profiles: int, folder: Path) -> Any:
    """Return the application over so many people, without rates."""
    from pydantic import SecretStr

    from api.app import create_app
    from api.edge.logs import configure_logs
    from api.service import Service
    from data.regions import read_region
    from data.settings import Settings
    from data.store.profiles import read_profiles
    from data.store.vacancies import read_vacancies
    from matching.encoder.hashing import HashingEncoder
    from matching.encoder.model import EmbeddingModel
    from matching.loading import load_pools
    from matching.matcher import Matcher

    configure_logs((folder / "service.log").open("w", encoding="utf-8"))
    model = EmbeddingModel.from_encoder(HashingEncoder(384))
    store = city(folder, model)
    people = enlarged(read_profiles(store), profiles)
    pools = load_pools(read_vacancies(store), people, model, as_of=AS_OF, folder=folder / "index")
    most = dict.fromkeys(("rate_reads", "rate_writes", "rate_matches"), "1000000/minute")
    settings = Settings(
        var_dir=folder, bootstrap_key=SecretStr(KEY), refresh_seconds=0, worker_threads=0, **most
    )
    matcher = Matcher(pools, model, None)
    made = Service.from_store(store, read_region("yingkou"), settings, model, matcher=matcher)
    return create_app(settings, service=made)


@contextmanager
def running(kind: str, profiles: int, folder: Path) -> Any:
    """Give the address and the process id of a service that is ready."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(kind, port, profiles, folder))
    process.start()
    try:
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=30)
                break
            except httpx.TransportError:
                if not process.is_alive():
                    raise
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.join()


def resident(pid: int) -> float:
    """Return the memory of a process in GB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 2**20


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


def match(client: httpx.Client) -> int:
    """Ask for people for a vacancy."""
    return client.post("/v1/matches/profiles", json=BODY).status_code


def mixed(client: httpx.Client) -> int:
    """Ask one of several things."""
    chosen = random.random()
    if chosen < 0.6:
        return match(client)
    if chosen < 0.8:
        return client.get("/readyz").status_code
    if chosen < 0.9:
        status = client.get("/v1/catalogues/demand/current").status_code
        return 200 if status == 404 else status  # the benchmark's city has no edition
    now = dt.datetime.now(dt.UTC).isoformat()
    event = {
        "event_id": f"b-{random.getrandbits(64):016x}", "kind": "shown", "side": "employer",
        "vacancy_id": "V0123456789abcdef", "profile_id": "P000001", "position": 1, "propensity": 1.0,
        "model_version": "additive-1", "happened_at": now,
    }  # fmt: skip
    return client.post("/v1/feedback", json={"events": [event]}).status_code


def report(name: str, times: list[float], seconds: float, failed: int, memory: float) -> None:
    """Write one line."""
    p50, p95, p99 = np.quantile(times, [0.5, 0.95, 0.99]) * 1000
    row(
        name,
        f"{len(times) / seconds:.1f}",
        f"{p50:.1f}",
        f"{p95:.1f}",
        f"{p99:.1f}",
        f"{failed}",
        f"{memory:.2f}",
    )


def main() -> None:
    """Measure everything."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--profiles", type=int, default=200_000)
    arguments.add_argument("--clients", type=int, nargs="+", default=[4, 16])
    arguments.add_argument("--seconds", type=float, default=30)
    arguments.add_argument("--mixed", type=float, default=0, help="seconds of mixed load with 4 clients")
    arguments.add_argument("--folder", type=Path, help="holds the generated city between runs")
    options = arguments.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp())
    row("项目", "请求/秒", "p50 毫秒", "p95", "p99", "失败", "内存 GB")
    row("---", *["---:"] * 6)
    for kind, name in (("echo", "FastAPI 回声"), ("service", f"匹配，合成 {options.profiles} 人")):
        with running(kind, options.profiles, folder) as (url, pid):
            load(url, 1, 2, match)
            for clients in options.clients:
                times, failed = load(url, clients, options.seconds, match)
                report(f"{name}，{clients} 个连接", times, options.seconds, failed, resident(pid))
            if kind == "service" and options.mixed:
                before = resident(pid)
                times, failed = load(url, 4, options.mixed, mixed)
                label = f"混合负载 {options.mixed:.0f} 秒，内存自 {before:.2f} GB 起"
                report(label, times, options.mixed, failed, resident(pid))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
