"""The fan chart of one cell: what was observed, what is forecast, and how far that may be off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.forecasts.run import Cell, KeptRun
from data.forecasts.svg import (
    ACCENT,
    BAND80,
    BAND95,
    FAINT,
    GRID,
    INK,
    WARM,
    ZONE,
    Axis,
    Point,
    circle,
    line,
    nice_top,
    polygon,
    polyline,
    rectangle,
    svg_document,
    text,
    text_width,
    told,
)
from data.forecasts.words import HELD_BACK, cell_name, reason_texts

__all__ = ["Fan", "fan_chart", "fan_of", "sparkline"]

_BASELINES = (("seasonal_naive", "去年同月", WARM, "6 4"), ("mean3", "近三月均值", FAINT, "2 3"))
_FIGURES = ("mean", "lo80", "hi80", "lo95", "hi95")
_SIZE = 12.0
_REFUSED = "暂不评价"


@dataclass(frozen=True)
class Fan:
    """What a fan chart shows."""

    title: str
    """What it is of."""
    history: tuple[tuple[str, float], ...]
    """Observed months as ISO dates with heads, ascending."""
    ahead: tuple[Mapping[str, Any], ...]
    """Months ahead: ``month``, ``mean``, the bounds and the baselines; null where there is no figure."""
    why: str = ""
    """Why there is no forecast; empty where there is one."""
    held_back: bool = False
    """Whether observed months are suppressed."""

    @property
    def months(self) -> tuple[str, ...]:
        """All months, ascending."""
        return (*(month for month, _ in self.history), *(row["month"] for row in self.ahead))

    @property
    def highest(self) -> float:
        """The largest value shown; 0 without any."""
        figures = [row[name] for row in self.ahead for name in (*_FIGURES, "seasonal_naive", "mean3")]
        return max([*(heads for _, heads in self.history), *(each for each in figures if each)], default=0.0)

    @property
    def words(self) -> str:
        """The chart in words."""
        parts = []
        if self.history:
            first, last = self.history[0], self.history[-1]
            parts.append(f"{first[0][:7]} 至 {last[0][:7]} 的实际月需求，最近一月 {last[1]:,.0f} 人")
        elif self.held_back:
            parts.append(HELD_BACK)
        if self.why:
            parts.append(f"{_REFUSED}：{self.why}")
        parts += [_month_words(row) for row in self.ahead if row["mean"] is not None]
        return "；".join(parts) + "。"


def fan_of(run: KeptRun, cell: Cell) -> Fan:
    """Collect the fan chart of one cell of a run.

    Parameters
    ----------
    run
        The run.
    cell
        The cell; an unknown one gives a chart of nothing.

    Returns
    -------
    Fan
        With the history that may be shown; without figures ahead where the cell is refused.
    """
    row, ahead = run.sum_of(cell), run.months_of(cell)
    empty = row is not None and all(each["mean"] is None for each in ahead)
    why = "；".join(reason_texts(row["reasons"])) if row is not None and empty else ""
    name = cell_name(cell._asdict(), region=run.region_name)
    return Fan(f"{name}月度需求人数与预测", run.history_of(cell), ahead, why, run.held_back(cell))


@dataclass(frozen=True)
class _Plot:
    """Where things stand."""

    fan: Fan
    x: Axis
    y: Axis
    marks: tuple[float, ...]

    def past(self) -> list[Point]:
        return [(self.x(place), self.y(heads)) for place, (_, heads) in enumerate(self.fan.history)]

    def future(self, name: str) -> list[Point]:
        """Places of a figure ahead, those without one left out."""
        begin = len(self.fan.history)
        rows = enumerate(self.fan.ahead, start=begin)
        return [(self.x(place), self.y(row[name])) for place, row in rows if row[name] is not None]


def fan_chart(fan: Fan, *, width: int = 960, height: int = 360, name: str = "fan") -> str:
    """Draw a fan chart: the axis begins at 0, the fan opens at the last observed month.

    Parameters
    ----------
    fan
        What it shows.
    width, height
        Size in pixels.
    name
        Prefix of its ids, unique on its page.

    Returns
    -------
    str
        An SVG element; a refused cell shows its observed months and 暂不评价.
    """
    top, marks = nice_top(fan.highest * 1.02)
    rows = _legend_rows(fan, width)
    left = 14 + max(text_width(f"{mark:,.0f}", _SIZE) for mark in marks)
    above = 12 + 20 * len(rows) + 22
    last = max(len(fan.months) - 1, 1)
    right = width - 14 - text_width("8,888", _SIZE)
    plot = _Plot(fan, Axis(0, last, left, right), Axis(0, top, height - 38, above), marks)
    parts = [
        rectangle((0, 0), width, height, fill="#ffffff"),
        *_legend(rows),
        *_frame(plot, width),
        *_bands(plot),
        *_lines(plot),
        *_last_labels(plot),
        *_points(plot),
    ]
    return svg_document(parts, width=width, height=height, title=fan.title, description=fan.words, name=name)


def sparkline(fan: Fan, *, width: int = 168, height: int = 44, name: str = "spark") -> str:
    """Draw the last 18 observed months and the forecast without axes; a refused cell shows no forecast.

    Parameters
    ----------
    fan
        What it shows.
    width, height
        Size in pixels.
    name
        Prefix of its ids, unique on its page.

    Returns
    -------
    str
        An SVG element.
    """
    short = Fan(fan.title, fan.history[-18:], fan.ahead, fan.why, fan.held_back)
    last = max(len(short.months) - 1, 1)
    plot = _Plot(short, Axis(0, last, 3, width - 4), Axis(0, short.highest or 1, height - 3, 4), ())
    base = line((3, height - 3), (width - 4, height - 3), stroke="#c3ccd6")
    parts = [base, *_bands(plot), polyline(plot.past(), stroke=INK, width=1.5), *_mean(plot, radius=2.2)]
    if not short.history and not plot.future("mean"):
        parts.append(text(3, height - 10, "保密" if fan.held_back else "无数据", size=11, fill=FAINT))
    return svg_document(
        parts, width=width, height=height, title=short.title, description=short.words, name=name
    )


def _month_words(row: Mapping[str, Any]) -> str:
    words = f"{row['month'][:7]} 预测 {row['mean']:,.0f} 人"
    if row["lo80"] is not None:
        words += f"（80% 区间 {row['lo80']:,.0f} 至 {row['hi80']:,.0f}）"
    return words


def _entries(fan: Fan) -> Iterator[tuple[str, str]]:
    """Yield marks and words of the legend, only of what is drawn."""
    if fan.history:
        yield "past", "实际"
    drawn = {name for row in fan.ahead for name in row if row[name] is not None}
    for name, words in (("mean", "预测"), ("lo80", "80% 区间"), ("lo95", "95% 区间")):
        if name in drawn:
            yield name, words
    for name, words, _, _ in _BASELINES:
        if name in drawn:
            yield name, words


def _legend_rows(fan: Fan, width: float) -> list[list[tuple[float, str, str]]]:
    """Break the legend into rows that fit; each entry with its place."""
    rows: list[list[tuple[float, str, str]]] = [[]]
    x = 10.0
    for mark, words in _entries(fan):
        need = 30 + text_width(words, _SIZE) + 16
        if x + need - 16 > width and rows[-1]:
            rows.append([])
            x = 10.0
        rows[-1].append((x, mark, words))
        x += need
    return rows


def _legend(rows: Sequence[Sequence[tuple[float, str, str]]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        y = 16.0 + 20 * number
        for x, mark, words in row:
            yield _mark(mark, x, y)
            yield text(x + 28, y + 4, words, size=_SIZE, fill=FAINT)


def _mark(mark: str, x: float, y: float) -> str:
    """Draw one mark of the legend."""
    if mark in ("lo80", "lo95"):
        return rectangle((x, y - 6), 22, 12, fill=BAND80 if mark == "lo80" else BAND95)
    if mark == "past":
        return line((x, y), (x + 22, y), stroke=INK, width=2)
    if mark == "mean":
        return line((x, y), (x + 22, y), stroke=ACCENT, width=2.4) + _dot((x + 11, y), 3.2)
    _, _, colour, dash = next(each for each in _BASELINES if each[0] == mark)
    return line((x, y), (x + 22, y), stroke=colour, width=1.8, dash=dash)


def _frame(plot: _Plot, width: float) -> Iterator[str]:
    """Draw the zone ahead, the grid, both axes and what stands where there is no forecast."""
    bottom, above = plot.y.begin, plot.y.end
    edge = plot.x(len(plot.fan.history) - 0.5) if plot.fan.history else plot.x.begin
    yield rectangle((edge, above - 18), width - edge, bottom - above + 18, fill=ZONE)
    yield text((edge + width) / 2, above - 5, "预测期", size=11, anchor="middle", fill=FAINT)
    for mark in plot.marks:
        y = plot.y(mark)
        yield line((plot.x.begin, y), (width - 4, y), stroke="#8793a0" if mark == 0 else GRID)
        yield text(plot.x.begin - 6, y + 4, f"{mark:,.0f}", size=_SIZE, anchor="end", fill=FAINT)
    yield text(plot.x.begin - 6, above - 12, "人", size=11, anchor="end", fill=FAINT)
    yield from _month_labels(plot)
    if plot.fan.why:
        yield text((edge + width) / 2, (above + bottom) / 2, _REFUSED, size=14, anchor="middle", bold=True)
    if not plot.fan.history:
        words = HELD_BACK if plot.fan.held_back else "本次运行没有保存历史"
        yield text(plot.x.begin + 8, bottom - 10, words, size=_SIZE, fill=FAINT)


def _month_labels(plot: _Plot) -> Iterator[str]:
    """Name the years and as many months as there is room for."""
    months = plot.fan.months
    room = (plot.x.end - plot.x.begin) / max(len(months) - 1, 1)
    every = next(step for step in (1, 3, 6, 12) if room * step >= 34 or step == 12)
    y = plot.y.begin
    for place, month in enumerate(months):
        year, number = month[:4], int(month[5:7])
        if (number - 1) % every:
            continue
        x = plot.x(place)
        yield line((x, y), (x, y + 4), stroke="#8793a0")
        yield text(x, y + 17, f"{number}月", size=11, anchor="middle", fill=FAINT)
        if number == 1 or place < every:
            yield text(x, y + 32, year, size=11, anchor="middle", fill=INK, bold=True)


def _bands(plot: _Plot) -> Iterator[str]:
    start = plot.past()[-1:]
    for low, high, fill in (("lo95", "hi95", BAND95), ("lo80", "hi80", BAND80)):
        upper, lower = plot.future(high), plot.future(low)
        if upper:
            yield polygon([*start, *upper], [*start, *lower], fill=fill)


def _lines(plot: _Plot) -> Iterator[str]:
    for name, _, colour, dash in _BASELINES:
        yield polyline(plot.future(name), stroke=colour, width=1.8, dash=dash)
    yield polyline(plot.past(), stroke=INK, width=2)
    yield from _mean(plot, radius=3.2)


def _mean(plot: _Plot, *, radius: float) -> Iterator[str]:
    points = plot.future("mean")
    yield polyline([*plot.past()[-1:], *points], stroke=ACCENT, width=radius * 0.75)
    yield from (_dot(point, radius) for point in points)


def _dot(place: Point, radius: float) -> str:
    return circle(place, radius, fill="#ffffff", stroke=ACCENT)


def _points(plot: _Plot) -> Iterator[str]:
    """Lay a point over every month that tells its figures; it shows only while it is read."""
    for place, (month, heads) in zip(plot.past(), plot.fan.history, strict=True):
        yield told(_unseen(place), f"{month[:7]} 实际 {heads:,.0f} 人")
    shown = [row for row in plot.fan.ahead if row["mean"] is not None]
    for place, row in zip(plot.future("mean"), shown, strict=True):
        yield told(_unseen(place), _month_words(row))


def _unseen(place: Point) -> str:
    return circle(place, 4, fill="none", stroke="none")


def _last_labels(plot: _Plot) -> Iterator[str]:
    """Write the last month's forecast and 80 % bounds beside their points, where they do not collide."""
    rows = [row for row in plot.fan.ahead if row["mean"] is not None]
    if not rows:
        return
    taken: list[float] = []
    for name, fill in (("mean", ACCENT), ("hi80", FAINT), ("lo80", FAINT)):
        value = rows[-1][name]
        if value is None or any(abs(plot.y(value) - other) < 14 for other in taken):
            continue
        taken.append(plot.y(value))
        words = f"{value:,.0f}"
        yield text(plot.x.end + 8, plot.y(value) + 4, words, size=_SIZE, fill=fill, bold=name == "mean")
