"""Months of the year in which work is done or a person can come: 11-次年4月, 5月至10月, 冬季, 6、7、8月.

::

    cell   := [每年|一般 …] part ((、|,|和|及|或) part)*
    part   := month [(-|至|到) [次年|来年] month] | season | quarter | half | 全年
    month  := number [月[份]] [number (日|号)] [初|中|底|上旬 …]
    season := 春 3–5 | 夏 6–8 | 秋 9–11 | 冬 12–2 | 暑期 7–8 | 寒假 1–2, or several: 春秋两季
    half   := 上半年 | 下半年;  quarter := [第] number 季度
    cell   := 不限 | 均可 | 面议 …       not stated

A range whose end lies before its beginning goes round the end of the year. 全年 is all twelve months.
"""

from __future__ import annotations

import re

from data.errors import CellError
from data.normalise.numerals import with_digits
from data.normalise.text import clean, is_nothing

__all__ = ["parse_months"]

_YEAR = tuple(range(1, 13))
_SEASONS = {
    "春": (3, 4, 5),
    "夏": (6, 7, 8),
    "秋": (9, 10, 11),
    "冬": (12, 1, 2),
    "暑": (7, 8),
    "寒": (1, 2),
}
_HALVES = {"上": _YEAR[:6], "下": _YEAR[6:]}
_LONGEST = 80
_QUARTERS = 4
_LEADS = re.compile(
    r"^(?:每年|一般|通常|主要|可在|可|能|在|于|约|集中在?)*[:：]?|(?:期间|之间|可?到岗|均可|都可)+$"
)
_MARKS = re.compile(r"[、,;/和及或与\s]+")
_NEXT_YEAR = re.compile(r"次年|翌年|来年|第2年|下1?年|明年|当年|同年|本年")
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:[0-3]?[0-9][日号]|上旬|中旬|下旬|[初中底末])?"
_SPAN = re.compile(
    rf"(?P<first>{_MONTH})(?:月份?{_DAY})?(?:[-~—–至到]+(?P<last>{_MONTH})(?P<unit>月份?{_DAY})?)?"
    r"(?P<alone>月份?)?"
)
_SEASON = re.compile("(?P<names>[春夏秋冬]{1,4})[0-9]?[季天]?|(?P<holidays>[暑寒]{1,2})[假期]+")
_QUARTER = re.compile(r"第?(?P<number>[0-9])季度?|q(?P<letter>[0-9])")
_HALF = re.compile("(?P<name>[上下])半年")
_ALL = re.compile("(?:全|常|整)年(?:在岗|工作|均可)?|1年4季|12个月|四季")
_OPEN = re.compile("不限|均可|随时|灵活|面议|待定|协商|不定|都可")


def parse_months(text: str) -> tuple[int, ...]:
    """Return the months that a cell names.

    Parameters
    ----------
    text
        The cell as received.

    Returns
    -------
    tuple of int
        1 to 12 in rising order, each once; all of them for 全年; empty for an empty cell and for 不限.

    Raises
    ------
    CellError
        ``months_unreadable``.

    Examples
    --------
    >>> parse_months("11-次年4月")
    (1, 2, 3, 4, 11, 12)
    >>> parse_months("冬季、7月")
    (1, 2, 7, 12)
    """
    plain = clean(text).lower()
    if is_nothing(plain):
        return ()
    if len(plain) > _LONGEST:
        raise _unreadable(text)
    bare = _LEADS.sub("", _NEXT_YEAR.sub("", with_digits(plain)))
    parts = [part for part in _MARKS.split(bare) if part]
    found = [_months(part) for part in parts]
    if not parts or None in found or not any("月" in part or _named(part) for part in parts):
        if _OPEN.search(plain):
            return ()
        raise _unreadable(text)
    return tuple(sorted({month for months in found if months for month in months}))


def _months(part: str) -> tuple[int, ...] | None:
    """Return the months of one part; nothing where it names none."""
    if match := _SPAN.fullmatch(part):
        first = int(match["first"])
        last = int(match["last"] or first)
        return tuple((first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1))
    return _named(part)


def _named(part: str) -> tuple[int, ...] | None:
    """Return the months of a season, quarter, half or whole year."""
    if _ALL.fullmatch(part):
        return _YEAR
    if match := _SEASON.fullmatch(part):
        return tuple(month for name in match["names"] or match["holidays"] for month in _SEASONS[name])
    if match := _HALF.fullmatch(part):
        return _HALVES[match["name"]]
    match = _QUARTER.fullmatch(part)
    number = int(match["number"] or match["letter"]) if match else 0
    return _YEAR[3 * number - 3 : 3 * number] if 1 <= number <= _QUARTERS else None


def _unreadable(text: str) -> CellError:
    return CellError(
        "months_unreadable",
        f"月份“{text[:40]}”无法识别",
        hint="请写“11-次年4月”“5月至10月”“6、7、8月”“冬季”或“全年”",
    )
