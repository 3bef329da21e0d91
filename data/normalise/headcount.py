"""Places as stated: 招3人, ３人, 2.0, 三名; 若干 stays unknown.

::

    cell := [招聘|需求|人数|约 …] number [万] [(-|至) number] [余|多|+] [人|名|个|位] [以上|左右] [(…)]
    cell := 若干 | 不限 | 数名 | 大量 …     unknown, never 1

Of a range the lower end is what is certain; Chinese numerals and 1e3 are numbers too.
"""

from __future__ import annotations

import re

from data.errors import CellError
from data.normalise.numerals import with_digits
from data.normalise.text import clean, is_nothing

__all__ = ["MOST_PLACES", "parse_headcount"]

MOST_PLACES = 10_000
"""Largest headcount of one posting that is believed."""

_LONGEST = 60
_SOME = re.compile("若干|不限|数[名人十]|多[名人]|面议|待定|待议|不等|长期|批量|大量|不定")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_PLACES = re.compile(
    r"(?:(?:[急诚拟]?招[聘收]?|急聘|需[求要]?|人数|共|约|限)[:：]?){0,6}\s*(?P<low>-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,2})?)\s*(?P<myriad>万)?"
    r"(?:\s*[-~—–至到]+\s*[0-9]+(?:\.0+)?)?\s*[余多+]?\s*[个名人位]*(?:及?以上|左右)?\s*(?:\([^()]*\))?"
)


def parse_headcount(text: str) -> int | None:
    """Return the number of places that a cell states.

    Parameters
    ----------
    text
        The cell as received; of a range such as 3-5人 the lower end is what is certain.

    Returns
    -------
    int or None
        1 to 10,000; nothing for an empty cell and for 若干.

    Raises
    ------
    CellError
        ``headcount_unreadable`` or ``headcount_out_of_range``.

    Examples
    --------
    >>> parse_headcount("招３人")
    3
    """
    plain = clean(text).lower()
    if is_nothing(plain):
        return None
    if len(plain) > _LONGEST:
        raise _unreadable(text)
    match = _PLACES.fullmatch(with_digits(_THOUSANDS.sub("", plain)))
    if match is None:
        if _SOME.search(plain):
            return None
        raise _unreadable(text)
    count = float(match["low"]) * (10_000 if match["myriad"] else 1)
    if not 1 <= count <= MOST_PLACES:
        raise CellError(
            "headcount_out_of_range", f"人数“{text[:40]}”不在1到{MOST_PLACES}之间", hint="请核对人数"
        )
    if not count.is_integer():
        raise _unreadable(text)
    return int(count)


def _unreadable(text: str) -> CellError:
    return CellError("headcount_unreadable", f"人数“{text[:40]}”无法识别", hint="请填整数，人数未定填“若干”")
