"""One match request from end to end, by number of people, beside the bare matrix product of the same run.

Run ``python tests/benchmarks/match_requests.py [--profiles 200000]``; it writes nothing but its table. People
and vacancies are the synthetic city's; texts are encoded by character hashing into 384 numbers, which costs a
search and a score just what a sentence encoder's vectors do. Encoding an item that is not stored comes on
top and is measured apart by ``main_job.py``.
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

import numpy as np
import pandas as pd

from data.regions import read_region
from data.store.profiles import read_profiles
from data.store.store import Store
from data.store.vacancies import read_vacancies
from data.synthetic import generate_city, write_city
from matching.coding import Coders
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.ingest import Intake, ingest_file
from matching.loading import load_pools
from matching.matcher import Matcher
from matching.retrieval import retrieve

TODAY = dt.date(2026, 11, 21)
AS_OF = dt.date(2026, 10, 31)


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long a piece of work took, and its result."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def row(*cells: str) -> None:
    """Write one line of the table."""
    sys.stdout.write("| " + " | ".join(cells) + " |\n")
    sys.stdout.flush()


def city(folder: Path, model: EmbeddingModel) -> Store:
    """Return the store of a generated city, made and ingested unless the folder holds it already."""
    path = folder / "city.db"
    if path.is_file():
        return Store.from_url(f"sqlite:///{path}")
    write_city(generate_city(profiles=20_000), folder)
    store = Store.from_url(f"sqlite:///{path}")
    intake = Intake(
        store,
        Coders.from_reference(model),
        read_region("yingkou"),
        folder / "reports",
        max_bytes=10**9,
        today=TODAY,
    )
    for name in ("postings.csv", "profiles.csv"):
        taken, _ = seconds(lambda name=name: ingest_file(intake, folder / name))
        sys.stderr.write(f"{name}: {taken:.0f} s\n")
    return store


def enlarged(profiles: pd.DataFrame, number: int) -> pd.DataFrame:
    """Return so many people: copies whose facts are drawn anew from those of the others, column by column."""
    rng = np.random.default_rng(0)
    copies = [profiles]
    while sum(map(len, copies)) < number:
        mixed = profiles.copy()
        for names in (
            ["place_code", "willing_codes"],
            ["pay_floor"],
            ["available_on"],
            ["summary"],
            ["skills"],
        ):
            order = rng.permutation(len(mixed))
            mixed[names] = profiles[names].iloc[order].set_axis(mixed.index)
        copies.append(mixed.assign(profile_id=profiles["profile_id"] + f"-{len(copies)}"))
    return pd.concat(copies, ignore_index=True)[:number]


def build(number: int, folder: Path) -> Matcher:
    """Load a matcher over so many people."""
    model = EmbeddingModel.from_encoder(HashingEncoder(384))
    store = city(folder, model)
    vacancies, profiles = read_vacancies(store), enlarged(read_profiles(store), number)
    index = Path(tempfile.mkdtemp())

    def load() -> Matcher:
        return Matcher(load_pools(vacancies, profiles, model, as_of=AS_OF, folder=index), model, None)

    taken, _ = seconds(load)
    again, matcher = seconds(load)
    row("加载（秒）", f"{again:.1f}（向量已在盘上）", f"首次 {taken:.1f}", f"{taken / again:.1f}")
    return matcher


def main() -> None:
    """Measure everything."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--profiles", type=int, default=200_000)
    arguments.add_argument("--requests", type=int, default=100)
    arguments.add_argument("--folder", type=Path, help="holds the generated city between runs")
    options = arguments.parse_args()
    row("项目", "本产品", "基线", "比值")
    row("---", "---:", "---:", "---:")
    matcher = build(options.profiles, options.folder or Path(tempfile.mkdtemp()))
    people, vacancies = matcher.profiles, matcher.vacancies
    exposing, _ = seconds(lambda: matcher.exposure)
    row("全部需求的最近十人（秒）", f"{exposing:.1f}", f"{len(vacancies)} 条 × {len(people)} 人", "")

    rng = np.random.default_rng(0)
    chosen = [vacancies.ids[i] for i in rng.integers(len(vacancies), size=options.requests)]
    matrix = people.index.take(np.arange(people.index.size))
    query = matrix[0].copy()
    product = float(np.median([seconds(lambda: matrix @ query)[0] for _ in range(30)])) * 1000
    parts: dict[str, list[float]] = {"硬性条件": [], "检索": [], "端到端，排 300 人、说明 20 人": []}
    shares = []
    for vacancy_id in chosen:
        asked = matcher._query(vacancy_id, vacancies)
        taken, (allowed, _) = seconds(lambda asked=asked: people.allowed(asked.row))
        parts["硬性条件"].append(taken)
        shares.append(float(allowed.mean()))
        taken, _ = seconds(lambda asked=asked, allowed=allowed: retrieve(asked, people, allowed, 300))
        parts["检索"].append(taken)
        taken, _ = seconds(lambda vacancy_id=vacancy_id: matcher.match_vacancy(vacancy_id, k=20))
        parts["端到端，排 300 人、说明 20 人"].append(taken)
    for name, taken in parts.items():
        p50, p95 = np.quantile(taken, [0.5, 0.95]) * 1000
        row(
            f"{name}（毫秒，{len(people)} 人，平均允许 {np.mean(shares):.0%}）",
            f"p50 {p50:.1f}，p95 {p95:.1f}",
            f"矩阵乘向量 {product:.1f}",
            f"{p95 / product:.1f}",
        )
    first = matcher.profiles.ids[: options.requests]
    times = [seconds(lambda each=each: matcher.match_profile(each, k=20))[0] for each in first]
    p50, p95 = np.quantile(times, [0.5, 0.95]) * 1000
    row(f"为人找岗（毫秒，{len(vacancies)} 条）", f"p50 {p50:.1f}，p95 {p95:.1f}", "", "")
    row("内存峰值（GB）", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f}", "", "")


if __name__ == "__main__":
    main()
