"""Forecast of the panel's total: a level, the year before and a damped trend, weighed by their record.

The total of a market carries what all series have in common. Three forecasts of it that err differently are
averaged: a robustly smoothed level (Gelper, Fried and Croux, 2010), the same months a year before, and a
damped trend (Gardner and McKenzie, 1985). All three work on the deseasonalised total. The level weighs three
fifths, the others one fifth each, drawn halfway towards the inverse of their recent errors (Bates and
Granger, 1969).
"""

from __future__ import annotations

import numpy as np

from training.forecast.demand import Floats, Integers
from training.forecast.outliers import cleaned
from training.forecast.season import Calendar, Profile, seasonal_profile
from training.forecast.smoothing import ALPHA

__all__ = ["FIRST_ORIGIN", "damped_trend", "market_factors", "market_steps"]

FIRST_ORIGIN = 13
"""Months known at the first origin of a back-test."""
_TREND, _DAMPING = 0.2, 0.8
_DISCOUNT = 0.5  # what an error still weighs a month later
_PRIOR = 6.0  # weight, in errors, of an error that all have in common
_BASE = np.array([0.6, 0.2, 0.2])  # level, year before, trend


def market_factors(total: Floats, calendar: Calendar, *, origin: int, horizon: int, seasonal: bool) -> Floats:
    """Return the seasonal factors as they were known at an origin, for the months before and ahead.

    Parameters
    ----------
    total
        Heads of the panel, one value a month, later ones than the origin not looked at.
    calendar
        Where the months stand in the year.
    origin
        Months known.
    horizon
        Months ahead.
    seasonal
        Whether any season is applied; all factors are 1 without.

    Returns
    -------
    Floats
        ``origin + horizon`` factors.
    """
    empty = Profile(np.zeros(calendar.season_length))
    profile = seasonal_profile(total[:origin], calendar) if seasonal else empty
    return profile.factors(calendar, origin + horizon)


def damped_trend(series: Floats, *, horizon: int) -> Floats:
    """Continue a series by its smoothed level and a trend that fades by a fifth every month.

    Parameters
    ----------
    series
        Values, one a month, at least one.
    horizon
        Months ahead.

    Returns
    -------
    Floats
        One value a month ahead.
    """
    level, trend = float(series[:3].mean()), 0.0
    for value in series:
        last = level
        level = ALPHA * float(value) + (1 - ALPHA) * (level + _DAMPING * trend)
        trend = _TREND * (level - last) + (1 - _TREND) * _DAMPING * trend
    return np.asarray(level + trend * np.cumsum(_DAMPING ** np.arange(1, horizon + 1)), dtype=float)


def _members(total: Floats, calendar: Calendar, *, origin: int, horizon: int, seasonal: bool) -> Floats:
    """Return the three forecasts made at one origin: members × months ahead."""
    factors = market_factors(total, calendar, origin=origin, horizon=horizon, seasonal=seasonal)
    series = cleaned(total[:origin] / factors[:origin])
    level = series[0]
    for value in series[1:]:
        level = level * (value / level) ** ALPHA if level > 0 else value
    members = [np.full(horizon, level)]
    length = calendar.season_length
    if seasonal and origin >= length:
        members.append(series[origin - length + np.arange(horizon) % length])
    else:
        members.append(members[0])
    members.append(damped_trend(series, horizon=horizon))
    return np.maximum(members, 0.0) * factors[origin:]


def _weights(members: Floats, total: Floats, origins: Integers) -> Floats:
    """Weigh the members at the last of the origins by the errors known then."""
    now = int(origins[-1])
    steps = origins[:-1, None] + np.arange(members.shape[2])
    seen = (steps < now) & (total[np.minimum(steps, len(total) - 1)] > 0)
    discounts = np.where(seen, _DISCOUNT ** (now - 1.0 - np.minimum(steps, now - 1)), 0.0)
    target = total[np.where(seen, steps, 0)][:, None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.abs(np.log(np.maximum(members[:-1], 1e-9) / target))
    errors = np.where(seen[:, None, :], errors, 0.0)
    sums = (errors * discounts[:, None, :]).sum(axis=(0, 2))
    count = discounts.sum()
    if count == 0 or sums.sum() == 0:
        return _BASE
    means = (sums + _PRIOR * sums.mean() / count) / (count + _PRIOR)
    weights = _BASE / means
    return np.asarray(weights / weights.sum(), dtype=float)


def market_steps(
    total: Floats, calendar: Calendar, *, origins: Integers, horizon: int, seasonal: bool
) -> Floats:
    """Forecast the total at every origin with what was known then.

    Parameters
    ----------
    total
        Heads of the panel, one value a month, none below 0.
    calendar
        Where the months stand in the year.
    origins
        Months known at each origin, ascending, each at least 1.
    horizon
        Months ahead.
    seasonal
        Whether a season is applied.

    Returns
    -------
    Floats
        Heads, origins × months ahead.
    """
    members = np.array(
        [
            _members(total, calendar, origin=int(origin), horizon=horizon, seasonal=seasonal)
            for origin in origins
        ]
    ).reshape(len(origins), 3, horizon)
    steps = [
        _weights(members[: number + 1], total, origins[: number + 1]) @ members[number]
        for number in range(len(origins))
    ]
    return np.array(steps).reshape(len(origins), horizon)
