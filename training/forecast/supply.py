"""Supply by the cells of demand: who is available, who came and went, and who is known to come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from data.catalogue.sections import OTHER_SECTION
from data.demand import of_one_nature, read_demand, read_registrations, read_supply
from data.feedback import EventKind
from data.office_figures import OfficeKind, Stated, stated_figure
from data.regions import Region
from data.store.feedback import read_events
from data.store.lists import read_flow_rows
from data.store.office_figures import read_office_figures
from data.store.store import Store
from training.forecast.cells import Cells, cell_tuples
from training.forecast.demand import CELL_COLUMNS, Floats, Integers, next_months
from training.forecast.rules import Reason, Status
from training.forecast.supply_figures import (
    Ranged,
    Spread,
    graduates_of,
    read_moves,
    retirements_of,
    spread_out,
)
from training.forecast.supply_people import (
    Counted,
    People,
    count_people,
    history_months,
    last_complete,
    shared_out,
)

__all__ = [
    "MONTHS_AHEAD",
    "PARTS",
    "SERIES_MONTHS",
    "Supply",
    "SupplyReason",
    "read_supply_series",
    "supply_of",
]

MONTHS_AHEAD = 12
"""Months for which known future supply is laid out."""
SERIES_MONTHS = 12
"""Complete months of stock and flows from which they are a series that may be forecast."""
_NEEDS_YEARS = 1
PARTS = ("available", "series", "ahead", "graduates", "retirements", "moves")
"""Columns of :attr:`Supply.known`."""


class SupplyReason(StrEnum):
    """Why a part of supply is unknown or may only be indicative."""

    NO_SUPPLY_DATA = "no_supply_data"
    """No profile of this nature counts for the region."""
    SNAPSHOT_ONLY = "snapshot_only"
    """There is a stock today, no complete month since profiles were first read: no series."""
    SHORT_SERIES = "short_series"
    """Fewer than twelve complete months of stock, inflow and outflow."""
    NO_GRADUATES = "no_graduates"
    """No cohort with local retention and participation was supplied."""
    NO_RETIREMENTS = "no_retirements"
    """No aggregate figure of retirements was supplied."""


@dataclass(frozen=True)
class Supply:
    """Registered seekers in heads: people, each with a weight of at most 1 over all occupation cells."""

    as_of: dt.date
    """Day of the data."""
    index: pd.DataFrame
    """Level, key industry and occupation code of each cell; the city's row first. The city also counts
    people without an occupation code, who stand in no other row."""
    months: tuple[dt.date, ...]
    """First day of each complete month with history, ascending; empty where there is only today's stock."""
    available: Floats
    """Heads available on the day of the data, one a cell; NaN where nothing is known."""
    stock: Floats
    """Heads available at the end of each month, cells × months."""
    inflow: Floats
    """Heads that became available in each month, cells × months."""
    outflow: Floats
    """Heads that were placed or went unconfirmed for 180 days, cells × months; stock changes by inflow less
    outflow."""
    months_ahead: tuple[dt.date, ...]
    """First days of the twelve months after the last complete one."""
    ahead: Floats
    """Registered people who stated a day after ``as_of`` from which they can come, cells × 12."""
    graduates: Ranged
    """Graduates who stay and look for work, in the month they come, cells × 12."""
    retirements: Ranged
    """People who retire, cells × 12."""
    moves: pd.DataFrame
    """What employers report, see :func:`training.forecast.supply_figures.read_moves`."""
    persons: Integers
    """People with any weight in ``available``, one a cell; under five they must not be shown."""
    uncoded: float
    """Available people without an occupation code, in heads; they count in the city's row."""
    synthetic: bool
    """True for generated data; natures are never mixed."""
    coverage: Stated | None
    """Low, value and high share of all seekers that register here, 0 to 1, as the office states it."""
    known: pd.DataFrame
    """Which of :data:`PARTS` are known, cells × parts, truth values."""
    statuses: tuple[Status, ...]
    """``refused`` where no stock is known, ``indicative`` without twelve months of series, one a cell."""
    reasons: tuple[tuple[Reason, ...], ...]
    """What is missing, one tuple a cell."""

    @property
    def synthetic_share(self) -> float:
        """Share of the heads that is generated: 0 or 1."""
        return float(self.synthetic)

    @property
    def scope(self) -> str:
        """What the figures speak of, in Chinese; never the whole city without a stated coverage."""
        return "登记于本平台" if self.coverage is None else "登记于本平台（人才办另给出覆盖率）"

    def aligned(self, index: pd.DataFrame) -> Supply:
        """Return the supply of other cells, such as those of a table of demand.

        Parameters
        ----------
        index
            Columns ``level``, ``key_industry`` and ``occupation_code``.

        Returns
        -------
        Supply
            One row per row of ``index``. A cell in which nobody is registered has 0 wherever the city's
            figure is known, and NaN where it is not; graduates and retirements stay NaN.
        """
        own = {cell: row for row, cell in enumerate(cell_tuples(self.index))}
        rows = np.array([own.get(cell, -1) for cell in cell_tuples(index)], dtype=np.int64)
        absent = rows < 0
        changed: dict[str, Any] = {
            name: _taken(getattr(self, name), rows)
            for name in ("available", "stock", "inflow", "outflow", "ahead")
        }
        changed |= {
            name: Ranged(*(np.where(absent[:, None], np.nan, part[rows]) for part in getattr(self, name)))
            for name in ("graduates", "retirements")
        }
        known = self.known.iloc[np.where(absent, 0, rows)].reset_index(drop=True)
        known.loc[absent, ["graduates", "retirements", "moves"]] = False
        return replace(
            self,
            index=index[list(CELL_COLUMNS)].reset_index(drop=True),
            persons=np.where(absent, 0, self.persons[rows]),
            known=known,
            statuses=tuple(self.statuses[max(row, 0)] for row in rows.tolist()),
            reasons=tuple(_reasons(row, len(self.months)) for _, row in known.iterrows()),
            **changed,
        )


