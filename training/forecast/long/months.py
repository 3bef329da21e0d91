"""A month as a long table states it: 2023-06, 2023-06-15, 2023年6月, 202306, a timestamp.

::

    month := yyyy(-|/|年)m[m] [月] | yyyymm[.0] | yyyy.mm
    day   := yyyy(-|/|年)m[m](-|/|月)d[d] [日] [time] | yyyymmdd | yyyy.mm.dd

What :func:`data.normalise.dates.parse_date` reads besides, a day counted from today or the first of several,
would put a figure into a month that nobody stated; and ``2023.1`` is January or, cut by a spreadsheet,
October: neither is read here.
"""

from __future__ import annotations

import datetime as dt
import re

from data.normalise.text import clean

__all__ = ["month_number", "parse_month"]

_EARLIEST_YEAR = 1900
_FORMS = (
    re.compile(
        r"(?P<y>\d{4})\s*(?:[-/]|年)\s*(?P<m>\d{1,2})\s*"
        r"(?:月?|(?:[-/]|月)\s*(?P<d>\d{1,2})\s*日?(?:[T ]\s*\d{1,2}:\d{2}.*)?)",
        re.ASCII,
    ),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})?(?:\.0+)?", re.ASCII),
    re.compile(r"(?P<y>\d{4})\.(?P<m>\d{2})(?:\.(?P<d>\d{1,2}))?", re.ASCII),
)
_LONGEST = 40


def month_number(day: dt.date) -> int:
    """Return the month of a day, counted from January of year 0."""
    return day.year * 12 + day.month - 1


def parse_month(text: str) -> int | None:
    """Return the month that a cell states.

    Parameters
    ----------
    text
        The cell as received; of a day or a timestamp the month counts.

    Returns
    -------
    int or None
        Months since January of year 0, see :func:`month_number`; nothing where no month from 1900 on can be
        read without guessing.

    Examples
    --------
    >>> parse_month("2023年6月") == parse_month("202306") == month_number(dt.date(2023, 6, 1))
    True
    >>> parse_month("2023.1") is None
    True
    """
    if len(text) > _LONGEST:
        return None
    plain = clean(text)
    for form in _FORMS:
        if match := form.fullmatch(plain):
            return _number(int(match["y"]), int(match["m"]), int(match.groupdict().get("d") or 1))
    return None


def _number(year: int, month: int, day: int) -> int | None:
    """Return the number of a month that holds such a day; none where the calendar lacks it."""
    try:
        stated = dt.date(year, month, day)
    except ValueError:
        return None
    return month_number(stated) if year >= _EARLIEST_YEAR else None
