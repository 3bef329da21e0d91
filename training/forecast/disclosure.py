"""Which cells of the demand say too much about one employer, by themselves or through the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.self_forecast.outcomes import shows_an_employer
from training.forecast.demand import CELL_COLUMNS, Demand, Floats, Integers, next_months
from training.forecast.parents import parents_of

__all__ = ["Flags", "confidential_cells"]

Flags = npt.NDArray[np.bool_]

_MONTHS_JUDGED = 12


def confidential_cells(demand: Demand, vacancies: pd.DataFrame) -> Flags:
    """Find the cells whose months and forecasts may not be shown.

    A cell shows an employer by the rule of :func:`data.self_forecast.outcomes.shows_an_employer` — fewer
    than three of them, or one above 60 % of the heads — judged over the last 12 months; so does a cell
    without a known employer in that time. Hidden cells count in their parents as before.

    A parent less its other children would give away the only hidden one: then the smallest other child is
    hidden too, or the parent where no child is left to hide. In a hierarchy, where a cell stands in one sum
    as a part and in one as the whole, no hidden cell follows exactly from the others once no sum has just one
    (the cycle rule of Gusfield, 1988). It may still be known roughly: a large cell beside a small hidden one.
    Cells that are refused for another reason, such as a small volume, are not counted on to protect.

    Parameters
    ----------
    demand
        Complete months, checked.
    vacancies
        The vacancies it was counted from, with ``opened_on``, ``heads`` (NaN where unstated, counted as one),
        ``employer_key`` (empty where unknown), ``key_industry`` and ``occupation_code``.

    Returns
    -------
    ndarray
        One flag a row of ``demand``.
    """
    parts = _by_employer(_recent(demand, vacancies))
    nobody = pd.Series(dtype=float)
    hidden = np.array([shows_an_employer(parts.get(cell, nobody)) for cell in _keys(demand)], dtype=np.bool_)
    return _protected(hidden, demand.matrix[:, -_MONTHS_JUDGED:].sum(axis=1), parents_of(demand))


def _recent(demand: Demand, vacancies: pd.DataFrame) -> pd.DataFrame:
    """Return heads, employer and cell of the vacancies of the last months whose employer is known."""
    opened = pd.to_datetime(vacancies["opened_on"])
    inside = opened.notna()
    if demand.months:
        months = demand.months[-_MONTHS_JUDGED:]
        after = next_months(months[-1], 2)[1]
        inside &= (opened >= pd.Timestamp(months[0])) & (opened < pd.Timestamp(after))
    own = vacancies[inside & (vacancies["employer_key"].fillna("") != "")]
    keys = {name: own[name].astype(object).where(own[name].notna(), "") for name in CELL_COLUMNS[1:]}
    return pd.DataFrame({"employer_key": own["employer_key"], "heads": own["heads"].fillna(1.0), **keys})


def _by_employer(recent: pd.DataFrame) -> dict[tuple[str, ...], pd.Series[float]]:
    """Add the heads up by employer within the city, every industry and every occupation of an industry."""
    found: dict[tuple[str, ...], pd.Series[float]] = {(): recent.groupby("employer_key")["heads"].sum()}
    for depth in (1, 2):
        keys = list(CELL_COLUMNS[1 : 1 + depth])
        sums = recent.groupby([*keys, "employer_key"])["heads"].sum().reset_index()
        found |= {cast(tuple[str, ...], key): own["heads"] for key, own in sums.groupby(keys)}
    return found


def _keys(demand: Demand) -> Iterator[tuple[str, ...]]:
    """Yield the names of every row down to its level; what has no name is empty text."""
    depths = {"city": 0, "industry": 1, "occupation": 2}
    for row in demand.index[list(CELL_COLUMNS)].itertuples(index=False, name=None):
        yield tuple(name if isinstance(name, str) else "" for name in row[1 : 1 + depths[str(row[0])]])


def _protected(hidden: Flags, heads: Floats, parents: Integers) -> Flags:
    """Hide more until no sum has one hidden cell alone; cells without heads have nothing to hide."""
    hidden = hidden.copy()
    sums = [
        np.append(np.flatnonzero((parents == whole) & (heads > 0)), whole)
        for whole in np.unique(parents[parents >= 0])
    ]
    before = -1
    while hidden.sum() > before:  # what one sum hides can be a part of another
        before = int(hidden.sum())
        for members in sums:
            if hidden[members].sum() == 1:
                shown = members[:-1][~hidden[members[:-1]]]
                hidden[shown[np.argmin(heads[shown])] if len(shown) else members[-1]] = True
    return hidden
