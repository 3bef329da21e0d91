"""One seasonal index for the whole city, estimated on the city total and shared by every cell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from training.forecast.demand import Floats

__all__ = ["MONTHS_FOR_INDEX", "IndexStatus", "Season", "seasonal_factors", "seasonal_index"]

MONTHS_FOR_INDEX = 24
"""Months of city demand from which a published forecast uses an index."""
_HALF_WINDOW = 6
_LEAST_POINTS = 10


class IndexStatus(StrEnum):
    """Whether the seasonal index was estimated."""

    ESTIMATED = "estimated"
    """From at least 24 months of the city total."""
    TOO_SHORT = "too_short"
    """The history is too short: no season is applied and every factor is 1."""


@dataclass(frozen=True)
class Season:
    """The seasonal index and what it rests on."""

    factors: Floats
    """Twelve factors, January first; their geometric mean is 1."""
    status: IndexStatus
    """Whether they were estimated."""
    n_months: int
    """Months with demand in the city total."""


def seasonal_factors(total: Floats, *, first_month: int) -> Floats:
    """Estimate the seasonal index from whatever months there are.

    The log of the total is compared with its centred 13-month mean, cut at the ends and used only where
    it holds at least ten months; the mean per calendar month is shrunk towards 0 by n / (n + 1), n being
    the years seen.

    Parameters
    ----------
    total
        Heads of the city, one value a month; a month of 0 is passed over.
    first_month
        Calendar month of the first value, 0 for January to 11.

    Returns
    -------
    Floats
        Twelve factors, January first, with a geometric mean of 1; all 1 where nothing can be estimated.
    """
    logs = np.log(np.where(total > 0, total, np.nan))
    sums, counts = np.zeros(12), np.zeros(12)
    for position, value in enumerate(logs):
        window = logs[max(0, position - _HALF_WINDOW) : position + _HALF_WINDOW + 1]
        known = window[~np.isnan(window)]
        if np.isnan(value) or len(known) < _LEAST_POINTS:
            continue
        sums[(first_month + position) % 12] += value - known.mean()
        counts[(first_month + position) % 12] += 1
    effects = sums / (counts + 1)  # mean × n / (n + 1)
    return np.asarray(np.exp(effects - effects.mean()), dtype=float)


def seasonal_index(total: Floats, *, first_month: int) -> Season:
    """Estimate the index that a published forecast uses.

    Parameters
    ----------
    total
        Heads of the city, one value a month.
    first_month
        Calendar month of the first value, 0 for January to 11.

    Returns
    -------
    Season
        Factors of 1 and ``TOO_SHORT`` with fewer than 24 months of demand, an empty total included.
    """
    n_months = int((total > 0).sum())
    if n_months < MONTHS_FOR_INDEX:
        return Season(np.ones(12), IndexStatus.TOO_SHORT, n_months)
    return Season(seasonal_factors(total, first_month=first_month), IndexStatus.ESTIMATED, n_months)
