"""How long a posting holds: 至2026年6月, 30天, 一个月, 2026-01-01至2026-06-30, 长期.

::

    validity := [有效期|截止…] (span | date | date 至 date | open)
    span     := number (天|周|月|年|半年) [内|有效]     counted from the day of publication
    open     := 长期 | 招满为止 | 常年 …               no last day
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from typing import NamedTuple

from data.errors import CellError
from data.normalise.dates import parse_date
from data.normalise.numerals import with_digits
from data.normalise.text import clean, is_nothing

__all__ = ["Validity", "parse_validity"]

_SPAN = re.compile(
    r"[^0-9半]{0,12}?(?P<number>[0-9]{1,4}|半)\s*个?(?P<unit>工作日|天|日|周|星期|月|年)"
    r"(?:内|以内|之内)?(?:有效|截止|止|过期|到期)?"
)
_DAYS = {"天": 1.0, "日": 1.0, "工作日": 7 / 5, "周": 7.0, "星期": 7.0}
_YEAR = re.compile("[0-9]{4}|[0-9]{2}年")
_MOST_MONTHS, _MOST_DAYS = 120, 3660
_LONGEST = 60


class Validity(NamedTuple):
    """A stated validity: until a day, for a span, or without an end."""

    until: dt.date | None = None
    """Last day, where a day is stated."""
    months: int = 0
    """Whole months from the day of publication."""
    days: int = 0
    """Days from the day of publication, besides the months."""
    yearless: bool = False
    """True where the day was stated without its year."""

    def last_day(self, start: dt.date | None) -> dt.date | None:
        """Return the last day for a posting published on ``start``; nothing where none can be told.

        Parameters
        ----------
        start
            Day of publication, if known.

        Returns
        -------
        datetime.date or None
            The day stated, where its year was left out the first such day from ``start`` on; or the span
            added to ``start``; nothing for 长期 and for a span without a start.
        """
        if start is None or not (self.yearless or self.months or self.days):
            return self.until
        if self.until is not None:
            this_year = _day(start.year, self.until.month, self.until.day)
            return this_year if this_year >= start else _day(start.year + 1, self.until.month, self.until.day)
        year, month = divmod(start.year * 12 + start.month - 1 + self.months, 12)
        return _day(year, month + 1, start.day) + dt.timedelta(days=self.days)


def _day(year: int, month: int, day: int) -> dt.date:
    """Return a day, the last of its month where the month is too short."""
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def parse_validity(text: str, *, today: dt.date) -> Validity | None:
    """Return how long a cell says that a posting holds.

    Parameters
    ----------
    text
        The cell as received.
    today
        The day on which the cell is read; a day without a year lies ahead of it.

    Returns
    -------
    Validity or None
        Without a day and a span for 长期 and 招满为止; nothing for an empty cell.

    Raises
    ------
    CellError
        ``date_unreadable`` or ``date_out_of_range`` (over ten years).

    Examples
    --------
    >>> parse_validity("30天", today=dt.date(2026, 1, 1)).last_day(dt.date(2026, 3, 1))
    datetime.date(2026, 3, 31)
    """
    plain = clean(text)
    if is_nothing(plain):
        return None
    span = _SPAN.fullmatch(with_digits(plain)) if len(plain) <= _LONGEST else None
    if span is not None and not _is_day(span):
        return _spanning(text, span["number"], span["unit"])
    until = parse_date(text, today=today, end=True)
    return Validity(until=until, yearless=until is not None and not _YEAR.search(with_digits(plain)))


def _is_day(span: re.Match[str]) -> bool:
    """Tell a year or a day of a month from a span: 2026年, 至6月, 15日."""
    number, unit = span["number"], span["unit"]
    if unit == "年":
        return len(number) == 4
    if number == "半" or "个" in span[0]:
        return False
    return unit == "月" or (unit == "日" and "至" in span[0])


def _spanning(text: str, number: str, unit: str) -> Validity:
    if number == "半":
        found = Validity(months=6) if unit == "年" else Validity(days=15 if unit == "月" else 1)
    elif unit in _DAYS:
        found = Validity(days=math.ceil(int(number) * _DAYS[unit]))
    else:
        found = Validity(months=int(number) * (12 if unit == "年" else 1))
    if found.months > _MOST_MONTHS or found.days > _MOST_DAYS or not (found.months or found.days):
        raise CellError("date_out_of_range", f"有效期“{text[:40]}”不合常理", hint="请写十年以内的期限")
    return found
