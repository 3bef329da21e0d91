"""What each stage costs at three sizes, how it grows, and the machines that larger places need.

Run ``python tests/benchmarks/sizing.py [--sizes 10000 100000 1000000] [--folder DIR]``; it writes its tables
and, into the folder, ``sizing.json`` with every measurement. Every size runs in a process of its own, so that
its peak of memory is its own; what was measured before is read from the folder and not measured again. Rows
are those of the shipped synthetic city, repeated under other employers and identifiers, with titles and texts
drawn anew from each other. Texts are encoded by hashed n-grams; what the packaged model takes for a text is
measured by itself.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.cluster import connected
from data.editions import build_editions
from data.intake import Reading, normalise_part
from data.regions import read_region
from data.settings import Settings
from data.sources.columns import TableKind
from data.sources.stream import open_tables
from data.store.profiles import read_profiles
from data.store.store import Store
from data.store.vacancies import read_vacancies
from data.synthetic import generate_city, write_city
from matching.bulk import nearest_profiles
from matching.coding import Coders
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel, build_model
from matching.ingest import Intake, ingest_file
from matching.loading import load_pools
from matching.matcher import Matcher

TODAY = dt.date(2026, 11, 21)
NEEDS = 2_000
"""Needs that are matched in bulk at every size: the cost of one, not of as many as there are people."""
DIMENSION = 384
PLACES = {
    "县（30 万人口）": (10_000, 10_000),
    "市（230 万人口）": (200_000, 100_000),
    "省（4,200 万人口）": (4_000_000, 4_000_000),
    "全国": (100_000_000, 100_000_000),
}
"""Profiles kept, and postings a year."""
CORES, MEMORY_GB, NIGHT, USABLE = 16, 64, 8, 0.7
"""One machine of a larger place, hours of a night, and the share of a machine that work may take."""


class Costs(dict[str, dict[str, float]]):
    """What every stage took, written down as soon as it is known: the largest size may not end."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def __setitem__(self, stage: str, taken: dict[str, float]) -> None:
        super().__setitem__(stage, taken)
        self._path.write_text(json.dumps(self, ensure_ascii=False))


