"""Breaks of a series of demand that come from how it is seen: a source, or one employer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

from training.forecast.demand import Floats, Integers
from training.forecast.sources import PARALLEL_MONTHS, Sources, SourceState

__all__ = ["Break", "BreakKind", "employer_breaks", "link_breaks", "source_breaks"]

_LEAST_CHANGE = 0.2
"""Change of the city from one month to the next, over their mean, from which one employer is looked for."""
_LEAST_HEADS = 20.0
_MOST_OF_CHANGE = 0.5
"""Share of the change that one employer may make before it is flagged."""


class BreakKind(StrEnum):
    """What happened."""

    SOURCE_APPEARS = "source_appears"
    """A source that is followed shows its first posting."""
    SOURCE_DISAPPEARS = "source_disappears"
    """It showed its last one."""
    LEVEL_LINKED = "level_linked"
    """The sources that count changed; the level before was brought to the new one."""
    UNLINKED = "unlinked"
    """They changed, and too little is shared to link the levels: what lies before was cut."""
    ONE_EMPLOYER = "one_employer"
    """One employer makes most of a large change."""


class Break(NamedTuple):
    """One break."""

    month: dt.date
    """First day of the month."""
    kind: BreakKind
    """What happened."""
    subject: str
    """Name of the source; else empty: an employer is not named."""
    size: float
    """Of a source: the share of all heads that only it shows. Of a link: the level after over the one before
    for equal demand, NaN where it is unknown. Of an employer: its share of the change, at most 1."""
    message: str
    """The same in Chinese."""

    def to_record(self) -> dict[str, Any]:
        """Return the break as plain values for JSON; an unknown size is null."""
        size = None if np.isnan(self.size) else self.size
        plain = {"month": self.month.isoformat(), "kind": self.kind.value, "subject": self.subject}
        return {**plain, "size": size, "message": self.message}


def source_breaks(sources: Sources, only_here: Floats, months: Sequence[dt.date]) -> Iterator[Break]:
    """Flag the followed sources that come after the first month or go before the last.

    Parameters
    ----------
    sources
        The sources.
    only_here
        Share of all heads that only one source shows, one a source.
    months
        First day of each month.

    Yields
    ------
    Break
        By source.
    """
    table = sources.table
    columns = (table["source"], table["first"], table["last"], table["state"], only_here)
    for name, first, last, state, share in zip(*columns, strict=True):
        if state is SourceState.BACKGROUND:
            continue
        told = f"只有该来源的需求占全部 {share:.1%}"
        if state is SourceState.PROBATION:
            told += f"；与计入的来源并行未满{PARALLEL_MONTHS}个整月，暂不计入"
        if first > 0:
            text = f"来源“{name}”自 {months[first]:%Y-%m} 出现，{told}"
            yield Break(months[first], BreakKind.SOURCE_APPEARS, name, float(share), text)
        if last < len(months) - 1:
            text = f"来源“{name}”止于 {months[last]:%Y-%m}，{told}"
            yield Break(months[last], BreakKind.SOURCE_DISAPPEARS, name, float(share), text)


def link_breaks(links: Mapping[int, float], months: Sequence[dt.date]) -> Iterator[Break]:
    """Flag changes of the counting sources that moved the level or could not be linked.

    Parameters
    ----------
    links
        The link of the city by month, counted from 0; NaN where there is none.
    months
        First day of each month.

    Yields
    ------
    Break
        By month; a link of exactly 1 is none.
    """
    for place, link in links.items():
        month = months[place]
        if np.isnan(link):
            text = f"{month:%Y-%m} 前后的来源没有足够的共同部分，此前各月不可比，已不计入修正序列"
            yield Break(month, BreakKind.UNLINKED, "", link, text)
        elif link != 1:
            text = f"{month:%Y-%m} 起来源构成变化，此前各月按 {link:.3f} 倍换算到现有来源的口径"
            yield Break(month, BreakKind.LEVEL_LINKED, "", link, text)


def employer_breaks(
    heads: Floats, month: Integers, employer: Integers, months: Sequence[dt.date], *, first: int = 0
) -> Iterator[Break]:
    """Flag large changes of the city most of which one employer makes.

    Parameters
    ----------
    heads
        Heads of each vacancy, in the units of the series.
    month
        Its month, counted from 0.
    employer
        Its employer, numbered from 0.
    months
        First day of each month.
    first
        Month with which the series begins, counted from 0.

    Yields
    ------
    Break
        By month.
    """
    table = np.zeros((int(employer.max(initial=-1)) + 1, len(months)))
    np.add.at(table, (employer, month), heads)
    total, changes = table.sum(axis=0), np.diff(table, axis=1)
    for place, change in enumerate(np.diff(total), start=1):
        mean = (total[place] + total[place - 1]) / 2
        if place <= first or abs(change) < max(_LEAST_HEADS, _LEAST_CHANGE * mean):
            continue
        shares = changes[:, place - 1] / change
        top = int(shares.argmax())
        if shares[top] > _MOST_OF_CHANGE:
            share = float(min(shares[top], 1.0))
            text = f"{months[place]:%Y-%m} 的需求变化 {change:+.0f} 人中，一家用人单位占 {share:.0%}"
            yield Break(months[place], BreakKind.ONE_EMPLOYER, "", share, text)
