"""Vectors of a large city searched exactly, in cells, and by a Milvus server, beside each other.

    python tests/benchmarks/vector_engines.py --rows 1000000
    python tests/benchmarks/vector_engines.py --rows 100000 --milvus http://127.0.0.1:19530

Rows are 合成数据: groups of clusters with noise of very unequal strength. Without an address a server of the
tests is started. Every engine answers the same queries under the same filters; recall is that against an
exact search. What a row of a table calls raw is the server or the cells without the rules that make their
answers exact or nearly so.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1] / "scale")]

import milvus_server  # noqa: E402 - found once its folder is on the path

from matching.index.cells import CellIndex  # noqa: E402
from matching.index.flat import FlatIndex  # noqa: E402
from matching.index.milvus import MilvusServer  # noqa: E402
from matching.index.served import ServedIndex, expression  # noqa: E402

ENGINES = ["exact", "cells", "milvus", "milvus-cells"]
DIMENSION, GROUPS, CLUSTERS, K = 384, 40, 2000, 10
Search = Callable[[NDArray[np.float32], NDArray[np.int64]], NDArray[np.int64]]


def write(line: str) -> None:
    """Write one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def clustered(count: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Draw unit rows with the cluster of each, a block at a time; rows of a cluster stand apart."""
    groups = rng.standard_normal((GROUPS, DIMENSION), dtype=np.float32)
    centres = groups[rng.integers(GROUPS, size=CLUSTERS)]
    centres = centres + 0.9 * rng.standard_normal((CLUSTERS, DIMENSION), dtype=np.float32)
    share = rng.pareto(1.2, CLUSTERS) + 0.2
    cluster = rng.choice(CLUSTERS, size=count, p=share / share.sum()).astype(np.int32)
    rows = np.empty((count, DIMENSION), np.float32)
    for start in range(0, count, 50_000):
        own = cluster[start : start + 50_000]
        noise = rng.standard_normal((len(own), DIMENSION), dtype=np.float32)
        strength = 0.5 + 0.5 * rng.pareto(3.0, (len(own), 1)).astype(np.float32)
        block = centres[own] + strength * noise
        rows[start : start + 50_000] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return rows, cluster


def filters(cluster: NDArray[np.int32], rng: np.random.Generator) -> dict[str, NDArray[np.bool_]]:
    """Return masks: everything, shares drawn at random, and whole clusters to two sizes."""
    count = len(cluster)
    masks = {"全部": np.ones(count, bool)}
    masks |= {f"随机 {share:.1%}": rng.random(count) < share for share in (0.001, 0.02, 0.3)}
    sizes = np.bincount(cluster, minlength=CLUSTERS)
    for share in (0.02, 0.3):
        order = rng.permutation(CLUSTERS)
        chosen = order[np.cumsum(sizes[order]) <= share * count]
        masks[f"相关 {share:.0%}（整簇）"] = np.isin(cluster, chosen)
    return masks


def resident(process: int) -> float:
    """Return the memory of a process with its children, in MB; files that are mapped do not count."""
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    own = sum(int(line.split()[1]) for line in status if line.startswith(("RssAnon", "RssShmem"))) / 1024
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return own + sum(resident(int(child)) for child in children)


def spent(process: int) -> float:
    """Return the CPU seconds of a process with its children."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") + sum(
        spent(int(each)) for each in children
    )


def measure(
    name: str,
    search: Search,
    queries: NDArray[np.float32],
    masks: dict[str, NDArray[np.bool_]],
    truth: dict[str, list[NDArray[np.int64]]],
    server: int | None,
) -> None:
    """Write a row of the table for every filter."""
    for title, mask in masks.items():
        allowed = np.flatnonzero(mask)
        search(queries[0], allowed)
        times, hits, forbidden = [], 0, 0
        before = time.process_time(), spent(server) if server else 0.0
        for number, query in enumerate(queries):
            started = time.perf_counter()
            found = search(query, allowed)[:K]
            times.append(1000 * (time.perf_counter() - started))
            hits += len(np.intersect1d(found, truth[title][number]))
            forbidden += int(np.count_nonzero(~mask[found]))
        here = 1000 * (time.process_time() - before[0]) / len(queries)
        there = f"{1000 * (spent(server) - before[1]) / len(queries):.1f}" if server else "—"
        wanted = sum(map(len, truth[title]))
        p50, p95 = np.quantile(times, [0.5, 0.95])
        write(
            f"| {name} | {title} | {p50:.2f} / {p95:.2f} | {here:.2f} | {there} | {hits / wanted:.4f} "
            f"| {forbidden} |"
        )


@contextmanager
def server_of(address: str | None, folder: Path) -> Iterator[tuple[str, int | None]]:
    """Give the server named, or start one."""
    if address:
        yield address, None
        return
    with milvus_server.running(folder) as started:
        yield started


