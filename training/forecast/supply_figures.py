"""Supply that only the office knows: graduates who stay, people who retire, and employers' flow reports.

Graduates who come are the cohort × local retention × participation, divided evenly among the occupations that
the official teaching standards name for the major; a cohort of a year comes in June, July and August in equal
parts; people who retire in a year leave evenly over its months. Low ends multiply low ends, high ends high.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from data.catalogue.sections import OTHER_SECTION
from data.office_figures import OfficeKind, Stated, stated_figure
from data.reference import major_occupations
from training.forecast.cells import Cells, cell_tuples
from training.forecast.demand import CELL_COLUMNS, Floats, Level
from training.forecast.supply_people import shared_out

__all__ = [
    "LEAST_EMPLOYERS",
    "Ranged",
    "Spread",
    "graduates_of",
    "read_moves",
    "retirements_of",
    "spread_out",
]

LEAST_EMPLOYERS = 3
"""Employers that must report before their reports are added up and shown."""
_SUMMER = (6, 7, 8)
_YEAR = tuple(range(1, 13))


class Ranged(NamedTuple):
    """A figure that the office supplies with its range; NaN where there is none."""

    low: Floats
    """Low end, cells × 12."""
    value: Floats
    """The figure itself, cells × 12."""
    high: Floats
    """High end, cells × 12."""


class Spread(NamedTuple):
    """Figures by what they speak of and the month ahead."""

    keys: pd.DataFrame
    """``level``, ``key_industry`` and ``occupation_code`` of each figure."""
    heads: Floats
    """Low, value and high × figures × 12 months ahead; NaN in months of which nothing is said."""


_Key = tuple[Level, str | None, str | None]


class _Cohort(NamedTuple):
    """One figure in the months ahead that it speaks of."""

    key: _Key
    heads: Stated
    months: dict[int, float]


def graduates_of(figures: pd.DataFrame, needs: pd.DataFrame, months_ahead: tuple[dt.date, ...]) -> Spread:
    """Work out the graduates who will come.

    Parameters
    ----------
    figures
        Rows of ``office_figure`` of one nature.
    needs
        Columns ``occupation_code`` and ``section``, one row a vacancy, to divide an occupation by.
    months_ahead
        First days of the months ahead.

    Returns
    -------
    Spread
        Only cohorts with a retention and a participation, of their major or of all; a major without an
        occupation in the standards counts for the city alone. Empty where nothing was supplied.
    """
    found: list[_Cohort] = []
    cohorts = figures[figures["kind"] == OfficeKind.GRADUATES.value]
    for row in cohorts.to_dict("records"):
        months = _months_of(row["period"], months_ahead, _SUMMER)
        rates = [_rate(figures, kind, row) for kind in (OfficeKind.RETENTION, OfficeKind.PARTICIPATION)]
        if not months or None in rates:
            continue
        stay = [row[end] * np.prod([getattr(rate, end) for rate in rates]) for end in Stated._fields]
        found += _by_occupation(row["major_code"], Stated(*map(float, stay)), months, needs)
    quiet = [place for place, month in enumerate(months_ahead) if month.month not in _SUMMER]
    return _spread(found, len(months_ahead), quiet)


def _rate(figures: pd.DataFrame, kind: OfficeKind, cohort: Mapping[Any, Any]) -> Stated | None:
    """Return a share for a cohort: its major's, else that of all majors."""
    until = _last_month(cohort["period"])
    own = stated_figure(figures, kind, until=until, major_code=cohort["major_code"])
    return own or stated_figure(figures, kind, until=until)


def _last_month(period: str) -> dt.date:
    """Return the first day of the last month of a period."""
    year, month = (int(part) for part in (*period.split("-"), "12")[:2])
    return dt.date(year, month, 1)


def _months_of(
    period: str, months_ahead: tuple[dt.date, ...], months_of_year: tuple[int, ...]
) -> dict[int, float]:
    """Return the months ahead that a figure speaks of, with the share of it that falls in each."""
    if "-" in period:
        return {place: 1.0 for place, month in enumerate(months_ahead) if f"{month:%Y-%m}" == period}
    return {
        place: 1 / len(months_of_year)
        for place, month in enumerate(months_ahead)
        if str(month.year) == period and month.month in months_of_year
    }


def _by_occupation(
    major: str, heads: Stated, months: dict[int, float], needs: pd.DataFrame
) -> Iterator[_Cohort]:
    """Divide a cohort among occupations and their industries."""
    codes = _occupations_of().get(major, ())
    if not codes:
        yield _Cohort((Level.CITY, None, None), heads, months)
        return
    for key, weight in _shares(codes, needs):
        yield _Cohort(key, Stated(*(end * weight / len(codes) for end in heads)), months)


def _shares(codes: Sequence[str], needs: pd.DataFrame) -> Iterator[tuple[_Key, float]]:
    """Divide each occupation among its industries; the weights of one add up to 1."""
    shares = shared_out(pd.Series(codes, dtype=object), needs)
    columns = (shares["key_industry"], shares["occupation_code"], shares["weight"])
    for industry, code, weight in zip(*columns, strict=True):
        yield (Level.OCCUPATION, industry, str(code)), float(weight)


@cache
def _occupations_of() -> dict[str, tuple[str, ...]]:
    """Return the occupations of every major that the official standards name."""
    found: dict[str, list[str]] = defaultdict(list)
    table = major_occupations()
    for major, occupation in zip(table["major_code"], table["occupation_code"], strict=True):
        found[major].append(occupation)
    return {major: tuple(dict.fromkeys(codes)) for major, codes in found.items()}


