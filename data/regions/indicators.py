"""What does not hold in the figures of a region pack: found, explained and left as it is.

A check says what differs and where; no value is ever changed, a person decides. ``H`` numbers are the
hazards known from the source documents, ``C`` numbers are further checks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from data.reference import division_names
from data.regions.documents import DocumentStatus
from data.regions.flags import Check, Flag, cite_place, flag_indicator
from data.regions.growth import Agreement, half_unit, recompute_growth
from data.regions.packs import Region
from data.regions.plan import Measure, PlanContents, PlanIndicator
from data.regions.totals import check_total

__all__ = ["check_region"]


def check_region(region: Region, *, as_of: dt.date) -> tuple[Flag, ...]:
    """Check everything a pack says against itself, the calendar and the table of divisions.

    Parameters
    ----------
    region
        The region.
    as_of
        Day on which a document counts as expired or not.

    Returns
    -------
    tuple of Flag
        Documents first, then indicators in their order, then definitions and places; empty where all holds.

    Examples
    --------
    >>> from data.regions import read_region
    >>> found = check_region(read_region("haicheng"), as_of=dt.date(2025, 1, 1))
    >>> [flag.message for flag in found if flag.check is Check.PARTS][0].split("；")[0]
    '2015年分项合计 8.547万人，总量写 8.51，相差 0.037'
    """
    each = (
        flag
        for indicator in region.plan_indicators
        for check in (check_total, _conflicts, _growth, _base)
        for flag in check(region, indicator)
    )
    return tuple(chain(_documents(region, as_of), each, _definitions(region), _divisions(region)))


def _documents(plan: PlanContents, as_of: dt.date) -> Iterator[Flag]:
    for document in plan.documents:
        status = document.status_on(as_of)
        if status is DocumentStatus.DRAFT:
            message = f"{document.citation}是草案征求意见稿，尚未施行，只能按草案引用"
            yield Flag(check=Check.DRAFT, subject=document.id, message=message, where=(document.citation,))
        elif status is DocumentStatus.EXPIRED:
            until = f"规划期至 {document.ends_on}" if document.ends_on else "没有写明期限，按已到期方案对待"
            message = f"{document.citation}{until}，截至 {as_of} 只作分类和历史依据，不作现行目标"
            yield Flag(check=Check.EXPIRED, subject=document.id, message=message, where=(document.citation,))


def _conflicts(plan: PlanContents, indicator: PlanIndicator) -> Iterator[Flag]:
    """Compare every figure with the one that is used for its year."""
    for figure in indicator.figures:
        used = indicator.figure(figure.year, kind=figure.kind) or figure
        if not indicator.owns(figure) and figure.definition_id:
            own, other = plan.definition(indicator.definition_id), plan.definition(figure.definition_id)
            message = (
                f"{figure.year}年的 {figure.value}{indicator.unit}在{figure.clause}指“{other.name}”，"
                f"不是“{own.name}”"
            )
            yield flag_indicator(Check.CONFLICT, plan, indicator, message, used, figure)
        elif not _same(used.value, figure.value):
            message = (
                f"{figure.year}年{figure.kind}：{used.clause}写 {used.value}{indicator.unit}，"
                f"{figure.clause}写 {figure.value}{indicator.unit}；需由主管部门选定"
            )
            yield flag_indicator(Check.CONFLICT, plan, indicator, message, used, figure)


def _same(left: Decimal, right: Decimal) -> bool:
    """Tell whether one number is the other one, rounded."""
    return abs(left - right) <= max(half_unit(left), half_unit(right))


def _growth(plan: PlanContents, indicator: PlanIndicator) -> Iterator[Flag]:
    for found in recompute_growth(indicator):
        span = f"{found.growth.from_year}—{found.growth.to_year}年增速 {found.growth.percent}%"
        if found.agreement is Agreement.DIFFERENT:
            message = f"{span}与所列数值不符，按数值为 {found.computed}%"
            yield flag_indicator(Check.GROWTH, plan, indicator, message, found.growth)
        elif found.agreement is Agreement.NO_BASE:
            message = f"{span}缺少起止年份的数值，无法复算"
            yield flag_indicator(Check.NO_BASE, plan, indicator, message, found.growth)


def _base(plan: PlanContents, indicator: PlanIndicator) -> Iterator[Flag]:
    """Flag a target of a stock or rate without a figure to start from; a period's number needs none."""
    target = indicator.target
    measure = plan.definition(indicator.definition_id).measure
    if target is not None and indicator.base is None and measure is not Measure.FLOW:
        message = f"{target.year}年目标 {target.value}{indicator.unit}没有给出基期数值，不能算增速和完成进度"
        yield flag_indicator(Check.NO_BASE, plan, indicator, message, target)


def _definitions(plan: PlanContents) -> Iterator[Flag]:
    """Flag similar names that both carry figures in this pack."""
    used = {indicator.definition_id: indicator for indicator in reversed(plan.plan_indicators)}
    for definition in plan.definitions:
        for other in (plan.definition(identifier) for identifier in definition.unlike):
            pair = used.get(definition.id), used.get(other.id)
            if pair[0] and pair[1]:
                message = f"“{definition.name}”与“{other.name}”口径不同，不得相加或比较"
                where = (
                    cite_place(plan, pair[0], pair[0].figures[0]),
                    cite_place(plan, pair[1], pair[1].figures[0]),
                )
                yield Flag(check=Check.DEFINITION, subject=pair[0].id, message=message, where=where)


def _divisions(region: Region) -> Iterator[Flag]:
    names = division_names()
    places = [(region.code, region.name_zh), *((place.code, place.name) for place in region.districts)]
    for code, name in places:
        known = names.get(code)
        if known != name:
            found = f"该代码是{known}" if known else "区划表中没有该代码"
            yield Flag(check=Check.DIVISION, subject=code, message=f"{name}（{code}）：{found}", where=())
