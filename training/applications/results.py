"""What the benchmark says: every metric of every system, and the differences that count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from data.records import Record
from training.metrics import mean_with_interval

__all__ = ["METRICS", "Comparison", "Figure", "compare", "figures"]

METRICS = ("nDCG@10", "Recall@10", "AUC")
"""Metrics in the order of the columns of a system's values."""

Floats = NDArray[np.float64]


class Figure(Record):
    """One metric of one system, averaged over queries."""

    protocol: str
    """How the applications were divided."""
    direction: str
    """What was ranked for what."""
    system: str
    """What ranked."""
    metric: str
    """Name in :data:`METRICS`."""
    mean: float
    """Mean, 0 to 1."""
    low: float
    """Lower end of the 95 % bootstrap interval."""
    high: float
    """Upper end."""
    queries: int
    """Queries with something to find."""


class Comparison(Record):
    """How much one system is better than another at the same queries."""

    protocol: str
    """How the applications were divided."""
    direction: str
    """What was ranked for what."""
    system: str
    """The one in question."""
    against: str
    """The other one."""
    metric: str
    """Name in :data:`METRICS`."""
    difference: float
    """Mean of the differences by query; above 0 the one in question is better."""
    low: float
    """Lower end of the 95 % bootstrap interval of the differences."""
    high: float
    """Upper end."""

    @property
    def better(self) -> bool:
        """Whether the whole interval is above 0."""
        return self.low > 0


def figures(
    values: Mapping[str, Floats], rng: np.random.Generator, *, protocol: str, direction: str
) -> list[Figure]:
    """Average every metric of every system.

    Parameters
    ----------
    values
        By system, shape ``(queries, metrics)``.
    rng
        Draws the bootstrap.
    protocol, direction
        Labels.

    Returns
    -------
    list of Figure
        By system and metric.
    """
    found = []
    for system, table in values.items():
        for at, metric in enumerate(METRICS):
            mean = mean_with_interval(table[:, at], rng)
            found.append(
                Figure(
                    protocol=protocol,
                    direction=direction,
                    system=system,
                    metric=metric,
                    mean=mean.mean,
                    low=mean.low,
                    high=mean.high,
                    queries=mean.queries,
                )
            )
    return found


def compare(
    values: Mapping[str, Floats],
    system: str,
    others: Sequence[str],
    rng: np.random.Generator,
    *,
    protocol: str,
    direction: str,
) -> list[Comparison]:
    """Compare one system with others, query by query.

    Parameters
    ----------
    values
        By system, shape ``(queries, metrics)``, the same queries in the same order.
    system
        The one in question.
    others
        What it is compared with.
    rng
        Draws the bootstrap.
    protocol, direction
        Labels.

    Returns
    -------
    list of Comparison
        By other system and metric.
    """
    found = []
    for other in others:
        for at, metric in enumerate(METRICS):
            mean = mean_with_interval(values[system][:, at] - values[other][:, at], rng)
            found.append(
                Comparison(
                    protocol=protocol,
                    direction=direction,
                    system=system,
                    against=other,
                    metric=metric,
                    difference=mean.mean,
                    low=mean.low,
                    high=mean.high,
                )
            )
    return found
