"""One season for the whole panel, estimated on its total and shared by every series.

The log of the total, less its centred mean, is explained by the month of the year and by the share of the
month that lies around the Spring Festival. Both are estimated together by ridge regression; the same
centred mean is taken off the regressors (Frisch and Waugh, 1933), so that the trend cannot leak into them.
The festival stays only where it lowers the leave-one-out error by a tenth: in a market that does not keep
it the months of the year speak alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from training.forecast.demand import Floats, Integers
from training.forecast.holidays import festival_shares
from training.forecast.outliers import cleaned

__all__ = [
    "MONTHS_FOR_INDEX",
    "YEAR",
    "Calendar",
    "IndexStatus",
    "Profile",
    "Season",
    "seasonal_index",
    "seasonal_profile",
]

YEAR = 12
"""Length of a season of months; the only one that knows the Spring Festival."""
MONTHS_FOR_INDEX = 24
"""Months of city demand from which a published forecast uses an index."""
_MONTH_RIDGE = 1.0  # a month seen n times is believed to n / (n + 1)
_FESTIVAL_RIDGE = 0.01  # the festival is known to matter: hardly shrunk
_FESTIVAL_GAIN = 0.9  # share of the leave-one-out error that it must leave at most


class IndexStatus(StrEnum):
    """Whether the seasonal index was estimated."""

    ESTIMATED = "estimated"
    """From at least 24 months of the city total."""
    TOO_SHORT = "too_short"
    """The history is too short: no season is applied and every factor is 1."""


@dataclass(frozen=True)
class Calendar:
    """Where the columns of a panel stand in the year."""

    first_month: dt.date
    """Month of the first column."""
    season_length: int = YEAR
    """Columns in a season; 1 for none."""

    def phases(self, count: int) -> Integers:
        """Return the place in the season of the first ``count`` columns; 0 is January where it is a year."""
        first = self.first_month.month - 1 if self.season_length == YEAR else 0
        return (first + np.arange(count, dtype=np.int64)) % self.season_length

    def festival(self, count: int) -> Floats:
        """Return the share of the first ``count`` columns around the Spring Festival; 0 outside a year."""
        return festival_shares(self.first_month, count) if self.season_length == YEAR else np.zeros(count)


@dataclass(frozen=True)
class Profile:
    """A season in logs."""

    effects: Floats
    """One value per place in the season; their mean is 0."""
    festival: float = 0.0
    """What a month wholly around the Spring Festival adds."""

    def factors(self, calendar: Calendar, count: int) -> Floats:
        """Return the seasonal factor of the first ``count`` columns, later ones than estimated included."""
        logs = self.effects[calendar.phases(count)] + self.festival * calendar.festival(count)
        return np.asarray(np.exp(logs), dtype=float)


@dataclass(frozen=True)
class Season:
    """The seasonal index of a published forecast and what it rests on."""

    profile: Profile
    """The season in logs; all 0 where none is applied."""
    status: IndexStatus
    """Whether it was estimated."""
    n_months: int
    """Months with demand in the city total."""

    @property
    def factors(self) -> Floats:
        """Twelve factors, January first, the Spring Festival aside; their geometric mean is 1."""
        return np.asarray(np.exp(self.profile.effects), dtype=float)


def seasonal_profile(total: Floats, calendar: Calendar) -> Profile:
    """Estimate the season from whatever months there are, single months that stand out drawn in.

    Parameters
    ----------
    total
        Heads of the panel, one value a month; a month of 0 or less is passed over.
    calendar
        Where the months stand in the year.

    Returns
    -------
    Profile
        All 0 where nothing can be estimated.
    """
    first = _fitted(total, calendar)
    if not first.effects.any():
        return first
    factors = first.factors(calendar, len(total))
    return _fitted(cleaned(total / factors) * factors, calendar)


def _fitted(total: Floats, calendar: Calendar) -> Profile:
    """Estimate the season, outliers taken as they are."""
    length = calendar.season_length
    nothing = Profile(np.zeros(length))
    if length == 1 or len(total) == 0:
        return nothing
    # A year's window holds 13 months, at least 10 of them at the ends.
    half = length // 2
    logs = np.log(np.where(total > 0, total, np.nan))
    months = np.eye(length)[calendar.phases(len(total))]
    design = np.column_stack([calendar.festival(len(total)), months])
    rows, values = [], []
    for position, value in enumerate(logs):
        window = slice(max(0, position - half), position + half + 1)
        known = ~np.isnan(logs[window])
        if np.isnan(value) or known.sum() < half + 2 * half // 3:
            continue
        values.append(value - logs[window][known].mean())
        rows.append(design[position] - design[window][known].mean(axis=0))
    if not rows:
        return nothing
    left, right = np.array(rows), np.array(values)
    penalty = np.full(length + 1, _MONTH_RIDGE)
    penalty[0] = _FESTIVAL_RIDGE
    found, missed = _ridge(left, right, penalty)
    plain, missed_without = _ridge(left[:, 1:], right, penalty[1:])
    if missed > _FESTIVAL_GAIN * missed_without:
        found = np.concatenate([[0.0], plain])
    return Profile(found[1:] - found[1:].mean(), float(found[0]))


def _ridge(left: Floats, right: Floats, penalty: Floats) -> tuple[Floats, float]:
    """Return the coefficients of a ridge regression and its summed squared leave-one-out errors."""
    gram = np.linalg.inv(left.T @ left + np.diag(penalty))
    found = gram @ left.T @ right
    leverage = np.einsum("ij,jk,ik->i", left, gram, left)
    errors = (right - left @ found) / (1 - leverage)
    return found, float((errors**2).sum())


def seasonal_index(total: Floats, calendar: Calendar) -> Season:
    """Estimate the index that a published forecast uses.

    Parameters
    ----------
    total
        Heads of the city, one value a month.
    calendar
        Where the months stand in the year.

    Returns
    -------
    Season
        A flat profile and ``TOO_SHORT`` with fewer than 24 months of demand, an empty total included.
    """
    n_months = int((total > 0).sum())
    if n_months < MONTHS_FOR_INDEX:
        return Season(Profile(np.zeros(calendar.season_length)), IndexStatus.TOO_SHORT, n_months)
    return Season(seasonal_profile(total, calendar), IndexStatus.ESTIMATED, n_months)
