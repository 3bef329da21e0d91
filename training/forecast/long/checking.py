"""From the cells of a long table to complete monthly rows; a fault refuses its series and no other.

A month that is not there is unknown, not 0: a gap refuses the series. Months before a series begins are
filled with 0 and counted by no rule; months after it ends refuse it, because the others show that its
figures are old.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from training.forecast.demand import Floats, Integers, month_end
from training.forecast.long.findings import LongCode, Noted, fault, remark
from training.forecast.long.months import month_number
from training.forecast.long.table import NO_MONTH, Flags, LongTable
from training.forecast.rules import ReasonCode, Status, refusal
from training.forecast.volume import LEAST_MONTHS

__all__ = [
    "LARGEST_VALUE",
    "LONGEST_WINDOW",
    "LongOptions",
    "Panel",
    "check_long",
    "month_label",
    "table_remarks",
]

LONGEST_WINDOW = 120
"""Months, the last one included, that are used at most; older ones are not looked at."""
LARGEST_VALUE = 1e12
"""Size beyond which a value is taken for a slip."""
_NAMED = 3
_STALE_DAYS = 45


@dataclass(frozen=True)
class LongOptions:
    """How a long table is to be understood."""

    as_of: dt.date
    """Day of the data: a month that had not ended on it is left out."""
    missing_zero: bool = False
    """Whether a missing month means 0 instead of unknown."""
    allow_negative: bool = False
    """Whether values below 0 are possible."""
    window: int = LONGEST_WINDOW
    """Months, the last one included, that are used at most."""


@dataclass(frozen=True)
class Panel:
    """Complete months of every series that can be used."""

    matrix: Floats
    """Series × months; 0 before a series begins and in rows that cannot be used."""
    first_month: int
    """First month, see :func:`month_number`."""
    usable: Flags
    """Whether the row is complete up to the last month and free of faults."""
    start: Integers
    """Column in which each usable row begins."""
    noted: tuple[Noted, ...]
    """What was found, in no order."""
    older: int = 0
    """Rows left out because they lie before the window."""

    @property
    def last_month(self) -> dt.date:
        """First day of the last month; of the last complete one by ``as_of`` where nothing can be used."""
        return _day(self.first_month + self.matrix.shape[1] - 1)


class _Cells(NamedTuple):
    """Rows of the table that count."""

    series: Integers
    month: Integers
    value: Floats

    def where(self, kept: Flags) -> Self:
        """Return some of the rows."""
        return self._replace(series=self.series[kept], month=self.month[kept], value=self.value[kept])


def too_short(row: int, have: int) -> Noted:
    """Return the finding that a series has too few months."""
    message = f"自身历史只有 {have} 个月，至少需要 {LEAST_MONTHS} 个月"
    return Noted(row, refusal(ReasonCode.INSUFFICIENT_HISTORY, have, LEAST_MONTHS, message))


def month_label(number: int) -> str:
    """Return a month as ``YYYY-MM``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def check_long(table: LongTable, options: LongOptions) -> Panel:
    """Lay a long table out as complete months and say what cannot be used.

    Parameters
    ----------
    table
        The cells.
    options
        How they are to be understood.

    Returns
    -------
    Panel
        One row per series of the table. Its last month is the latest with a value in a series without
        faults; of the months before it at most ``options.window`` are used.
    """
    last = month_number(options.as_of) - (options.as_of != month_end(options.as_of))
    noted = [*_unread(table), *_late(table, last, options)]
    inside = (table.month != NO_MONTH) & (table.month <= last)
    bad = _wrong_values(table, inside, options, noted)
    cells = _once(_Cells(table.series, table.month, table.value).where(inside), bad, noted)
    bad[np.array([one.row for one in noted if one.finding.status is Status.REFUSED], dtype=np.int64)] = True
    cells = cells.where(~np.isnan(cells.value) & ~bad[cells.series])
    if len(cells.month):
        last = int(cells.month.max())
        first = max(int(cells.month.min()), last - options.window + 1)
    else:
        first = last + 1
    recent = cells.month >= first
    matrix = np.full((len(table.ids), last - first + 1), np.nan)
    matrix[cells.series[recent], cells.month[recent] - first] = cells.value[recent]
    usable, start = _complete(matrix, first, bad, noted, options)
    matrix[~usable] = 0.0
    np.nan_to_num(matrix, copy=False)
    return Panel(matrix, first, usable, start, tuple(noted), int((~recent).sum()))