def _taken(values: Floats, rows: Integers) -> Floats:
    """Return some rows; an absent one (-1) is 0 wherever the city's figure is known."""
    nobody = np.where(np.isnan(values[0]), np.nan, 0.0)
    absent = (rows < 0).reshape(-1, *[1] * (values.ndim - 1))
    return np.where(absent, nobody, values[rows])


def read_supply_series(
    store: Store, region: Region, *, as_of: dt.date, vacancies: pd.DataFrame | None = None
) -> Supply:
    """Read the supply of a region.

    Real and generated people are never added up, nor set against demand of the other nature: the nature is
    that of the region's vacancies, and where there are none, that of its people.

    Parameters
    ----------
    store
        The store.
    region
        The region.
    as_of
        Day of the data.
    vacancies
        The region's vacancies of one nature, where they were read already; read when left out.

    Returns
    -------
    Supply
        Without a person of that nature every stock is NaN and every status ``refused``.
    """
    needs = of_one_nature(read_demand(store, region)) if vacancies is None else vacancies
    profiles = read_supply(store, region)
    told = needs if len(needs) else of_one_nature(profiles)
    synthetic = bool(len(told)) and bool(told["synthetic"].astype(bool).all())
    profiles = profiles[profiles["synthetic"].astype(bool) == synthetic]
    until = dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time(), dt.UTC)
    hires = read_events(store, kinds={EventKind.HIRED}, until=until, synthetic=synthetic)
    placed = hires[["profile_id"]].assign(placed_on=[moment.date() for moment in hires["happened_at"]])
    reports = read_flow_rows(store, region.name)
    return supply_of(
        People.from_frames(profiles, read_registrations(store), placed),
        _needs(needs, as_of),
        read_office_figures(store, region.name, synthetic=synthetic),
        reports[reports["synthetic"].astype(bool) == synthetic],
        as_of=as_of,
        synthetic=synthetic,
    )


