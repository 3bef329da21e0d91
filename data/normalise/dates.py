"""Days as stated: 2023-09-08, 2024年3月, 3月15日, an Excel serial number, 随时; 长期 is no day.

::

    day     := year(-|/|.|年|blank)month(-|/|.|月|blank)day [日] [time] | yyyymmdd | dd.mm.yyyy
    month   := year(-|/|.|年)month [月] [初|上旬|中旬|下旬|底]
    period  := year [年] [初|底] | year年(上|下)半年 | year年第n季度      its first day; its last for an end
    near    := month月[day日] | n(天|周|月)(前|后|内) | 今天, 明天, 昨天, 月底, 年底, n小时前    from today
    serial  := Excel's day number;  now := 随时, 即日 …;  open := 长期, 招满为止 …     no day

Of several days the first counts, for an end the last. A year that stands among other numbers is not read.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

from data.errors import CellError
from data.normalise.numerals import with_digits
from data.normalise.text import clean, is_nothing

__all__ = ["parse_date"]

_EARLIEST_YEAR, _YEARS_AHEAD = 1990, 10
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_SERIAL = re.compile(r"([2-7][0-9]{4})(?:\.[0-9]+)?")
_NO_DAY = re.compile("长期|招满|不限|面议|待定|另行|尽快|常年|滚动|商议|协商|视情况|至?满员")
_NOW = re.compile("随时|立即|即日|即时|马上|今[天日]|刚刚|现在")
_DIGIT_YEAR = re.compile("[零〇一二三四五六七八九]{4}(?=年)")
_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_MARK = r"\s*[-/.年]\s*"
_DAY = re.compile(
    rf"((?:19|20)[0-9]{{2}})(?:{_MARK}|\s)([0-9]{{1,2}})(?:\s*[-/.月]\s*|\s)([0-9]{{1,2}})(?![0-9])\s*[日号]?"
)
_DAY_FIRST = re.compile(r"(?<![0-9])([0-9]{1,2})([./])([0-9]{1,2})\2((?:19|20)[0-9]{2})(?![0-9])")
_SHORT_YEAR = re.compile("(?<![0-9])([0-4][0-9])年(?=[0-9]{1,2}月)")
_PART_OF_YEAR = re.compile(
    "(?<![0-9])((?:19|20)[0-9]{2})年?(?:(?P<half>[上下])半年|第?(?P<quarter>[1-4])季度)"
)
_COMPACT = re.compile("(?<![0-9])((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])")
_MONTH = re.compile(
    rf"(?<![0-9])((?:19|20)[0-9]{{2}}){_MARK}([0-9]{{1,2}})(?![0-9])\s*月?(?P<part>[初底末上中下]旬?)?"
)
_YEAR = re.compile("(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])年?(?P<part>[初底末])?")
_STATED_YEAR = re.compile("(?:19|20)[0-9]{2}|[0-9]{2}年|年")
_NO_YEAR = re.compile(
    "(?<![0-9])([0-9]{1,2})月(?![以之]?内)(?:([0-9]{1,2})(?![0-9])[日号]?|(?P<part>[初底末上中下]旬?))?"
)
_SPAN = re.compile("([0-9]{1,3})个?(天|日|周|星期|月)(前|后|内|以内|之内)")
_AGO = re.compile("[0-9]{1,4}个?(?:小时|分钟|秒)(?:之?前)")
_NEAR_DAYS = {"大前天": -3, "前天": -2, "昨[天日]": -1, "明[天日]": 1, "大后天": 3, "后天": 2}
_NEAR = tuple((re.compile(word), shift) for word, shift in _NEAR_DAYS.items())
_PART_DAYS = {"初": 1, "上旬": 1, "上": 1, "中旬": 11, "中": 11, "下旬": 21, "下": 21}
_LAST = "底末"
_LONGEST = 60


def parse_date(
    text: str | dt.date, *, today: dt.date, end: bool = False, past: bool = False
) -> dt.date | None:
    """Return the day that a cell states.

    Parameters
    ----------
    text
        The cell as received, a date or a date-time; of the latter the day counts.
    today
        The day on which the cell is read; 随时, 3天前 and a day without a year depend on it.
    end
        Take the last day of a month, year or span instead of the first, as for 有效期.
    past
        The day has been: without a year the latest that is not after today is meant.

    Returns
    -------
    datetime.date or None
        Nothing for an empty cell and where no day is set, as for 长期 and 招满为止.

    Raises
    ------
    CellError
        ``date_unreadable`` or ``date_out_of_range`` (before 1990, or over ten years ahead).

    Examples
    --------
    >>> parse_date("2024年3月", today=dt.date(2024, 1, 1), end=True)
    datetime.date(2024, 3, 31)
    """
    plain = clean(str(text))
    if is_nothing(plain):
        return None
    days = _days(plain, today, end=end) if len(plain) <= _LONGEST else []
    if not days:
        if _NO_DAY.search(plain) and len(plain) <= _LONGEST:
            return None
        raise CellError("date_unreadable", f"日期“{plain[:40]}”无法识别", hint="请写成 2024-03-15 这样的日期")
    day = days[-1 if end else 0]
    if past and day > today and _NO_YEAR.search(plain) and not _STATED_YEAR.search(plain):
        day = _a_year_before(day)
    if not _EARLIEST_YEAR <= day.year <= today.year + _YEARS_AHEAD:
        raise CellError("date_out_of_range", f"日期“{plain[:40]}”不合常理", hint="请核对年份")
    return day


def _a_year_before(day: dt.date) -> dt.date:
    """Return the same day of the year before; 28 February for the day that this year lacks."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _days(plain: str, today: dt.date, *, end: bool) -> list[dt.date]:
    """Return the days named, by the finest form that the text holds; none when it cannot be read."""
    if serial := _SERIAL.fullmatch(plain):
        return [_EXCEL_EPOCH + dt.timedelta(days=int(serial[1]))]
    digits = with_digits(_DIGIT_YEAR.sub(lambda match: match[0].translate(_DIGITS), plain))
    digits = _SHORT_YEAR.sub(r"20\1年", digits)
    for pattern in (_DAY, _COMPACT):
        if matches := pattern.findall(digits):
            return _existing([(int(year), int(month), int(day)) for year, month, day in matches])
    if matches := _DAY_FIRST.findall(digits):
        return _existing([each for match in matches for each in _of_day_first(*match)])
    for pattern, read in ((_PART_OF_YEAR, _of_part), (_MONTH, _of_month), (_YEAR, _of_year)):
        matches = list(pattern.finditer(digits))
        if matches and not re.search("[0-9]", pattern.sub("", digits)):
            return _existing([read(match, end=end) for match in matches])
    return _relative(digits, today, end=end)


