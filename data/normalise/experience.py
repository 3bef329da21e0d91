"""Years of experience as stated: 3-5年经验, 10年以上, 一年以下, 无需经验, 应届生."""

from __future__ import annotations

import re

from data.errors import CellError
from data.normalise.numerals import NUMBER, with_digits
from data.normalise.text import clean, is_nothing
from data.records import YearRange

__all__ = ["parse_experience"]

_NONE_NEEDED = re.compile("不限|无需|无经验|无工作经[验历]|不要求|无要求|没有要求|应届|在校|毕业生|实习")
_HALF_YEARS = re.compile("([0-9]+)年半|半年")
_DASH = r"\s*(?:[-~—–−]+|至|到)\s*"
_YEARS = re.compile(
    rf"(?P<most>不超过|最多)?(?P<low>{NUMBER})(?:年)?(?:{_DASH}(?P<high>{NUMBER}))?\s*(?P<unit>个月|周?年)"
    r"(?P<under>及?以[下内]|之内)?"
)
_BARE = re.compile(rf"(?P<low>{NUMBER})(?:{_DASH}(?P<high>{NUMBER}))?\+?")
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
    digits = _HALF_YEARS.sub(lambda match: f"{match[1] or 0}.5年", with_digits(plain))
    match = (_YEARS.search(digits) or _BARE.fullmatch(digits)) if len(plain) <= _LONGEST else None
    if match is not None:
        return _range(text, match.groupdict())
    if _NONE_NEEDED.search(plain) and len(plain) <= _LONGEST:
        return YearRange(low=0)
    raise CellError(
        "experience_unreadable", f"工作年限“{text[:40]}”无法识别", hint="请写成“3-5年”“5年以上”或“不限”"
    )


def _range(text: str, parts: dict[str, str | None]) -> YearRange:
    """Turn a match into years."""
    years = 1 / 12 if parts.get("unit") == "个月" else 1.0
    low, high = float(parts["low"] or 0) * years, parts["high"] and float(parts["high"]) * years
    if max(low, high or 0) > _MOST_YEARS:
        raise CellError("experience_out_of_range", f"工作年限“{text[:40]}”超过60年", hint="请核对年数")
    if high:
        return YearRange(low=min(low, high), high=max(low, high))
    if parts.get("under") or parts.get("most"):
        return YearRange(low=0, high=low)
    return YearRange(low=low)
