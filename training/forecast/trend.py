"""The pace of a figure known for a few years: what a target needs, what was observed, where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from scipy.stats import t

from data.records import Record
from training.forecast.demand import Floats

__all__ = [
    "LEAST_FOR_INTERVAL",
    "Observation",
    "PaceRule",
    "Trend",
    "fit_trend",
    "observed_pace",
    "rounded",
    "value_between",
    "yearly_pace",
]

LEAST_FOR_INTERVAL = 3
"""Observations from which a trend has an error of its own."""
_LEVELS = (0.80, 0.95)


class PaceRule(StrEnum):
    """How the way from a base to a target is divided into years."""

    LINEAR = "linear"
    """The same amount every year: stocks and shares."""
    GEOMETRIC = "geometric"
    """The same percentage every year: money."""
    PERIOD = "period"
    """A total of a period, the same part of it every year; it needs no base."""


class Observation(Record):
    """A figure of one year."""

    year: int
    """The year."""
    value: float
    """The figure, in the indicator's unit."""


class Trend(Record):
    """Where the observed pace leads, if it goes on; an extrapolation, not a target."""

    year: int
    """The year it is led to."""
    value: float
    """Value on the fitted line, in the indicator's unit."""
    lo80: float
    """Lower bound of the 80 % prediction interval."""
    hi80: float
    """Upper bound of the 80 % prediction interval."""
    lo95: float
    """Lower bound of the 95 % prediction interval."""
    hi95: float
    """Upper bound of the 95 % prediction interval."""


def yearly_pace(start: Observation, end: Observation, rule: PaceRule) -> float | None:
    """Return the pace from one figure to another.

    Parameters
    ----------
    start
        The earlier figure.
    end
        The later figure.
    rule
        ``LINEAR`` or ``GEOMETRIC``.

    Returns
    -------
    float or None
        Units a year, or percent a year; None where no year lies between, or a percentage of 0 is asked for.

    Examples
    --------
    >>> at = lambda year, value: Observation(year=year, value=value)
    >>> yearly_pace(at(2020, 4.1), at(2025, 5.0), PaceRule.LINEAR)
    0.18
    >>> yearly_pace(at(2020, 100.0), at(2022, 121.0), PaceRule.GEOMETRIC)
    10.0
    """
    years = end.year - start.year
    if years <= 0 or (rule is PaceRule.GEOMETRIC and min(start.value, end.value) <= 0):
        return None
    if rule is PaceRule.GEOMETRIC:
        return rounded(100 * ((end.value / start.value) ** (1 / years) - 1))
    return rounded((end.value - start.value) / years)


def value_between(start: Observation, end: Observation, year: int, rule: PaceRule) -> float:
    """Return the value of a year on the way from one figure to another, at an even pace."""
    part = (year - start.year) / (end.year - start.year)
    if rule is PaceRule.GEOMETRIC and min(start.value, end.value) > 0:
        return rounded(start.value * (end.value / start.value) ** part)
    return rounded(start.value + (end.value - start.value) * part)


def observed_pace(observations: Sequence[Observation], rule: PaceRule) -> float | None:
    """Return the pace of the figures reached, by least squares; None with fewer than two.

    Parameters
    ----------
    observations
        One figure a year.
    rule
        ``LINEAR`` for units a year, ``GEOMETRIC`` for percent a year.

    Returns
    -------
    float or None
        None as well where a percentage would start from 0.
    """
    years, values = _coordinates(observations, rule)
    if len(years) < 2 or not np.isfinite(values).all():
        return None
    slope = float(np.polyfit(years, values, 1)[0])
    return rounded(100 * float(np.expm1(slope)) if rule is PaceRule.GEOMETRIC else slope)


def fit_trend(
    observations: Sequence[Observation], year: int, rule: PaceRule, *, printed_unit: float
) -> Trend | None:
    """Lead the figures reached on to a year, with the prediction interval of a least-squares line.

    The interval is that of ordinary regression with n − 2 degrees of freedom. The error about the line is
    taken to be no smaller than what rounding a figure to its last printed digit leaves open.

    Parameters
    ----------
    observations
        One figure a year.
    year
        The year to lead to.
    rule
        ``LINEAR``, or ``GEOMETRIC`` for a line through the logarithms.
    printed_unit
        Unit of the last printed digit of the figures.

    Returns
    -------
    Trend or None
        None with fewer than three figures: two points lie on a line whatever their error.
    """
    years, values = _coordinates(observations, rule)
    if len(years) < LEAST_FOR_INTERVAL or not np.isfinite(values).all():
        return None
    slope, level = np.polyfit(years, values, 1)
    freedom = len(years) - 2
    rounding = printed_unit**2 / 12
    if rule is PaceRule.GEOMETRIC:
        rounding /= min(observation.value for observation in observations) ** 2
    variance = max(float(((values - level - slope * years) ** 2).sum()) / freedom, rounding)
    middle, spread = float(years.mean()), float(((years - years.mean()) ** 2).sum())
    error = np.sqrt(variance * (1 + 1 / len(years) + (year - middle) ** 2 / spread))
    ends = [level + slope * year]
    for covered in _LEVELS:
        reach = float(t.ppf((1 + covered) / 2, freedom)) * error
        ends += [ends[0] - reach, ends[0] + reach]
    # A bound so far off that its exponential overflows says nothing: cut it where floats end.
    plain = np.exp(np.minimum(ends, 700.0)) if rule is PaceRule.GEOMETRIC else np.maximum(ends, 0.0)
    value, lo80, hi80, lo95, hi95 = (rounded(float(end)) for end in plain)
    return Trend(year=year, value=value, lo80=lo80, hi80=hi80, lo95=lo95, hi95=hi95)


def _coordinates(observations: Sequence[Observation], rule: PaceRule) -> tuple[Floats, Floats]:
    years = np.array([observation.year for observation in observations], dtype=float)
    values = np.array([observation.value for observation in observations], dtype=float)
    if rule is PaceRule.GEOMETRIC:
        values = np.log(np.where(values > 0, values, np.nan))
    return years, values


def rounded(value: float) -> float:
    """Return a number to six significant digits: more are noise of the arithmetic."""
    return float(f"{value:.6g}")
