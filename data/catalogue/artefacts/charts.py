"""How charts look and how they are kept: legible in grey, in Chinese, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from data.errors import RefusedError
from data.releases.tables import write_csv

__all__ = ["GREYS", "HATCHES", "LINES", "MARKERS", "Chart", "chart_style", "new_axes", "save_chart"]

HATCHES = ("", "///", "...", "xxx", "---", "ooo", "\\\\\\", "+++", "***")
"""Fillings that can be told apart without colour."""
GREYS = ("#ffffff", "#d9d9d9", "#bdbdbd", "#969696", "#636363", "#252525")
"""Shades from light to dark."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
"""Marks that can be told apart without colour."""
LINES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
"""Strokes that can be told apart without colour."""
_FAMILY = "Noto Sans CJK SC"
_WIDTH = 8.0
_DPI = 150


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart with the figures that it shows."""

    stem: str
    """Name of its files, without the end."""
    title: str
    """What it shows."""
    alt: str
    """The same in words."""
    header: tuple[str, ...]
    """Heads of the table behind it."""
    rows: tuple[tuple[object, ...], ...]
    """The table behind it."""
    figure: Figure
    """The drawing."""


@contextmanager
def chart_style() -> Iterator[None]:
    """Draw and save in the style of the house while the block runs.

    Raises
    ------
    RefusedError
        The Chinese font is not installed.
    """
    if _FAMILY not in {font.name for font in font_manager.fontManager.ttflist}:
        raise RefusedError(
            "font_missing", f"本机没有字体 {_FAMILY}，不能绘图", hint="安装系统软件包 fonts-noto-cjk"
        )
    style: Any = {
        "font.family": [_FAMILY],
        "font.size": 10,
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "hatch.linewidth": 0.6,
        "svg.hashsalt": "yingcai",
        "svg.fonttype": "path",
    }
    with mpl.rc_context(style):
        yield


def new_axes(title: str, banner: str, *, height: float = 4.5) -> tuple[Figure, Axes]:
    """Begin a chart.

    Parameters
    ----------
    title
        What it shows.
    banner
        Label of the nature of the data; empty for real data.
    height
        Height in inches; the width is the same for all.

    Returns
    -------
    tuple
        The figure and its axes.
    """
    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(f"{title}【{banner}】" if banner else title, loc="left", fontweight="bold", fontsize=12)
    return figure, axes


def save_chart(chart: Chart, folder: Path, *, banner: str) -> list[Path]:
    """Write a chart as SVG and PNG, and the table behind it as CSV.

    Parameters
    ----------
    chart
        The chart.
    folder
        Folder to write to, which must be there.
    banner
        Label of the nature of the data, for every row of the table; empty for real data.

    Returns
    -------
    list of Path
        The three files.
    """
    svg, png, table = (folder / f"{chart.stem}.{end}" for end in ("svg", "png", "csv"))
    chart.figure.savefig(svg, metadata={"Date": None, "Creator": None, "Title": chart.title})
    chart.figure.savefig(png, dpi=_DPI, metadata={"Software": None, "Title": chart.stem})
    nature = banner or "真实数据"
    write_csv(table, (*chart.header, "数据性质"), [(*row, nature) for row in chart.rows])
    return [svg, png, table]
