"""Shortage by simulation: what demand and supply may come to, together, and how sure a gap between them is.

Demand and supply are forecast each by the published method. Their errors are drawn together from the past
(:mod:`training.forecast.simulation`), then brought to the width that the errors of the gap itself had at
past origins. Where one side is unknown there is no gap, no ratio and no probability.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from data.errors import InputError
from data.regions import Region
from data.store.store import Store
from training.forecast.demand import Floats, next_months
from training.forecast.duration import TimeToFill, spells_of_cell, time_to_fill
from training.forecast.gap import Amount, Change, End, GapModel
from training.forecast.outlooks import MONTHS_IN_QUARTER, Outlook, quarter_outlooks
from training.forecast.rules import ORIGINS_FOR_95
from training.forecast.shortage_records import (
    Estimate,
    Observed,
    ShortageCell,
    ShortageRun,
    ShortageStatus,
    StatedShare,
)
from training.forecast.sides import Cell, Sides, lost_share, read_sides
from training.forecast.simulation import LEAST_SIMULATIONS, Draws, Shares

__all__ = ["METHOD", "MOST_QUARTERS", "ShortageModel", "region_shortage"]

METHOD = "joint_error_bootstrap/gap_conformal/2"
"""Name and version of the method; raised whenever a figure could change."""
MOST_QUARTERS = 4
"""Quarters ahead beyond which there is only arithmetic on plan targets."""


@dataclass(frozen=True)
class ShortageModel:
    """Every cell of a market simulated with one chance, ready to be told or altered."""

    sides: Sides
    """Both sides."""
    quarters: int
    """Quarters ahead."""
    seed: int
    """Seed of the chance."""
    draws: Draws
    """The chance."""
    lost: Shares | None
    """Heads that left supply unplaced in a month, among those there before."""
    outlooks: tuple[Outlook, ...]
    """Quarter by quarter, the cells in the order of the table of demand."""

    @classmethod
    def from_sides(
        cls, sides: Sides, *, quarters: int = 2, simulations: int = LEAST_SIMULATIONS, seed: int = 0
    ) -> Self:
        """Forecast and simulate both sides of a market.

        Parameters
        ----------
        sides
            Both sides.
        quarters
            Quarters ahead, 1 to 4; each is counted from the first month ahead on.
        simulations
            At least 2,000.
        seed
            Seed of the simulations.

        Returns
        -------
        ShortageModel
            Cells whose demand, supply or privacy forbids a figure carry reasons instead.

        Raises
        ------
        InputError
            Too many quarters or too few simulations.
        """
        if not 1 <= quarters <= MOST_QUARTERS:
            hint = "更长期限请使用规划目标测算"
            raise InputError(
                "shortage_quarters", f"季度数须为 1 至 {MOST_QUARTERS}，实际为 {quarters}", hint=hint
            )
        if simulations < LEAST_SIMULATIONS:
            message = f"模拟次数不得少于 {LEAST_SIMULATIONS}，实际为 {simulations}"
            raise InputError("shortage_simulations", message)
        lost = lost_share(sides.supply, sides.placed)
        draws = Draws.from_rng(
            np.random.default_rng(seed),
            cells=len(sides.demand.index),
            simulations=simulations,
            withdrawn=sides.withdrawn,
            lost=lost,
        )
        outlooks = [
            outlook
            for quarter in range(1, quarters + 1)
            for outlook in quarter_outlooks(sides, quarter, draws, lost)
        ]
        return cls(sides, quarters, seed, draws, lost, tuple(outlooks))

    def run(self, region: Region) -> ShortageRun:
        """Tell the shortage of every cell.

        Parameters
        ----------
        region
            The region.

        Returns
        -------
        ShortageRun
            One record per cell and quarter.
        """
        times = [self._time_to_fill(row, cell) for row, cell in enumerate(self.sides.cells)]
        withdrawn = self.sides.withdrawn
        return ShortageRun(
            **self.header(region),
            withdrawn=None if withdrawn is None else _stated(withdrawn, self.draws.withdrawn),
            retained=None if self.lost is None else _stated(self.lost, self.draws.retained, kept=True),
            cells=tuple(self.told(outlook, times[outlook.row]) for outlook in self.outlooks),
        )

    def header(self, region: Region) -> dict[str, Any]:
        """Return the fields of :class:`training.forecast.shortage_records.SimulatedRun`."""
        sides = self.sides
        return {
            "region": region.name,
            "region_name": region.name_zh,
            "as_of": sides.as_of,
            "quarters": self.quarters,
            "method": METHOD,
            "simulations": self.draws.simulations,
            "seed": self.seed,
            "scope": "全市（按人才办给出的覆盖率折算）" if sides.is_city_wide else "登记于本平台",
            "synthetic": sides.synthetic,
            "notes": sides.notes,
        }

    def _time_to_fill(self, row: int, cell: Cell) -> TimeToFill | None:
        if self.sides.confidential[row]:
            return None
        return time_to_fill(spells_of_cell(self.sides.spells, *cell))

    def told(
        self, outlook: Outlook, times: TimeToFill | None = None, change: Change | None = None
    ) -> ShortageCell:
        """Tell one cell, as it is or altered.

        Parameters
        ----------
        outlook
            The cell.
        times
            How long its vacancies took to fill.
        change
            What is altered; nothing when left out.

        Returns
        -------
        ShortageCell
            The record.
        """
        sides, model = self.sides, outlook.model
        last = sides.demand.last_month
        ahead = next_months(last or sides.as_of, 14)[1 if last else 0 :]
        cell = sides.cells[outlook.row]
        record = ShortageCell(
            level=cell.level,
            key_industry=cell.key_industry,
            occupation_code=cell.occupation_code,
            quarter=outlook.quarter,
            from_month=ahead[0],
            to_month=ahead[MONTHS_IN_QUARTER * outlook.quarter - 1],
            demand=_wanted(sides, outlook, change),
            supply=None,
            gap=None,
            gap_range=None,
            theta=None,
            tightness=None,
            p_short=None,
            p_range=None,
            observed=_observed(sides, outlook.row),
            time_to_fill=times,
            n_origins=outlook.n_origins,
            calibrated=outlook.calibrated,
            status=ShortageStatus.REFUSED,
            reasons=outlook.reasons,
        )
        return record if model is None else record.model_copy(update=_simulated(outlook, model, change))


def region_shortage(
    store: Store,
    region: Region,
    *,
    quarters: int = 2,
    as_of: dt.date | None = None,
    release_break: bool = False,
    vacancies: pd.DataFrame | None = None,
    simulations: int = LEAST_SIMULATIONS,
    seed: int = 0,
) -> ShortageRun:
    """Tell the shortage of a region from the store.

    Parameters
    ----------
    store
        The store.
    region
        The region.
    quarters
        Quarters ahead, 1 to 4.
    as_of
        Day of the data; the last day of the region's data when left out.
    release_break
        True when a person has looked at a change of sources and lets the figures pass.
    vacancies
        The region's vacancies of one nature, where they were read already; read when left out.
    simulations
        At least 2,000.
    seed
        Seed of the simulations; with the same data it gives the same document.

    Returns
    -------
    ShortageRun
        One record per cell and quarter.

    Raises
    ------
    RefusedError
        The region has no dated vacancies, or none that states its heads.
    InputError
        Too many quarters or too few simulations.
    """
    sides = read_sides(store, region, as_of=as_of, release_break=release_break, vacancies=vacancies)
    return ShortageModel.from_sides(sides, quarters=quarters, simulations=simulations, seed=seed).run(region)


def _wanted(sides: Sides, outlook: Outlook, change: Change | None) -> Estimate | None:
    """Add the heads open today to those forecast to open."""
    if outlook.demand is None:
        return None
    more = float(sides.open_places[outlook.row]) + (0.0 if change is None else change.openings)
    scale = 1 / sides.coverages[0].value
    value, *bounds = outlook.demand
    ends = (None if part is None else (part + more) * scale for part in bounds)
    return _estimate(Amount(((value or 0.0) + more) * scale, *ends), digits=1)


def _simulated(outlook: Outlook, model: GapModel, change: Change | None) -> dict[str, Any]:
    """Return the fields that need both sides."""
    with_95 = outlook.calibrated and outlook.n_origins >= ORIGINS_FOR_95
    gap = model.simulated(change)
    ends = [model.simulated(change, end=end) for end in (End.LOWEST, End.HIGHEST)]
    low, high = (end.amount(with_95=False) for end in ends)
    theta = model.ratio(change, with_95=with_95)
    ranged = model.is_ranged or (change is not None and change.is_ranged)
    return {
        "supply": _estimate(model.seekers(change, with_95=with_95), digits=1),
        "gap": _estimate(gap.amount(with_95=with_95), digits=1),
        "gap_range": (_rounded(low.lo80, 1), _rounded(high.hi80, 1)) if ranged else None,
        "theta": None if theta is None else _estimate(theta, digits=3),
        "tightness": None if theta is None else round(theta.value / (1 + theta.value), 3),
        "p_short": round(gap.p_short, 4),
        "p_range": (round(ends[0].p_short, 4), round(ends[1].p_short, 4)) if ranged else None,
        "status": _verdict(low.lo80, high.hi80, calibrated=outlook.calibrated),
    }


def _verdict(lowest: float | None, highest: float | None, *, calibrated: bool) -> ShortageStatus:
    """Decide by the union of the 80 % intervals."""
    if not calibrated:
        return ShortageStatus.UNCALIBRATED
    if lowest is not None and lowest > 0:
        return ShortageStatus.SHORTAGE
    if highest is not None and highest < 0:
        return ShortageStatus.SURPLUS
    return ShortageStatus.UNDECIDED


def _observed(sides: Sides, row: int) -> Observed | None:
    """Return the market today; nothing where it would tell too much."""
    if sides.confidential[row]:
        return None
    places, seekers = float(sides.open_places[row]), float(sides.seekers[row])
    shown = np.isfinite(seekers) and sides.shows_seekers[row]
    whole = places + seekers
    return Observed(
        open_places=round(places, 1),
        seekers=round(seekers, 1) if shown else None,
        ratio=round(places / seekers, 3) if shown and seekers > 0 else None,
        tightness=round(places / whole, 3) if shown and whole > 0 else None,
    )


def _stated(share: Shares, draws: Floats, *, kept: bool = False) -> StatedShare:
    low, high = (float(cut) for cut in np.quantile(draws, (0.1, 0.9)))
    value = 1 - share.value if kept else share.value
    return StatedShare(low=round(low, 4), value=round(value, 4), high=round(high, 4), cases=share.cases)


def _estimate(amount: Amount, *, digits: int) -> Estimate:
    return Estimate(**{name: _rounded(part, digits) for name, part in amount._asdict().items()})


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)