@contextmanager
def measured(costs: Costs, stage: str, rows: int, folder: Path | None = None) -> Iterator[None]:
    """Add what a stage took, children included, and by how much a folder grew."""

    def processor() -> float:
        return sum(
            used.ru_utime + used.ru_stime
            for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )

    started, used, size = time.perf_counter(), processor(), _bytes(folder)
    yield
    taken = {
        "rows": rows,
        "seconds": round(time.perf_counter() - started, 2),
        "cpu_seconds": round(processor() - used, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    costs[stage] = taken | ({"bytes": _bytes(folder) - size} if folder else {})
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {rows} {stage} {costs[stage]}\n")
    sys.stderr.flush()


def enlarged(path: Path, number: int, *, key: str, mixed: list[str], named: list[str]) -> None:
    """Bring a file to so many rows: copies under other names, some columns drawn anew from the others."""
    rng = np.random.default_rng(0)
    first = pd.read_csv(path, dtype=str, keep_default_na=False)
    parts, made = [], 0
    while made < number:
        copy = first.iloc[: number - made].copy()
        mark = len(parts)
        if mark:
            copy[key] = copy[key] + f"-{mark}"
            for column in named:
                copy[column] = copy[column].str.replace("有限", f"{mark}号有限", regex=False)
            for column in mixed:
                copy[column] = first[column].to_numpy()[rng.permutation(len(first))][: len(copy)]
        parts.append(copy)
        made += len(copy)
    whole = pd.concat(parts, ignore_index=True)
    if "招聘结果" in whole:
        # Still open, so that there is something to match.
        whole.loc[::4, ["关闭日期", "招聘结果", "有效期至"]] = ""
    whole.to_csv(path, index=False)


def one_size(number: int, folder: Path) -> None:
    """Measure every stage at one size."""
    costs = Costs(folder / f"costs-{number}.json")
    region = read_region("yingkou")
    place = folder / str(number)
    place.mkdir(exist_ok=True)
    write_city(generate_city(profiles=min(number, 20_000)), place)
    postings, profiles = place / "postings.csv", place / "profiles.csv"
    enlarged(postings, number, key="信息编号", mixed=["岗位职责"], named=["用人单位"])
    enlarged(profiles, number, key="档案编号", mixed=["能力", "所在地"], named=[])
    store = Store.from_url(f"sqlite:///{place}/yingcai.db")
    model = EmbeddingModel.from_encoder(HashingEncoder(DIMENSION)).with_store(store)
    coders = Coders.from_reference(model)
    coders.prepare()
    reading = Reading(TableKind.POSTING, region, None, b"k" * 32, TODAY)
    with measured(costs, "读取与规范", number):
        for table in open_tables(postings, max_bytes=10**11, today=TODAY)[0].parts():
            normalise_part(table, reading)
    intake = Intake(store, coders, region, place, 10**11, TODAY)
    with measured(costs, "招聘信息入库", number, place):
        ingest_file(intake, postings)
    with measured(costs, "档案入库", number, place):
        ingest_file(intake, profiles)
    with measured(costs, "编制目录", number):
        build_editions(store, region, as_of=dt.date(2026, 10, 31))
    with measured(costs, "装入匹配", number, place / "index"):
        offered, people = read_vacancies(store), read_profiles(store)
        loaded = load_pools(offered, people, model, as_of=dt.date(2026, 10, 31), folder=place / "index")
    store.engine.dispose()
    matcher = Matcher(loaded, model, None)
    # A service counts at loading who is near to how many needs: the bulk match below, for all needs.
    vars(matcher)["exposure"] = np.zeros(matcher.profiles.index.size, dtype=np.int64)
    asked = matcher.vacancies.ids[:100]
    with measured(costs, "逐条匹配（100 次）", number):
        for each in asked:
            matcher.match_vacancy(each, k=20)
    some = matcher.vacancies.only(np.arange(matcher.vacancies.index.size) < NEEDS)
    with measured(costs, f"批量匹配（{NEEDS} 个岗位）", number):
        nearest_profiles(some, matcher.profiles, k=20)


def _bytes(folder: Path | None) -> int:
    if folder is None:
        return 0
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file() and each.suffix != ".csv")


def encoding() -> dict[str, float]:
    """Return how many texts of either length the packaged model encodes in a CPU second."""
    model = build_model(Settings())
    city = generate_city(profiles=600)
    texts = {
        "短（岗位名称）": [
            f"{title}{number}" for number, title in enumerate(city.postings["岗位名称"][:1024])
        ],
        "长（职责与经历）": [
            f"{number}{text}" for number, text in enumerate(city.postings["岗位职责"][:512])
        ],
    }
    model.embed(["预热"] * 64)
    found = {}
    for name, chosen in texts.items():
        used = time.process_time()
        model.embed(chosen)
        found[name] = round(len(chosen) / (time.process_time() - used), 1)
    return found


def growth(sizes: list[int], values: list[float]) -> tuple[float, float]:
    """Fit ``value = a · size ** b`` by least squares of the logarithms; return both."""
    b, log_a = np.polyfit(np.log(sizes), np.log(np.maximum(values, 1e-9)), 1)
    return float(np.exp(log_a)), float(b)


def curves(all_costs: dict[int, dict[str, dict[str, float]]]) -> dict[str, dict[str, tuple[float, float]]]:
    """Write what was measured, and return the fitted curves of every stage."""
    sizes = sorted(all_costs)
    _row("阶段", *(f"{size:,} 行：CPU 秒" for size in sizes), "峰值内存 MB", "每百万行 CPU 秒", "增长 n^b")
    _row("---", *["---:"] * (len(sizes) + 3))
    fitted: dict[str, dict[str, tuple[float, float]]] = {}
    for stage in all_costs[sizes[0]]:
        at = [size for size in sizes if stage in all_costs[size]]
        found = [all_costs[size][stage] for size in at]
        fitted[stage] = {
            name: growth(at, [each[name] for each in found])
            for name in ("cpu_seconds", "peak_mb", "bytes")
            if all(name in each for each in found)
        }
        a, b = fitted[stage]["cpu_seconds"]
        _row(
            stage,
            *(f"{each['cpu_seconds']:,.1f}" for each in found),
            *["没有测完"] * (len(sizes) - len(at)),
            " / ".join(f"{each['peak_mb']:,.0f}" for each in found),
            f"{a * (10**6) ** b:,.0f}",
            f"{b:.2f}",
        )
    return fitted


def places(fitted: dict[str, dict[str, tuple[float, float]]], texts: dict[str, float]) -> None:
    """Write what each place needs: the curves where they were measured, in proportion beyond."""
    largest = 10**6

    def cost(stage: str, name: str, rows: int) -> float:
        a, b = fitted[stage][name]
        return a * min(rows, largest) ** b * max(1.0, rows / largest)

    _row(
        "地方",
        "档案",
        "招聘信息/年",
        "入库 CPU 时/年",
        "编码 CPU 时（首次）",
        "数据库 GB",
        "向量 GB",
        "服务内存 GB",
        "首次入库与编码一夜做完的机器",
        "服务的机器",
    )
    _row("---", *["---:"] * 9)
    for name, (people, postings) in PLACES.items():
        taken = cost("招聘信息入库", "cpu_seconds", postings) + cost("档案入库", "cpu_seconds", people)
        # A title, and a duty or experience text, each new text once; half of the titles come again.
        coded = (people + postings) * (0.5 / texts["短（岗位名称）"] + 1 / texts["长（职责与经历）"])
        stored = cost("招聘信息入库", "bytes", postings) + cost("档案入库", "bytes", people)
        held = cost("装入匹配", "bytes", people)
        served = cost("装入匹配", "peak_mb", people) / 1024
        _row(
            name,
            *(f"{each:,}" for each in (people, postings)),
            f"{taken / 3600:,.1f}",
            f"{coded / 3600:,.1f}",
            f"{stored / 2**30:,.1f}",
            f"{held / 2**30:,.1f}",
            f"{served:,.1f}",
            f"{-(-(taken + coded) // (3600 * NIGHT * CORES * USABLE)):,.0f}",
            f"{-(-served // (MEMORY_GB * USABLE)):,.0f}",
        )


def dry_run(address: str, postings: int, part_rows: int = 20_000) -> dict[str, float]:
    """Have a cluster take as many parts as a size has, each empty: what handing them out costs alone."""
    parts = -(-postings // part_rows)
    started = time.perf_counter()
    with connected(address) as cluster:
        done = sum(1 for _ in cluster.map(_nothing, range(parts), shared=None))
    seconds = time.perf_counter() - started
    return {"parts": done, "seconds": round(seconds, 1), "ms_a_part": round(1000 * seconds / done, 2)}


def _nothing(_shared: None, part: int) -> int:
    return part


def _row(*cells: str) -> None:
    sys.stdout.write("| " + " | ".join(cells) + " |\n")
    sys.stdout.flush()


def main(work: Callable[[int, Path], None] = one_size) -> None:
    """Measure every size that was not measured before, and write the tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    arguments.add_argument("--folder", type=Path)
    arguments.add_argument("--dask", default="", help="a scheduler, to hand out the parts of the nation to")
    options = arguments.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    all_costs: dict[int, dict[str, dict[str, float]]] = {}
    for size in options.sizes:
        kept = folder / f"costs-{size}.json"
        if not kept.exists():
            process = multiprocessing.get_context("spawn").Process(target=work, args=(size, folder))
            process.start()
            process.join()
            if process.exitcode:
                sys.stderr.write(f"{size} 行没有测完（{process.exitcode}），只列出已测的阶段\n")
        all_costs[size] = json.loads(kept.read_text())
    texts = encoding()
    result: dict[str, Any] = {"costs": all_costs, "texts_a_cpu_second": texts}
    result["curves"] = fitted = curves(all_costs)
    sys.stdout.write(f"\n每 CPU 秒编码的文本：{texts}\n\n")
    places(fitted, texts)
    if options.dask:
        result["dry_run"] = dry_run(options.dask, PLACES["全国"][1])
        sys.stdout.write(f"\n全国一年招聘信息的分份，逐份空跑：{result['dry_run']}\n")
    (folder / "sizing.json").write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
