"""``yingcai drift``: what changed between two months, and whether it is more than chance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.console import JsonOption, RegionOption, Session, note, progress_bar, say, show_json
from data.store.promotions import champion_of
from matching.bundle import open_champion

if TYPE_CHECKING:
    from training.drift import DriftReport, Models

__all__ = ["run"]

_DRIFTED = 3
"""Exit code of a drift with ``--check``; 1 is a failure and 2 a wrong option."""


def run(
    *,
    before: Annotated[str, typer.Option("--from", help="前期：月份如 2026-05，或 起日/止日")],
    after: Annotated[str, typer.Option("--to", help="后期：写法相同，须在前期之后")],
    out: Annotated[
        Path | None, typer.Option("--out", file_okay=False, help="把 JSON、说明与图写进这个文件夹")
    ] = None,
    scores: Annotated[
        bool, typer.Option("--scores/--no-scores", help="是否用现有模型计算得分与标题语义的变化")
    ] = True,
    sample: Annotated[int, typer.Option(min=1, max=2000, help="每期取多少条需求计算得分")] = 100,
    permutations: Annotated[int, typer.Option(min=499, max=99_999, help="随机划分的次数")] = 999,
    seed: Annotated[int, typer.Option(help="随机种子；相同数据与参数给出相同结果")] = 2026,
    check: Annotated[
        bool, typer.Option("--check", help="结论为漂移时以退出码 3 结束，供定时任务使用")
    ] = False,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """比较两个月的数据漂移：输入、覆盖、得分与语义，先看是否超出随机波动，再看大小。"""
    from training.drift import measure_drift, read_month, write_drift

    session = Session(region=region)
    periods = read_month(before), read_month(after)
    with progress_bar() as steps:
        report = measure_drift(
            session.store,
            session.region,
            *periods,
            models=_models(session) if scores else None,
            sample=sample,
            permutations=permutations,
            seed=seed,
            step=steps.step,
        )
    written = [] if out is None else write_drift(report, out)
    if as_json:
        show_json(report.model_dump(mode="json"))
    else:
        _show(report)
        if written:
            say(f"已写入 {out}：{'、'.join(path.name for path in written)}")
    if check and report.verdict.value == "漂移":
        raise typer.Exit(_DRIFTED)


def _models(session: Session) -> Models:
    from training.drift import Models

    opened = open_champion(
        session.store, session.settings, champion_of(session.store), model=session.model, report=note
    )
    return Models(opened.model, session.coder, opened.ranker)


def _show(report: DriftReport) -> None:
    label = "［合成数据］" if report.synthetic else ""
    say(f"{report.region} {report.before.label} → {report.after.label}{label}：{report.verdict.value}")
    for reason in report.reasons:
        say(f"  {reason}")
    table = Table("类别", "项目", "判断", "前期", "后期", "理由")
    for line in report.lines:
        figures = ["—" if value is None else f"{value:.4g}" for value in (line.before, line.after)]
        table.add_row(line.group.value, line.label, line.verdict.value, *figures, line.reason)
    say(table)
