"""A scenario answered: the same cells, simulated with the same chance, with and without the change."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data.catalogue.pay_effect import pay_effect
from data.catalogue.uncertainty import Z80
from data.errors import InputError, RefusedError, UnknownName
from data.office_figures import OfficeKind, stated_figure
from data.regions import Region
from training.forecast.caveat import Caveat
from training.forecast.demand import Level, next_months
from training.forecast.gap import NOTHING, SURE, Change, End, GapModel, Range
from training.forecast.outlooks import MONTHS_IN_QUARTER, Outlook
from training.forecast.rules import ORIGINS_FOR_95
from training.forecast.scenario_records import PayAnswer, ScenarioCell, ScenarioRun
from training.forecast.scenarios import Elasticity, IntakeChange, JobChange, PayChange, Scenario
from training.forecast.shortage import ShortageModel
from training.forecast.shortage_records import Estimate
from training.forecast.sides import Cell, Sides
from training.forecast.supply_figures import graduates_of

__all__ = ["answer_scenario"]

_MONTHS_AHEAD = 12


@dataclass
class _Altered:
    """What a scenario does to the rows of a market up to the end of one quarter."""

    changes: defaultdict[int, Change] = field(default_factory=lambda: defaultdict(Change))
    refused: dict[str, Caveat] = field(default_factory=dict)

    def add(
        self, row: int, *, openings: float = 0.0, arrivals: Range = NOTHING, inflow: Range = SURE
    ) -> None:
        """Add to what is altered in a row; factors multiply."""
        before = self.changes[row]
        self.changes[row] = Change(
            before.openings + openings,
            Range(*(left + right for left, right in zip(before.arrivals, arrivals, strict=True))),
            Range(*(left * right for left, right in zip(before.inflow, inflow, strict=True))),
        )

    def refuse(self, code: str, have: float, need: float, message: str) -> None:
        """Note a part that cannot be answered, once."""
        self.refused[message] = Caveat(code=code, have=have, need=need, message=message)


def answer_scenario(model: ShortageModel, scenario: Scenario, region: Region) -> ScenarioRun:
    """Answer a scenario on a simulated market.

    Parameters
    ----------
    model
        The market, simulated; every comparison uses its chance.
    scenario
        The question.
    region
        The region.

    Returns
    -------
    ScenarioRun
        The altered cells and their parents. What cannot be told, because a cohort or an elasticity is not
        known or lies beyond the months ahead, stands under ``refused``.

    Raises
    ------
    UnknownName
        The region has no such key industry.
    InputError
        Hiring would begin before the first month ahead.
    """
    sides = model.sides
    cells: list[ScenarioCell] = []
    refused: dict[str, Caveat] = {}
    for quarter in range(1, model.quarters + 1):
        outlooks = [outlook for outlook in model.outlooks if outlook.quarter == quarter]
        altered = _Altered()
        for job in scenario.jobs:
            _open_jobs(altered, sides, job, region, quarter)
        for intake in scenario.intake:
            _graduate(altered, sides, intake, quarter, last=quarter == model.quarters)
        for pay in scenario.pay:
            _raise_pay(altered, sides, pay, region, outlooks)
        cells += [_compared(model, outlooks[row], altered.changes[row]) for row in sorted(altered.changes)]
        refused |= altered.refused
    return ScenarioRun(
        **{**model.header(region), "synthetic": sides.synthetic or scenario.synthetic},
        asked=scenario,
        cells=tuple(cells),
        pay=tuple(_days(sides, pay) for pay in scenario.pay),
        refused=tuple(refused.values()),
    )


def _rows(sides: Sides, industry: str | None, code: str | None) -> list[int]:
    """Return the rows that hold a cell: itself where it exists, its industry and the city."""
    wanted = [
        Cell(Level.OCCUPATION, industry, code),
        Cell(Level.INDUSTRY, industry, None),
        Cell(Level.CITY, None, None),
    ]
    place = {cell: row for row, cell in enumerate(sides.cells)}
    return [place[cell] for cell in dict.fromkeys(wanted) if cell in place]


def _check_industry(region: Region, industry: str) -> None:
    if industry not in region.key_industries:
        hint = f"{region.name_zh}的重点产业：{'、'.join(region.key_industries)}"
        raise UnknownName("industry_unknown", f"没有重点产业“{industry}”", hint=hint)


def _months_ahead(sides: Sides, count: int) -> tuple[dt.date, ...]:
    last = sides.demand.last_month
    return next_months(last or sides.as_of, count + 1)[1 if last else 0 :][:count]


def _open_jobs(altered: _Altered, sides: Sides, job: JobChange, region: Region, quarter: int) -> None:
    """Add the places that are advertised within the months ahead, to the cell and its parents."""
    _check_industry(region, job.key_industry)
    ahead = _months_ahead(sides, MONTHS_IN_QUARTER * quarter)
    if job.month.replace(day=1) < ahead[0]:
        message = f"招工月份 {job.month:%Y-%m} 早于预测首月 {ahead[0]:%Y-%m}"
        raise InputError("scenario_month_past", message, hint="改为预测首月或以后")
    months = set(next_months(job.month, job.ramp_months))
    inside = sum(month in months for month in ahead) / job.ramp_months
    for row in _rows(sides, job.key_industry, job.occupation_code):
        altered.add(row, openings=job.heads * inside)


def _graduate(altered: _Altered, sides: Sides, intake: IntakeChange, quarter: int, *, last: bool) -> None:
    """Add the graduates of a changed cohort who come within the months ahead."""
    figures = pd.DataFrame() if sides.figures is None else _cohort(sides.figures, intake)
    if figures.empty:
        message = (
            f"没有专业 {intake.major_code} {intake.arrives} 年毕业生人数、留本地比例和求职比例，"
            "不推算扩招带来的人才"
        )
        altered.refuse("no_cohort", 0, 1, message)
        return
    ahead = _months_ahead(sides, _MONTHS_AHEAD)
    spread = graduates_of(figures, sides.needs, ahead)
    heads = np.nan_to_num(spread.heads[:, :, : MONTHS_IN_QUARTER * quarter].sum(axis=2))
    if last and not heads.any():
        until = ahead[MONTHS_IN_QUARTER * quarter - 1]
        message = f"首批扩招的毕业生 {intake.arrives} 年才到，晚于预测末月 {until:%Y-%m}，本期没有影响"
        altered.refuse("beyond_horizon", quarter, intake.arrives, message)
    keys = spread.keys.itertuples(index=False, name=None)
    for (level, industry, code), ends in zip(keys, heads.T, strict=True):
        low, high = sorted((ends[0] * (intake.factor - 1), ends[2] * (intake.factor - 1)))
        more = Range(float(low), float(ends[1] * (intake.factor - 1)), float(high))
        rows = _rows(sides, industry, code) if level != Level.CITY else [sides.demand.city_row]
        for row in rows if any(more) else ():
            altered.add(row, arrivals=more)


def _cohort(figures: pd.DataFrame, intake: IntakeChange) -> pd.DataFrame:
    """Return the cohort of the year with the rates; empty unless it is among the figures."""
    cohorts = figures["kind"] == OfficeKind.GRADUATES.value
    own = cohorts & (figures["major_code"] == intake.major_code)
    own &= figures["period"].astype(str).str.startswith(str(intake.arrives))
    rates = figures["kind"].isin([OfficeKind.RETENTION.value, OfficeKind.PARTICIPATION.value])
    enough = own.any() and figures.loc[rates, "kind"].nunique() == 2
    return figures[own | rates] if enough else figures.iloc[:0]


def _raise_pay(
    altered: _Altered, sides: Sides, pay: PayChange, region: Region, outlooks: list[Outlook]
) -> None:
    """Scale who becomes available by an elasticity that somebody vouches for."""
    _check_industry(region, pay.key_industry)
    elasticity = pay.elasticity or _office_elasticity(sides, pay)
    if elasticity is None:
        message = (
            f"{pay.key_industry}提薪对新增可用人才的弹性没有出处，不推算缺口变化；"
            "请在情景中写明 low、value、high 与 source，或导入主管部门的薪酬弹性"
        )
        altered.refuse("no_elasticity", 0, 1, message)
        return
    ends = sorted((1 + pay.percent / 100) ** end for end in (elasticity.low, elasticity.high))
    factor = Range(ends[0], (1 + pay.percent / 100) ** elasticity.value, ends[1])
    top = _rows(sides, pay.key_industry, pay.occupation_code)
    own = [
        row
        for row, cell in enumerate(sides.cells)
        if cell.key_industry == pay.key_industry and pay.occupation_code in {None, cell.occupation_code}
    ]
    for row in own:
        altered.add(row, inflow=factor)
    base = outlooks[own[0]].model if own else None
    more = NOTHING if base is None else Range(*(base.supply.mean * (end - 1) for end in factor))
    for row in set(top) - set(own):
        altered.add(row, arrivals=more)


def _office_elasticity(sides: Sides, pay: PayChange) -> Elasticity | None:
    """Return the office's elasticity for the cell, its industry or all; the closest one."""
    if sides.figures is None or sides.figures.empty:
        return None
    for code, industry in ((pay.occupation_code or "", pay.key_industry), ("", pay.key_industry), ("", "")):
        stated = stated_figure(
            sides.figures,
            OfficeKind.PAY_ELASTICITY,
            until=sides.as_of,
            occupation_code=code,
            key_industry=industry,
        )
        if stated is not None:
            return Elasticity(**stated._asdict(), source="主管部门提供的薪酬弹性")
    return None