def _of_day_first(one: str, mark: str, other: str, year: str) -> list[tuple[int, int, int]]:
    """Read 15.03.2026, and with slashes only where one of the numbers can be no month."""
    first, second = int(one), int(other)
    if mark == "." or first > 12 or first == second:
        return [(int(year), second, first)]
    return [(int(year), first, second)] if second > 12 else [(0, 0, 0)]


def _of_part(match: re.Match[str], *, end: bool) -> tuple[int, int, int]:
    """Return the first or the last day of a half or a quarter of a year."""
    months = 6 if match["half"] else 3
    index = "上下".index(match["half"]) if match["half"] else int(match["quarter"]) - 1
    first = index * months + 1
    return _in_month(int(match[1]), first + months - 1 if end else first, "", end=end)


def _existing(parts: list[tuple[int, int, int]]) -> list[dt.date]:
    """Return the dates, or none of them when one does not exist."""
    try:
        return [dt.date(*part) for part in parts]
    except ValueError:
        return []


def _of_month(match: re.Match[str], *, end: bool) -> tuple[int, int, int]:
    return _in_month(int(match[1]), int(match[2]), match["part"] or "", end=end)


def _of_this_year(match: re.Match[str], year: int, *, end: bool) -> tuple[int, int, int]:
    if match[2]:
        return year, int(match[1]), int(match[2])
    return _in_month(year, int(match[1]), match["part"] or "", end=end)


def _in_month(year: int, month: int, part: str, *, end: bool) -> tuple[int, int, int]:
    if 1 <= month <= 12 and (part[:1] in _LAST if part else end):
        return year, month, calendar.monthrange(year, month)[1]
    return year, month, _PART_DAYS.get(part, 1)


def _of_year(match: re.Match[str], *, end: bool) -> tuple[int, int, int]:
    part = match["part"]
    return (int(match[1]), 12, 31) if (part in _LAST if part else end) else (int(match[1]), 1, 1)


def _relative(digits: str, today: dt.date, *, end: bool) -> list[dt.date]:
    """Return a day counted from today, or the day nearest to it where the year is left out."""
    if match := _NO_YEAR.search(digits):
        years = (today.year - 1, today.year, today.year + 1)
        around = [day for year in years for day in _existing([_of_this_year(match, year, end=end)])]
        ahead = [day for day in around if day >= today] if end or "前" in digits else around
        return [min(ahead, key=lambda day: abs(day - today))] if ahead else []
    if span := _SPAN.search(digits):
        days = int(span[1]) * {"周": 7, "星期": 7, "月": 30}.get(span[2], 1)
        return [today + dt.timedelta(days=-days if span[3] == "前" else days)]
    return _near(digits, today)


def _near(digits: str, today: dt.date) -> list[dt.date]:
    """Return a day that words tell from today."""
    if _AGO.search(digits) or _NOW.search(digits):
        return [today]
    if "年底" in digits:
        return [dt.date(today.year, 12, 31)]
    if "月底" in digits and "下月" not in digits:
        return [today.replace(day=calendar.monthrange(today.year, today.month)[1])]
    return [today + dt.timedelta(days=shift) for word, shift in _NEAR if word.search(digits)][:1]
