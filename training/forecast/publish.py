"""Forecast a region from the store and keep the run where the service reads it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd

from data.demand import (
    latest_day,
    of_one_nature,
    read_adverts,
    read_demand,
    read_registrations,
    read_supply,
    snapshot_of,
)
from data.execution import Executor
from data.feedback import EventKind
from data.regions import Region
from data.self_forecast.report import METHOD as EMPLOYER_METHOD
from data.store.documents import current_forecast, write_forecast
from data.store.feedback import read_events
from data.store.lists import read_flow_rows
from data.store.moments import beijing_today
from data.store.office_figures import read_office_figures
from data.store.self_forecasts import read_self_forecast_rows
from data.store.store import Store
from training.forecast.demand_series import DemandSeries, series_of
from training.forecast.disclosure import confidential_cells
from training.forecast.employers import employer_section
from training.forecast.flow_warning import find_flow_changes
from training.forecast.history import history_records
from training.forecast.points import Progress
from training.forecast.run import METHOD, forecast_demand
from training.forecast.shortage import METHOD as SHORTAGE_METHOD
from training.forecast.shortage import region_shortage
from training.forecast.skills import METHOD as SKILL_METHOD
from training.forecast.skills import forecast_skills
from training.forecast.targets import METHOD as TARGET_METHOD
from training.forecast.targets import plan_targets

__all__ = ["publish_forecast"]


def publish_forecast(
    store: Store,
    region: Region,
    *,
    horizon: int = 3,
    as_of: dt.date | None = None,
    release_break: bool = False,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> dict[str, Any]:
    """Forecast demand, shortage, skills, employers' own figures, targets and flows, and keep the run.

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
    release_break
        True when a person has looked at a change of sources or of the city's level and lets the run pass.
    progress
        Called with the name of a stage, the steps done and all its steps.
    executor
        Where series are fitted one by one, in blocks; this process when left out.

    Returns
    -------
    dict
        The run as kept: ``table``, ``sums``, ``backtest``, ``origins``, ``history``, ``coverage``,
        ``shortage``, ``skills``, ``employers``, ``targets``, ``flows`` and what they rest on.

    Raises
    ------
    RefusedError
        The region has no dated vacancies.
    """
    vacancies = of_one_nature(read_demand(store, region))
    day = as_of or latest_day(vacancies, today=beijing_today())
    adverts = read_adverts(store, vacancies)
    synthetic = bool(vacancies["synthetic"].any())
    flows = of_one_nature(read_flow_rows(store, region.name))
    figures = read_office_figures(store, region.name, synthetic=synthetic)
    hires = read_events(store, kinds={EventKind.HIRED}, synthetic=synthetic)
    people = read_supply(store, region), read_registrations(store), hires
    reports = read_self_forecast_rows(store, region.name)
    held = (vacancies, adverts, *people, flows, figures, reports)
    basis = {
        "snapshot": snapshot_of(*held, as_of=day),
        "method": METHOD,
        "methods": [METHOD, SHORTAGE_METHOD, SKILL_METHOD, EMPLOYER_METHOD, TARGET_METHOD],
        "horizon": horizon,
        "released": release_break,
    }
    known = current_forecast(store, region.name)
    if known is not None and all(known["document"].get(name) == value for name, value in basis.items()):
        return dict(known["document"])
    series = series_of(vacancies, adverts, as_of=day)
    document = {
        **_demand_parts(
            series,
            vacancies,
            horizon=horizon,
            release_break=release_break,
            progress=progress,
            executor=executor,
        ),
        **basis,
        "shortage": region_shortage(
            store, region, as_of=day, release_break=release_break, vacancies=vacancies
        ).to_records(),
        "skills": forecast_skills(
            series, vacancies, horizon=horizon, release_break=release_break, executor=executor
        ),
        "employers": employer_section(reports, vacancies, as_of=day),
        "targets": plan_targets(region, as_of=day).to_records(),
        "flows": find_flow_changes(flows, as_of=day).to_records()
        | {"synthetic": bool(len(flows)) and bool(flows["synthetic"].all())},
        "region": region.name,
        "region_name": region.name_zh,
        "synthetic": synthetic,
    }
    header = {"region": region.name, "as_of": day, "method": METHOD, "synthetic": synthetic}
    write_forecast(store, header | {"document": document})
    return dict(json.loads(json.dumps(document)))  # as the store has it


def _demand_parts(
    series: DemandSeries,
    vacancies: pd.DataFrame,
    *,
    horizon: int,
    release_break: bool,
    progress: Progress | None,
    executor: Executor | None,
) -> dict[str, Any]:
    """Return the forecast of demand, the months behind it and what the sources make of them."""
    confidential = confidential_cells(series.demand, vacancies)
    run = forecast_demand(
        series.demand,
        horizon=horizon,
        as_of=series.as_of,
        release_break=release_break,
        breaks=series.coverage.recent_breaks,
        confidential=confidential,
        progress=progress,
        executor=executor,
    )
    return {
        **run.to_records(),
        "history": history_records(series.demand, confidential),
        "coverage": series.coverage.to_records(),
    }
