"""What an evaluation says: every metric of every system on every group of queries, with intervals."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.records import Record
from training.metrics import (
    average_precision,
    graded_ndcg,
    mean_with_interval,
    precision,
    recall,
    reciprocal_rank,
)

__all__ = ["METRICS", "Evaluation", "Grouping", "Measure", "Ranked", "measure", "write_evaluation"]

FEWEST_QUERIES = 10
"""A group with fewer queries is named but not rated."""

Floats = NDArray[np.float64]


class Ranked(NamedTuple):
    """One query's judged items as a system ranked them."""

    gains: Floats
    """Gains in ranked order, up to the last judged item that was ranked."""
    ideal: Floats
    """Gains of everything relevant, ranked or not."""


def _first(one: Ranked) -> float:
    """Reciprocal rank; 0 where something is relevant and nothing of it was ranked."""
    value = reciprocal_rank(one.gains > 0)
    return 0.0 if np.isnan(value) and len(one.ideal) else value


METRICS: dict[str, Callable[[Ranked], float]] = {
    "MAP": lambda one: average_precision(one.gains > 0, total=len(one.ideal)),
    "MRR": _first,
    "P@5": lambda one: precision(one.gains > 0, 5, total=len(one.ideal)),
    "P@10": lambda one: precision(one.gains > 0, 10, total=len(one.ideal)),
    "nDCG@10": lambda one: graded_ndcg(one.gains, 10, ideal=one.ideal),
    "recall@1": lambda one: recall(one.gains > 0, 1, total=len(one.ideal)),
    "recall@10": lambda one: recall(one.gains > 0, 10, total=len(one.ideal)),
    "recall@100": lambda one: recall(one.gains > 0, 100, total=len(one.ideal)),
}
"""Metrics by the name under which they are reported."""


class Grouping(NamedTuple):
    """Labels of the queries by which results are broken down."""

    name: str
    """What is told apart, such as ``重点产业``."""
    labels: Sequence[str]
    """One a query; several joined by ``|`` count in each, an empty one in none."""


class Measure(Record):
    """One metric of one system over one group of queries."""

    dataset: str
    """Which queries and corpus, such as ``english`` or ``遮去名称``."""
    grouping: str
    """What the group belongs to; ``全部`` for all queries."""
    group: str
    """Its label; ``全部`` for all queries."""
    system: str
    """What ranked."""
    metric: str
    """Name in ``METRICS``."""
    mean: float | None
    """Mean over the queries that have something relevant; empty where there are too few to say."""
    low: float | None
    """Lower end of the 95 % bootstrap interval."""
    high: float | None
    """Upper end."""
    queries: int
    """Queries with something relevant."""
    dropped: int
    """Queries left out because nothing is relevant for them."""


class Evaluation(Record):
    """Everything one evaluation found, and what it was made with."""

    task: str
    """``titles``, ``majors``, ``postings`` or ``matching``."""
    measures: tuple[Measure, ...]
    """By dataset, group, system and metric."""
    details: dict[str, Any]
    """Seed, sizes, encoder and whatever else the numbers depend on."""
    notes: tuple[str, ...] = ()
    """What a reader must know, in Chinese."""

    def frame(self) -> pd.DataFrame:
        """Return one row a measure."""
        return pd.DataFrame([one.model_dump() for one in self.measures], columns=list(Measure.model_fields))


def measure(
    ranked: Mapping[str, Sequence[Ranked]],
    metrics: Sequence[str],
    *,
    dataset: str,
    rng: np.random.Generator,
    groupings: Sequence[Grouping] = (),
) -> list[Measure]:
    """Average over all queries and over each group.

    Parameters
    ----------
    ranked
        For each system the same queries in the same order.
    metrics
        Names in ``METRICS``.
    dataset
        Name of the queries and their corpus.
    rng
        Draws the bootstrap.
    groupings
        Labels by which the queries are broken down.

    Returns
    -------
    list of Measure
        A group of fewer than 10 queries has counts and no mean.
    """
    everything = Grouping("全部", ["全部"] * max((len(each) for each in ranked.values()), default=0))
    found = []
    for system, queries in ranked.items():
        for metric in metrics:
            values = np.array([METRICS[metric](one) for one in queries], np.float64)
            for grouping in (everything, *groupings):
                for group, chosen in _groups(grouping.labels).items():
                    found.append(
                        Measure(
                            dataset=dataset,
                            grouping=grouping.name,
                            group=group,
                            system=system,
                            metric=metric,
                            **_average(values[chosen], rng, always=grouping is everything),
                        )
                    )
    return found


def write_evaluation(evaluation: Evaluation, folder: Path) -> list[Path]:
    """Write ``<task>.json`` and ``<task>.csv`` and return both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    document, table = folder / f"{evaluation.task}.json", folder / f"{evaluation.task}.csv"
    text = json.dumps(evaluation.model_dump(mode="json"), ensure_ascii=False, indent=2)
    document.write_text(text + "\n", "utf-8")
    evaluation.frame().to_csv(table, index=False, encoding="utf-8-sig", lineterminator="\n")
    return [document, table]


def _groups(labels: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """Return the positions of every label, the most frequent first."""
    positions: dict[str, list[int]] = {}
    for position, joined in enumerate(labels):
        for label in filter(None, dict.fromkeys(joined.split("|"))):
            positions.setdefault(label, []).append(position)
    ordered = sorted(positions, key=lambda label: (-len(positions[label]), label))
    return {label: np.array(positions[label], np.int64) for label in ordered}


def _average(values: Floats, rng: np.random.Generator, *, always: bool) -> dict[str, float | int | None]:
    """Return mean, interval and counts as the fields of a measure."""
    known = int((~np.isnan(values)).sum())
    counts = {"queries": known, "dropped": len(values) - known}
    if known == 0 or (known < FEWEST_QUERIES and not always):
        return {"mean": None, "low": None, "high": None, **counts}
    mean = mean_with_interval(values, rng)
    return {"mean": mean.mean, "low": mean.low, "high": mean.high, **counts}
