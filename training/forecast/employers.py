"""What a run keeps of the employers' own forecasts: the next quarter, and the record of past ones."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from data.self_forecast import employer_record, employer_report
from data.self_forecast.quarters import quarter_of
from training.forecast.quarterly import quarterly_forecast

__all__ = ["employer_section"]


def employer_section(reports: pd.DataFrame, vacancies: pd.DataFrame, *, as_of: dt.date) -> dict[str, Any]:
    """Set the employers' own forecast of the first quarter not over beside the statistical one.

    Parameters
    ----------
    reports
        As from :func:`data.store.self_forecasts.read_self_forecast_rows`; those of the other nature than the
        vacancies are left out.
    vacancies
        As from :func:`data.demand.read_demand`, of one nature.
    as_of
        Last day of the data.

    Returns
    -------
    dict
        ``report`` and ``record``, see :func:`data.self_forecast.employer_report` and
        :func:`data.self_forecast.employer_record`; empty without reports.
    """
    own = reports[reports["synthetic"] == bool(vacancies["synthetic"].all())].reset_index(drop=True)
    if own.empty:
        return {}
    target = quarter_of(as_of + dt.timedelta(days=1))
    statistical = quarterly_forecast(vacancies, target=target, as_of=as_of)
    return {
        "report": employer_report(own, vacancies, target=target, as_of=as_of, statistical=statistical),
        "record": employer_record(own, vacancies, as_of=as_of),
    }
