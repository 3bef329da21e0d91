"""Charts of a back-test: did the intervals hold, and was the method better than simple ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from data.forecasts.scores import Score
from data.forecasts.svg import (
    ACCENT,
    BAND95,
    FAINT,
    GRID,
    INK,
    WARM,
    ZONE,
    Axis,
    circle,
    line,
    nice_top,
    rectangle,
    svg_document,
    text,
    text_width,
)

__all__ = ["coverage_chart", "origin_chart", "ratio_chart"]

_ROW, _SIZE = 26.0, 12.0
_MARKS = {
    "last_value": ("上月值", "circle"),
    "seasonal_naive": ("去年同月", "square"),
    "mean3": ("近三月均值", "cross"),
}


def coverage_chart(scores: Sequence[Score], *, nominal: int, width: int = 460, name: str) -> str:
    """Draw how often the intervals held: mean over the origins, and the worst one of several series.

    Parameters
    ----------
    scores
        Parts of a back-test, from top to bottom; those without intervals are left out.
    nominal
        80 or 95, in per cent.
    width
        Width in pixels; the height follows the number of parts.
    name
        Prefix of its ids, unique on its page.

    Returns
    -------
    str
        An SVG element, with a line at the nominal share.
    """
    mean, worst = f"coverage{nominal}", f"coverage{nominal}_worst"
    rated = [each for each in scores if each.figure(mean) is not None]
    left, x = _places(rated, width)
    bottom = 52 + _ROW * len(rated)
    parts = [
        rectangle((0, 0), width, bottom + 34, fill="#ffffff"),
        *_percent_axis(x, bottom),
        line((x(nominal), 40), (x(nominal), bottom), stroke=WARM, width=1.6, dash="5 3"),
        *_coverage_legend(nominal),
    ]
    for place, score in enumerate(rated):
        y = 52 + _ROW * (place + 0.5)
        parts.append(text(left - 8, y + 4, score.part, size=_SIZE, anchor="end"))
        share, least = 100 * (score.figure(mean) or 0.0), 100 * (score.figure(worst) or 0.0)
        if not score.is_one_series:
            parts.append(line((x(least), y), (x(share), y), stroke="#9aa8b6", width=2))
            parts.append(_shape("hollow", x(least), y))
        parts.append(_shape("circle", x(share), y))
        parts.append(text(width - 6, y + 4, f"{share:.0f}%", size=_SIZE, anchor="end", bold=True))
    said = "；".join(f"{each.part}平均 {each.figure(mean) or 0:.0%}" for each in rated)
    title = f"{nominal}% 区间的实际覆盖率"
    return svg_document(
        parts, width=width, height=bottom + 34, title=title, description=said or "没有可评的区间", name=name
    )


def ratio_chart(scores: Sequence[Score], *, width: int = 940, name: str) -> str:
    """Draw the error of the published method over those of simple ones; left of 1 it is the smaller.

    Parameters
    ----------
    scores
        Parts of a back-test, from top to bottom.
    width
        Width in pixels; the height follows the number of parts.
    name
        Prefix of its ids, unique on its page.

    Returns
    -------
    str
        An SVG element.
    """
    ratios = [{method: each.against(method) for method in _MARKS} for each in scores]
    highest = max([1.2, *(value for row in ratios for value in row.values() if value is not None)])
    top, marks = nice_top(highest)
    left, _ = _places(scores, width)
    x, bottom = Axis(0, top, left, width - 20), 52 + _ROW * len(scores)
    parts = [rectangle((0, 0), width, bottom + 34, fill="#ffffff")]
    parts.append(rectangle((left, 44), x(1.0) - left, bottom - 44, fill=ZONE))
    for mark in marks:
        parts.append(line((x(mark), 44), (x(mark), bottom)))
        parts.append(text(x(mark), bottom + 17, f"{mark:g}", size=11, anchor="middle", fill=FAINT))
    parts.append(line((x(1.0), 40), (x(1.0), bottom), stroke=WARM, width=1.6, dash="5 3"))
    parts.append(text(x(1.0) - 6, bottom + 31, "← 优于基线", size=11, anchor="end", fill=FAINT))
    parts.append(text(x(1.0) + 6, bottom + 31, "劣于基线 →", size=11, fill=FAINT))
    parts += _ratio_legend()
    for place, (score, row) in enumerate(zip(scores, ratios, strict=True)):
        y = 52 + _ROW * (place + 0.5)
        parts.append(text(left - 8, y + 4, score.part, size=_SIZE, anchor="end"))
        parts.append(line((left, y), (x.end, y), stroke=GRID))
        parts += [
            _shape(_MARKS[method][1], x(value), y) for method, value in row.items() if value is not None
        ]
    said = "；".join(_ratio_words(score, row) for score, row in zip(scores, ratios, strict=True))
    title = "平均绝对误差与简单方法之比"
    return svg_document(parts, width=width, height=bottom + 38, title=title, description=said, name=name)


def origin_chart(rows: Sequence[Mapping[str, Any]], *, title: str, width: int = 460, name: str) -> str:
    """Draw the share of intervals that held at every origin, 80 % beside 95 %.

    Parameters
    ----------
    rows
        ``origin`` (first month forecast, as an ISO date), ``coverage80`` and ``coverage95``, ascending; null
        without intervals.
    title
        What it shows.
    width
        Width in pixels.
    name
        Prefix of its ids, unique on its page.

    Returns
    -------
    str
        An SVG element.
    """
    rated = [row for row in rows if row["coverage80"] is not None]
    y = Axis(0, 100, 200, 34)
    step = (width - 60) / max(len(rated), 1)
    parts = [rectangle((0, 0), width, 244, fill="#ffffff")]
    for mark in (0, 20, 40, 60, 80, 100):
        parts.append(line((44, y(mark)), (width - 8, y(mark)), stroke="#8793a0" if mark == 0 else GRID))
        parts.append(text(38, y(mark) + 4, f"{mark}%", size=11, anchor="end", fill=FAINT))
    for place, row in enumerate(rated):
        x, wide = 46 + step * place, min(step * 0.36, 16)
        for shift, key, fill in ((0, "coverage80", ACCENT), (1, "coverage95", BAND95)):
            share = 100 * row[key]
            corner = (x + shift * wide, y(share))
            parts.append(
                rectangle(
                    corner, wide - 1, y(0) - y(share), fill=fill, stroke="none" if shift == 0 else "#8fb4d8"
                )
            )
        if place % max(1, math.ceil(44 / step)) == 0:
            parts.append(text(x, 216, str(row["origin"])[2:7], size=11, fill=FAINT))
    ends = (((44, y(nominal)), (width - 8, y(nominal))) for nominal in (80, 95))
    parts += [line(*places, stroke=WARM, width=1.4, dash="5 3") for places in ends]
    parts += [rectangle((44, 8), 12, 12, fill=ACCENT), text(60, 18, "80% 区间", size=_SIZE, fill=FAINT)]
    parts.append(rectangle((134, 8), 12, 12, fill=BAND95, stroke="#8fb4d8"))
    parts.append(text(150, 18, "95% 区间", size=_SIZE, fill=FAINT))
    parts.append(text(44, 236, "横轴为各起点预测的第一个月；虚线为名义值", size=11, fill=FAINT))
    said = "；".join(f"{str(row['origin'])[:7]}：80% 区间 {row['coverage80']:.0%}" for row in rated)
    return svg_document(
        parts, width=width, height=244, title=title, description=said or "没有可评的区间", name=name
    )


def _places(scores: Sequence[Score], width: float) -> tuple[float, Axis]:
    """Return where the names end, and the axis from 0 to 100 %."""
    left = 16 + max([text_width(each.part, _SIZE) for each in scores], default=60.0)
    return left, Axis(0, 100, left, width - 48)


def _percent_axis(x: Axis, bottom: float) -> Iterator[str]:
    for mark in (0, 20, 40, 60, 80, 100):
        yield line((x(mark), 44), (x(mark), bottom))
        yield text(x(mark), bottom + 17, f"{mark}%", size=11, anchor="middle", fill=FAINT)


def _coverage_legend(nominal: int) -> Iterator[str]:
    x = 12.0
    for shape, words in (("circle", "平均"), ("hollow", "最差一期")):
        yield _shape(shape, x + 4, 18)
        yield text(x + 14, 22, words, size=_SIZE, fill=FAINT)
        x += 30 + text_width(words, _SIZE)
    yield line((x, 18), (x + 18, 18), stroke=WARM, width=1.6, dash="5 3")
    yield text(x + 24, 22, f"名义值 {nominal}%", size=_SIZE, fill=FAINT)


def _ratio_legend() -> Iterator[str]:
    x = 12.0
    for words, shape in _MARKS.values():
        yield _shape(shape, x + 4, 18)
        yield text(x + 14, 22, f"对{words}", size=_SIZE, fill=FAINT)
        x += 34 + text_width(f"对{words}", _SIZE)


def _ratio_words(score: Score, row: Mapping[str, float | None]) -> str:
    known = [f"对{_MARKS[method][0]} {value:.2f}" for method, value in row.items() if value is not None]
    return f"{score.part}：{'，'.join(known)}"


def _shape(shape: str, x: float, y: float) -> str:
    """Draw one mark; they differ in form, not only in colour."""
    if shape == "square":
        return rectangle((x - 4.5, y - 4.5), 9, 9, fill="#ffffff", stroke=WARM)
    if shape == "cross":
        arms = (((x - 4, y - 4), (x + 4, y + 4)), ((x - 4, y + 4), (x + 4, y - 4)))
        return "".join(line(begin, end, stroke=INK, width=2) for begin, end in arms)
    fill, stroke = ("#ffffff", FAINT) if shape == "hollow" else (ACCENT, ACCENT)
    return circle((x, y), 4.5, fill=fill, stroke=stroke)
