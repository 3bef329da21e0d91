"""Small drawings as SVG: text stays text, colours can be told apart in grey, the same bytes every time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

__all__ = [
    "ACCENT",
    "BAND80",
    "BAND95",
    "FAINT",
    "GRID",
    "INK",
    "WARM",
    "ZONE",
    "Axis",
    "Point",
    "circle",
    "line",
    "nice_top",
    "polygon",
    "polyline",
    "rectangle",
    "svg_document",
    "text",
    "text_width",
    "told",
]

INK, FAINT, GRID, ZONE = "#1c2733", "#5a6675", "#e1e6ec", "#f4f7fa"
ACCENT, BAND80, BAND95, WARM = "#0b4f8a", "#9cc0e0", "#d8e7f4", "#b35900"
_FONT = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
_WIDE_FROM = "\u2e80"
Point = tuple[float, float]


class Axis(NamedTuple):
    """A straight scale between values and places."""

    low: float
    """Value at the beginning."""
    high: float
    """Value at the end; above ``low``."""
    begin: float
    """Place of ``low``."""
    end: float
    """Place of ``high``."""

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        return self.begin + (value - self.low) / (self.high - self.low) * (self.end - self.begin)


def nice_top(highest: float, *, steps: int = 4) -> tuple[float, tuple[float, ...]]:
    """Choose the top of an axis from 0 and its marks.

    Parameters
    ----------
    highest
        Largest value shown.
    steps
        About how many parts are wanted.

    Returns
    -------
    tuple
        The top, at least ``highest``, and the marks from 0 to it; 0 or less gives an axis to 1.

    Examples
    --------
    >>> nice_top(870)
    (1000.0, (0.0, 250.0, 500.0, 750.0, 1000.0))
    """
    if highest <= 0:
        return 1.0, (0.0, 1.0)
    raw = highest / steps
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(part * unit for part in (1, 2, 2.5, 5, 10) if part * unit >= raw * (1 - 1e-9))
    count = math.ceil(highest / step * (1 - 1e-9))
    return step * count, tuple(step * place for place in range(count + 1))


def text_width(words: str, size: float) -> float:
    """Estimate the width of a text: a Chinese character is as wide as it is high, others about 0.56 of it."""
    return sum(size if letter >= _WIDE_FROM else 0.56 * size for letter in words)


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 12,
    anchor: str = "start",
    fill: str = INK,
    bold: bool = False,
) -> str:
    """Write a line of text with its baseline at ``y``."""
    weight = ' font-weight="700"' if bold else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    head = f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}"{place}{weight}>'
    return f"{head}{escape(words)}</text>"


def line(begin: Point, end: Point, *, stroke: str = GRID, width: float = 1, dash: str = "") -> str:
    """Draw a straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{begin[0]:.1f}" y1="{begin[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
        f' stroke="{stroke}" stroke-width="{width:g}"{dashes}/>'
    )


def polyline(points: Sequence[Point], *, stroke: str, width: float = 2, dash: str = "") -> str:
    """Draw a line through points; nothing through fewer than two."""
    if len(points) < 2:
        return ""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<polyline points="{_places(points)}" fill="none" stroke="{stroke}" stroke-width="{width:g}"'
        f' stroke-linejoin="round"{dashes}/>'
    )


def polygon(upper: Sequence[Point], lower: Sequence[Point], *, fill: str) -> str:
    """Fill what lies between two lines over the same places."""
    return f'<polygon points="{_places([*upper, *reversed(lower)])}" fill="{fill}"/>'


def rectangle(corner: Point, width: float, height: float, *, fill: str, stroke: str = "none") -> str:
    """Fill a rectangle given by its upper left corner."""
    edge = "" if stroke == "none" else f' stroke="{stroke}" stroke-width="2"'
    return (
        f'<rect x="{corner[0]:.1f}" y="{corner[1]:.1f}" width="{width:.1f}" height="{height:.1f}"'
        f' fill="{fill}"{edge}/>'
    )


def circle(centre: Point, radius: float, *, fill: str, stroke: str) -> str:
    """Draw a circle."""
    return (
        f'<circle cx="{centre[0]:.1f}" cy="{centre[1]:.1f}" r="{radius:g}" fill="{fill}" stroke="{stroke}"'
        ' stroke-width="2"/>'
    )


def told(element: str, words: str) -> str:
    """Let a shape tell what it stands for: pages read it out under the pointer and by the arrow keys.

    Parameters
    ----------
    element
        A shape without contents, as made here.
    words
        What it stands for.

    Examples
    --------
    >>> told('<rect x="1"/>', "12月：30 人")
    '<rect x="1" data-x="12月：30 人"/>'
    """
    return f'{element.removesuffix("/>")} data-x="{escape(words)}"/>'


def svg_document(
    parts: Iterable[str], *, width: float, height: float, title: str, description: str, name: str
) -> str:
    """Put a drawing together.

    Parameters
    ----------
    parts
        Elements from back to front.
    width, height
        Size in units of the drawing, which are pixels unless it is scaled.
    title
        What it shows.
    description
        The same in words, for those who cannot see it.
    name
        Prefix of its ids, unique on its page.

    Returns
    -------
    str
        One ``svg`` element; it names no file or address outside but that of SVG itself.
    """
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{_FONT}"'
        f' aria-labelledby="{name}-title {name}-desc">'
    )
    named = (
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    )
    return "\n".join([head, named, *(part for part in parts if part), "</svg>"])


def _places(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
