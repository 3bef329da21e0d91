"""What a run says beside demand, as lists of texts: shortage, plan targets, changes in flows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from data.forecasts.figures import NOTHING, heads_text, number_text, range_text
from data.forecasts.run import Cell, KeptRun, Row
from data.forecasts.words import LEVELS, cell_name, reason_texts

__all__ = ["SECTIONS", "Line", "Listing", "flow_listing", "gap_listing", "shortage_listing", "target_listing"]

SECTIONS = {
    "shortage": "短缺测算",
    "skills": "能力需求",
    "employers": "单位自报",
    "targets": "规划目标",
    "flows": "人才流动",
}
"""Names of what may be kept beside the demand forecast."""
_SHARED = 4
_RULES = {"linear": "每年等量", "geometric": "每年等比", "period": "期间平均"}
_SHORTAGE = (
    "需求（含在招）",
    "供给（含现有）",
    "缺口",
    "缺口的 80% 区间",
    "供需比",
    "短缺概率",
    "现有求人倍率",
    "招聘时长（天）",
)
_TARGETS = ("起点", "目标", "规划速度", "尚需速度", "已有速度", "照此推到目标年", "年增人数", "算法")
_FLOWS = ("变化", "起于", "此前（人/季）", "此后（人/季）", "变化的 95% 区间", "q 值")


@dataclass(frozen=True)
class Line:
    """One line of a list."""

    name: str
    """What it is of."""
    cells: tuple[str, ...]
    """Texts in the order of the heads."""
    status: str
    """Its status, see :data:`data.forecasts.words.STATUSES`."""
    reasons: tuple[str, ...]
    """Why something is missing or only indicative."""


@dataclass(frozen=True)
class Listing:
    """A list with its heads."""

    title: str
    """What it shows."""
    heads: tuple[str, ...]
    """Heads of the columns between the name and the status."""
    lines: tuple[Line, ...]
    """Lines in order; empty where nothing was judged."""
    notes: tuple[str, ...] = ()
    """What to know before reading it."""


def shortage_listing(run: KeptRun, *, level: str | None = None, quarter: int | None = None) -> Listing | None:
    """List the gap between demand and supply, the likeliest shortages first.

    Parameters
    ----------
    run
        The run.
    level
        Only this level; without one all, but for the occupations that are refused.
    quarter
        Only this quarter ahead, from 1.

    Returns
    -------
    Listing or None
        None where the run has no shortage.
    """
    section = run.section("shortage")
    if section is None:
        return None
    rows = [row for row in section["cells"] if quarter in (None, row["quarter"])]
    if level is None:
        rows = [row for row in rows if row["level"] != "occupation" or row["status"] != "refused"]
    else:
        rows = [row for row in rows if row["level"] == level]
    rows.sort(key=lambda row: (row["quarter"], row["p_short"] is None, -(row["p_short"] or 0.0)))
    names = [cell_name(row, region=run.region_name) for row in rows]
    if quarter is None:
        names = [f"{name}，{_quarter(row)}" for name, row in zip(names, rows, strict=True)]
    lines = tuple(_shortage_line(row, name) for row, name in zip(rows, names, strict=True))
    parts = [
        LEVELS[level] if level else "各层级",
        *(_quarter(row) for row in rows[:1] if quarter is not None),
    ]
    return Listing(f"短缺测算：{'，'.join(parts)}", _SHORTAGE, lines, _shortage_notes(section))


def gap_listing(run: KeptRun, cell: Cell) -> Listing | None:
    """List the gap of one cell quarter by quarter; None where the run has no shortage."""
    section = run.section("shortage")
    if section is None:
        return None
    lines = (_shortage_line(row, _quarter(row)) for row in section["cells"] if Cell.of(row) == cell)
    return Listing("按季度的短缺测算", _SHORTAGE, tuple(lines), _shortage_notes(section))


def target_listing(run: KeptRun) -> Listing | None:
    """List what the targets of the region's plans ask for; None where the run has none."""
    section = run.section("targets")
    if section is None:
        return None
    flags = Counter(_flagged(flag) for path in section["targets"] for flag in path["flags"])
    shared = {words: count for words, count in flags.items() if count >= _SHARED}
    notes = (
        "规划目标推算（plan_target）：由目标值算术推出，不是统计预测，没有预测区间，也不与统计预测平均。",
        *(f"文件：{document}" for document in section["documents"]),
        *(f"{words}（{count} 项指标）" for words, count in shared.items()),
    )
    lines = tuple(_target_line(path, shared) for path in section["targets"])
    return Listing("规划目标要求的速度", _TARGETS, lines, notes)


