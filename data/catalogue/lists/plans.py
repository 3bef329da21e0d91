"""Plan indicators of a region: base, latest known value, target, the pace needed, and what does not hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from data.catalogue.lists.documents import MISSING, ListDocument, ListTable
from data.catalogue.lists.rows import Headings, RowsRead, cell_problem, read_rows
from data.errors import CellError, CellProblem, InputError
from data.records import Record
from data.regions import Flag, PlanIndicator, Region, check_region
from data.regions.plan import Amount, Figure, FigureKind, Measure

__all__ = [
    "PlanReading",
    "PlanRow",
    "Progress",
    "check_plan_reading",
    "plan_document",
    "plan_rows",
    "read_plan_readings",
]

_COLUMNS = (
    "指标标识", "指标", "口径", "单位", "基期年", "基期值", "文件最近年", "文件最近值", "最新年", "最新值",
    "最新值来源", "目标年", "目标值", "所需年均增速%", "已有年均增速%", "进度", "需核对",
)  # fmt: skip
_BRIEF = (
    "指标", "单位", "文件最近值", "最新年", "最新值", "目标年", "目标值", "所需年均增速%",
    "已有年均增速%", "进度", "需核对",
)  # fmt: skip
_NOTES = (
    "最新值由主管部门填报并注明来源；没有填报的写“未报”，增速从文件所载最近现状值起算，只说明需要多快，不判断进度。",
    "所需年均增速按复合增长计算；期间数（如期内引进人数）不是存量，不算年均增速。",
    "口径不同的指标不相加、不比较；前后不一的数照录并列出，由主管部门选定，系统不改数。",
)


class Progress(StrEnum):
    """How the latest value stands to the target."""

    REACHED = "已达到"
    """The target is reached."""
    ON_PACE = "现有速度可达"
    """Growing at least as fast as needed."""
    BEHIND = "慢于所需"
    """Growing more slowly than needed."""
    MISSED = "到期未达"
    """The target year is over and the target was not reached."""
    UNREPORTED = "未报"
    """Nobody reported a value after the document."""
    NO_BASE = "无基期"
    """There is no figure to start from."""
    NO_TARGET = "无目标"
    """Nothing is aimed at."""
    FLOW = "期间数"
    """A number of a period, which has no yearly pace."""


class PlanReading(Record):
    """A value that was reached, as a department reports it."""

    indicator: Annotated[str, Field(min_length=1)]
    """Identifier or name of the indicator."""
    year: Annotated[int, Field(ge=1949, le=2100)]
    """Year."""
    value: Annotated[Amount, Field(ge=0)]
    """The value, in the indicator's unit."""
    unit: str = ""
    """Its unit; empty for the indicator's own."""
    definition: str = ""
    """What it counts; empty for what the indicator counts."""
    source: Annotated[str, Field(min_length=2)]
    """Where it is taken from."""


class PlanRow(Record):
    """One indicator as it stands."""

    indicator: PlanIndicator
    """The indicator."""
    definition: str
    """What it counts, by name."""
    base: Figure | None
    """Earliest figure reached, of the document."""
    stated: Figure | None
    """Latest figure reached, of the document."""
    latest: PlanReading | None
    """Latest value reported; None for 未报."""
    target: Figure | None
    """Latest figure aimed at."""
    needed_percent: Amount | None
    """Growth a year that reaches the target, in percent, from the latest known value; None where none is
    left to compute."""
    achieved_percent: Amount | None
    """Growth a year from the base to the latest known value, in percent."""
    progress: Progress
    """How it stands."""
    flags: tuple[Flag, ...]
    """What does not hold about it."""


_HEADINGS: Headings = {
    "indicator": ("指标标识", "指标", "指标名称"),
    "year": ("年份", "年度"),
    "value": ("数值", "最新值", "完成值"),
    "unit": ("单位",),
    "definition": ("口径",),
    "source": ("来源", "数据来源"),
}


