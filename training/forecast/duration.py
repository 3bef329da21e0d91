"""How long it takes to fill a vacancy, and what becomes of those that end, from the spells of a year.

An advert that merely ran out is censored, not filled: only what an employer reported counts as an end.
"""

from __future__ import annotations

import datetime as dt
import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import CensoredData, ecdf

from data.catalogue.frames import read_spells
from data.catalogue.indicators import median_days
from data.catalogue.period import Period
from data.catalogue.spells import CAP_DAYS, FILL_DAYS, add_timing
from data.records import Record
from training.forecast.caveat import Caveat
from training.forecast.demand import Floats, Level

__all__ = [
    "LEAST_CLOSINGS",
    "TimeToFill",
    "spells_of_cell",
    "time_to_fill",
    "timed_spells",
]

LEAST_CLOSINGS = 20
"""Filled vacancies that a time to fill needs."""
_COVERED = 0.80


class TimeToFill(Record):
    """Days from the desired start, else the opening, until a vacancy is filled."""

    median_days: float | None
    """Kaplan–Meier median, in days; 180 where half were not filled by then."""
    median_lo80: float | None
    """Lower bound of its 80 % interval, in days."""
    median_hi80: float | None
    """Upper bound of its 80 % interval, in days; 180 where it lies beyond."""
    share_open_90: float | None
    """Share still open after 90 days, 0 to 1."""
    open_90_lo80: float | None
    """Lower bound of its 80 % interval."""
    open_90_hi80: float | None
    """Upper bound of its 80 % interval."""
    n_spells: int
    """Vacancies followed, the censored among them."""
    n_closings: int
    """Vacancies known to be filled."""
    reasons: tuple[Caveat, ...]
    """Why there are no days."""


def timed_spells(vacancies: pd.DataFrame, *, as_of: dt.date) -> pd.DataFrame:
    """Bring the vacancies of the four quarters up to a day to the state of that day, with durations.

    Parameters
    ----------
    vacancies
        Table with the columns of :data:`data.catalogue.frames.VACANCY_COLUMNS`.
    as_of
        Last day; what was learned later is not known.

    Returns
    -------
    DataFrame
        What :func:`data.catalogue.spells.add_timing` returns.
    """
    period = Period(as_of)
    return add_timing(read_spells(vacancies, period).frame, period)


def spells_of_cell(
    spells: pd.DataFrame, level: Level, key_industry: str | None, occupation_code: str | None
) -> pd.DataFrame:
    """Select the spells of one cell; an empty name is what belongs to none."""
    if level is Level.CITY:
        return spells
    inside = _equals(spells["key_industry"], key_industry)
    if level is Level.OCCUPATION:
        inside &= _equals(spells["occupation_code"], occupation_code)
    return spells[inside]


def time_to_fill(spells: pd.DataFrame) -> TimeToFill:
    """Estimate the time to fill of some vacancies by Kaplan–Meier, open and unreported ones censored.

    Parameters
    ----------
    spells
        Columns ``days`` (0 to 180; NaN where nothing is known) and ``filled`` (whether they end in a fill).

    Returns
    -------
    TimeToFill
        Without figures where fewer than 20 vacancies are known to be filled. Intervals are those of
        Greenwood's formula on the log-log scale; that of the median inverts it (Brookmeyer and Crowley).
    """
    told = spells[spells["days"].notna()]
    days = told["days"].to_numpy(dtype=np.float64)
    filled = told["filled"].to_numpy(dtype=np.bool_)
    n_closings = int(filled.sum())
    if n_closings < LEAST_CLOSINGS:
        message = f"已知招满的需求只有 {n_closings} 个，至少需要 {LEAST_CLOSINGS} 个，不给招聘时长"
        reason = Caveat(code="few_closings", have=n_closings, need=LEAST_CLOSINGS, message=message)
        return TimeToFill(
            median_days=None,
            median_lo80=None,
            median_hi80=None,
            share_open_90=None,
            open_90_lo80=None,
            open_90_hi80=None,
            n_spells=len(days),
            n_closings=n_closings,
            reasons=(reason,),
        )
    return _followed(days, filled)


def _followed(days: Floats, filled: npt.NDArray[np.bool_]) -> TimeToFill:
    """Estimate from enough closings; what lies beyond the days followed is not told."""
    survival = ecdf(CensoredData.right_censored(days, ~filled)).sf
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # where all are filled Greenwood has no width
        bounds = survival.confidence_interval(_COVERED, method="log-log")
    lower, upper = (
        np.where(np.isnan(side.probabilities), survival.probabilities, side.probabilities)
        for side in (bounds.low, bounds.high)
    )
    at = int(np.searchsorted(survival.quantiles, FILL_DAYS, side="right")) - 1
    seen_90 = days.max() >= FILL_DAYS
    curves = (survival.probabilities, lower, upper)
    open_90 = [round(1.0 if at < 0 else float(curve[at]), 4) if seen_90 else None for curve in curves]
    median = median_days(days, filled)
    reasons = []
    if median is None or not seen_90:
        message = f"最长只跟踪到 {days.max():.0f} 天，中位数或 90 天占比尚看不出"
        reasons.append(
            Caveat(code="followed_too_short", have=float(days.max()), need=FILL_DAYS, message=message)
        )
    return TimeToFill(
        median_days=median,
        median_lo80=None if median is None else _reached(survival.quantiles, lower),
        median_hi80=None if median is None else _reached(survival.quantiles, upper),
        share_open_90=open_90[0],
        open_90_lo80=open_90[1],
        open_90_hi80=open_90[2],
        n_spells=len(days),
        n_closings=int(filled.sum()),
        reasons=tuple(reasons),
    )


def _equals(column: pd.Series, name: str | None) -> pd.Series:
    return column.isna() | (column == "") if name is None else column == name


def _reached(days: Floats, shares: Floats) -> float:
    """Return the first day on which at most half are still open."""
    below = days[shares <= 0.5]
    return float(below[0]) if len(below) else CAP_DAYS
