"""How well and how fast texts are coded, each beside a plain baseline of the same run.

Run ``python tests/benchmarks/coding.py``; it writes nothing but its table. Occupations: the market titles of
the product's own table in ten folds, where all spellings and translations of a title lie in one fold. Majors:
the names of the official table in five folds, so that one name on several levels never lies on both sides.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from data.reference import market_titles, occupation_names
from data.settings import Settings
from data.vacancies import normalise_title
from matching.coding import OccupationCoder
from matching.coding.major_occupations import MajorOccupationRanker, official_occupations
from matching.encoder.model import EmbeddingModel, build_model
from matching.lexical import LexicalIndex

__all__ = ["Quality", "measure_majors", "measure_speed", "measure_titles"]


class Quality(NamedTuple):
    """Means over queries."""

    queries: int
    first: float
    """Share of queries whose first answer is right."""
    recall: float
    """Share of the right codes among the first ten."""
    reciprocal: float
    """Mean reciprocal rank of the first right code, 0 beyond ten."""


def quality(ranked: Sequence[Sequence[str]], right: Sequence[Collection[str]]) -> Quality:
    """Compare ranked codes with the right ones."""
    firsts, recalls, reciprocals = [], [], []
    for codes, wanted in zip(ranked, right, strict=True):
        hits = [i for i, code in enumerate(codes[:10]) if code in wanted]
        firsts.append(float(bool(hits) and hits[0] == 0))
        recalls.append(len(hits) / len(wanted))
        reciprocals.append(1 / (hits[0] + 1) if hits else 0.0)
    return Quality(len(ranked), *(float(np.mean(each)) for each in (firsts, recalls, reciprocals)))


def measure_titles(model: EmbeddingModel, *, folds: Collection[int] = range(10)) -> tuple[Quality, Quality]:
    """Return the quality on market titles left out, ours and that of the nearest by character TF-IDF."""
    full = OccupationCoder.from_reference(model)
    table = market_titles()
    keys = table["title"].map(normalise_title)
    groups = sorted({full.group(key) for key in keys})
    fold_of = dict(zip(groups, np.random.default_rng(0).integers(0, 10, len(groups)).tolist(), strict=True))
    ours: list[list[str]] = []
    plain: list[list[str]] = []
    right: list[set[str]] = []
    for fold in folds:
        held = table[[fold_of[full.group(key)] == fold for key in keys]]
        coder = full.without({group for group, of in fold_of.items() if of == fold})
        ours += [[item.code for item in row] for row in coder.rank(held["title"].tolist())]
        labels = {**coder.exact, **coder.aliases}
        plain += nearest_codes(held["title"].map(normalise_title).tolist(), labels)
        right += [{code} for code in held["occupation_code"]]
    return quality(ours, right), quality(plain, right)


def nearest_codes(queries: Sequence[str], labels: dict[str, str]) -> list[list[str]]:
    """Return the ten codes whose labels are nearest by character TF-IDF: the baseline."""
    codes = list(labels.values())
    scores = LexicalIndex.from_texts(list(labels)).scores(queries)
    return [
        list(dict.fromkeys(codes[i] for i in np.argsort(-row, kind="stable")[:200]))[:10] for row in scores
    ]


def measure_majors(model: EmbeddingModel, *, folds: Collection[int] = range(5)) -> tuple[Quality, Quality]:
    """Return the quality on majors whose names were left out, ours and that of character TF-IDF."""
    official = official_occupations()
    names = sorted(official)
    fold_of = dict(zip(names, np.random.default_rng(0).integers(0, 5, len(names)).tolist(), strict=True))
    candidates = OccupationCoder.from_reference(model).candidates
    labels = {name: code for code, name in occupation_names().items() if len(code) == 10}
    ours: list[list[str]] = []
    plain: list[list[str]] = []
    right: list[Collection[str]] = []
    for fold in folds:
        held = [name for name in names if fold_of[name] == fold]
        ranker = MajorOccupationRanker.from_reference(model, candidates, without=held)
        ours += [[item.code for item in row] for row in ranker.rank(held)]
        plain += nearest_codes(held, labels)
        right += [official[name] for name in held]
    return quality(ours, right), quality(plain, right)


def measure_speed(model: EmbeddingModel) -> tuple[float, float]:
    """Return titles a second for known titles: coded together, and one call each."""
    coder = OccupationCoder.from_reference(model)
    rng = np.random.default_rng(0)
    titles = rng.choice(market_titles()["title"].to_numpy(), 40_000).tolist()
    started = time.perf_counter()
    coder.code(titles)
    together = len(titles) / (time.perf_counter() - started)
    started = time.perf_counter()
    for title in titles[:2000]:
        coder.code([title])
    return together, 2000 / (time.perf_counter() - started)


def main() -> None:
    """Measure everything."""
    model = build_model(Settings())
    write = sys.stdout.write
    write("| 项目 | 查询 | 首位 | recall@10 | MRR |\n|---|---|---|---|---|\n")
    for name, measured in (("岗位名称→职业", measure_titles(model)), ("专业→职业", measure_majors(model))):
        for label, result in zip(("本产品", "字符 TF-IDF"), measured, strict=True):
            write(
                f"| {name}，{label} | {result.queries} | {result.first:.3f} | {result.recall:.3f}"
                f" | {result.reciprocal:.3f} |\n"
            )
    together, alone = measure_speed(model)
    write(f"\n已知名称：成批 {together:,.0f} 条/秒，逐条 {alone:,.0f} 条/秒，{together / alone:.1f} 倍\n")


if __name__ == "__main__":
    main()
