"""Draw what drifted: every line against its bar, and the categories that moved most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.patches import Patch

from data.catalogue.artefacts.charts import GREYS, HATCHES, Chart, new_axes
from training.drift.judge import bars_of
from training.drift.line import DriftLine, DriftReport, Kind, Verdict

__all__ = ["drift_charts"]

_BANNER = "合成数据"
_LOOKS = {
    Verdict.STABLE: (GREYS[1], HATCHES[0]),
    Verdict.WATCH: (GREYS[2], HATCHES[1]),
    Verdict.DRIFT: (GREYS[4], HATCHES[0]),
    Verdict.INSUFFICIENT: (GREYS[0], HATCHES[2]),
}
_LONGEST = 2.5
"""Where a bar is cut, in multiples of the bar that means drift."""


def drift_charts(report: DriftReport) -> list[Chart]:
    """Draw a report; must be called within :func:`data.catalogue.artefacts.charts.chart_style`.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    list of Chart
        All lines in one chart; then, where categories moved, those of the three largest changes.
    """
    charts = [_overview(report)]
    moved = [line for line in report.lines if line.moves and line.verdict in (Verdict.WATCH, Verdict.DRIFT)]
    if moved:
        charts.append(_moves(report, sorted(moved, key=lambda line: -(line.effect or 0.0))[:3]))
    return charts


def _overview(report: DriftReport) -> Chart:
    lines = list(reversed(report.lines))
    title = f"{report.before.label} 与 {report.after.label} 相比：{report.verdict.value}"
    figure, axes = new_axes(title, _banner(report), height=0.27 * len(lines) + 1.9)
    for place, line in enumerate(lines):
        colour, hatch = _LOOKS[line.verdict]
        if line.effect is None:
            axes.text(0.02, place, "依据不足", va="center", fontsize=8, color=GREYS[4])
            continue
        reach = _scaled(line, line.effect)
        axes.barh(place, min(reach, _LONGEST), height=0.62, color=colour, hatch=hatch, edgecolor=GREYS[5])
        if reach > _LONGEST:
            axes.text(_LONGEST + 0.03, place, f"×{reach:.1f}", va="center", fontsize=8)
        if line.chance is not None:
            chance = min(_scaled(line, line.chance), _LONGEST)
            axes.plot([chance], [place], marker="|", markersize=12, markeredgewidth=2, color="black")
    axes.axvline(1.0, color=GREYS[5], linestyle="--", linewidth=1)
    axes.text(1.0, len(lines) - 0.4, "漂移界限", ha="center", va="bottom", fontsize=8)
    axes.set_yticks(
        np.arange(len(lines)), [f"{line.group.value}｜{line.label}" for line in lines], fontsize=9
    )
    axes.set_ylim(-0.6, len(lines) + 0.4)
    axes.set_xlim(0, _LONGEST + 0.3)
    axes.set_xlabel("变化大小（漂移界限 = 1）；竖线：随机波动在百次中有九十五次不超过之处")
    used = [verdict for verdict in Verdict if any(line.verdict is verdict for line in lines)]
    patches = [
        Patch(facecolor=_LOOKS[each][0], hatch=_LOOKS[each][1], edgecolor=GREYS[5], label=each.value)
        for each in used
    ]
    axes.legend(handles=patches, loc="lower right", frameon=True, fontsize=8)
    header = ("类别", "项目", "判断", "变化大小", "随机波动上限", "q值", "前期", "后期", "理由")
    rows = tuple(
        (
            line.group.value,
            line.label,
            line.verdict.value,
            line.effect,
            line.chance,
            line.q_value,
            line.before,
            line.after,
            line.reason,
        )
        for line in report.lines
    )
    alt = f"{title}。" + "；".join(report.reasons)
    return Chart("drift", title, alt, header, rows, figure)


def _moves(report: DriftReport, lines: Sequence[DriftLine]) -> Chart:
    labels = [(line.label, move) for line in lines for move in line.moves]
    title = f"占比变化最大的类别：{'、'.join(line.label for line in lines)}"
    figure, axes = new_axes(title, _banner(report), height=0.42 * len(labels) + 1.6)
    places = np.arange(len(labels))[::-1]
    for shift, values, colour, hatch, name in (
        (0.2, [move.before for _, move in labels], GREYS[0], HATCHES[1], report.before.label),
        (-0.2, [move.after for _, move in labels], GREYS[3], HATCHES[0], report.after.label),
    ):
        shown = [100 * value for value in values]
        axes.barh(
            places + shift, shown, height=0.38, color=colour, hatch=hatch, edgecolor=GREYS[5], label=name
        )
    axes.set_yticks(places, [f"{label}｜{move.label}" for label, move in labels], fontsize=9)
    axes.set_xlabel("占该期需求的百分比")
    axes.legend(loc="lower right", frameon=True, fontsize=9)
    header = ("项目", "类别", report.before.label, report.after.label)
    rows = tuple((label, move.label, round(move.before, 4), round(move.after, 4)) for label, move in labels)
    alt = "；".join(
        f"{label} {move.label} 由 {move.before:.1%} 变为 {move.after:.1%}" for label, move in labels
    )
    return Chart("drift-moves", title, alt, header, rows, figure)


def _scaled(line: DriftLine, value: float) -> float:
    """Return a value in multiples of the bar that means drift; an area counts from one half."""
    start = 0.5 if line.kind is Kind.VECTOR else 0.0
    return max(value - start, 0.0) / (bars_of(line.kind)[1] - start)


def _banner(report: DriftReport) -> str:
    return _BANNER if report.synthetic else ""
