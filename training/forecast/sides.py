"""Both sides of a region's labour market as a shortage forecast needs them, on the cells of demand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.catalogue.hedonic import add_net_pay
from data.catalogue.period import Period
from data.catalogue.sections import OTHER_SECTION
from data.demand import latest_day, of_one_nature, read_demand
from data.feedback import EventKind
from data.regions import Region
from data.store.feedback import read_events
from data.store.moments import beijing_today
from data.store.office_figures import read_office_figures
from data.store.store import Store
from training.forecast.breaks import Break
from training.forecast.demand import CELL_COLUMNS, Demand, Floats, Level, next_months
from training.forecast.demand_series import demand_series
from training.forecast.disclosure import confidential_cells
from training.forecast.duration import timed_spells
from training.forecast.gap import NOTHING, SURE, Range
from training.forecast.simulation import Shares
from training.forecast.stock import OpenStock
from training.forecast.supply import Supply, read_supply_series

__all__ = [
    "LEAST_EVENTS",
    "LEAST_PERSONS",
    "LEAST_SUPPLY_MONTHS",
    "Cell",
    "Sides",
    "lost_share",
    "read_sides",
    "withdrawn_share",
]

LEAST_SUPPLY_MONTHS = 12
"""Complete months of supply that a forecast of it needs."""
LEAST_PERSONS = 5
"""Seekers that a cell needs before anything of them is told."""
LEAST_EVENTS = 50
"""Ended vacancies, or departures, from which a share is estimated at all."""
_LEAST_LENDERS = 100  # pairs of a cell and an origin from which errors are lent, before classes are merged


class Cell(NamedTuple):
    """One row of the hierarchy."""

    level: Level
    """City, industry or occupation."""
    key_industry: str | None
    """Key industry."""
    occupation_code: str | None
    """Occupation."""


@dataclass(frozen=True)
class Sides:
    """What is known of demand and supply on one day."""

    as_of: dt.date
    """Day of the data."""
    demand: Demand
    """Heads that opened, by month."""
    open_places: Floats
    """Heads open at the end of the last month, one a row of ``demand``."""
    supply: Supply
    """Seekers, on the rows of ``demand``; see :meth:`training.forecast.supply.Supply.aligned`."""
    spells: pd.DataFrame
    """Vacancies of the last four quarters with durations, see :mod:`training.forecast.duration`, and
    ``net_pay`` of :func:`data.catalogue.hedonic.add_net_pay`."""
    confidential: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    """Rows that say too much about one employer, by themselves or through the others."""
    demand_share: tuple[float, float, float] | None = None
    """Low, value and high share of all vacancies that are registered here, as the office states it."""
    withdrawn: Shares | None = None
    """Withdrawn among the vacancies known to have ended; None where too few are known."""
    placed: float = 0.0
    """People placed in the last twelve months: they left supply by filling a place."""
    figures: pd.DataFrame | None = None
    """Figures of the office of the same nature, see :mod:`data.office_figures`."""
    synthetic: bool = False
    """Whether the data are generated."""
    breaks: tuple[Break, ...] = ()
    """What changed of late in the sources of demand."""
    released: bool = False
    """Whether a person has looked at those changes and lets the figures pass."""
    notes: tuple[str, ...] = ()
    """What a reader has to know of the data, in Chinese."""

    @cached_property
    def cells(self) -> list[Cell]:
        """The rows by name."""
        plain = self.demand.index[list(CELL_COLUMNS)].astype(object)
        rows = plain.where(plain.notna(), None).itertuples(index=False, name=None)
        return [Cell(Level(level), industry, code) for level, industry, code in rows]

    @property
    def needs(self) -> pd.DataFrame:
        """``occupation_code`` and ``section`` of the coded vacancies, by which people are divided."""
        coded = self.spells[self.spells["occupation_code"].notna()]
        section = coded["key_industry"].where(coded["key_industry"].notna(), OTHER_SECTION)
        return pd.DataFrame({"occupation_code": coded["occupation_code"], "section": section}, dtype=object)

    @property
    def is_city_wide(self) -> bool:
        """Whether the office states what share of both sides is registered here."""
        return self.demand_share is not None and self.supply.coverage is not None

    @property
    def coverages(self) -> tuple[Range, Range]:
        """Shares of demand and supply that are registered; 1 unless both are stated."""
        if self.demand_share is None or self.supply.coverage is None:
            return SURE, SURE
        return Range(*self.demand_share), Range(*self.supply.coverage)

    @cached_property
    def has_series(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Rows whose supply is known for at least twelve months up to the last one of demand."""
        months = self.supply.months
        if len(months) < LEAST_SUPPLY_MONTHS or months[-1:] != self.demand.months[-1:]:
            return np.zeros(len(self.demand.index), dtype=np.bool_)
        return np.isfinite(self.supply.inflow).all(axis=1) & np.isfinite(self.seekers)

    @property
    def shows_seekers(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Rows with enough people to be told."""
        return np.asarray(self.supply.persons >= LEAST_PERSONS, dtype=np.bool_)

    @cached_property
    def seekers(self) -> Floats:
        """Heads available at the end of the last complete month, else on the day; NaN where unknown."""
        if self.supply.months:
            last = self.supply.stock[:, -1]
            return np.asarray(np.where(np.isfinite(last), last, self.supply.available), dtype=float)
        return self.supply.available

    def uncoded_rate(self, row: int) -> float:
        """Heads without an occupation for each head with one: they may belong to any cell below the city."""
        uncoded, all_seekers = self.supply.uncoded, float(self.seekers[self.demand.city_row])
        if row == self.demand.city_row or not uncoded < all_seekers:
            return 0.0
        return uncoded / (all_seekers - uncoded)

    def announced(self, row: int, horizon: int) -> Floats:
        """Heads registered as available from a later day on, month by month ahead."""
        return np.nan_to_num(self.supply.ahead[row, :horizon])

    def graduates(self, row: int, horizon: int) -> Range:
        """Graduates who stay, over the months ahead; none where the office supplied no cohort."""
        ends = [float(np.nansum(part[row, :horizon])) for part in self.supply.graduates]
        return Range(*ends) if any(ends) else NOTHING


def lost_share(supply: Supply, placed: float) -> Shares | None:
    """Count who left supply unplaced within a month of the last twelve, out of those there at its beginning.

    Whoever was placed took one of the places that demand counts, and so must stay in supply as well.

    Parameters
    ----------
    supply
        Seekers; the first row is the city's.
    placed
        People placed in those twelve months.

    Returns
    -------
    Shares or None
        None with fewer than 50 departures, or without months: then everybody is taken to stay.
    """
    stock, outflow = supply.stock[:1, -13:-1], supply.outflow[:1, -12:]
    width = min(stock.shape[1], outflow.shape[1])
    left = float(np.nansum(outflow[:, outflow.shape[1] - width :])) - placed
    there = float(np.nansum(stock[:, stock.shape[1] - width :]))
    return Shares(min(left, there), there) if left >= LEAST_EVENTS and there > 0 else None


def withdrawn_share(stock: OpenStock) -> Shares | None:
    """Estimate what part of the heads wanted is withdrawn, among those of which the employer told the end.

    Parameters
    ----------
    stock
        How vacancies ended; the first row is the city's. What lapsed unseen is no end.

    Returns
    -------
    Shares or None
        The share of heads, with as many cases as vacancies; None with fewer than 50 of them.
    """
    told = int(stock.n_ended[:3].sum())
    parts = [float(part[0].sum()) for part in (stock.filled, stock.withdrawn, stock.unfilled)]
    if told < LEAST_EVENTS or sum(parts) <= 0:
        return None
    return Shares(told * parts[1] / sum(parts), float(told))


def read_sides(
    store: Store,
    region: Region,
    *,
    as_of: dt.date | None = None,
    release_break: bool = False,
    vacancies: pd.DataFrame | None = None,
) -> Sides:
    """Read both sides of a region's market.

    Parameters
    ----------
    store
        The store.
    region
        The region.
    as_of
        Day of the data; the last day of the region's data when left out.
    release_break
        True when a person has looked at a change of sources and lets the figures pass.
    vacancies
        The region's vacancies of one nature, where they were read already; read when left out.

    Returns
    -------
    Sides
        Of one nature: real vacancies and people, else generated ones.

    Raises
    ------
    RefusedError
        The region has no dated vacancies, or none that states its heads.
    """
    vacancies = of_one_nature(read_demand(store, region)) if vacancies is None else vacancies
    day = as_of or latest_day(vacancies, today=beijing_today())
    series = demand_series(store, region, as_of=day, vacancies=vacancies)
    supply = read_supply_series(store, region, as_of=day, vacancies=vacancies).aligned(series.demand.index)
    last = series.stock.stock[:, -1] if series.stock.months else np.zeros(len(series.demand.index))
    return Sides(
        as_of=day,
        demand=series.demand,
        open_places=np.asarray(last, dtype=float),
        supply=supply,
        spells=add_net_pay(timed_spells(vacancies, as_of=day), Period(day)),
        confidential=confidential_cells(series.demand, vacancies),
        demand_share=series.share,
        withdrawn=withdrawn_share(series.stock),
        placed=_placed(store, series.demand.months, synthetic=series.synthetic),
        figures=read_office_figures(store, region.name, synthetic=series.synthetic),
        synthetic=series.synthetic,
        breaks=series.coverage.recent_breaks,
        released=release_break,
        notes=_notes(supply, series.demand.city_row),
    )


def _placed(store: Store, months: tuple[dt.date, ...], *, synthetic: bool) -> float:
    """Count the people whose hire was reported within the last twelve complete months."""
    if not months:
        return 0.0
    first, after = months[-12:][0], next_months(months[-1], 2)[1]
    since, until = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in (first, after))
    hires = read_events(store, kinds={EventKind.HIRED}, since=since, until=until, synthetic=synthetic)
    return float(hires["profile_id"].nunique())


def _notes(supply: Supply, city_row: int) -> tuple[str, ...]:
    """Return what is missing of supply, and who could not be put into a cell."""
    notes = [reason["message"] for reason in supply.reasons[city_row]]
    if supply.uncoded > 0:
        notes.append(
            f"有 {supply.uncoded:.0f} 名可用人才未编码职业，只计入全区域；产业和职业的缺口范围按他们不属于和"
            "按比例属于该单元两种情形取并集"
        )
    return tuple(dict.fromkeys(notes))
