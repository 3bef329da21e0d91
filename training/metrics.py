"""Ranking metrics, pure functions of one query; nothing relevant gives nan, never a silent skip."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Mean", "average_precision", "mean_with_interval", "ndcg", "recall", "reciprocal_rank"]

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


def recall(relevant: Relevant, k: int, *, total: int | None = None) -> float:
    """Share of the relevant items among the first ``k``; nan when nothing is relevant."""
    count = int(relevant.sum()) if total is None else total
    return float(relevant[:k].sum() / count) if count else float("nan")


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


def mean_with_interval(
    values: NDArray[np.float64], rng: np.random.Generator, *, draws: int = 2000, level: float = 0.95
) -> Mean:
    """Mean over queries with a percentile bootstrap interval; nan values are left out and counted."""
    known = values[~np.isnan(values)]
    dropped = len(values) - len(known)
    if not len(known):
        return Mean(float("nan"), float("nan"), float("nan"), 0, dropped)
    means = known[rng.integers(len(known), size=(draws, len(known)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Mean(float(known.mean()), float(low), float(high), len(known), dropped)
