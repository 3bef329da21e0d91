"""Speed and memory of the main job, each as a ratio to a plain baseline of the same run.

Run ``python tests/benchmarks/main_job.py [FILE]``; it writes nothing but its table. FILE is a file of
postings; the shipped synthetic city by default.
"""

from __future__ import annotations

import datetime as dt
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.normalise.postings import normalise_postings
from data.regions import read_region
from data.settings import Settings
from data.sources.tables import read_table
from data.store.store import Store
from data.synthetic import generate_city, write_city
from matching.coding import Coders
from matching.encoder.build import build_packaged_model
from matching.encoder.model import build_model
from matching.encoder.transformer import TransformerEncoder
from matching.ingest import Intake, ingest_file
from matching.matcher import Matcher

TODAY = dt.date(2026, 11, 21)


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long a piece of work took, and its result."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def row(name: str, value: str, baseline: str, ratio: str) -> None:
    """Write one line of the table."""
    sys.stdout.write(f"| {name} | {value} | {baseline} | {ratio} |\n")
    sys.stdout.flush()


def peak() -> str:
    """Return the largest resident size of this process so far."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB"


def main() -> None:
    """Measure everything."""
    folder = Path(tempfile.mkdtemp())
    write_city(generate_city(profiles=3600), folder)
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else folder / "postings.csv"
    sys.stdout.write(f"{platform.machine()}, {TODAY}\n\n| 项目 | 本产品 | 基线 | 比值 |\n|---|---|---|---|\n")

    converting, model_dir = seconds(lambda: build_packaged_model(folder / "cache"))
    again, _ = seconds(lambda: build_packaged_model(folder / "cache"))
    row("模型构建（秒）", f"{converting:.1f}", f"再次调用 {again:.4f}", f"{converting / again:.0f}")

    normalised = normalise_postings(read_table(path, max_bytes=10**9), today=TODAY)
    model = build_model(Settings())
    titles = normalised.frame["title"].drop_duplicates().tolist()[:2000]
    reference = TransformerEncoder(model_dir)
    reference.encode(titles[:64])
    model.encoder.encode(titles[:64])
    slow, _ = seconds(lambda: reference.encode(titles))
    fast, _ = seconds(lambda: model.encoder.encode(titles))
    row(
        "编码岗位名称（条/秒）",
        f"{len(titles) / fast:,.0f}",
        f"torch fp32 {len(titles) / slow:,.0f}",
        f"{slow / fast:.2f}",
    )

    store = Store.from_url(f"sqlite:///{folder / 'bench.db'}")
    kept = model.with_store(store)
    coders = Coders.from_reference(kept)
    coder = coders.occupation
    region = read_region("yingkou")

    def ingest(file: Path) -> Any:
        return ingest_file(Intake(store, coders, region, folder, 10**9, TODAY), file)[0]

    first, report = seconds(lambda: ingest(path))
    repeated, _ = seconds(lambda: ingest(path))
    row(
        "入库（行/秒，含编码与去重）",
        f"{report.rows / first:,.0f}",
        f"再次导入 {repeated:.2f} 秒",
        f"{first / repeated:.0f}",
    )
    ingest(folder / "profiles.csv")

    loading, matcher = seconds(lambda: Matcher.from_store(store, kept, coder, as_of=dt.date(2026, 10, 31)))
    warm, matcher = seconds(lambda: Matcher.from_store(store, kept, coder, as_of=dt.date(2026, 10, 31)))
    row("加载两个库（秒，首次编码）", f"{loading:.1f}", f"向量已缓存 {warm:.1f}", f"{loading / warm:.1f}")

    rng = np.random.default_rng(0)
    chosen = [matcher.vacancies.rows[i]["id"] for i in rng.integers(len(matcher.vacancies), size=200)]
    times = np.array([seconds(lambda item=item: matcher.match_vacancy(item, k=10))[0] for item in chosen])
    query = np.concatenate([matcher.vacancies.titles[:1], matcher.vacancies.contents[:1]], axis=1)[0]
    vectors = np.concatenate([matcher.profiles.titles, matcher.profiles.contents], axis=1)
    product = np.median([seconds(lambda: vectors @ query)[0] for _ in range(50)])
    p50, p95 = np.quantile(times, [0.5, 0.95]) * 1000
    row(
        f"为岗位找人（毫秒，{len(matcher.profiles)} 人）",
        f"p50 {p50:.1f}，p95 {p95:.1f}",
        f"只做矩阵乘 {product * 1000:.2f}",
        f"{p50 / product / 1000:.0f}",
    )
    row(
        "内存峰值",
        peak(),
        f"只读 pandas {pd.read_csv(path).memory_usage(deep=True).sum() / 2**20:.0f} MB",
        "",
    )


if __name__ == "__main__":
    main()
