"""The true demand of each role and industry, month by month, and the days on which it opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.errors import InputError
from data.synthetic.content import Content, Employer, Industry, Role, Season

__all__ = [
    "FULL_CITY",
    "DemandPath",
    "day_factors",
    "demand_path",
    "employers_of",
    "month_starts",
]

FULL_CITY = 48
"""Employers of the city whose demand the content states."""
_NOISE_MEMORY = 0.8
_NOISE_STEP = 0.05

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DemandPath:
    """Expected heads by role and industry, and when in each month openings fall."""

    months: tuple[dt.date, ...]
    """First day of each month."""
    heads: dict[tuple[str, str], Floats]
    """Expected heads of each month, by role and industry."""
    employers: dict[tuple[str, str], tuple[Employer, ...]]
    """Who can open such a vacancy, by role and industry."""
    days: tuple[tuple[dt.date, ...], ...]
    """Days of each month, up to the end of the city's history."""
    day_weights: tuple[Floats, ...]
    """Share of each day in its month's openings."""


def month_starts(end: dt.date, months: int) -> tuple[dt.date, ...]:
    """First days of the ``months`` calendar months of which the last contains ``end``."""
    last = end.year * 12 + end.month - 1
    return tuple(dt.date(place // 12, place % 12 + 1, 1) for place in range(last - months + 1, last + 1))


def day_factors(season: Season, days: Sequence[dt.date]) -> Floats:
    """Factor of each day on openings; an ordinary working day of an average month is near 1."""
    return np.array([_day_factor(season, day) for day in days], dtype=np.float64)


def employers_of(role: Role, industry: str, employers: Sequence[Employer]) -> tuple[Employer, ...]:
    """Return the employers of the industry with a line of business that needs the role."""
    return tuple(
        employer
        for employer in employers
        if employer.industry == industry and (not role.lines or set(role.lines) & set(employer.lines))
    )


def demand_path(
    content: Content, employers: Sequence[Employer], *, end: dt.date, months: int, rng: np.random.Generator
) -> DemandPath:
    """Draw the true demand of a city with these employers.

    Parameters
    ----------
    content
        Roles, industries and season.
    employers
        Employers of the city; demand grows in proportion to their number.
    end
        Last day of the history.
    months
        Calendar months of history, at least 1.
    rng
        Source of the slow noise of each role.

    Returns
    -------
    DemandPath
        Only pairs of role and industry that some employer can fill; the share of an industry without
        such an employer goes to the role's other industries.

    Raises
    ------
    InputError
        When the history reaches into a year whose 春节 is unknown.
    """
    starts = month_starts(end, months)
    _check_calendar(content.season, starts)
    days = tuple(_days_of(start, end) for start in starts)
    factors = tuple(day_factors(content.season, month) for month in days)
    season = np.array([month.sum() for month in factors]) / _ordinary_month(content)
    scale = len(employers) / FULL_CITY
    heads: dict[tuple[str, str], Floats] = {}
    able: dict[tuple[str, str], tuple[Employer, ...]] = {}
    for role in content.roles.values():
        noise = _noise(rng, months)
        found = {name: employers_of(role, name, employers) for name in role.industries}
        total = sum(role.industries[name] for name, some in found.items() if some)
        for name, some in found.items():
            if some:
                share = role.industries[name] / total * role.heads * scale
                level = _level(content.industries[name], starts, content.reference_on)
                heads[role.id, name] = share * season * level * noise
                able[role.id, name] = some
    weights = tuple(month / month.sum() for month in factors)
    return DemandPath(months=starts, heads=heads, employers=able, days=days, day_weights=weights)


def _check_calendar(season: Season, days: Sequence[dt.date]) -> None:
    """Refuse days in a year without a known 正月初一."""
    known = {day.year for day in season.new_year_days}
    missing = sorted({day.year for day in days} - known)
    if missing:
        raise InputError(
            "calendar_unknown",
            f"没有 {missing[0]} 年的春节日期，无法生成该年的合成数据",
            hint=f"请把时间范围放在 {min(known)}—{max(known)} 年之内",
        )


def _day_factor(season: Season, day: dt.date) -> float:
    """Calendar month, weekend and 春节 together."""
    factor = season.months[day.month] * (season.weekend_factor if day.weekday() > 4 else 1.0)
    offset = min(((day - new_year).days for new_year in season.new_year_days), key=abs)
    for window in season.spring_festival:
        if window.first <= offset <= window.last:
            return factor * window.factor
    return factor


def _ordinary_month(content: Content) -> float:
    """Mean sum of the day factors of a month of the reference year."""
    first = content.reference_on
    days = [first + dt.timedelta(days=step) for step in range(365)]
    return float(day_factors(content.season, days).sum() / 12)


def _days_of(start: dt.date, end: dt.date) -> tuple[dt.date, ...]:
    """List the days of the month that begins at ``start``, none after ``end``."""
    days = [start + dt.timedelta(days=step) for step in range(31)]
    return tuple(day for day in days if day.month == start.month and day <= end)


def _level(industry: Industry, starts: Sequence[dt.date], reference_on: dt.date) -> Floats:
    """Trend and level shift of an industry, 1 at the reference day."""
    years = np.array([(start - reference_on).days / 365.25 for start in starts])
    level: Floats = np.exp(industry.trend * years)
    if industry.shift is None:
        return level
    after = np.array([start >= industry.shift.since for start in starts])
    before_reference = industry.shift.since <= reference_on
    if before_reference:
        return level * np.where(after, 1.0, 1.0 / industry.shift.factor)
    return level * np.where(after, industry.shift.factor, 1.0)


def _noise(rng: np.random.Generator, months: int) -> Floats:
    """Slow noise of one role: an autoregressive path on the log scale, near 1."""
    steps = rng.standard_normal(months) * _NOISE_STEP
    path = np.zeros(months)
    for place in range(months):
        path[place] = (path[place - 1] * _NOISE_MEMORY if place else 0.0) + steps[place]
    return np.asarray(np.exp(path), dtype=np.float64)
