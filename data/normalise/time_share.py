"""Share of full time that work needs or a person can give: 每周2天, 每月5天, 30%, 半职, 全职.

::

    cell  := [约|投入|不少于|至多 …] share [左右|以上|以内 …]
    share := number % | number 成 | number / number | number 分之 number
    share := 每 (周|月|年) number [(-|至) number] (天|小时|半天)
    share := 半职 | 半天 | 全职 | 全时 …           one half; all of it
    cell  := 弹性 | 不定期 | 面议 …                 not stated

Full time is 5 days or 40 hours a week, 20.67 days a month and 248 days a year (人社部发〔2025〕2号). Work
that asks for more than full time needs all of it. 每年3个月 is a matter of months and is refused.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from data.errors import CellError
from data.normalise.numerals import NUMBER, with_digits
from data.normalise.text import clean, is_nothing

__all__ = ["parse_time_share"]

_FULL_DAYS = {"周": 5.0, "月": 20.67, "年": 248.0}
_MOST_DAYS = {"周": 7.0, "月": 31.0, "年": 366.0}
_DAY_UNITS = {"天": 1.0, "日": 1.0, "小时": 1 / 8, "钟头": 1 / 8, "半天": 0.5, "半日": 0.5}
_DAY_HOURS = 24.0
_LONGEST = 60
_HEAD = (
    r"(?:(?:大?约|大概|可?投入|时间|工作量?|占比?|可用|能够?|保证|到岗|坐班|全职的"
    r"|不(?:少于|低于|超过|多于|高于)|至[少多]|最[少多]|平均)[:：]?)*"
)
_TAIL = r"(?:的?(?:工作)?时间|左右|上下|及?以[上内]|之?内|工作量|到岗|坐班|全职)*"
_RANGE = rf"(?P<low>{NUMBER})(?:[天日]|小时|%)?(?:\s*[-~—–至到]+\s*(?P<high>{NUMBER}))?"
_SPAN = re.compile(
    rf"{_HEAD}(?:每个?|一个?|1个?|/)?(?P<period>周|星期|礼拜|月|年)(?:度|内)?{_HEAD}{_RANGE}"
    rf"个?(?P<unit>(?:工作)?[天日]|半[天日]|小时|钟头){_TAIL}"
)
_BEHIND = re.compile(rf"{_HEAD}{_RANGE}个?(?P<unit>[天日]|小时|半[天日])/(?P<period>周|星期|月|年){_TAIL}")
_PERCENT = re.compile(rf"{_HEAD}{_RANGE}(?P<unit>%|成){_TAIL}")
_FRACTION = re.compile(rf"{_HEAD}(?P<part>{NUMBER})/(?P<whole>{NUMBER})(?:时间|职)?{_TAIL}")
_SPOKEN = re.compile(rf"{_HEAD}(?P<whole>[0-9]+)分之(?P<part>[0-9]+){_TAIL}")
_HALF = re.compile(rf"{_HEAD}(?:半职|半日制|半时|每[天日]半[天日]|半天班|一半|half[ -]?time){_TAIL}")
_FULL = re.compile(rf"{_HEAD}(?:全职|全时|全日制?|专职|全部|full[ -]?time){_TAIL}")
_OPEN = re.compile("弹性|灵活|不定期|不定时|按需|面议|待定|协商|不限|视.{0,10}而定")
_MONTHS_A_YEAR = re.compile(r"个月|年.{0,6}周")


class _Range(NamedTuple):
    low: float
    high: float


def parse_time_share(text: str, *, largest: bool = False) -> float | None:
    """Return the share of full time that a cell states.

    Parameters
    ----------
    text
        The cell as received.
    largest
        True for a person, of whose range the upper end is what can be given; of what work needs it is the
        lower end that is certain.

    Returns
    -------
    float or None
        Above 0, 1 for full time; nothing for an empty cell and for 弹性.

    Raises
    ------
    CellError
        ``time_share_unreadable``, ``time_share_out_of_range``, or ``time_share_in_months`` for 每年3个月.

    Examples
    --------
    >>> parse_time_share("每周2天"), parse_time_share("每周2-3天", largest=True), parse_time_share("半职")
    (0.4, 0.6, 0.5)
    """
    plain = clean(text).lower()
    if is_nothing(plain):
        return None
    if len(plain) > _LONGEST:
        raise _unreadable(text)
    found = _read(with_digits(plain), text)
    if found is None:
        if _OPEN.search(plain):
            return None
        raise _in_months(text) if _MONTHS_A_YEAR.search(plain) else _unreadable(text)
    share = found.high if largest else found.low
    if not 0 < found.low <= found.high:
        raise _out_of_range(text)
    return round(min(share, 1.0), 4)


def _read(plain: str, text: str) -> _Range | None:
    """Return the ends of the share in a text with its numerals in digits; they may exceed 1."""
    if match := _SPAN.fullmatch(plain) or _BEHIND.fullmatch(plain):
        return _of_days(match, text)
    if match := _PERCENT.fullmatch(plain):
        return _of_whole(_ends(match), 100 if match["unit"] == "%" else 10, text)
    if match := _FRACTION.fullmatch(plain) or _SPOKEN.fullmatch(plain):
        part = float(match["part"])
        return _of_whole(_Range(part, part), float(match["whole"]), text)
    if _HALF.fullmatch(plain):
        return _Range(0.5, 0.5)
    return _Range(1.0, 1.0) if _FULL.fullmatch(plain) else None


def _ends(match: re.Match[str]) -> _Range:
    return _Range(float(match["low"]), float(match["high"] or match["low"]))


def _of_days(match: re.Match[str], text: str) -> _Range:
    """Return days or hours of a week, month or year as shares; more than it has is refused."""
    period = {"星期": "周", "礼拜": "周"}.get(match["period"], match["period"])
    unit = match["unit"].removeprefix("工作")
    stated = _ends(match)
    most = _MOST_DAYS[period] * (_DAY_HOURS if unit in {"小时", "钟头"} else 1 / _DAY_UNITS[unit])
    if stated.high > most:
        raise _out_of_range(text)
    share = _DAY_UNITS[unit] / _FULL_DAYS[period]
    return _Range(stated.low * share, stated.high * share)


def _of_whole(part: _Range, whole: float, text: str) -> _Range:
    """Return a part of a whole; more than the whole is refused."""
    if not 0 < part.high <= whole:
        raise _out_of_range(text)
    return _Range(part.low / whole, part.high / whole)


def _unreadable(text: str) -> CellError:
    return CellError(
        "time_share_unreadable",
        f"时间投入“{text[:40]}”无法识别",
        hint="请写“每周2天”“每月5天”“30%”“半职”或“全职”",
    )


def _out_of_range(text: str) -> CellError:
    return CellError(
        "time_share_out_of_range", f"时间投入“{text[:40]}”超出可能的范围", hint="请核对天数、小时数或比例"
    )


def _in_months(text: str) -> CellError:
    return CellError(
        "time_share_in_months",
        f"时间投入“{text[:40]}”说的是哪段时间来，不是每周每月投入多少",
        hint="请把月份写到月份一列，如“11-次年4月”；这一列写在岗期间每周几天，全天在岗写“全职”",
    )
