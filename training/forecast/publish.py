"""Forecast a region from the store and keep the run where the service reads it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from data.demand import latest_day, read_demand, snapshot_of
from data.regions import Region
from data.store.documents import current_forecast, write_forecast
from data.store.store import Store
from training.forecast.run import METHOD, forecast_demand
from training.forecast.series import monthly_demand

__all__ = ["publish_forecast"]


def publish_forecast(
    store: Store, region: Region, *, horizon: int = 3, as_of: dt.date | None = None
) -> dict[str, Any]:
    """Forecast the demand of a region and keep the run.

    Real and generated vacancies are never added up: where there are real ones, only they are forecast.

    When the newest run was made from the same data by the same method, it is returned as it is.

    Parameters
    ----------
    store
        The store.
    region
        The region.
    horizon
        Months ahead.
    as_of
        Day of the data; the last day of the region's data when left out.

    Returns
    -------
    dict
        The run as kept: ``table``, ``sums``, ``backtest`` and what they rest on.

    Raises
    ------
    RefusedError
        The region has no dated vacancies.
    """
    vacancies = _of_one_nature(read_demand(store, region))
    day = as_of or latest_day(vacancies, today=dt.datetime.now(dt.UTC).date())
    basis = {"snapshot": snapshot_of(vacancies, as_of=day), "method": METHOD, "horizon": horizon}
    known = current_forecast(store, region.name)
    if known is not None and all(known["document"].get(name) == value for name, value in basis.items()):
        document: dict[str, Any] = known["document"]
        return document
    run = forecast_demand(monthly_demand(vacancies, end=day), horizon=horizon, as_of=day)
    document = {
        **run.to_records(),
        **basis,
        "region": region.name,
        "region_name": region.name_zh,
        "synthetic": bool(vacancies["synthetic"].any()),
    }
    header = {
        "region": region.name,
        "as_of": day,
        "method": run.method,
        "synthetic": document["synthetic"],
        "document": document,
    }
    write_forecast(store, header)
    return document


def _of_one_nature(vacancies: pd.DataFrame) -> pd.DataFrame:
    generated = vacancies["synthetic"].astype(bool)
    return vacancies if generated.all() else vacancies[~generated]