def _needs(vacancies: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return occupation and section of the vacancies of the last twelve months."""
    opened = pd.to_datetime(vacancies["opened_on"])
    day = pd.Timestamp(as_of)
    recent = vacancies[(opened > day - pd.DateOffset(years=_NEEDS_YEARS)) & (opened <= day)]
    coded = recent[recent["occupation_code"].notna()]
    section = coded["key_industry"].where(coded["key_industry"].notna(), OTHER_SECTION)
    return pd.DataFrame({"occupation_code": coded["occupation_code"], "section": section}, dtype=object)


def supply_of(
    people: People,
    needs: pd.DataFrame,
    figures: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    as_of: dt.date,
    synthetic: bool,
) -> Supply:
    """Count people and lay out the office's figures by the same cells.

    Parameters
    ----------
    people
        The registered people of one nature.
    needs
        ``occupation_code`` and ``section`` of current vacancies: an occupation is divided among key
        industries as employers ask for it, by :func:`data.catalogue.lists.market.with_industry`.
    figures
        Rows of ``office_figure`` of the same nature.
    reports
        Rows of ``flow_report`` of the same nature.
    as_of
        Day of the data.
    synthetic
        The nature.

    Returns
    -------
    Supply
        One row at least, the city's.
    """
    months_ahead = next_months(last_complete(as_of), MONTHS_AHEAD + 1)[1:]
    coded = np.array([place for place, code in enumerate(people.occupation_code) if code], dtype=np.int64)
    codes = pd.Series([people.occupation_code[place] for place in coded], dtype=object)
    shares = shared_out(codes, needs)
    shares = shares.assign(item=coded[shares["item"].to_numpy()])
    coming, leaving = graduates_of(figures, needs, months_ahead), retirements_of(figures, needs, months_ahead)
    cells = Cells.from_frame(_keys(shares, coming, leaving))
    months = history_months(people, as_of=as_of)
    counted = count_people(people, shares, cells, months, as_of=as_of)
    if not people.occupation_code:
        counted = _unknown(counted)
    moves = read_moves(reports)
    graduates = spread_out(coming, cells, covers_children=False)
    retirements = spread_out(leaving, cells, covers_children=True)
    known = pd.DataFrame(
        {
            "available": ~np.isnan(counted.available),
            "series": len(months) >= SERIES_MONTHS and bool(people.occupation_code),
            "ahead": ~np.isnan(counted.available),
            "graduates": ~np.isnan(graduates.value).all(axis=1),
            "retirements": ~np.isnan(retirements.value).all(axis=1),
            "moves": _reported(cells.index, moves),
        }
    )[list(PARTS)]
    return Supply(
        as_of=as_of,
        index=cells.index,
        months=months,
        months_ahead=months_ahead,
        graduates=graduates,
        retirements=retirements,
        moves=moves,
        synthetic=synthetic,
        coverage=stated_figure(figures, OfficeKind.COVERAGE_SUPPLY, until=as_of),
        known=known,
        statuses=(_status(known.iloc[0]),) * len(known),
        reasons=tuple(_reasons(row, len(months)) for _, row in known.iterrows()),
        **counted._asdict(),
    )


def _keys(shares: pd.DataFrame, *spreads: Spread) -> pd.DataFrame:
    """Return the occupation cells of people and figures, people first, and industries without any."""
    columns = list(CELL_COLUMNS[1:])
    leaves = pd.concat(
        [shares[columns], *(each.keys[each.keys["occupation_code"].notna()][columns] for each in spreads)]
    )
    bare = pd.concat([each.keys[each.keys["key_industry"].notna()][columns] for each in spreads])
    bare = bare[~bare["key_industry"].isin(leaves["key_industry"])]
    return pd.concat([leaves, bare], ignore_index=True).astype(object)


def _unknown(counted: Counted) -> Counted:
    """Return that nothing is known of people."""
    blank = {name: np.full_like(getattr(counted, name), np.nan) for name in ("available", "ahead")}
    return counted._replace(uncoded=float("nan"), **blank)


def _reported(index: pd.DataFrame, moves: pd.DataFrame) -> list[bool]:
    """Tell of which cells employers reported."""
    told = {(level, name) for level, name in zip(moves["level"], moves["key_industry"], strict=True)}
    return [(level, name) in told and code is None for level, name, code in cell_tuples(index)]


def _status(known: pd.Series[bool]) -> Status:
    """Judge what all cells share: whether people are registered, and how long that has been followed."""
    if not known["available"]:
        return Status.REFUSED
    return Status.OK if known["series"] else Status.INDICATIVE


def _reasons(known: pd.Series[bool], n_months: int) -> tuple[Reason, ...]:
    """Say what is missing of one cell."""
    found: list[Reason] = []
    if not known["available"]:
        found.append(_reason(SupplyReason.NO_SUPPLY_DATA, 0, 1, "没有登记的求职者，供给暂不评价"))
    elif n_months == 0:
        text = "只有当前存量：求职者档案首次导入以来还没有一个完整的月份，不成序列"
        found.append(_reason(SupplyReason.SNAPSHOT_ONLY, 0, SERIES_MONTHS, text))
    elif not known["series"]:
        text = f"求职者存量和流量只有{n_months}个完整月份，满{SERIES_MONTHS}个月才可外推"
        found.append(_reason(SupplyReason.SHORT_SERIES, n_months, SERIES_MONTHS, text))
    if not known["graduates"]:
        text = "人才办未提供可用的毕业生人数、留本地比例和求职比例，不计毕业生"
        found.append(_reason(SupplyReason.NO_GRADUATES, 0, 1, text))
    if not known["retirements"]:
        found.append(_reason(SupplyReason.NO_RETIREMENTS, 0, 1, "人才办未提供退休人数，不计退休"))
    return tuple(found)


def _reason(code: SupplyReason, have: float, need: float, message: str) -> Reason:
    return {"code": code.value, "have": have, "need": need, "message": message}