def with_server(
    given: argparse.Namespace,
    vectors: NDArray[np.float32],
    codes: dict[str, NDArray[np.int32]],
    compare: Callable[[str, Search, int | None], None],
) -> None:
    """Put the rows on a server, exactly and in cells, and search there."""
    with (
        tempfile.TemporaryDirectory(dir=given.folder) as folder,
        server_of(given.milvus, Path(folder)) as there,
    ):
        address, process = there
        for approximate in [
            kind == "milvus-cells" for kind in ("milvus", "milvus-cells") if kind in given.only
        ]:
            server = MilvusServer(address, approximate=approximate)
            index = ServedIndex(vectors, codes, server=server, side="benchmark", least=given.least)
            started = time.perf_counter()
            if not index.open():
                raise SystemExit("行没有写到服务器上")
            memory = f"，服务器内存 {resident(process):,.0f} MB" if process else ""
            kind = "IVF_FLAT" if approximate else "FLAT"
            write(f"Milvus {kind}：写入、建索引、载入、计数 {time.perf_counter() - started:.0f} 秒{memory}")

            def raw(
                query: NDArray[np.float32],
                allowed: NDArray[np.int64],
                server: MilvusServer = server,
                index: ServedIndex = index,
            ) -> NDArray[np.int64]:
                return server.search(index._collection, query, K, expression(codes, allowed)).positions

            compare(f"Milvus {kind}", by(index), process)
            if approximate:
                compare(f"Milvus {kind} raw", raw, process)
            if not index.ready:
                raise SystemExit("服务器在测量中失败")
        server.forget()


def in_cells(vectors: NDArray[np.float32], compare: Callable[[str, Search, int | None], None]) -> None:
    """Make cells in this process and search in them."""
    cells, exact = CellIndex(vectors, least=1), FlatIndex(vectors)
    before, started, used = resident(os.getpid()), time.perf_counter(), time.process_time()
    cells.prepare()
    taken, more = time.perf_counter() - started, resident(os.getpid()) - before
    write(
        f"本机分格：建立 {taken:.0f} 秒（CPU {time.process_time() - used:.0f} 秒），另占内存 {more:,.0f} MB"
        f"（向量本身 {vectors.nbytes / 2**20:,.0f} MB）"
    )
    compare("本机分格", by(cells), None)

    def raw(query: NDArray[np.float32], allowed: NDArray[np.int64]) -> NDArray[np.int64]:
        near: Any = cells._cells.near(query, cells._probes)
        return by(exact)(query, np.intersect1d(near, allowed))

    compare("本机分格 raw", raw, None)


def by(index: FlatIndex) -> Search:
    """Search as the product does."""
    return lambda query, allowed: index.search(query, K, allowed=allowed).positions


def main() -> None:
    """Measure every engine on the same rows."""
    parser = argparse.ArgumentParser(description="向量检索的几种方式并排比较（合成数据）。")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--least", type=int, default=1, help="允许的行不少于此数才问服务器")
    parser.add_argument("--milvus", help="已有的 Milvus 地址；不给则启动测试用的服务器")
    parser.add_argument("--only", nargs="*", choices=ENGINES, default=ENGINES, help="只测几种")
    parser.add_argument("--folder", type=Path, help="临时文件放在何处")
    given = parser.parse_args()
    rng = np.random.default_rng(0)
    drawn, cluster = clustered(given.rows + given.queries, rng)
    vectors, queries = np.ascontiguousarray(drawn[: given.rows]), drawn[given.rows :]
    masks = filters(cluster[: given.rows], rng)
    codes: dict[str, NDArray[np.int32]] = {
        f"rule_{number}": mask.astype(np.int32) for number, mask in enumerate(masks.values())
    }
    masks["随机 30%，服务器不知"] = rng.random(given.rows) < 0.3
    flat = FlatIndex(vectors)
    _ = flat.largest
    truth = {
        title: [by(flat)(query, np.flatnonzero(mask)) for query in queries] for title, mask in masks.items()
    }
    write(
        f"合成数据 {given.rows:,} × {DIMENSION}，{len(queries)} 个查询，前 {K}；{platform.machine()}，"
        f"{os.cpu_count()} 核，{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC，"
        f"负载 {os.getloadavg()[0]:.1f}，线程 {os.environ.get('OMP_NUM_THREADS', '未设')}"
    )
    write("| 方式 | 允许 | 毫秒 p50 / p95 | 本机 CPU 毫秒 | 服务器 CPU 毫秒 | 召回@10 | 不该出现 |")
    write("|---|---|---|---|---|---|---|")

    def compare(name: str, search: Search, process: int | None = None) -> None:
        measure(name, search, queries, masks, truth, process)

    if "exact" in given.only:
        compare("本机逐条", by(flat))
    if "cells" in given.only:
        in_cells(vectors, compare)
    if {"milvus", "milvus-cells"} & set(given.only):
        with_server(given, vectors, codes, compare)
    write(f"结束时负载 {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