def _day(number: int) -> dt.date:
    return dt.date(number // 12, number % 12 + 1, 1)


def _counts(table: LongTable, which: Flags) -> Iterator[tuple[int, int]]:
    """Yield each series that has such rows, and how many."""
    counts = np.bincount(table.series[which], minlength=len(table.ids))
    rows = np.flatnonzero(counts)
    yield from zip(rows.tolist(), counts[rows].tolist(), strict=True)


def _unread(table: LongTable) -> Iterator[Noted]:
    for row, count in _counts(table, table.month == NO_MONTH):
        message = f"有 {count} 行的月份无法识别，请写成 2023-06 或 2023年6月"
        yield fault(row, LongCode.MONTH_UNREADABLE, count, 0, message)


def _late(table: LongTable, last: int, options: LongOptions) -> Iterator[Noted]:
    current = month_number(options.as_of)
    for row, count in _counts(table, table.month > current):
        message = f"有 {count} 行的月份晚于数据日期 {options.as_of}，未使用"
        yield remark(row, LongCode.FUTURE_MONTH, count, 0, message)
    if last < current:
        for row, count in _counts(table, table.month == current):
            message = f"{month_label(current)} 在数据日期 {options.as_of} 尚未结束，未使用"
            yield remark(row, LongCode.INCOMPLETE_MONTH, count, 0, message)


def _wrong_values(table: LongTable, inside: Flags, options: LongOptions, noted: list[Noted]) -> Flags:
    """Note values that cannot be used and return the series that have some."""
    infinite = np.isinf(table.value)
    with np.errstate(invalid="ignore"):
        huge = ~infinite & (np.abs(table.value) > LARGEST_VALUE)
        negative = (table.value < 0) & ~infinite & ~huge
    checks = [
        (LongCode.NOT_NUMERIC, table.not_number, "不是数字"),
        (LongCode.NOT_FINITE, infinite, "为无穷大"),
        (LongCode.OUT_OF_RANGE, huge, "的绝对值超过一万亿"),
    ]
    if not options.allow_negative:
        checks.append((LongCode.NEGATIVE, negative, "为负数；确有负值的数据请加 --allow-negative"))
    bad = np.zeros(len(table.ids), dtype=bool)
    for code, which, what in checks:
        for row, count in _counts(table, which & inside):
            bad[row] = True
            noted.append(fault(row, code, count, 0, f"有 {count} 行的数值{what}"))
    return bad


def _once(cells: _Cells, bad: Flags, noted: list[Noted]) -> _Cells:
    """Keep each month of a series once; note those that stand more often."""
    key = cells.series * (int(cells.month.max(initial=0)) + 1) + cells.month
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    repeated = np.flatnonzero(ranked[1:] == ranked[:-1]) + 1
    if len(repeated) == 0:
        return cells
    before, after = cells.value[order[repeated - 1]], cells.value[order[repeated]]
    same = (before == after) | (np.isnan(before) & np.isnan(after))
    rows = cells.series[order[repeated]]
    for row in np.unique(rows).tolist():
        own = slice(*np.searchsorted(rows, [row, row + 1]).tolist())
        if bad[row]:
            continue
        conflicts = repeated[own][~same[own]]
        if len(conflicts):
            month = month_label(int(cells.month[order[conflicts[0]]]))
            message = f"有 {len(conflicts)} 个月份重复且数值不同，如 {month}，无法判断以哪个为准"
            noted.append(fault(row, LongCode.DUPLICATE, len(conflicts), 0, message))
        else:
            count = len(repeated[own])
            message = f"有 {count} 行与同月的另一行完全相同，只计一次"
            noted.append(remark(row, LongCode.DUPLICATE_SAME, count, 0, message))
    kept = np.ones(len(key), dtype=bool)
    kept[order[repeated]] = False
    return cells.where(kept)


def _complete(
    matrix: Floats, first: int, bad: Flags, noted: list[Noted], options: LongOptions
) -> tuple[Flags, Integers]:
    """Return which rows are complete from their beginning to the last month, and where they begin."""
    known = ~np.isnan(matrix)
    counts = known.sum(axis=1)
    some = counts > 0
    width = matrix.shape[1]
    start = np.where(some, np.argmax(known, axis=1), width) if width else np.zeros(len(matrix), dtype=int)
    end = np.where(some, width - np.argmax(known[:, ::-1], axis=1), width) if width else start
    missing = np.where(some, (width if options.missing_zero else end) - start - counts, 0)
    usable = some & ~bad & (options.missing_zero | ((missing == 0) & (end == width)))
    for row in np.flatnonzero(~bad & ((missing > 0) | (some & (end < width)))).tolist():
        span = slice(int(start[row]), width if options.missing_zero else int(end[row]))
        holes = (np.flatnonzero(~known[row, span]) + span.start + first).tolist()
        noted += _hole_findings(row, holes, first + int(end[row]), first + width, options)
    months = np.where(options.missing_zero, width, end) - start
    for row in np.flatnonzero(~bad & (months < LEAST_MONTHS)).tolist():
        noted.append(too_short(row, int(months[row])))
    return usable, start.astype(np.int64)


def _hole_findings(row: int, holes: list[int], end: int, panel_end: int, options: LongOptions) -> list[Noted]:
    """Return what missing months make of a series; the ends are the months after the last."""
    named = "、".join(month_label(hole) for hole in holes[:_NAMED])
    named += " 等" if len(holes) > _NAMED else ""
    if options.missing_zero:
        message = f"缺少 {len(holes)} 个月（{named}），按要求计为 0"
        return [remark(row, LongCode.GAP_FILLED, len(holes), 0, message)]
    found = []
    if holes:
        message = f"中间缺少 {len(holes)} 个月（{named}）；缺月不等于 0，确为 0 请补 0 或加 --missing zero"
        found.append(fault(row, LongCode.GAP, len(holes), 0, message))
    if end < panel_end:
        message = (
            f"最后一个月是 {month_label(end - 1)}，比全表最后的 {month_label(panel_end - 1)} "
            f"早 {panel_end - end} 个月，请先更新"
        )
        found.append(Noted(row, refusal(ReasonCode.STALE_DATA, panel_end - end, 0, message)))
    return found


def table_remarks(table: LongTable, panel: Panel, options: LongOptions) -> list[str]:
    """Return what is to be said of a table as a whole, in Chinese.

    Parameters
    ----------
    table
        The cells.
    panel
        What became of them.
    options
        How they were understood.

    Returns
    -------
    list of str
        One sentence each; empty where nothing was left out.
    """
    age = (options.as_of - month_end(panel.last_month)).days
    stale = sum(one.finding.reason["code"] == ReasonCode.STALE_DATA for one in panel.noted)
    said = {
        f"有 {table.nameless} 行没有 series_id，未使用": table.nameless,
        f"有 {table.broken} 行的单元格数与表头不符，未使用": table.broken,
        f"只用最近 {options.window} 个月，更早的 {panel.older} 行未使用": panel.older,
        f"数据止于 {panel.last_month:%Y-%m}，距 {options.as_of} 已 {age} 天": age > _STALE_DAYS,
        f"有 {stale} 个序列早于 {panel.last_month:%Y-%m} 结束；如需从更早的月份预测，请用 --as-of": (
            2 * stale > len(table.ids)
        ),
    }
    return [sentence for sentence, holds in said.items() if holds]
