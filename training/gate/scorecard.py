"""What one model did on the frozen sets: values query by query, fairness and speed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd

__all__ = ["COLUMNS", "EVERYTHING", "Dimension", "Scorecard", "fairness_kind"]

COLUMNS = ("metric", "dimension", "slice", "query", "value")
"""Columns of :attr:`Scorecard.quality`."""

EVERYTHING = "全部"
"""The one slice of :attr:`Dimension.OVERALL`."""


class Dimension(StrEnum):
    """By what the queries are told apart."""

    OVERALL = "overall"
    """Not at all: every query of a metric."""
    INDUSTRY = "industry"
    """Key industry of the vacancy, posting or title."""
    LANGUAGE = "language"
    """Language of the query."""
    EDUCATION = "education"
    """Education that the vacancy asks for or the person has, or level of the major."""
    REGION = "region"
    """District of the vacancy or person."""

    @property
    def label(self) -> str:
        """The name in Chinese."""
        return _LABELS[self]


_LABELS = {
    Dimension.OVERALL: "总体",
    Dimension.INDUSTRY: "产业",
    Dimension.LANGUAGE: "语种",
    Dimension.EDUCATION: "学历层次",
    Dimension.REGION: "地区",
}


def fairness_kind(name: str) -> str:
    """Return what a figure of fairness is: the part of its name before the first slash.

    Parameters
    ----------
    name
        ``impact/性别``, ``impact/性别×年龄`` (least selection rate over the largest, 0 to 1),
        ``swap/人才档案`` (largest change of a score, 0 to 1) or ``moved/人才档案`` (swaps that moved a rank).

    Returns
    -------
    str
        ``impact``, ``swap``, ``moved`` or whatever else stands there.
    """
    return name.partition("/")[0]


@dataclass(frozen=True)
class Scorecard:
    """What one model did on the frozen sets.

    Parameters
    ----------
    name
        Identifier of the bundle, or of the packaged default.
    quality
        Columns :data:`COLUMNS`: one value (larger is better) of each query for each slice it belongs to;
        ``dimension`` is a value of :class:`Dimension`.
    fairness
        Figures by name, see :func:`fairness_kind`.
    latency_ms
        ``p50`` and ``p95`` of a match request in milliseconds, measured in alternation with the other model.
    """

    name: str
    quality: pd.DataFrame
    fairness: Mapping[str, float] = field(default_factory=dict)
    latency_ms: Mapping[str, float] = field(default_factory=dict)

    def means(self) -> pd.DataFrame:
        """Return mean and number of queries by metric, dimension and slice.

        Returns
        -------
        DataFrame
            Columns ``metric``, ``dimension``, ``slice``, ``mean`` and ``queries``, in order of appearance.
        """
        keys = ["metric", "dimension", "slice"]
        grouped = self.quality.groupby(keys, sort=False)["value"]
        return grouped.agg(mean="mean", queries="size").reset_index()

    def figures(self) -> dict[str, float]:
        """Return every number by one name, as a run keeps them.

        Returns
        -------
        dict
            ``metric`` for all queries, ``metric/dimension/slice`` for a slice, then fairness and latency.
        """
        found: dict[str, float] = {}
        for row in self.means().to_dict("records"):
            whole = row["dimension"] == Dimension.OVERALL.value
            name = row["metric"] if whole else f"{row['metric']}/{row['dimension']}/{row['slice']}"
            found[str(name)] = float(row["mean"])
        found |= {f"fairness/{name}": float(value) for name, value in self.fairness.items()}
        found |= {f"latency_ms/{name}": float(value) for name, value in self.latency_ms.items()}
        return {name: value for name, value in found.items() if np.isfinite(value)}
