"""Ranking metrics, pure functions of one query; nothing relevant gives nan, never a silent skip."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Mean",
    "area_under_curve",
    "average_precision",
    "graded_ndcg",
    "mean_with_interval",
    "ndcg",
    "precision",
    "recall",
    "reciprocal_rank",
]

_DRAWN_AT_ONCE = 1_000_000
"""Numbers held in memory while a bootstrap draws."""

Relevant = NDArray[np.bool_]
"""For the items of one query in ranked order, best first: whether each is relevant."""


class Mean(NamedTuple):
    """Mean over queries with a bootstrap interval."""

    mean: float
    low: float
    high: float
    queries: int
    """Queries with something relevant."""
    dropped: int
    """Queries left out because nothing is relevant for them."""


def average_precision(relevant: Relevant, *, total: int | None = None) -> float:
    """Average precision over the full ranking.

    Parameters
    ----------
    relevant
        Relevance in ranked order.
    total
        Relevant items in all, where some may be missing from the ranking.

    Returns
    -------
    float
        0 to 1; nan when nothing is relevant.
    """
    count = int(relevant.sum()) if total is None else total
    if count == 0:
        return float("nan")
    precision = np.cumsum(relevant) / np.arange(1, len(relevant) + 1)
    return float(precision[relevant].sum() / count)


def area_under_curve(relevant: Relevant) -> float:
    """Area under the ROC curve of a full ranking: how often a relevant item stands before another one.

    Parameters
    ----------
    relevant
        Relevance in ranked order of every item; equal scores must have been put in random order.

    Returns
    -------
    float
        0 to 1, one half for a random order; nan when everything or nothing is relevant.
    """
    count, others = int(relevant.sum()), int((~relevant).sum())
    if not count or not others:
        return float("nan")
    places = np.flatnonzero(relevant) + 1
    before = float(places.sum() - count * (count + 1) / 2)
    return 1 - before / (count * others)


def recall(relevant: Relevant, k: int, *, total: int | None = None) -> float:
    """Share of the relevant items among the first ``k``; nan when nothing is relevant."""
    count = int(relevant.sum()) if total is None else total
    return float(relevant[:k].sum() / count) if count else float("nan")


def precision(relevant: Relevant, k: int, *, total: int | None = None) -> float:
    """Share of relevant items among the first ``k`` places, empty places counted; nan as above."""
    count = int(relevant.sum()) if total is None else total
    return float(relevant[:k].sum() / k) if count else float("nan")


def reciprocal_rank(relevant: Relevant) -> float:
    """One over the rank of the first relevant item; nan when nothing is relevant."""
    found = np.flatnonzero(relevant)
    return float(1 / (found[0] + 1)) if len(found) else float("nan")


def ndcg(relevant: Relevant, k: int) -> float:
    """Normalised discounted cumulative gain of the first ``k`` with gains 0 and 1; nan as above."""
    count = int(relevant.sum())
    if count == 0:
        return float("nan")
    discount = 1 / np.log2(np.arange(2, k + 2))
    gained = float((relevant[:k] * discount[: len(relevant[:k])]).sum())
    return gained / float(discount[: min(count, k)].sum())


def graded_ndcg(gains: NDArray[np.float64], k: int, *, ideal: NDArray[np.float64]) -> float:
    """Normalised discounted cumulative gain of the first ``k`` with the gains of a graded judgement.

    Parameters
    ----------
    gains
        Gains in ranked order, 0 for what is not relevant.
    k
        Places that count.
    ideal
        Gains of everything relevant, ranked or not, in any order.

    Returns
    -------
    float
        0 to 1; nan when nothing is relevant.
    """
    best = np.sort(ideal[ideal > 0])[::-1][:k]
    if not len(best):
        return float("nan")
    discount = 1 / np.log2(np.arange(2, k + 2))
    gained = float((gains[:k] * discount[: len(gains[:k])]).sum())
    return gained / float((best * discount[: len(best)]).sum())


def mean_with_interval(
    values: NDArray[np.float64], rng: np.random.Generator, *, draws: int = 2000, level: float = 0.95
) -> Mean:
    """Mean over queries with a percentile bootstrap interval; nan values are left out and counted."""
    known = values[~np.isnan(values)]
    dropped = len(values) - len(known)
    if not len(known):
        return Mean(float("nan"), float("nan"), float("nan"), 0, dropped)
    at_once = max(_DRAWN_AT_ONCE // len(known), 1)
    means = np.concatenate(
        [
            known[rng.integers(len(known), size=(min(at_once, draws - start), len(known)))].mean(axis=1)
            for start in range(0, draws, at_once)
        ]
    )
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Mean(float(known.mean()), float(low), float(high), len(known), dropped)
