"""The statistical forecast of one calendar quarter, as it stands or stood when the quarter began."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from data.catalogue.sections import OTHER_SECTION
from data.self_forecast import Statistical
from data.self_forecast.cells import CellName
from data.self_forecast.quarters import quarter_span, shift_quarter
from training.forecast.demand import Demand, Level, month_end
from training.forecast.disclosure import confidential_cells
from training.forecast.result import ForecastRun
from training.forecast.rules import LONGEST_HORIZON, Status
from training.forecast.run import forecast_demand
from training.forecast.series import monthly_demand

__all__ = ["quarterly_forecast"]

_MONTHS = 3
_MOST_PAST = 8


def quarterly_forecast(
    vacancies: pd.DataFrame, *, target: str, as_of: dt.date
) -> dict[CellName, Statistical]:
    """Forecast the heads of a quarter from what was known when it began.

    Parameters
    ----------
    vacancies
        As for :func:`training.forecast.monthly_demand`, of one nature, with ``employer_key``.
    target
        The quarter, such as ``2026Q4``.
    as_of
        Last day of the data; what opened after the quarter began is not looked at.

    Returns
    -------
    dict
        By cell the forecast, empty where the rules refuse it, and what the same method said a quarter ahead
        of every past quarter beside what happened; both empty for a confidential cell. An interval stands
        only where the quarter is what the run was calibrated on. Empty without data, and for a quarter over
        twelve months away.
    """
    origin = min(as_of, quarter_span(target)[0] - dt.timedelta(days=1))
    demand = monthly_demand(vacancies, end=origin)
    if not demand.months:
        return {}
    known, last = month_end(demand.months[-1]), quarter_span(target)[1]
    horizon = (last.year - known.year) * 12 + last.month - known.month
    if not _MONTHS <= horizon <= LONGEST_HORIZON:
        return {}
    hidden = confidential_cells(demand, vacancies)
    run = forecast_demand(demand, horizon=horizon, as_of=origin, confidential=hidden)
    past = _past(vacancies, demand, target)
    names = map(_name, run.sums.to_dict("records"))
    return {
        name: Statistical() if hidden[row] else _stated(run, row, past.get(name, {}))
        for row, name in enumerate(names)
    }


def _name(cell: Mapping[Any, Any]) -> CellName:
    """Return the cell as the employers' reports name it."""
    if cell["level"] == Level.CITY:
        return None, None
    industry, code = (
        text if isinstance(text, str) else "" for text in (cell["key_industry"], cell["occupation_code"])
    )
    return industry or OTHER_SECTION, code if cell["level"] == Level.OCCUPATION else None


def _stated(run: ForecastRun, row: int, past: dict[str, tuple[float, float]]) -> Statistical:
    """Return what a run says of its last three months for one cell."""
    cell = run.sums.iloc[row]
    if cell["status"] == Status.REFUSED:
        return Statistical(past=past)
    months = run.table["mean"].iloc[row * run.horizon : (row + 1) * run.horizon]
    mean = round(float(months.iloc[-_MONTHS:].sum()), 1)
    if run.horizon > _MONTHS or pd.isna(cell["lo80"]):
        return Statistical(mean, past=past)
    return Statistical(mean, round(float(cell["lo80"]), 1), round(float(cell["hi80"]), 1), past)


def _past(
    vacancies: pd.DataFrame, demand: Demand, target: str
) -> dict[CellName, dict[str, tuple[float, float]]]:
    """Return by cell and past quarter what was forecast when the quarter began, and what happened."""
    found: dict[CellName, dict[str, tuple[float, float]]] = {}
    for back in range(_MOST_PAST, 0, -1):
        quarter = shift_quarter(target, -back)
        first, last = quarter_span(quarter)
        inside = [place for place, month in enumerate(demand.months) if first <= month <= last]
        origin = first - dt.timedelta(days=1)
        if len(inside) < _MONTHS or demand.months[0] > origin:
            continue
        run = forecast_demand(monthly_demand(vacancies, end=origin), horizon=_MONTHS, as_of=origin)
        happened = demand.matrix[:, inside].sum(axis=1).tolist()
        actual = dict(zip(map(_name, demand.index.to_dict("records")), happened, strict=True))
        for cell in run.sums.to_dict("records"):
            if cell["status"] != Status.REFUSED:
                pair = (round(float(cell["mean"]), 1), float(actual[_name(cell)]))
                found.setdefault(_name(cell), {})[quarter] = pair
    return found
