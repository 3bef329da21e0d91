"""One quarter ahead: which cells may be told, their forecasts of both sides and the simulated gap."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

import numpy as np

from training.forecast.caveat import Caveat
from training.forecast.demand import Level
from training.forecast.gap import Amount, GapModel, Range, Side
from training.forecast.gap_record import GapRecord, gap_record
from training.forecast.intervals import LEAST_ORIGINS, LEAST_RESIDUALS
from training.forecast.result import FIGURES
from training.forecast.rules import Status
from training.forecast.run import forecast_demand
from training.forecast.sides import LEAST_PERSONS, LEAST_SUPPLY_MONTHS, Sides
from training.forecast.simulation import Draws, Shares, simulated_errors

__all__ = ["MONTHS_IN_QUARTER", "Outlook", "quarter_outlooks"]

MONTHS_IN_QUARTER = 3
_INDICATIVE_INFLOW = 20.0


class Outlook(NamedTuple):
    """What is known of one cell up to the end of one quarter ahead."""

    row: int
    """Row of the table of demand."""
    quarter: int
    """Quarters ahead, from 1."""
    demand: Amount | None
    """Heads forecast to open; None where they may not be told."""
    model: GapModel | None
    """The simulated gap; None where a side is missing."""
    n_origins: int
    """Past origins at which both sides were forecast."""
    n_residuals: int
    """Past gaps behind the calibration."""
    calibrated: bool
    """Whether the gap was calibrated."""
    reasons: tuple[Caveat, ...]
    """What is missing or only indicative."""


class _Quarter(NamedTuple):
    """What the cells of one quarter share."""

    sides: Sides
    horizon: int
    draws: Draws
    lost: Shares | None
    record: GapRecord | None


def quarter_outlooks(sides: Sides, quarter: int, draws: Draws, lost: Shares | None) -> Iterator[Outlook]:
    """Forecast and simulate the cells up to the end of one quarter ahead.

    Parameters
    ----------
    sides
        Both sides.
    quarter
        Quarters ahead, from 1.
    draws
        The chance, the same for every quarter.
    lost
        Heads that left supply in a month among those there before.

    Yields
    ------
    Outlook
        One for each row of the table of demand.
    """
    horizon = MONTHS_IN_QUARTER * quarter
    run = forecast_demand(
        sides.demand,
        horizon=horizon,
        as_of=sides.as_of,
        breaks=sides.breaks,
        release_break=sides.released,
    )
    withdrawn = 0.0 if sides.withdrawn is None else sides.withdrawn.value
    shared = _Quarter(
        sides=sides,
        horizon=horizon,
        draws=draws,
        lost=lost,
        record=gap_record(sides, horizon=horizon, withdrawn=withdrawn),
    )
    for row, sums in enumerate(run.sums.to_dict("records")):
        yield _outlook(shared, row, quarter, sums)


def _outlook(shared: _Quarter, row: int, quarter: int, sums: dict[Hashable, Any]) -> Outlook:
    """Judge and simulate one cell."""
    sides, record = shared.sides, shared.record
    refused = sums["status"] is Status.REFUSED
    reasons = [Caveat.model_validate(reason) for reason in sums["reasons"]]
    nothing = Outlook(row, quarter, None, None, 0, 0, calibrated=False, reasons=())
    if sides.confidential[row]:
        message = "用人单位过少或一家占比过大，按保密规则不公布"
        return nothing._replace(reasons=(Caveat(code="confidential", have=0, need=3, message=message),))
    if refused:
        return nothing._replace(reasons=tuple(reasons))
    bounds = (None if np.isnan(sums[name]) else float(sums[name]) for name in FIGURES[1:])
    demand = Amount(float(sums["mean"]), *bounds)
    told = nothing._replace(demand=demand)
    missing = _missing_supply(sides, row)
    if missing:
        return told._replace(reasons=(*reasons, *missing))
    model = _model(shared, row, float(sums["mean"]))
    if model is None or record is None:
        message = "没有可用的历史回测起点，无法模拟供需误差"
        reason = Caveat(code="uncalibrated", have=0, need=LEAST_ORIGINS, message=message)
        return told._replace(reasons=(*reasons, reason))
    n_origins, n_residuals = int(record.n_origins[row]), int(record.n_residuals[row])
    offsets = record.offsets[row]
    calibrated = bool(np.isfinite(offsets).all())
    if calibrated:
        model = model.calibrated((float(offsets[0]), float(offsets[1])))
    else:
        reasons.append(_uncalibrated(n_origins, n_residuals))
    reasons += _thin_supply(sides, row)
    return Outlook(row, quarter, demand, model, n_origins, n_residuals, calibrated, tuple(reasons))


def _missing_supply(sides: Sides, row: int) -> list[Caveat]:
    """Say why the supply of a cell may not be used."""
    supply = sides.supply
    if supply.statuses[row] is Status.REFUSED or not np.isfinite(sides.seekers[row]):
        own = [Caveat.model_validate(reason) for reason in supply.reasons[row]]
        if any(caveat.code == "no_supply_data" for caveat in own):
            return [caveat for caveat in own if caveat.code == "no_supply_data"]
        return [_no_supply(0, "没有可用的人才供给数据，只给出需求，不计算缺口、供需比和短缺概率")]
    if not sides.has_series[row]:
        have = len(supply.months)
        message = (
            f"供给侧只有 {have} 个与需求同期的完整月份，至少需要 {LEAST_SUPPLY_MONTHS} 个，"
            "只给出需求，不计算缺口、供需比和短缺概率"
        )
        return [_no_supply(have, message)]
    cell = sides.cells[row]
    if cell.level is Level.OCCUPATION and cell.occupation_code is None:
        return [_no_supply(0, "未编码职业的需求没有可对照的人才，不计算缺口、供需比和短缺概率")]
    if not sides.shows_seekers[row]:
        message = f"登记人才不足 {LEAST_PERSONS} 人，按保密规则不公布"
        return [Caveat(code="confidential", have=0, need=LEAST_PERSONS, message=message)]
    return []


def _no_supply(have: int, message: str) -> Caveat:
    return Caveat(code="no_supply_data", have=have, need=LEAST_SUPPLY_MONTHS, message=message)


def _model(shared: _Quarter, row: int, opens: float) -> GapModel | None:
    """Set up the simulation of one cell."""
    sides, record = shared.sides, shared.record
    if record is None or record.groups[row] < 0:
        return None
    errors = simulated_errors(record.past, row, int(record.groups[row]), shared.draws)
    if errors is None:
        return None
    coverages = sides.coverages
    # Those who already said when they come are at least the inflow of that month.
    inflow = float(np.maximum(record.inflow[row], sides.announced(row, shared.horizon)).sum())
    known = sides.graduates(row, shared.horizon)
    uncoded = sides.uncoded_rate(row) * (float(sides.seekers[row]) + inflow)
    known = Range(known.low, known.value, known.high + uncoded)
    kept = shared.draws.retained**shared.horizon
    lost = 0.0 if shared.lost is None else shared.lost.value
    return GapModel(
        demand=Side(float(sides.open_places[row]), opens, errors[0].sum(axis=1), coverages[0]),
        supply=Side(float(sides.seekers[row]), inflow, errors[1].sum(axis=1), coverages[1], known),
        withdrawn=shared.draws.withdrawn,
        withdrawn_share=0.0 if sides.withdrawn is None else sides.withdrawn.value,
        retained=kept,
        retained_share=(1 - lost) ** shared.horizon,
    )


def _uncalibrated(n_origins: int, n_residuals: int) -> Caveat:
    have, need, what = n_origins, LEAST_ORIGINS, "供需同期的回测起点"
    if n_origins >= LEAST_ORIGINS:
        have, need, what = n_residuals, LEAST_RESIDUALS, "历史缺口误差"
    message = f"{what}只有 {have} 个，至少需要 {need} 个，区间和概率来自模拟，未经校准，不作短缺判断"
    return Caveat(code="uncalibrated", have=have, need=need, message=message)


def _thin_supply(sides: Sides, row: int) -> list[Caveat]:
    """Warn of a small inflow: the gap stands, a ratio to it does not say much."""
    volume = float(np.floor(sides.supply.inflow[row, -12:].mean() * 10) / 10)
    if volume >= _INDICATIVE_INFLOW:
        return []
    message = f"月均新增可用人才 {volume:g} 人，低于 {_INDICATIVE_INFLOW:g} 人，供需比仅供参考"
    return [Caveat(code="thin_supply", have=volume, need=_INDICATIVE_INFLOW, message=message)]
