"""Years of experience as stated: 3-5年经验, 10年以上, 一年以下, 无需经验, 应届生.

::

    cell  := [不超过|最多] number [年] [(-|至|到) number] (年|个月|years|лет) [以上|以下|以内]
    cell  := bare number or range of years [+]
    cell  := 不限 | 无需经验 | 应届生 | 在校 …     from 0 on

Numbers may be Chinese numerals, 半年 and 一年半 included; of several spans the first counts.
"""

from __future__ import annotations

import re

from data.errors import CellError
from data.normalise.numerals import NUMBER, with_digits
from data.normalise.text import clean, is_nothing
from data.records import YearRange

__all__ = ["parse_experience"]

_NONE_NEEDED = re.compile(
    "不限|无需|无经验|无工作经[验历]|不要求|无要求|没有要求|应届|在校|毕业生|实习|no experience|без опыта"
)
_HALF_YEARS = re.compile("([0-9]+)年半|半年")
_DASH = r"\s*(?:[-~—–−]+|至|到)\s*"
_YEARS = re.compile(
    rf"(?P<most>不超过|最多|до )?(?P<low>{NUMBER})(?:年)?(?:{_DASH}(?P<high>{NUMBER}))?\s*"
    r"(?P<unit>个?月|周?年|years?|yrs?|лет|года?|months?|месяц)"
    r"(?P<under>及?以[下内]|之内)?"
)
_BARE = re.compile(rf"(?P<low>{NUMBER})(?:{_DASH}(?P<high>{NUMBER}))?\+?")
_MONTHS = ("个月", "月", "month", "месяц")
_MOST_YEARS = 60
_LONGEST = 100


def parse_experience(text: str) -> YearRange | None:
    """Return the years of experience that a cell asks for.

    Parameters
    ----------
    text
        The cell as received; the first span of years in it counts.

    Returns
    -------
    YearRange or None
        Years; from 0 without an upper end for 经验不限, 无需经验 and 应届生; a single number is a lower end;
        nothing for an empty cell.

    Raises
    ------
    CellError
        ``experience_unreadable`` or ``experience_out_of_range`` (above 60 years).

    Examples
    --------
    >>> parse_experience("3-5年-统招本科-Java").high
    5.0
    """
    plain = clean(text).lower()
    if is_nothing(plain):
        return None
    if len(plain) <= _LONGEST:
        digits = _HALF_YEARS.sub(lambda match: f"{match[1] or 0}.5年", with_digits(plain))
        if match := _YEARS.search(digits) or _BARE.fullmatch(digits):
            return _range(text, match.groupdict())
        if _NONE_NEEDED.search(plain):
            return YearRange(low=0)
    raise CellError(
        "experience_unreadable", f"工作年限“{text[:40]}”无法识别", hint="请写成“3-5年”“5年以上”或“不限”"
    )


def _range(text: str, parts: dict[str, str | None]) -> YearRange:
    """Turn a match into years."""
    years = 1 / 12 if (parts.get("unit") or "").startswith(_MONTHS) else 1.0
    low, high = float(parts["low"] or 0) * years, parts["high"] and float(parts["high"]) * years
    if max(low, high or 0) > _MOST_YEARS:
        raise CellError("experience_out_of_range", f"工作年限“{text[:40]}”超过60年", hint="请核对年数")
    if high:
        return YearRange(low=min(low, high), high=max(low, high))
    if parts.get("under") or parts.get("most"):
        return YearRange(low=0, high=low)
    return YearRange(low=low)