def _compared(model: ShortageModel, outlook: Outlook, change: Change) -> ScenarioCell:
    """Tell one cell with and without the change."""
    cell = model.sides.cells[outlook.row]
    base, altered = model.told(outlook), model.told(outlook, change=change)
    with_95 = outlook.calibrated and outlook.n_origins >= ORIGINS_FOR_95
    difference = None if outlook.model is None else _difference(outlook.model, change, with_95=with_95)
    ranged = outlook.model is not None and (change.is_ranged or outlook.model.is_ranged)
    return ScenarioCell(
        level=cell.level,
        key_industry=cell.key_industry,
        occupation_code=cell.occupation_code,
        quarter=outlook.quarter,
        openings=round(change.openings, 1),
        arrivals=round(change.arrivals.value, 1),
        base=base,
        scenario=altered,
        difference=difference,
        difference_range=_difference_range(outlook.model, change) if ranged and outlook.model else None,
        p_difference=None
        if base.p_short is None or altered.p_short is None
        else round(altered.p_short - base.p_short, 4),
    )


def _differences(model: GapModel, change: Change, end: End) -> Iterator[float]:
    """Yield the difference of the forecasts, then its 80 and 95 % bounds."""
    left, right = model.simulated(change, end=end), model.simulated(end=end)
    yield left.point - right.point
    yield from (float(cut) for cut in np.quantile(left.draws - right.draws, (0.1, 0.9, 0.025, 0.975)))


