"""Plan targets as arithmetic: the pace a target asks for, the pace observed, and what both mean in people.

A target is aimed at, not forecast: what follows from it carries the basis ``plan_target`` and is never
averaged with a statistical forecast. Nothing that a document says twice in two ways is corrected here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from data.catalogue.lists.plans import PlanReading, PlanRow, plan_rows
from data.errors import UnknownName
from data.regions import Check, Region
from data.regions.flags import cite_place
from data.regions.growth import half_unit
from data.regions.plan import Figure, FigureKind, Measure
from training.forecast.caveat import Caveat
from training.forecast.rules import Status
from training.forecast.target_path import (
    Alternative,
    HeadRange,
    OfficeRate,
    Raised,
    TargetPath,
    TargetRates,
    TargetReport,
    TargetYear,
)
from training.forecast.toml_record import read_toml_record
from training.forecast.trend import (
    LEAST_FOR_INTERVAL,
    Observation,
    PaceRule,
    fit_trend,
    observed_pace,
    rounded,
    value_between,
    yearly_pace,
)

__all__ = ["METHOD", "PEOPLE_UNITS", "plan_targets", "read_target_rates"]

METHOD = "plan_target/1"
"""Name and version of the arithmetic."""
PEOPLE_UNITS = {"万人": 10_000.0, "人": 1.0, "名": 1.0}
"""Units that count people, and how many people one unit is. 人次 counts visits, not people."""
_MONEY = ("元", "万元", "亿元")
_DISPUTED = {Check.PARTS, Check.CONFLICT, Check.DEFINITION, Check.GROWTH}


def read_target_rates(path: Path) -> TargetRates:
    """Read the rates that the office supplies.

    Parameters
    ----------
    path
        A TOML file with tables ``[[replacement]]`` and ``[[conversion]]``, each with ``indicator``, ``low``,
        ``value``, ``high`` and ``source``.

    Returns
    -------
    TargetRates
        Checked rates; faults are raised by :func:`training.forecast.toml_record.read_toml_record`.
    """
    return read_toml_record(path, TargetRates)


def plan_targets(
    region: Region,
    *,
    as_of: dt.date,
    readings: Sequence[PlanReading] = (),
    rates: TargetRates | None = None,
) -> TargetReport:
    """Work out what every target of a region's plans asks for.

    Parameters
    ----------
    region
        The region.
    as_of
        Day on which they stand.
    readings
        Values that departments reported, see :func:`data.catalogue.lists.plans.read_plan_readings`.
    rates
        Replacement and conversion rates of the office; none are assumed.

    Returns
    -------
    TargetReport
        One path per indicator, refused ones with their reasons.

    Raises
    ------
    UnknownName
        A rate names an indicator that the region does not have.

    Examples
    --------
    >>> from data.regions import read_region
    >>> report = plan_targets(read_region("haicheng"), as_of=dt.date(2024, 6, 30))
    >>> skilled = next(path for path in report.targets if path.indicator_id == "skilled")
    >>> skilled.planned_pace, skilled.pace_unit, skilled.years[0].net_heads.value
    (0.18, '万人/年', 1800.0)
    """
    given = rates or TargetRates()
    known = {indicator.id for indicator in region.plan_indicators}
    for rate in (*given.replacement, *given.conversion):
        if rate.indicator not in known:
            message = f"{region.name_zh}的区域包里没有指标“{rate.indicator}”"
            raise UnknownName("indicator_unknown", message, hint="用 yingcai forecast targets 查看指标标识")
    rows = plan_rows(region, readings, as_of=as_of)
    documents = tuple(f"{document.citation}（{document.status_on(as_of)}）" for document in region.documents)
    return TargetReport(
        region=region.name,
        region_name=region.name_zh,
        as_of=as_of,
        method=METHOD,
        documents=documents,
        targets=tuple(_path(region, row, readings, given, as_of) for row in rows),
    )


class _Case(NamedTuple):
    """One indicator and what its way to the target is worked out from."""

    row: PlanRow
    measure: Measure
    rule: PaceRule
    reached: tuple[Observation, ...]
    start: Observation | None
    target: Observation | None
    per_unit: HeadRange | None
    replacement: OfficeRate | None
    conversion: OfficeRate | None
    as_of: dt.date

    @property
    def is_over(self) -> bool:
        """Whether the year aimed at is over."""
        return self.target is not None and self.target.year < self.as_of.year

    def pace(self, start: Observation | None, target: Observation | None) -> float | None:
        """Return the pace between two figures; of a total of a period its even part."""
        if target is None:
            return None
        if self.rule is PaceRule.PERIOD:
            return rounded(target.value / len(self.period))
        return None if start is None else yearly_pace(start, target, self.rule)

    @property
    def is_people(self) -> bool:
        """Whether the unit counts people."""
        return self.row.indicator.unit in PEOPLE_UNITS

    @property
    def period(self) -> range:
        """Years of the period aimed at, or from the start to the target."""
        target = self.row.target
        if target is None:
            return range(0)
        if target.since is not None:
            return range(target.since, target.year + 1)
        return range(target.year if self.start is None else self.start.year + 1, target.year + 1)


def _path(
    region: Region, row: PlanRow, readings: Sequence[PlanReading], rates: TargetRates, as_of: dt.date
) -> TargetPath:
    """Work out one indicator."""
    case = _case(region, row, readings, rates, as_of)
    indicator, stated, target = row.indicator, _observed(row.stated), row.target
    trend = None
    if case.target is not None and case.rule is not PaceRule.PERIOD:
        trend = fit_trend(case.reached, case.target.year, case.rule, printed_unit=_printed_unit(row))
    return TargetPath(
        indicator_id=indicator.id,
        name=indicator.name,
        definition=row.definition,
        unit=indicator.unit,
        measure=case.measure,
        rule=case.rule,
        pace_unit=_pace_unit(case.rule, indicator.unit),
        start=case.start,
        start_source=_start_source(region, row),
        target=case.target,
        since=None if target is None else target.since,
        about="" if target is None else target.about,
        alternatives=_alternatives(region, case, stated),
        planned_pace=case.pace(stated, case.target),
        needed_pace=None if case.is_over else case.pace(case.start, case.target),
        observed_pace=None if case.rule is PaceRule.PERIOD else observed_pace(case.reached, case.rule),
        n_observations=len(case.reached),
        trend=trend,
        years=tuple(_years(case)),
        replacement_source="" if case.replacement is None else case.replacement.source,
        conversion_source="" if case.conversion is None else case.conversion.source,
        progress=row.progress,
        status=_status(case),
        reasons=tuple(_reasons(case)),
        flags=tuple(Raised(check=flag.check.value, message=flag.message) for flag in row.flags),
    )


def _case(
    region: Region, row: PlanRow, readings: Sequence[PlanReading], rates: TargetRates, as_of: dt.date
) -> _Case:
    """Gather what one indicator is worked out from."""
    identifier, measure = row.indicator.id, region.definition(row.indicator.definition_id).measure
    replacement, conversion = (
        next((rate for rate in kind if rate.indicator == identifier), None)
        for kind in (rates.replacement, rates.conversion)
    )
    factor = PEOPLE_UNITS.get(row.indicator.unit)
    per_unit = None if factor is None else HeadRange(low=factor, value=factor, high=factor)
    if per_unit is None and conversion is not None:
        per_unit = HeadRange(low=conversion.low, value=conversion.value, high=conversion.high)
    used = (row.indicator.figure(year, kind=FigureKind.ACTUAL) for year in row.indicator.years)
    reached = {figure.year: float(figure.value) for figure in used if figure is not None}
    reached |= {reading.year: float(reading.value) for reading in readings if reading.indicator == identifier}
    points = tuple(Observation(year=year, value=reached[year]) for year in sorted(reached))
    target = _observed(row.target)
    before = [point for point in points if target is None or point.year < target.year]
    return _Case(
        row=row,
        measure=measure,
        rule=_rule(row, measure),
        reached=points,
        start=before[-1] if before else None,
        target=target,
        per_unit=per_unit,
        replacement=replacement if measure is Measure.STOCK else None,
        conversion=conversion,
        as_of=as_of,
    )


def _rule(row: PlanRow, measure: Measure) -> PaceRule:
    """Divide money by percentages, totals of a period and everything else evenly."""
    if row.target is not None and row.target.since is not None:
        return PaceRule.PERIOD
    money = measure is Measure.FLOW and row.indicator.unit in _MONEY
    return PaceRule.GEOMETRIC if money else PaceRule.LINEAR


def _pace_unit(rule: PaceRule, unit: str) -> str:
    """Name the unit of a pace; a share grows by points, not by percent."""
    if rule is PaceRule.GEOMETRIC:
        return "%/年"
    return "百分点/年" if unit == "%" else f"{unit}/年"


def _observed(figure: Figure | None) -> Observation | None:
    return None if figure is None else Observation(year=figure.year, value=float(figure.value))


def _printed_unit(row: PlanRow) -> float:
    """Return the unit of the coarsest last digit among the figures used."""
    values = [figure.value for figure in row.indicator.figures if row.indicator.owns(figure)]
    values += [] if row.latest is None else [row.latest.value]
    return max(float(2 * half_unit(value)) for value in values)


def _start_source(region: Region, row: PlanRow) -> str:
    if row.latest is not None and (row.target is None or row.latest.year < row.target.year):
        return row.latest.source
    return "" if row.stated is None else cite_place(region, row.indicator, row.stated)


def _alternatives(region: Region, case: _Case, stated: Observation | None) -> tuple[Alternative, ...]:
    """Return the further targets of the year aimed at: a person has to choose between them."""
    indicator, target = case.row.indicator, case.row.target
    if target is None:
        return ()
    others = {
        figure.value: figure
        for figure in reversed(indicator.figures)
        if figure.kind is FigureKind.TARGET and figure.year == target.year and figure.value != target.value
    }
    return tuple(
        Alternative(
            value=float(figure.value),
            planned_pace=case.pace(stated, _observed(figure)),
            where=cite_place(region, indicator, figure),
        )
        for figure in others.values()
    )


def _years(case: _Case) -> Iterator[TargetYear]:
    """Yield the years to the target with what each adds and replaces."""
    start, target = case.start, case.target
    if target is None or (start is None and case.rule is not PaceRule.PERIOD):
        return
    even = target.value / max(len(case.period), 1)
    before = 0.0 if case.rule is PaceRule.PERIOD or start is None else start.value
    for number, year in enumerate(case.period, start=1):
        if case.rule is PaceRule.PERIOD or start is None:
            value = rounded(even * number)
        else:
            value = value_between(start, target, year, case.rule)
        counts_anew = case.measure is Measure.FLOW and case.rule is PaceRule.LINEAR and case.is_people
        addition = value if counts_anew else rounded(value - before)
        yield TargetYear(
            year=year,
            value=value,
            addition=addition,
            net_heads=_heads(addition, case.per_unit),
            replacement_heads=_replaced(before, case),
        )
        before = value


def _heads(amount: float, per_unit: HeadRange | None) -> HeadRange | None:
    """Convert an amount into people; a decline is lowest at the highest rate."""
    if per_unit is None:
        return None
    low, high = sorted((amount * per_unit.low, amount * per_unit.high))
    return HeadRange(low=rounded(low), value=rounded(amount * per_unit.value), high=rounded(high))


def _replaced(before: float, case: _Case) -> HeadRange | None:
    """Return who has to be replaced in a year, from the stock at its beginning."""
    rate, per_unit = case.replacement, case.per_unit
    if rate is None or per_unit is None:
        return None
    return HeadRange(
        low=rounded(before * rate.low * per_unit.low),
        value=rounded(before * rate.value * per_unit.value),
        high=rounded(before * rate.high * per_unit.high),
    )


def _status(case: _Case) -> Status:
    if case.pace(case.start, case.target) is None:
        return Status.REFUSED
    disputed = any(flag.check in _DISPUTED for flag in case.row.flags)
    return Status.INDICATIVE if disputed or case.is_over else Status.OK


def _reasons(case: _Case) -> Iterator[Caveat]:
    """Say what is missing or only indicative."""
    target, unit = case.target, case.row.indicator.unit
    if target is None:
        yield _reason("no_target", 0, 1, "文件没有给出目标值，不计算所需速度")
        return
    if case.start is None and case.rule is not PaceRule.PERIOD:
        yield _reason("no_base", 0, 1, f"{target.year}年目标没有基期数值，也没有填报完成值，不计算所需速度")
    elif case.pace(case.start, target) is None:
        yield _reason("no_base", 0, 1, "起点或目标为 0，不能按比例计算所需速度")
    if case.is_over:
        message = f"目标年 {target.year} 已过，只列出当时规划的速度，不作现行目标"
        yield _reason("target_over", case.as_of.year, target.year, message)
    if case.rule is not PaceRule.PERIOD and len(case.reached) < LEAST_FOR_INTERVAL:
        have = len(case.reached)
        message = f"已有数值只有 {have} 个，不足 {LEAST_FOR_INTERVAL} 个，不推算到目标年，不给区间"
        yield _reason("too_few_observations", have, LEAST_FOR_INTERVAL, message)
    if case.per_unit is None:
        message = f"单位为{unit}，不是人数，主管部门没有提供折算人数的比例及来源，不折算人数"
        yield _reason("no_conversion", 0, 1, message)
    elif case.measure is Measure.STOCK and case.replacement is None:
        message = "主管部门没有提供每年须补充的比例及来源，只列净增加，不含补充需求"
        yield _reason("no_replacement_rate", 0, 1, message)


def _reason(code: str, have: float, need: float, message: str) -> Caveat:
    return Caveat(code=code, have=have, need=need, message=message)
