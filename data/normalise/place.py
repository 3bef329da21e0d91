"""Places as stated, coded with GB/T 2260: 大连·高新园区, 辽宁省大连沙河口区, 上海-徐汇区, 鲅鱼圈, 营口经开区.

::

    cell  := part ((、|,|;|/| |) part)* | six digits | 全国 | 远程 …
    part  := [province] [city] [county] [town, quarter, road]     official names, shortened ones, aliases

A place is read from left to right, each name narrowing the one before. A name that several cities have, such
as 和平区, counts only where the city is given or the region leaves one of them; 鲅鱼圈 has one meaning, and
马鞍山 is never 鞍山: the longest name wins. Roads and buildings named after a city are not that city.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from data.errors import CellError
from data.normalise.divisions import ANYWHERE, Gazetteer, Mention, Name, common_division, is_within, level_of
from data.normalise.text import clean, is_nothing
from data.reference.tables import division_names

__all__ = ["parse_place", "parse_places"]

_ANYWHERE = re.compile(
    "(?:全国|不限|地点不限|无要求|异地招聘|异地|远程(?:办公|工作)?|居家(?:办公)?|线上|海内外|多地|各地|任意)"
    "(?:各地|范围|均可|都可|皆可|可选|城市)*"
)
_SEPARATOR = re.compile(r"[、,;/|\s]+")
_ROAD = re.compile(
    r"[东西南北中环]*[0-9一二三四五六七八九十]*(?:路|街(?!道)|大道|大街|巷|胡同|大厦|广场|大学|学院|医院|公园|银行|国际|社区|小区|村|花园|新村|站(?!前))"
)
_LONGEST = 200


def parse_place(text: str, *, region_codes: Sequence[str] = ()) -> str | None:
    """Return the finest division that a cell names.

    Parameters
    ----------
    text
        The cell as received; of several places in one division that division is returned.
    region_codes
        GB/T 2260 codes of the region at work; they decide what an ambiguous name means.

    Returns
    -------
    str or None
        Six digits: county, else city, else province; nothing for an empty cell, 全国 and 远程.

    Raises
    ------
    CellError
        ``place_unknown``, ``place_ambiguous`` or ``place_several`` (places in different provinces).

    Examples
    --------
    >>> parse_place("营口经开区")
    '210804'
    """
    plain = clean(text)
    if is_nothing(plain) or _ANYWHERE.fullmatch(plain):
        return None
    places = [plain] if plain in division_names() else _read(text, plain, region_codes)
    common = common_division(places)
    if common is None:
        raise CellError(
            "place_several", f"地点“{text[:40]}”包含几个省份", hint="一行只填一个地点，多个地点请分行填写"
        )
    return common


def parse_places(text: str, *, region_codes: Sequence[str] = ()) -> tuple[str, ...]:
    """Return all divisions that a cell names, as for the places a person would move to.

    Parameters
    ----------
    text
        The cell as received.
    region_codes
        As in :func:`parse_place`.

    Returns
    -------
    tuple of str
        Six-digit codes in the order named; ``100000`` for 全国 and 不限; empty for an empty cell.

    Raises
    ------
    CellError
        ``place_unknown`` or ``place_ambiguous``.

    Examples
    --------
    >>> parse_places("沈阳、大连")
    ('210100', '210200')
    """
    plain = clean(text)
    if is_nothing(plain):
        return ()
    return (ANYWHERE,) if _ANYWHERE.search(plain) else tuple(_read(text, plain, region_codes))


def _read(text: str, plain: str, region_codes: Sequence[str]) -> list[str]:
    """Return the places named, each as fine as it can be told."""
    if len(plain) > _LONGEST:
        raise _unknown(text)
    places: list[str] = []
    ambiguous = False
    gazetteer = Gazetteer.from_package()
    for part in _SEPARATOR.split(plain):
        mentions = [mention for mention in gazetteer.mentions(part) if _is_place(part, mention)]
        code = _resolve(mentions, places[-1] if places else None, region_codes)
        if code is None:
            ambiguous = ambiguous or any(name.full for mention in mentions for name in mention.names)
        elif places and is_within(code, places[-1]):
            places[-1] = code
        elif not any(is_within(place, code) for place in places):
            places.append(code)
    if places:
        return places
    if ambiguous:
        raise CellError("place_ambiguous", f"地点“{text[:40]}”在几个城市都有", hint="请在前面写明城市")
    raise _unknown(text)


def _unknown(text: str) -> CellError:
    return CellError("place_unknown", f"地点“{text[:40]}”无法识别", hint="请写到市或县区，如“营口市鲅鱼圈区”")


def _is_place(part: str, mention: Mention) -> bool:
    """Tell whether a name stands for the place, not for a road or a building named after it."""
    return any(name.full for name in mention.names) or _ROAD.match(part, mention.end) is None


def _resolve(mentions: Sequence[Mention], before: str | None, region_codes: Sequence[str]) -> str | None:
    """Return the place that one part of a cell names, read on from the place before where that fits."""
    for context in _contexts(before):
        code = _narrowed(mentions, context)
        if code is not None:
            return code
    for mention in mentions:
        anchor = _anchor(mention, region_codes)
        if anchor is not None:
            return _narrowed([other for other in mentions if other is not mention], anchor) or anchor
    return None


def _contexts(before: str | None) -> list[str]:
    if before is None:
        return []
    return list(dict.fromkeys([before, f"{before[:4]}00", f"{before[:2]}0000"]))


def _narrowed(mentions: Sequence[Mention], outer: str) -> str | None:
    """Return the finest division inside another one that the names lead to, if any."""
    code = outer
    for mention in mentions:
        inside = _leading(name for name in mention.names if is_within(name.code, code) and name.code != code)
        if len(inside) == 1:
            code = inside[0].code
    return None if code == outer else code


def _leading(names: Iterable[Name]) -> list[Name]:
    """Return the meanings on the highest level: 朝阳 is the city before the county in it."""
    found = list(names)
    highest = min((level_of(name.code) for name in found), default=0)
    return [name for name in found if level_of(name.code) == highest]


def _anchor(mention: Mention, region_codes: Sequence[str]) -> str | None:
    """Return what a name means by itself: in the region if it can, else on the highest level."""
    names = [name for name in mention.names if name.full or mention.opens]
    in_region = [name for name in names if any(is_within(name.code, code) for code in region_codes)]
    leading = _leading(in_region or [name for name in names if not name.local])
    return leading[0].code if len(leading) == 1 else None