def _difference(model: GapModel, change: Change, *, with_95: bool) -> Estimate:
    value, lo80, hi80, lo95, hi95 = (round(part, 1) for part in _differences(model, change, End.VALUE))
    ends = (lo95, hi95) if with_95 else (None, None)
    return Estimate(value=value, lo80=lo80, hi80=hi80, lo95=ends[0], hi95=ends[1])


def _difference_range(model: GapModel, change: Change) -> tuple[float, float]:
    """Return the union of the 80 % intervals at both ends of everything stated as a range."""
    ends = [list(_differences(model, change, end)) for end in (End.LOWEST, End.HIGHEST)]
    return round(min(end[1] for end in ends), 1), round(max(end[2] for end in ends), 1)


def _days(sides: Sides, pay: PayChange) -> PayAnswer:
    """Tell what the city's own vacancies say of the days to fill under other pay."""
    told: tuple[float, ...] | None = None
    reasons: tuple[Caveat, ...] = ()
    try:
        effect = pay_effect(sides.spells)
    except RefusedError as error:
        reasons = (Caveat(code=error.code, have=0, need=1, message=error.message),)
    else:
        raised = np.log1p(pay.percent / 100)
        reach = Z80 * effect.error
        ends = sorted((effect.elasticity - reach, effect.elasticity + reach))
        told = tuple(round(float(np.exp(raised * each)), 4) for each in (effect.elasticity, ends[0], ends[1]))
    factor, low, high = (None, None, None) if told is None else (told[0], *sorted(told[1:]))
    return PayAnswer(
        key_industry=pay.key_industry,
        occupation_code=pay.occupation_code,
        percent=pay.percent,
        days_factor=factor,
        days_lo80=low,
        days_hi80=high,
        reasons=reasons,
    )
