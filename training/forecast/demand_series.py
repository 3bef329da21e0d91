"""The demand of a region as the store has it: as counted, corrected for its sources, open stock, skills."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from data.demand import of_one_nature, read_adverts, read_demand
from data.office_figures import OfficeKind, Stated, stated_figure
from data.regions import Region
from data.store.office_figures import read_office_figures
from data.store.store import Store
from training.forecast.coverage import Coverage, measure_coverage
from training.forecast.demand import Demand
from training.forecast.series import count_openings, read_openings
from training.forecast.stock import OpenStock, SkillCounts, count_skills, count_stock

__all__ = ["DemandSeries", "demand_series", "series_of"]


@dataclass(frozen=True)
class DemandSeries:
    """Monthly demand of one nature, all parts over the same rows where they have rows."""

    as_of: dt.date
    """Day of the data."""
    raw: Demand
    """Heads as counted, all sources."""
    demand: Demand
    """Heads corrected to the sources at hand in the last month; the one to forecast. Same rows as ``raw``;
    the months may begin later, where nothing links the sources before."""
    stock: OpenStock
    """Open heads and how they end, in the units and over the rows and months of ``demand``."""
    skills: SkillCounts
    """Vacancies by skill in the units and over the months of ``demand``; never added up over skills."""
    coverage: Coverage
    """Which sources count when, the factors of the correction and the breaks, over the months of ``raw``."""
    share: Stated | None
    """Low, value and high share of all vacancies that are registered here, 0 to 1, as the office states it;
    without it the figures are 登记于本平台, never 全市."""
    synthetic: bool
    """True for generated data; natures are never mixed."""


def demand_series(
    store: Store, region: Region, *, as_of: dt.date, vacancies: pd.DataFrame | None = None
) -> DemandSeries:
    """Read the demand of a region and correct it for its sources.

    Real and generated vacancies are never added up: where there are real ones, only they count.

    Parameters
    ----------
    store
        The store.
    region
        The region.
    as_of
        Day of the data; what opened later, or was learned of an end later, is left out.
    vacancies
        The region's vacancies of one nature, where they were read already; read when left out.

    Returns
    -------
    DemandSeries
        Without vacancies in a complete month: one city row and no months.

    Raises
    ------
    RefusedError
        No vacancy states its heads.
    """
    vacancies = of_one_nature(read_demand(store, region)) if vacancies is None else vacancies
    synthetic = bool(len(vacancies)) and bool(vacancies["synthetic"].astype(bool).all())
    figures = read_office_figures(store, region.name, synthetic=synthetic)
    share = stated_figure(figures, OfficeKind.COVERAGE_DEMAND, until=as_of)
    made = series_of(vacancies, read_adverts(store, vacancies), as_of=as_of)
    return replace(made, share=share, synthetic=synthetic)


def series_of(vacancies: pd.DataFrame, adverts: pd.DataFrame, *, as_of: dt.date) -> DemandSeries:
    """Count, correct and follow the vacancies of one nature.

    Parameters
    ----------
    vacancies
        As from :func:`data.demand.read_demand`.
    adverts
        As from :func:`data.demand.read_adverts`.
    as_of
        Day of the data.

    Returns
    -------
    DemandSeries
        Without a stated coverage, as real data.

    Raises
    ------
    RefusedError
        No vacancy states its heads.
    """
    openings = read_openings(vacancies, end=as_of)
    keys = vacancies.set_index("vacancy_id")["employer_key"].reindex(openings.frame["vacancy_id"])
    coverage = measure_coverage(openings, adverts, keys.tolist())
    weights = coverage.weights
    corrected = count_openings(openings, weights=weights)
    stock = count_stock(vacancies, openings, weights, as_of=as_of)
    skills = count_skills(vacancies, openings, weights)
    first = coverage.first
    return DemandSeries(
        as_of=as_of,
        raw=count_openings(openings),
        demand=replace(corrected, matrix=corrected.matrix[:, first:], months=corrected.months[first:]),
        stock=replace(stock, months=stock.months[first:], **_from(stock, first)),
        skills=replace(skills, counts=skills.counts[:, first:], months=skills.months[first:]),
        coverage=coverage,
        share=None,
        synthetic=False,
    )


def _from(stock: OpenStock, first: int) -> dict[str, Any]:
    """Return the flows and stocks from one month on."""
    names = ("stock", "opened", "filled", "withdrawn", "unfilled", "lapsed")
    return {name: getattr(stock, name)[:, first:] for name in names}
