"""Exact search, bulk search and lexical search, each as a ratio to a plain baseline of the same run.

Run ``python tests/benchmarks/search.py [--rows N] [--only b e] [--postings FILE] [--out FOLDER]``. It writes
nothing but its tables and, with ``--out``, a plot. Baseline and product take turns and every timing starts
with cold caches, so that what else the machine does meets both alike. Set OMP_NUM_THREADS for both. On a
machine that others use, ``OMP_NUM_THREADS=1 … --cpu`` counts processor time instead of the wall clock.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.index import FlatIndex
from matching.lexical import LexicalIndex

Times = NDArray[np.float64]
DIMENSION, K, BULK_K = 384, 100, 50
EVICTOR = np.zeros(16_000_000, np.float32)
SELECTIVITIES = (1.0, 0.3, 0.05, 0.01, 0.001)


def write(line: str) -> None:
    """Write one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def head(title: str, *columns: str) -> None:
    """Write the head of a table."""
    write(f"\n### {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")


def seconds(work: Callable[[], Any]) -> float:
    """Return how long a piece of work took."""
    clock = time.process_time if "--cpu" in sys.argv else time.perf_counter
    started = clock()
    work()
    return clock() - started


def in_turn(works: Mapping[str, Callable[[], Any]], repeats: int) -> dict[str, Times]:
    """Time several pieces of work in turn, each after the cache was filled with something else."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            EVICTOR.sum()
            times[name].append(seconds(work))
    return {name: np.array(values) * 1000 for name, values in times.items()}


def quantiles(times: Times) -> str:
    """Return median and 95th percentile in milliseconds."""
    return "{:.2f} / {:.2f}".format(*np.quantile(times, [0.5, 0.95]))


def unit_rows(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw unit vectors, a block at a time."""
    rows = np.empty((count, DIMENSION), np.float32)
    for start in range(0, count, 50_000):
        block = rng.standard_normal((min(50_000, count - start), DIMENSION), dtype=np.float32)
        rows[start : start + 50_000] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return rows


