"""Drawing of an entry: its shortage index from edition to edition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.catalogue.entries import AnyCatalogue, ShortageEntry
from data.forecasts.svg import (
    ACCENT,
    BAND80,
    FAINT,
    GRID,
    Axis,
    circle,
    line,
    polyline,
    rectangle,
    svg_document,
    text,
    told,
)

__all__ = ["history_chart"]

_WIDTH, _HEIGHT = 640.0, 240.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 16.0, 14.0, 36.0
_TIGHT, _SEVERE = "#fde7c8", "#f6c08f"
_MARKS = (0, 20, 40, 50, 60, 80, 100)


def history_chart(rated: Sequence[tuple[AnyCatalogue, ShortageEntry]]) -> str | None:
    """Draw the index of an entry with its interval, the oldest edition first.

    Parameters
    ----------
    rated
        Editions that rated the entry, each with the entry, in any order.

    Returns
    -------
    str or None
        None where fewer than two editions rated it: one figure is no history.
    """
    ordered = sorted(rated, key=lambda each: (each[0].as_of, each[0].edition))
    if len(ordered) < 2:
        return None
    scale = Axis(0, 100, _HEIGHT - _BOTTOM, _TOP)
    step = (_WIDTH - _LEFT - _RIGHT) / len(ordered)
    places = [_LEFT + step * (number + 0.5) for number in range(len(ordered))]
    parts = [*_ground(scale)]
    points = []
    for x, (catalogue, entry) in zip(places, ordered, strict=True):
        parts.append(line((x, scale(entry.S_lo or 0)), (x, scale(entry.S_hi or 0)), stroke=BAND80, width=8))
        parts.append(text(x, _HEIGHT - 14, catalogue.edition, anchor="middle", fill=FAINT))
        points.append((x, scale(entry.S or 0)))
    parts.append(polyline(points, stroke=ACCENT))
    for (x, y), (catalogue, entry) in zip(points, ordered, strict=True):
        parts.append(told(circle((x, y), 4, fill="#fff", stroke=ACCENT), _said(catalogue, entry)))
        parts.append(text(x + 9, y - 6, f"{entry.S:.1f}", size=12))
    return svg_document(
        parts,
        width=_WIDTH,
        height=_HEIGHT,
        title="各版次的紧缺指数",
        description="；".join(_said(catalogue, entry) for catalogue, entry in ordered),
        name="history",
    )


def _ground(scale: Axis) -> list[str]:
    """Draw the bands of a shortage and the marks of the scale."""
    width = _WIDTH - _LEFT - _RIGHT
    bands = [
        rectangle((_LEFT, scale(80)), width, scale(60) - scale(80), fill=_TIGHT),
        rectangle((_LEFT, scale(100)), width, scale(80) - scale(100), fill=_SEVERE),
    ]
    marks: list[str] = []
    for mark in _MARKS:
        dash = "4 3" if mark == 50 else ""
        marks.append(line((_LEFT, scale(mark)), (_WIDTH - _RIGHT, scale(mark)), stroke=GRID, dash=dash))
        marks.append(text(_LEFT - 8, scale(mark) + 4, str(mark), anchor="end", fill=FAINT, size=11))
    return [*bands, *marks]


def _said(catalogue: Any, entry: ShortageEntry) -> str:
    return f"{catalogue.edition}版 {entry.S}，80%区间 {entry.S_lo} 至 {entry.S_hi}"
