"""``yingcai forecast targets``: what the targets of a region's plans ask for."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.catalogue import Day
from api.console import JsonOption, RegionOption, Session, note, say, show_json
from data.catalogue.lists.plans import read_plan_readings
from data.sources.report import write_error_report
from data.store.moments import beijing_today

if TYPE_CHECKING:
    from training.forecast.target_path import HeadRange, TargetPath, TargetReport

__all__ = ["register"]

_STATUS = {"ok": "可用", "indicative": "仅供参考", "refused": "暂不评价"}
_RULES = {"linear": "每年等量", "geometric": "每年等比", "period": "期间平均"}


def register(app: typer.Typer) -> None:
    """Add the command of this module to ``yingcai forecast``."""
    app.command("targets")(targets_command)


def targets_command(
    *,
    region: RegionOption = None,
    as_of: Day = None,
    readings: Annotated[Path | None, typer.Option(help="最新完成值表：指标、年份、数值、来源")] = None,
    rates: Annotated[
        Path | None, typer.Option(help="主管部门提供的补充比例与折算人数（.toml），各项写明来源")
    ] = None,
    problems: Annotated[Path | None, typer.Option(help="问题清单写到这里（.xlsx）")] = None,
    as_json: JsonOption = False,
) -> None:
    """规划指标要求的年均速度、已有速度与折合人数；是按目标的推算，不是统计预测，二者不作平均。"""
    from training.forecast.targets import plan_targets, read_target_rates

    session = Session(region=region)
    day = as_of.date() if as_of else beijing_today()
    read = None if readings is None else read_plan_readings(readings, session.region, as_of=day)
    if read is not None:
        for problem in read.problems[:5]:
            note(f"第{problem.row}行 {problem.column}：{problem.message}")
        if problems is not None:
            write_error_report(problems, read.problems, read.rows, len(read.records))
            note(f"问题清单 {problems}")
    report = plan_targets(
        session.region,
        as_of=day,
        readings=() if read is None else read.records,
        rates=None if rates is None else read_target_rates(rates),
    )
    if as_json:
        show_json(report.to_records())
    else:
        _show(report)


def _show(report: TargetReport) -> None:
    """Show one line per indicator, then what is missing or contradicts itself."""
    say(f"{report.region_name}规划目标推算（截至 {report.as_of}）")
    if not report.targets:
        say(f"{report.region_name}的区域包没有规划指标")
        return
    table = Table(box=None, pad_edge=False)
    for name in (
        "指标",
        "起点",
        "目标",
        "算法",
        "规划速度",
        "尚需速度",
        "已有速度",
        "推算到目标年",
        "年增人数",
        "说明",
    ):
        table.add_column(name, overflow="fold")
    for path in report.targets:
        table.add_row(*_line(path))
    say(table)
    _show_remarks(report)
    for document in report.documents:
        say(f"文件：{document}")
    say("口径：规划目标推算（plan_target），不是统计预测；前后不一的数照录，由主管部门选定。")


def _line(path: TargetPath) -> tuple[str, ...]:
    start, target, trend = path.start, path.target, path.trend
    added = [year.net_heads for year in path.years if year.net_heads is not None]
    led = "—" if trend is None else f"{trend.value:g}（80%区间 {trend.lo80:g}–{trend.hi80:g}）"
    return (
        path.name,
        "—" if start is None else f"{start.year}年 {start.value:g}{path.unit}",
        "—" if target is None else f"{target.year}年 {target.value:g}{path.unit}{path.about}",
        _RULES[path.rule],
        _pace(path.planned_pace, path.pace_unit),
        _pace(path.needed_pace, path.pace_unit),
        _pace(path.observed_pace, path.pace_unit),
        led,
        _heads(added[0]) if added else "—",
        _STATUS[path.status],
    )


def _pace(pace: float | None, unit: str) -> str:
    return "—" if pace is None else f"{_plain(pace)}{unit}"


def _plain(number: float) -> str:
    """Write three significant digits without an exponent."""
    return f"{Decimal(f'{number:.3g}'):f}"


def _heads(heads: HeadRange) -> str:
    low, high = (f"{end:.0f}" if abs(end) >= 10 else f"{end:.1g}" for end in (heads.low, heads.high))
    return low if low == high else f"{low}–{high}"


def _show_remarks(report: TargetReport) -> None:
    """Say every reason once, with the indicators it holds for, and every contradiction."""
    reasons: dict[str, list[str]] = {}
    for path in report.targets:
        for reason in path.reasons:
            reasons.setdefault(reason.message, []).append(path.name)
    say()
    for message, names in reasons.items():
        say(f"· {message}：{'、'.join(names)}")
    for path in report.targets:
        for flag in path.flags:
            say(f"需核对 {flag.check} {path.name}：{flag.message}")
        for other in path.alternatives:
            pace = _pace(other.planned_pace, path.pace_unit)
            say(f"另一目标值 {path.name}：{other.value:g}{path.unit}，规划速度 {pace}（{other.where}）")