def flow_listing(run: KeptRun) -> Listing | None:
    """List the changes in how many people come and go; None where the run has none."""
    section = run.section("flows")
    if section is None:
        return None
    rate = f"没有变化时，一次运行出现任何误报的机会不超过 {section['alarm_rate']:.0%}"
    length = f"平均至少 {section['run_length']} 次季度运行才有一次误报"
    lines = tuple(_flow_line(finding) for finding in section["findings"])
    return Listing("人才流动的变化提示", _FLOWS, lines, (f"{rate}，{length}。", *section["notes"]))


def _quarter(row: Row) -> str:
    return f"第 {row['quarter']} 季（至 {str(row['to_month'])[:7]}）"


def _shortage_line(row: Row, name: str) -> Line:
    gap = row["gap"] or {}
    texts = (
        heads_text(_value(row.get("demand"))),
        heads_text(_value(row.get("supply"))),
        heads_text(gap.get("value")),
        range_text(gap.get("lo80"), gap.get("hi80")),
        number_text(_value(row["theta"]), 2),
        NOTHING if row["p_short"] is None else f"{row['p_short']:.0%}",
        number_text((row.get("observed") or {}).get("ratio"), 2),
        _days(row["time_to_fill"]),
    )
    return Line(name, texts, row["status"], reason_texts(row["reasons"]))


def _shortage_notes(section: Mapping[str, Any]) -> tuple[str, ...]:
    notes = [f"口径：{section['scope']}。"] if section.get("scope") else []
    notes += section.get("notes", ())
    if section.get("simulations"):
        notes.append(f"概率与区间由 {section['simulations']:,} 次模拟得到，需求与供给的历史误差成对抽取。")
    notes.append("缺口的 80% 区间全在 0 以上为短缺，全在 0 以下为富余，跨 0 为未定；多数单元本应是未定。")
    return tuple(notes)


def _target_line(path: Mapping[str, Any], shared: Container[str]) -> Line:
    trend, unit = path["trend"], path["pace_unit"]
    added = [year["net_heads"] for year in path["years"] if year["net_heads"] is not None]
    led = NOTHING
    if trend is not None:
        led = f"{trend['value']:g}（80% 区间 {trend['lo80']:g} 至 {trend['hi80']:g}）"
    texts = (
        _figure(path["start"], path["unit"]),
        _figure(path["target"], path["unit"]),
        *(_pace(path[name], unit) for name in ("planned_pace", "needed_pace", "observed_pace")),
        led,
        range_text(added[0]["low"], added[0]["high"]) if added else NOTHING,
        _RULES.get(path["rule"], path["rule"]),
    )
    flags = (words for words in map(_flagged, path["flags"]) if words not in shared)
    return Line(path["name"], texts, path["status"], (*reason_texts(path["reasons"]), *flags))


def _flagged(flag: Mapping[str, Any]) -> str:
    return f"需核对 {flag['check']}：{flag['message']}"


def _flow_line(finding: Mapping[str, Any]) -> Line:
    name = " · ".join(
        filter(None, (finding["key_industry"], finding["talent_category"], finding["quantity"]))
    )
    net = finding["quantity"] == "净流入"
    said = (
        f"{finding['direction']}{'（不利）' if finding['adverse'] else ''}"
        if finding["alarm"]
        else "未见变化"
    )
    ends = [finding["change_low"], finding["change_high"]]
    bounds = [NOTHING] if None in ends else [_change(end, net=net) for end in ends]
    texts = (
        NOTHING if finding["status"] == "refused" else said,
        finding["since"] or NOTHING,
        heads_text(finding["before"]),
        heads_text(finding["after"]),
        " 至 ".join(bounds),
        number_text(finding["q_value"], 3),
    )
    status = "alarm" if finding["alarm"] else finding["status"]
    return Line(name, texts, status, reason_texts(finding["reasons"]))


def _change(value: float, *, net: bool) -> str:
    return f"{value:+,.0f} 人" if net else f"{value:+.0%}"


def _value(part: Any) -> float | None:
    found: float | None = part["value"] if isinstance(part, Mapping) else part
    return found


def _days(part: Any) -> str:
    """Write the median time to fill with its interval."""
    median = part.get("median_days") if isinstance(part, Mapping) else part
    if median is None:
        return NOTHING
    bounds = (
        [part.get(name) for name in ("median_lo80", "median_hi80")] if isinstance(part, Mapping) else [None]
    )
    return f"{median:.0f}" if None in bounds else f"{median:.0f}（{range_text(*bounds)}）"


def _figure(part: Mapping[str, Any] | None, unit: str) -> str:
    return NOTHING if part is None else f"{part['year']}年 {part['value']:g}{unit}"


def _pace(value: float | None, unit: str) -> str:
    """Write three significant digits without an exponent."""
    return NOTHING if value is None else f"{Decimal(f'{value:.3g}'):f}{unit}"