def retirements_of(figures: pd.DataFrame, needs: pd.DataFrame, months_ahead: tuple[dt.date, ...]) -> Spread:
    """Lay out the people who will retire.

    Parameters
    ----------
    figures
        Rows of ``office_figure`` of one nature.
    needs
        As for :func:`graduates_of`.
    months_ahead
        First days of the months ahead.

    Returns
    -------
    Spread
        A figure on an occupation is divided among its industries unless it names one; one on an industry or
        on the region stands there alone. A month that has a figure of its own is not taken from the year's.
    """
    own = figures[figures["kind"] == OfficeKind.RETIREMENT.value]
    found: list[_Cohort] = []
    for _, group in own.groupby(["occupation_code", "key_industry"], sort=True):
        taken: set[int] = set()
        for row in group.sort_values("period", key=lambda period: -period.str.len(), kind="stable").to_dict(
            "records"
        ):
            months = _months_of(row["period"], months_ahead, _YEAR)
            months = {place: share for place, share in months.items() if place not in taken}
            taken |= {*months}
            found += _by_industry(row, months, needs)
    return _spread(found, len(months_ahead), [])


def _by_industry(row: Mapping[Any, Any], months: dict[int, float], needs: pd.DataFrame) -> Iterator[_Cohort]:
    """Give a figure its cells."""
    heads = Stated(row["low"], row["value"], row["high"])
    code, industry = row["occupation_code"] or None, row["key_industry"] or None
    if code is None:
        yield _Cohort((Level.INDUSTRY if industry else Level.CITY, industry, None), heads, months)
    elif industry is not None:
        yield _Cohort((Level.OCCUPATION, industry, code), heads, months)
    else:
        for key, weight in _shares([code], needs):
            yield _Cohort(key, Stated(*(end * weight for end in heads)), months)


def _spread(found: list[_Cohort], width: int, quiet: list[int]) -> Spread:
    """Add up what speaks of the same cell and month; ``quiet`` months are 0 unless something is said."""
    keys = list(dict.fromkeys(each.key for each in found if each.months))
    heads = np.full((3, len(keys), width), np.nan)
    heads[:, :, quiet] = 0.0
    for each in found:
        for place, share in each.months.items():
            here = heads[:, keys.index(each.key), place]
            heads[:, keys.index(each.key), place] = np.nan_to_num(here) + np.array(each.heads) * share
    return Spread(pd.DataFrame(keys, columns=list(CELL_COLUMNS), dtype=object), heads)


def spread_out(spread: Spread, cells: Cells, *, covers_children: bool) -> Ranged:
    """Put figures into the rows of the hierarchy.

    Parameters
    ----------
    spread
        The figures.
    cells
        Cells that hold every occupation and industry of the figures.
    covers_children
        Whether a figure on an industry or the region is the whole of it, so that it stands before the sum of
        what is known below; otherwise it is a part that no child has, and is added.

    Returns
    -------
    Ranged
        NaN wherever nothing is stated of a row nor of any child.
    """
    rows = {cell: row for row, cell in enumerate(cell_tuples(cells.index))}
    place = np.array([rows[cell] for cell in cell_tuples(spread.keys)], dtype=np.int64)
    stated = np.full((3, len(cells.index), spread.heads.shape[2]), np.nan)
    stated[:, place] = spread.heads
    return Ranged(*(_with_parents(part, cells, covers_children=covers_children) for part in stated))


def _with_parents(part: Floats, cells: Cells, *, covers_children: bool) -> Floats:
    """Fill industries and the city from below."""
    first = len(part) - len(cells.industry)
    filled = part.copy()
    for row in range(first - 1, -1, -1):
        below = part[first:][cells.industry == row - 1] if row else filled[1:first]
        known = ~np.isnan(below).all(axis=0)
        summed = np.where(known, np.nansum(below, axis=0), np.nan)
        own = part[row]
        if not covers_children:
            summed = np.where(known | ~np.isnan(own), np.nansum([own, summed], axis=0), np.nan)
            own = np.full_like(own, np.nan)
        filled[row] = np.where(np.isnan(own), summed, own)
    return filled


def read_moves(reports: pd.DataFrame) -> pd.DataFrame:
    """Add up what employers report of people who came and left.

    Parameters
    ----------
    reports
        Rows of ``flow_report`` of one nature.

    Returns
    -------
    DataFrame
        ``level``, ``key_industry`` (None for the region and outside the key industries), ``period``,
        ``inflow``, ``outflow`` and ``employers``, in order of period, the region first; rows of fewer than
        three employers are left out.
    """
    columns = ["level", "key_industry", "period", "inflow", "outflow", "employers"]
    parts: list[tuple[Level, Any, Any, pd.DataFrame]] = []
    for period, reported in reports.groupby("period", sort=True):
        parts.append((Level.CITY, None, period, reported))
        parts += [
            (Level.INDUSTRY, None if name == OTHER_SECTION else name, period, part)
            for name, part in reported.groupby("key_industry", sort=True)
        ]
    kept = [
        (*cell, int(part["inflow"].sum()), int(part["outflow"].sum()), int(part["employer_key"].nunique()))
        for *cell, part in parts
        if part["employer_key"].nunique() >= LEAST_EMPLOYERS
    ]
    return pd.DataFrame(kept, columns=columns, dtype=object)