def read_plan_readings(path: Path, region: Region, *, as_of: dt.date) -> RowsRead[PlanReading]:
    """Read reported values of a region's indicators.

    Parameters
    ----------
    path
        Table with 指标 (identifier or name), 年份, 数值, 来源, and if wanted 单位 and 口径.
    region
        The region.
    as_of
        Day on which they stand; a later year is refused.

    Returns
    -------
    RowsRead
        Readings with the indicator's identifier, and the rows refused: an unknown indicator or one of several
        of a name, another unit or another 口径, a year that is not over, a second value for a year.

    Raises
    ------
    InputError
        A column is missing.
    FileProblem
        The file cannot be read.
    """
    read = read_rows(path, PlanReading, _HEADINGS, {"value": _number, "year": _year})
    kept: dict[tuple[str, int], tuple[int, PlanReading]] = {}
    problems = list(read.problems)
    for number, reading in zip(read.numbers, read.records, strict=True):
        found = _identified(number, reading, region, as_of)
        if isinstance(found, PlanReading) and (found.indicator, found.year) in kept:
            found = cell_problem(
                number, "年份", str(reading.year), "year_repeated", "该指标这一年已有数值，只收第一行"
            )
        if isinstance(found, CellProblem):
            problems.append(found)
        else:
            kept[found.indicator, found.year] = (number, found)
    return RowsRead(
        tuple(reading for _, reading in kept.values()),
        tuple(number for number, _ in kept.values()),
        tuple(sorted(problems, key=lambda problem: problem.row)),
        read.file,
        read.rows,
    )


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise CellError("number_unreadable", f"数值“{text}”无法识别", hint="只写数字，单位另列") from error


def _year(text: str) -> int:
    digits = text.removesuffix("年").removesuffix(".0")
    if not digits.isdecimal():
        raise CellError("year_unreadable", f"年份“{text}”无法识别", hint="写成 2023")
    return int(digits)


def _identified(
    number: int, reading: PlanReading, region: Region, as_of: dt.date
) -> PlanReading | CellProblem:
    """Name the indicator by its identifier, or say why the reading is not one of it."""
    given = reading.indicator
    found = [i for i in region.plan_indicators if given in {i.id, i.name}]
    if len(found) != 1:
        message = "有几个同名指标，请改填指标标识" if found else f"{region.name_zh}的区域包里没有这个指标"
        return cell_problem(number, "指标", given, "indicator_unknown", message)
    indicator = found[0]
    definition = region.definition(indicator.definition_id)
    if reading.unit not in {"", indicator.unit}:
        message = f"单位应为{indicator.unit}，请换算后填写"
        return cell_problem(number, "单位", reading.unit, "units_differ", message)
    if reading.definition not in {"", definition.id, definition.name}:
        message = f"该指标的口径是“{definition.name}”，口径不同的数不能作为它的完成值"
        return cell_problem(number, "口径", reading.definition, "definitions_differ", message)
    if reading.year > as_of.year:
        return cell_problem(number, "年份", str(reading.year), "year_in_future", f"晚于数据截止日 {as_of}")
    return reading.model_copy(update={"indicator": indicator.id})


def check_plan_reading(region: Region, given: Mapping[str, str], *, as_of: dt.date) -> PlanReading:
    """Read one reported value as a row of a table is read.

    Parameters
    ----------
    region
        The region.
    given
        indicator, year, value and source, as text.
    as_of
        Day on which it stands; a later year is refused.

    Returns
    -------
    PlanReading
        With the indicator's identifier.

    Raises
    ------
    InputError
        ``reading_malformed``, or the code of what is wrong with it in the region.
    """
    try:
        values = {"value": _number(given["value"]), "year": _year(given["year"])}
        reading = PlanReading.model_validate({**given, **values})
    except CellError as error:
        raise InputError(error.code, str(error), hint="改正后再登记") from error
    except ValidationError as error:
        named = {"indicator": "指标", "year": "年份", "value": "数值", "source": "来源"}
        wrong = "、".join(dict.fromkeys(named.get(str(each["loc"][0]), "内容") for each in error.errors()))
        raise InputError(
            "reading_malformed", f"{wrong}没有填写或不在允许的范围", hint="改正后再登记"
        ) from error
    found = _identified(1, reading, region, as_of)
    if isinstance(found, CellProblem):
        raise InputError(found.code, found.message, hint="改正后再登记")
    return found


def plan_rows(region: Region, readings: Sequence[PlanReading], *, as_of: dt.date) -> tuple[PlanRow, ...]:
    """Compare every indicator of a region with its target.

    Parameters
    ----------
    region
        The region.
    readings
        Reported values, with identifiers of indicators.
    as_of
        Day on which it stands.

    Returns
    -------
    tuple of PlanRow
        In the order of the pack; empty for a pack without indicators.
    """
    flags = check_region(region, as_of=as_of)
    return tuple(_row(region, indicator, readings, flags, as_of) for indicator in region.plan_indicators)


