"""The 人才地图 as a drawing of tiles: one per district, in the order of their codes, no geography claimed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from data.catalogue.lists.documents import banner
from data.catalogue.lists.talent_map import MapCell, TalentMap

__all__ = ["map_svg"]

_WIDTH, _HEIGHT, _GAP, _TOP = 220, 150, 12, 84
_MOST_COLUMNS = 4
_UNKNOWN = ("#ECEFF1", "数据不足或保密")
_SCALE = (
    (1.2, "#F6B26B", "需求多于供给（倍率1.2以上）"),
    (0.8, "#FFF2CC", "大体平衡（0.8—1.2）"),
    (0.0, "#9FC5E8", "供给多于需求（0.8以下）"),
)


def map_svg(drawn: TalentMap) -> str:
    """Draw the map.

    Parameters
    ----------
    drawn
        The map.

    Returns
    -------
    str
        An SVG document with a title, a description and a legend; it names no file or address outside.
    """
    places = drawn.districts
    columns = max(1, min(_MOST_COLUMNS, math.ceil(math.sqrt(len(places) or 1))))
    rows = max(1, math.ceil(len(places) / columns))
    width = max(columns * (_WIDTH + _GAP) + _GAP, 720)
    height = _TOP + rows * (_HEIGHT + _GAP) + 44
    title = banner(f"{drawn.region}人才地图", synthetic=drawn.synthetic)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(_described(drawn))}</desc>",
        f'<rect width="{width}" height="{height}" fill="#FFFFFF"/>',
        _text(_GAP, 28, title, size=20),
        _text(_GAP, 50, f"数据截至 {drawn.as_of}；方格按区划代码排列，不表示地理位置", size=13),
        *_legend(),
    ]
    for place, name in enumerate(places):
        x = _GAP + place % columns * (_WIDTH + _GAP)
        y = _TOP + place // columns * (_HEIGHT + _GAP)
        parts += _tile(drawn, name, x, y)
    parts.append(_text(_GAP, height - 16, "人数取整到5；“保密”不是零", size=12))
    return "\n".join([*parts, "</svg>", ""])


def _legend() -> Iterator[str]:
    x = _GAP
    for colour, label in [(colour, label) for _, colour, label in _SCALE] + [_UNKNOWN]:
        yield f'<rect x="{x}" y="60" width="12" height="12" fill="{colour}" stroke="#666666"/>'
        yield _text(x + 16, 71, label, size=11)
        x += 24 + 11 * len(label)


def _tile(drawn: TalentMap, name: str, x: int, y: int) -> Iterator[str]:
    """Draw a district with its total and what it asks for most."""
    cell = drawn.total_of(name)
    yield (
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"'
        f' fill="{_colour(cell)}" stroke="#666666"/>'
    )
    yield _text(x + 12, y + 26, name, size=17)
    yield _text(x + 12, y + 48, _totals(cell), size=13)
    for line, text in enumerate(_foremost(drawn, name)):
        yield _text(x + 12, y + 76 + 22 * line, text, size=12)


def _colour(cell: MapCell | None) -> str:
    if cell is None or cell.need is None or not cell.supply:
        return _UNKNOWN[0]
    ratio = cell.need / cell.supply
    return next(colour for least, colour, _ in _SCALE if ratio >= least)


def _totals(cell: MapCell | None) -> str:
    if cell is None:
        return "需求 0　供给 0"
    need = _amount(cell.need, hidden=cell.need_hidden)
    return f"需求 {need}　供给 {_amount(cell.supply, hidden=cell.supply_hidden)}"


def _amount(value: int | None, *, hidden: bool) -> str:
    if hidden:
        return "保密"
    return "<5" if value is None else str(value)


def _foremost(drawn: TalentMap, name: str) -> list[str]:
    """Name the three largest needs of a district that may be shown."""
    own = [c for c in drawn.cells if c.district == name and c.need and c is not drawn.total_of(name)]
    own.sort(key=lambda c: -(c.need or 0))
    return [f"{c.industry}·{c.category} {c.need}" for c in own[:3]]


def _described(drawn: TalentMap) -> str:
    """Say the same in words, for who cannot see the drawing."""
    return "；".join(f"{name}：{_totals(drawn.total_of(name))}" for name in drawn.districts)


def _text(x: int, y: int, text: str, *, size: int) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="#222222">{escape(text)}</text>'
