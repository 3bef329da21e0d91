"""Spans of time in a résumé, 2015.07-2018.03 or Jul 2015 – Present, and the years that they add up to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["Period", "find_periods", "years_worked"]

_MONTHS = (
    "jan янв",
    "feb фев",
    "mar мар",
    "apr апр",
    "may май мая",
    "jun июн",
    "jul июл",
    "aug авг",
    "sep сен",
    "oct окт",
    "nov ноя",
    "dec дек",
)
_MONTH_OF = {name: i for i, names in enumerate(_MONTHS, start=1) for name in names.split()}
_YEAR, _MONTH = r"(?:19|20)\d{2}", r"(?:0?[1-9]|1[0-2])(?!\d)"
_NAMED = rf"(?:{'|'.join(_MONTH_OF)})[a-zа-я]{{0,6}}\.?"
_POINT = (
    rf"{_YEAR}\s?[年./-]\s?{_MONTH}\s?月?(?:[./-]\d{{1,2}}(?!\d)|\s?\d{{1,2}}\s?日)?"
    rf"|(?<!\d)(?:0?[1-9]|1[0-2])[./]{_YEAR}"
    rf"|{_NAMED}\s?,?\s?{_YEAR}"
    rf"|{_YEAR}\s?年?(?!\d)"
)
_OPEN = r"至今|今|现在|目前|present|now|current|today|по\s?настоящее\s?время|настоящее\s?время|н\.\s?в\.?"
_DASH = r"\s{0,3}(?:[-~—–−～至到]{1,3}|\bto\b|\buntil\b|\bпо\b)\s{0,3}"
_PERIOD = re.compile(
    rf"(?<!\d)(?P<start>{_POINT})(?:г\.?)?(?:{_DASH}(?P<end>{_POINT}|{_OPEN})(?:г\.?)?|\s?(?P<open>至今))",
    re.IGNORECASE,
)
_PARTS = re.compile(rf"(?P<year>{_YEAR})(?:\s?[年./-]\s?(?P<month>{_MONTH}))?")
_REVERSED = re.compile(rf"(?P<month>0?[1-9]|1[0-2])[./](?P<year>{_YEAR})")
_BY_NAME = re.compile(rf"(?P<name>{'|'.join(_MONTH_OF)})\D*(?P<year>{_YEAR})", re.IGNORECASE)
_MONTHS_A_YEAR = 12
_MOST_MONTHS = 60 * _MONTHS_A_YEAR


class Period(NamedTuple):
    """A span of time, in months counted from the year 0."""

    first: int
    """First month."""
    last: int | None
    """Month in which it ended; nothing where it goes on."""
    start: int
    """First character in the text."""
    end: int
    """One past the last character."""


def find_periods(text: str) -> list[Period]:
    """Return the spans of time that a text states.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    list of Period
        In the order of the text; a span that ends before it begins is left out; empty for empty input.

    Examples
    --------
    >>> [(period.last or 0) - period.first for period in find_periods("2015.07-2018.03 某厂")]
    [32]
    """
    found = []
    for match in _PERIOD.finditer(text):
        first = _month(match["start"])
        last = _month(match["end"]) if match["end"] and _has_year(match["end"]) else None
        if last is None or last >= first:
            found.append(Period(first, last, match.start(), match.start() + len(match[0].rstrip())))
    return found


def years_worked(periods: Iterable[Period], *, today: dt.date | None) -> float | None:
    """Return the years that spans of time cover together; what overlaps counts once.

    Parameters
    ----------
    periods
        The spans.
    today
        The day on which an open span ends; the latest month named when not given.

    Returns
    -------
    float or None
        Years, to one decimal; nothing without any span, and where they add up to more than 60 years.

    Examples
    --------
    >>> years_worked(find_periods("2010.01-2014.01，2013.01-2015.01"), today=None)
    5.0
    """
    spans = list(periods)
    if not spans:
        return None
    latest = max(max(span.first, span.last or 0) for span in spans)
    now = latest if today is None else today.year * _MONTHS_A_YEAR + today.month
    months = _covered(sorted((span.first, now if span.last is None else span.last) for span in spans))
    return round(months / _MONTHS_A_YEAR, 1) if months <= _MOST_MONTHS else None


def _covered(spans: Sequence[tuple[int, int]]) -> int:
    """Return how many months ordered spans cover."""
    covered, reached = 0, 0
    for first, last in spans:
        covered += max(last - max(first, reached), 0)
        reached = max(reached, last)
    return covered


def _has_year(text: str) -> bool:
    return re.search(_YEAR, text) is not None


def _month(text: str) -> int:
    """Return the month that a point in time falls into; January where only the year is stated."""
    if match := _BY_NAME.search(text):
        return int(match["year"]) * _MONTHS_A_YEAR + _MONTH_OF[match["name"].lower()]
    if match := _REVERSED.match(text):
        return int(match["year"]) * _MONTHS_A_YEAR + int(match["month"])
    match = _PARTS.search(text)
    return int(match["year"]) * _MONTHS_A_YEAR + int(match["month"] or 1) if match else 0