def _row(
    region: Region,
    indicator: PlanIndicator,
    readings: Sequence[PlanReading],
    flags: Sequence[Flag],
    as_of: dt.date,
) -> PlanRow:
    own = [r for r in readings if r.indicator == indicator.id]
    latest = max(own, key=lambda reading: reading.year, default=None)
    stated = _stated(indicator)
    now = _point(latest) or _point(stated)
    is_flow = region.definition(indicator.definition_id).measure is Measure.FLOW
    needed = None if is_flow else _yearly(now, _point(indicator.target))
    achieved = None if is_flow else _yearly(_point(indicator.base), now)
    return PlanRow(
        indicator=indicator,
        definition=region.definition(indicator.definition_id).name,
        base=indicator.base,
        stated=stated,
        latest=latest,
        target=indicator.target,
        needed_percent=needed,
        achieved_percent=achieved,
        progress=_progress(indicator, latest, needed, achieved, is_flow=is_flow, year=as_of.year),
        flags=tuple(flag for flag in flags if flag.subject in {indicator.id, indicator.document}),
    )


def _stated(indicator: PlanIndicator) -> Figure | None:
    """Return the latest figure that the document gives as reached, of the indicator's own definition."""
    actual = [f for f in indicator.figures if f.kind is FigureKind.ACTUAL and indicator.owns(f)]
    return max(actual, key=lambda figure: figure.year, default=None)


def _point(known: Figure | PlanReading | None) -> tuple[int, Decimal] | None:
    return None if known is None else (known.year, known.value)


def _yearly(start: tuple[int, Decimal] | None, end: tuple[int, Decimal] | None) -> Decimal | None:
    """Compound growth a year in percent; None where an end is missing, or no year or no base lies between."""
    if start is None or end is None or end[0] <= start[0] or start[1] == 0:
        return None
    growth = (float(end[1]) / float(start[1])) ** (1 / (end[0] - start[0])) - 1
    return Decimal(growth * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _progress(
    indicator: PlanIndicator,
    latest: PlanReading | None,
    needed: Decimal | None,
    achieved: Decimal | None,
    *,
    is_flow: bool,
    year: int,
) -> Progress:
    target = indicator.target
    if target is None:
        return Progress.NO_TARGET
    if latest is None:
        return Progress.UNREPORTED
    if is_flow:
        return Progress.FLOW
    if latest.value >= target.value:
        return Progress.REACHED
    if latest.year >= target.year or year > target.year:
        return Progress.MISSED
    if needed is None or achieved is None:
        return Progress.NO_BASE
    return Progress.ON_PACE if achieved >= needed else Progress.BEHIND


def plan_document(region: Region, rows: Sequence[PlanRow], *, as_of: dt.date) -> ListDocument:
    """Set the indicators in print.

    Parameters
    ----------
    region
        The region.
    rows
        Its indicators.
    as_of
        Day on which they stand.

    Returns
    -------
    ListDocument
        One table; it says so where the pack has no indicators. Documents are cited with their status.
    """
    documents = tuple(
        f"文件：{document.citation}（{document.status_on(as_of)}）" for document in region.documents
    )
    empty = "" if rows else f"{region.name_zh}的区域包没有规划指标"
    printed = tuple(_printed(row) for row in rows)
    table = ListTable(name="规划指标", columns=_COLUMNS, rows=printed, note=empty, brief=_BRIEF)
    return ListDocument(
        title=f"{region.name_zh}规划指标进度",
        as_of=as_of,
        synthetic=False,
        tables=(table,),
        notes=(*_NOTES, *documents),
    )


def _printed(row: PlanRow) -> tuple[str | int | float | None, ...]:
    latest = row.latest
    return (
        row.indicator.id,
        row.indicator.name,
        row.definition,
        row.indicator.unit,
        *_year_and_value(row.base),
        *_year_and_value(row.stated),
        *(
            ("未报", MISSING, MISSING)
            if latest is None
            else (latest.year, float(latest.value), latest.source)
        ),
        *_year_and_value(row.target),
        MISSING if row.needed_percent is None else float(row.needed_percent),
        MISSING if row.achieved_percent is None else float(row.achieved_percent),
        row.progress.value,
        "；".join(f"{flag.check.value} {flag.message}" for flag in row.flags) or None,
    )


def _year_and_value(figure: Figure | None) -> tuple[str | int, str | float]:
    return (MISSING, MISSING) if figure is None else (figure.year, float(figure.value))