def choose(count: int, share: float, kind: str, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw an allowed set: single rows, or 20 runs of rows as a filter leaves of rows sorted by place."""
    if share == 1:
        return np.arange(count)
    if kind == "随机":
        return np.flatnonzero(rng.random(count) < share)
    length = int(count * share / 20)
    starts = np.linspace(0, count - length, 20).astype(np.int64)
    return np.unique((starts[:, None] + np.arange(length)).ravel())


def bandwidth() -> float:
    """Return bytes a second read by a dot product over 1 GB; the best of several runs."""
    left, right = np.ones(2**27, np.float32), np.ones(2**27, np.float32)
    return float(2**30 / min(seconds(lambda: np.dot(left, right)) for _ in range(9)))


def filtered(vectors: NDArray[np.float32], limit: float, repeats: int, rng: np.random.Generator) -> None:
    """(b) One query under filters, against the product with rows that were gathered beforehand."""
    index = FlatIndex(vectors)
    index.search(vectors[0], K, allowed=np.arange(len(vectors)))
    head(
        f"单次检索前 {K}（{len(vectors):,} × {DIMENSION}，毫秒，中位数 / p95）",
        "允许比例", "筛选", "检索", "只做 rows @ q", "比值：中位数 / p95", "对内存带宽：中位数 / p95",
    )  # fmt: skip
    for share in SELECTIVITIES:
        for kind in ("全部",) if share == 1 else ("随机", "成片"):
            times: dict[str, list[Times]] = {"search": [], "product": []}
            rounds = 1 if share == 1 else 5
            for _ in range(rounds):
                allowed = choose(len(vectors), share, kind, rng)
                rows = vectors if share == 1 else vectors[allowed]
                query = unit_rows(1, rng)[0]
                works = {
                    "product": lambda rows=rows, query=query: rows @ query,
                    "search": lambda allowed=allowed, query=query: index.search(query, K, allowed=allowed),
                }
                for name, values in in_turn(works, max(3, repeats // rounds)).items():
                    times[name].append(values)
            search, product = (np.concatenate(times[name]) for name in ("search", "product"))
            least = len(allowed) * DIMENSION * 4 / limit * 1000
            ratio = np.quantile(search, [0.5, 0.95]) / np.quantile(product, [0.5, 0.95])
            write(
                f"| {share:.1%} | {kind} | {quantiles(search)} | {quantiles(product)} "
                f"| {ratio[0]:.2f} / {ratio[1]:.2f} "
                f"| {np.median(search) / least:.2f} / {np.quantile(search, 0.95) / least:.2f} |"
            )


def halves(vectors: NDArray[np.float32], repeats: int, rng: np.random.Generator) -> None:
    """(c) Does storing half-precision numbers pay."""
    index = FlatIndex(vectors)
    half = faiss.IndexScalarQuantizer(DIMENSION, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    half.add(vectors)
    small = vectors.astype(np.float16)
    query = unit_rows(1, rng)[0]
    head(
        "半精度存储（毫秒，中位数 / p95）", "允许比例（随机）", "fp32（本产品）", "faiss SQfp16", "numpy fp16"
    )
    for share in (1.0, 0.3, 0.01):
        allowed = choose(len(vectors), share, "随机", rng)
        mask = np.zeros(len(vectors), bool)
        mask[allowed] = True
        selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        parameters = faiss.SearchParameters(sel=selector)

        def numpy_half(allowed: NDArray[np.int64] = allowed) -> None:
            for start in range(0, len(allowed), 4096):
                np.matmul(small[allowed[start : start + 4096]].astype(np.float32), query)

        works = {
            "fp32": lambda allowed=allowed: index.search(query, K, allowed=allowed),
            "faiss": lambda parameters=parameters: half.search(query[None], K, params=parameters),
            "numpy": numpy_half,
        }
        times = in_turn(works, max(3, repeats // 3))
        write(f"| {share:.0%} | " + " | ".join(quantiles(values) for values in times.values()) + " |")


def growth(
    vectors: NDArray[np.float32], limit: float, repeats: int, out: Path | None, rng: np.random.Generator
) -> None:
    """(d) Does the cost grow with the allowed set, and with nothing else."""
    index = FlatIndex(vectors)
    sizes = [size for size in (10_000, 100_000, 1_000_000) if size <= len(vectors)]
    lines: dict[str, list[float]] = {"检索": [], "只做 rows @ q": [], "内存带宽": []}
    head("随允许集合增长（毫秒，中位数）", "允许的行", *lines)
    for size in sizes:
        allowed = np.sort(rng.choice(len(vectors), size, replace=False))
        rows, query = (vectors if size == len(vectors) else vectors[allowed]), unit_rows(1, rng)[0]
        works = {
            "search": lambda allowed=allowed, query=query: index.search(query, K, allowed=allowed),
            "product": lambda rows=rows, query=query: rows @ query,
        }
        times = in_turn(works, repeats)
        values = [
            *(float(np.median(values)) for values in times.values()),
            size * DIMENSION * 4 / limit * 1000,
        ]
        for line, value in zip(lines.values(), values, strict=True):
            line.append(value)
        write(f"| {size:,} | " + " | ".join(f"{value:.2f}" for value in values) + " |")
    if out:
        plot(sizes, lines, out)


def plot(sizes: list[int], lines: Mapping[str, list[float]], out: Path) -> None:
    """Draw the growth on logarithmic axes."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    labels = {"检索": "filtered exact search", "只做 rows @ q": "rows @ q", "内存带宽": "memory bandwidth"}
    figure, axes = plt.subplots(figsize=(6, 4))
    for name, values in lines.items():
        axes.loglog(sizes, values, marker="o", label=labels[name])
    axes.set(xlabel="allowed rows", ylabel="ms (median)")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    out.mkdir(parents=True, exist_ok=True)
    for ending in ("svg", "png"):
        figure.savefig(out / f"search_growth.{ending}", bbox_inches="tight", dpi=150)


def bulk(queries: int, rows: int, rng: np.random.Generator) -> None:
    """(e) All vacancies by all profiles, each vacancy with its own mask, block by block in turn."""
    base, asked = unit_rows(rows, rng), unit_rows(queries, rng)
    shares = rng.choice([0.01, 0.05, 0.3, 0.7], size=64)
    masks = rng.random((64, rows)) < shares[:, None]
    index = FlatIndex(base)
    index.search_many(asked[:2], BULK_K, allowed=lambda number: masks[number])
    spent = {"bulk": 0.0, "product": 0.0}
    step = 256

    def plain(block: NDArray[np.float32]) -> None:
        np.argpartition(block @ base.T, -BULK_K, axis=1)

    for start in range(0, queries, step):
        block = asked[start : start + step]
        spent["product"] += seconds(lambda block=block: plain(block))
        spent["bulk"] += seconds(
            lambda block=block: index.search_many(block, BULK_K, allowed=lambda number: masks[number % 64])
        )
    head(
        f"批量 {queries:,} × {rows:,} 前 {BULK_K}（秒）",
        "本产品，各有筛选",
        "矩阵乘 + argpartition，无筛选",
        "比值",
    )
    write(f"| {spent['bulk']:.1f} | {spent['product']:.1f} | {spent['bulk'] / spent['product']:.2f} |")


def real_texts(path: Path, count: int, rng: np.random.Generator) -> list[str]:
    """Return titles with tags of real postings, repeated in another order if there are too few."""
    frame = pd.read_parquet(path, columns=["title", "tags"]).fillna("")
    texts = (frame["title"] + " " + frame["tags"].str.replace("|", " ").str[:60]).tolist()
    return (texts + [texts[i] for i in rng.permutation(len(texts))])[:count]


def shortened(texts: list[str], rng: np.random.Generator) -> Iterator[tuple[int, str]]:
    """Yield queries whose answer is known: a text without its third and sixth character."""
    for position in rng.choice(len(texts), 300, replace=False).tolist():
        text = texts[position]
        yield position, text[:2] + text[3:5] + text[6:]


def lexical(path: Path, rows: int, rng: np.random.Generator) -> None:
    """(f) Texts: time of a search, what stopping early loses, and BM25 beside it."""
    texts = real_texts(path, rows, rng)
    built: list[LexicalIndex] = []
    building = seconds(lambda: built.append(LexicalIndex.from_texts(texts)))
    index = built[0]
    everyone = np.ones(len(texts), bool)
    queries = list(shortened(texts, rng))
    times, recalls, found = [], [], []
    for position, query in queries:
        times.append(seconds(lambda query=query: index.search(query, K, allowed=everyone)) * 1000)
        hits = index.search(query, K, allowed=everyone)
        exact = index.scores([query])[0]
        bar = np.sort(exact)[-K]
        recalls.append(min(1.0, np.count_nonzero(exact[hits.positions] >= bar - 1e-6) / K))
        answers = [texts[i] == texts[position] for i in hits.positions[:10]]
        found.append(any(answers))
    head(
        f"文字检索（{len(texts):,} 条真实岗位名称与标签）",
        "方法", "建立（秒）", "检索（毫秒，中位数 / p95）", f"召回@{K}（对全部相加）", "缺两字仍进前 10",
    )  # fmt: skip
    write(
        f"| n-gram 余弦（本产品） | {building:.1f} | {quantiles(np.array(times))} | {np.mean(recalls):.4f} "
        f"| {np.mean(found):.3f} |"
    )
    beside_bm25(texts, queries, index)


def beside_bm25(texts: list[str], queries: list[tuple[int, str]], index: LexicalIndex) -> None:
    """Ask BM25 over the same n-grams the same questions."""
    try:
        import bm25s
    except ImportError:
        write("| bm25s | 未安装 | | | |")
        return
    analyse = index._vectorizer.build_analyzer()
    retriever = bm25s.BM25()
    building = seconds(
        lambda: retriever.index([analyse(text) or ["无"] for text in texts], show_progress=False)
    )
    times, found = [], []
    for position, query in queries:
        tokens = [analyse(query)]
        ask = lambda tokens=tokens: retriever.retrieve(tokens, k=K, show_progress=False)  # noqa: E731
        times.append(seconds(ask) * 1000)
        found.append(any(texts[i] == texts[position] for i in ask().documents[0][:10]))
    name = "BM25（bm25s，同样的 n-gram）"
    write(f"| {name} | {building:.1f} | {quantiles(np.array(times))} | | {np.mean(found):.3f} |")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description="检索的速度：每一项都与同一次运行中的基线相比。")
    parser.add_argument("--rows", type=int, default=1_000_000, help="单次检索的行数")
    parser.add_argument("--queries", type=int, default=5000, help="批量检索的查询数")
    parser.add_argument("--bulk-rows", type=int, default=200_000, help="批量检索与文字检索的行数")
    parser.add_argument("--repeats", type=int, default=40, help="每项重复次数")
    parser.add_argument("--only", nargs="*", choices=list("bcdef"), default=list("bcdef"), help="只测几项")
    parser.add_argument("--postings", type=Path, help="真实招聘信息（parquet，含 title、tags），用于文字检索")
    parser.add_argument("--cpu", action="store_true", help="计处理器时间（单线程；机器繁忙时用）")
    parser.add_argument("--out", type=Path, help="把增长图写到这个文件夹")
    given = parser.parse_args()
    rng = np.random.default_rng(0)
    limit = bandwidth()
    write(
        f"{platform.machine()}, {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC, faiss {faiss.__version__}, "
        f"{faiss.omp_get_max_threads()} 线程, {'处理器时间' if given.cpu else '钟表时间'}, "
        f"开始时负载 {os.getloadavg()[0]:.1f}, "
        f"内存带宽（np.dot，1 GB）{limit / 1e9:.1f} GB/s"
    )
    if set("bcd") & set(given.only):
        vectors = unit_rows(given.rows, rng)
        if "b" in given.only:
            filtered(vectors, limit, given.repeats, rng)
        if "c" in given.only:
            halves(vectors, given.repeats, rng)
        if "d" in given.only:
            growth(vectors, limit, given.repeats, given.out, rng)
        del vectors
    if "e" in given.only:
        bulk(given.queries, given.bulk_rows, rng)
    if "f" in given.only and given.postings:
        lexical(given.postings, given.bulk_rows, rng)
    write(f"\n结束时负载 {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
