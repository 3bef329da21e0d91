"""The map as a grid: one row for an industry's category, one column for a district."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from data.catalogue.lists.talent_map import MapCell, TalentMap
from data.catalogue.suppression import TOTAL
from data.forecasts.svg import FAINT, INK, rectangle, svg_document, text, told

__all__ = ["SHOWN", "GridRow", "Measure", "grid_rows", "map_grid", "words_of"]

_HEAD, _CELL, _LINE, _TOP, _GAP = 216.0, 92.0, 34.0, 40.0, 2.0
_HIDDEN_FILL, _NONE_FILL = "#eceff1", "#ffffff"
_RATIOS = ((1.2, "#f6b26b"), (0.8, "#fff2cc"), (0.0, "#9fc5e8"))
_DEPTHS = (
    (500, "#2f6fab", "#ffffff"),
    (200, "#6ba0cf", INK),
    (50, "#a9cbe8", INK),
    (20, "#cfe2f3", INK),
    (0, "#eaf2fa", INK),
)


class Measure(StrEnum):
    """What the grid shows."""

    NEED = "need"
    """Places asked for."""
    SUPPLY = "supply"
    """Seekers."""
    RATIO = "ratio"
    """Places for each seeker."""


SHOWN: Final[Mapping[Measure, str]] = {
    Measure.NEED: "需求人数",
    Measure.SUPPLY: "供给人数",
    Measure.RATIO: "求人倍率",
}
"""Names of the measures."""


class GridRow(NamedTuple):
    """One row."""

    industry: str
    """Key industry, or 合计."""
    category: str
    """人才类别, or 合计."""
    cells: tuple[MapCell | None, ...]
    """Cells in order of the districts, the total last; None where there is neither need nor supply."""


def grid_rows(drawn: TalentMap, *, industry: str = "") -> list[GridRow]:
    """Arrange the cells of a map.

    Parameters
    ----------
    drawn
        The map.
    industry
        Only rows of this key industry, and the total; all when empty.
    """
    found = {(cell.industry, cell.category, cell.district): cell for cell in drawn.cells}
    keys = list(dict.fromkeys((cell.industry, cell.category) for cell in drawn.cells))
    places = (*drawn.districts, TOTAL)
    return [
        GridRow(*key, tuple(found.get((*key, place)) for place in places))
        for key in keys
        if not industry or key[0] in {industry, TOTAL}
    ]


def words_of(cell: MapCell | None, measure: Measure) -> str:
    """Print a measure of a cell: 保密 where it is hidden, 0 where there is nothing."""
    if measure is Measure.NEED:
        return "0" if cell is None else _count(cell.need, hidden=cell.need_hidden)
    if measure is Measure.SUPPLY:
        return "0" if cell is None else _count(cell.supply, hidden=cell.supply_hidden)
    ratio = _ratio(cell)
    return "—" if ratio is None else f"{ratio:.1f}"


def map_grid(drawn: TalentMap, rows: list[GridRow], measure: Measure) -> str:
    """Draw the grid.

    Parameters
    ----------
    drawn
        The map.
    rows
        Its rows to show.
    measure
        What the cells show.

    Returns
    -------
    str
        An SVG element; every cell tells all of its figures in ``data-x``.
    """
    columns = (*drawn.districts, TOTAL)
    parts: list[str] = []
    for number, name in enumerate(columns):
        parts.append(text(_HEAD + _CELL * (number + 0.5), 24, name, size=13, anchor="middle", fill=FAINT))
    for number, row in enumerate(rows):
        y = _TOP + _LINE * number
        first = number == 0 or rows[number - 1].industry != row.industry
        if first:
            parts.append(text(0, y + 21, _cut(row.industry), size=13, bold=True))
        if row.category != TOTAL:
            parts.append(text(_HEAD - 8, y + 21, row.category, size=12, anchor="end", fill=FAINT))
        for place, (name, cell) in enumerate(zip(columns, row.cells, strict=True)):
            parts += _tile(_HEAD + _CELL * place, y, cell, measure, _said(row, name, cell))
    return svg_document(
        parts,
        width=_HEAD + _CELL * len(columns),
        height=_TOP + _LINE * len(rows) + 4,
        title=f"{drawn.region}人才地图：{SHOWN[measure]}",
        description="行为重点产业与人才类别，列为区县；全部数字见下方表格。",
        name="map",
    )


def _tile(x: float, y: float, cell: MapCell | None, measure: Measure, words: str) -> list[str]:
    fill, ink = _colours(cell, measure)
    tile = rectangle((x + _GAP / 2, y + _GAP / 2), _CELL - _GAP, _LINE - _GAP, fill=fill)
    shown = words_of(cell, measure)
    label = text(x + _CELL / 2, y + 21, "" if shown == "0" else shown, size=12, anchor="middle", fill=ink)
    return [told(tile, words), label]


def _colours(cell: MapCell | None, measure: Measure) -> tuple[str, str]:
    """Return the colour of a tile and that of its figure."""
    if cell is None:
        return _NONE_FILL, INK
    if measure is Measure.RATIO:
        ratio = _ratio(cell)
        fill = _HIDDEN_FILL if ratio is None else next(hue for least, hue in _RATIOS if ratio >= least)
        return fill, FAINT if ratio is None else INK
    value = cell.need if measure is Measure.NEED else cell.supply
    hidden = cell.need_hidden if measure is Measure.NEED else cell.supply_hidden
    if hidden:
        return _HIDDEN_FILL, FAINT
    if value == 0:
        return _NONE_FILL, INK
    return next((fill, ink) for least, fill, ink in _DEPTHS if (value or 0) >= least)


def _ratio(cell: MapCell | None) -> float | None:
    if cell is None or cell.need is None or not cell.supply:
        return None
    return cell.need / cell.supply


def _count(value: int | None, *, hidden: bool) -> str:
    if hidden:
        return "保密"
    return "<5" if value is None else f"{value:,}"


def _said(row: GridRow, district: str, cell: MapCell | None) -> str:
    about = row.industry if row.category == TOTAL else f"{row.industry}·{row.category}"
    figures = "，".join(f"{name} {words_of(cell, measure)}" for measure, name in SHOWN.items())
    return f"{about}，{district}：{figures}"


def _cut(name: str) -> str:
    return name if len(name) <= 10 else f"{name[:9]}…"
