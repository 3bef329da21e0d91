"""``yingcai forecast shortage|scenario``: where people will be short, and what a change would do to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.catalogue import Day
from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from data.errors import InputError
from data.reference import occupation_names

if TYPE_CHECKING:
    from training.forecast.duration import TimeToFill
    from training.forecast.scenario_records import ScenarioCell, ScenarioRun
    from training.forecast.shortage import ShortageModel
    from training.forecast.shortage_records import Estimate, ShortageCell, ShortageRun

__all__ = ["ReleaseBreak", "register"]

Quarters = Annotated[int, typer.Option(min=1, max=4, help="向前几个季度（从首个预测月起每三个月）")]
Simulations = Annotated[int, typer.Option(help="模拟次数，不少于 2000")]
Seed = Annotated[int, typer.Option(help="随机种子；同样的数据和种子得到同样的结果")]
ReleaseBreak = Annotated[
    bool, typer.Option("--release-break", help="已人工核实来源或水平的变动，放行并注明仅供参考")
]
_COLUMNS = (
    "单元", "到", "需求", "供给", "缺口（80%区间）", "供需比", "短缺概率", "现有求人倍率", "招聘时长",
    "判断",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``yingcai forecast``."""
    app.command("shortage")(shortage_command)
    app.command("scenario")(scenario_command)


def shortage_command(
    *,
    region: RegionOption = None,
    quarters: Quarters = 2,
    as_of: Day = None,
    simulations: Simulations = 2_000,
    seed: Seed = 0,
    release_break: ReleaseBreak = False,
    limit: Annotated[int, typer.Option(min=1, help="最多显示的行数")] = 25,
    as_json: JsonOption = False,
) -> None:
    """短缺测算：缺口、供需比、短缺概率与招聘时长；供需误差联合模拟并以历史缺口校准，依据不足者写明原因。"""
    session = Session(region=region)
    run = _simulated(session, quarters, as_of, simulations, seed, release_break=release_break).run(
        session.region
    )
    if as_json:
        show_json(run.to_records())
    else:
        _show(run, limit)


def scenario_command(
    file: Annotated[Path | None, typer.Argument(help="情景文件（.toml）")] = None,
    *,
    example: Annotated[str | None, typer.Option(help="自带的示例：plant、college、pay（合成示例）")] = None,
    region: RegionOption = None,
    quarters: Quarters = 2,
    as_of: Day = None,
    simulations: Simulations = 2_000,
    seed: Seed = 0,
    release_break: ReleaseBreak = False,
    as_json: JsonOption = False,
) -> None:
    """情景推演：新厂投产、扩招或提薪会使缺口变多少；两种情形用同一组随机数比较，没有出处的弹性不用。"""
    from training.forecast.scenario_run import answer_scenario
    from training.forecast.scenarios import example_scenario, read_scenario

    if (file is None) == (example is None):
        raise InputError("scenario_missing", "请给出一个情景文件或一个示例", hint="如 --example plant")
    asked = read_scenario(file) if file is not None else example_scenario(example or "")
    session = Session(region=region)
    model = _simulated(session, quarters, as_of, simulations, seed, release_break=release_break)
    run = answer_scenario(model, asked, session.region)
    if as_json:
        show_json(run.to_records())
    else:
        _show_scenario(run)


def _simulated(
    session: Session, quarters: int, as_of: Day, simulations: int, seed: int, *, release_break: bool
) -> ShortageModel:
    """Read and simulate both sides."""
    from training.forecast.shortage import ShortageModel
    from training.forecast.sides import read_sides

    with progress_bar() as steps:
        steps.step("读取供需", 0, 0)
        day = as_of.date() if as_of else None
        sides = read_sides(session.store, session.region, as_of=day, release_break=release_break)
        steps.step("联合模拟", 0, 0)
        return ShortageModel.from_sides(sides, quarters=quarters, simulations=simulations, seed=seed)


def _show(run: ShortageRun, limit: int) -> None:
    """Show the cells by their probability of shortage, those without one last."""
    label = "（合成数据）" if run.synthetic else ""
    say(f"{run.region_name}短缺测算{label}：{run.scope}，数据截至 {run.as_of}")
    rows = sorted(
        run.cells, key=lambda cell: (cell.p_short is None, -(cell.p_short or 0.0), cell.demand is None)
    )
    table = Table(box=None, pad_edge=False)
    for name in _COLUMNS:
        table.add_column(name, overflow="fold")
    for cell in rows[:limit]:
        table.add_row(*_line(cell))
    say(table)
    say(f"共 {len(rows)} 行，显示 {min(limit, len(rows))} 行；模拟 {run.simulations} 次；方法 {run.method}")
    _show_reasons(rows[:limit])
    _show_assumptions(run)


def _line(cell: ShortageCell) -> tuple[str, ...]:
    now = cell.observed
    return (
        _cell_name(cell),
        f"{cell.to_month:%Y-%m}",
        _number(cell.demand),
        _number(cell.supply),
        _interval(cell.gap, cell.gap_range),
        "—" if cell.theta is None else f"{cell.theta.value:.2f}",
        "—" if cell.p_short is None else f"{cell.p_short:.0%}",
        "—" if now is None or now.ratio is None else f"{now.ratio:.2f}",
        _days(cell.time_to_fill),
        cell.status.label + "".join(f" [{reason.code}]" for reason in cell.reasons[-1:]),
    )


def _show_reasons(cells: list[ShortageCell]) -> None:
    """Say each kind of reason once, with the first cell that it holds for."""
    said: dict[str, str] = {}
    for cell in cells:
        for reason in cell.reasons[-1:]:
            said.setdefault(reason.code, f"[{reason.code}] 如{_cell_name(cell)}：{reason.message}")
    for text in said.values():
        say(text)


def _cell_name(cell: ShortageCell | ScenarioCell) -> str:
    """Name a cell by its level."""
    if cell.level == "city":
        return "全区域"
    industry = cell.key_industry or "其他产业"
    if cell.level == "industry":
        return industry
    return f"{industry}·{occupation_names().get(cell.occupation_code or '', '未编码职业')}"


def _number(figure: Estimate | None) -> str:
    return "—" if figure is None else f"{figure.value:.0f}"


def _interval(figure: Estimate | None, stated: tuple[float, float] | None = None) -> str:
    """Write a figure with its interval; the union over the office's ranges where there are any."""
    if figure is None:
        return "—"
    ends = stated or (figure.lo80, figure.hi80)
    if ends[0] is None or ends[1] is None:
        return f"{figure.value:+.0f}"
    return f"{figure.value:+.0f}（{ends[0]:+.0f} 至 {ends[1]:+.0f}）"


def _days(times: TimeToFill | None) -> str:
    if times is None or times.median_days is None:
        return "—"
    return f"{times.median_days:.0f}天，{times.share_open_90 or 0.0:.0%}过90天"


def _show_assumptions(run: ShortageRun) -> None:
    """Say what was taken off either side."""
    if run.withdrawn is None:
        say("注：已知结局的需求不足 50 个，需求侧未扣除撤回")
    else:
        say(f"注：需求侧扣除撤回的 {run.withdrawn.value:.1%}（{run.withdrawn.cases or 0:.0f} 个已知结局）")
    if run.retained is None:
        say("注：离开供给侧的记录不足 50 人次，现有人才按全部仍可用计")
    else:
        say(f"注：现有可用人才每月仍可用的比例 {run.retained.value:.1%}")
    say("注：短缺概率是模拟所得的估计；“短缺”指缺口 80% 区间在 0 以上，“富余”指在 0 以下，其余未定")
    for text in run.notes:
        say(f"注：{text}")


def _show_scenario(run: ScenarioRun) -> None:
    """Show the altered cells, then what could not be answered."""
    label = "（合成）" if run.synthetic else ""
    say(f"{run.region_name}情景推演{label}：{run.asked.name}；{run.scope}，数据截至 {run.as_of}")
    if run.asked.note:
        say(run.asked.note)
    table = Table(box=None, pad_edge=False)
    for name in (
        "单元",
        "到",
        "增加岗位",
        "增加人才",
        "原缺口",
        "情景缺口",
        "相差（80%区间）",
        "短缺概率",
        "说明",
    ):
        table.add_column(name, overflow="fold")
    told = [cell for cell in run.cells if cell.difference is not None or cell.openings or cell.arrivals]
    for cell in told:
        table.add_row(*_scenario_line(cell))
    if told:
        say(table)
    if len(told) < len(run.cells):
        say(f"另有 {len(run.cells) - len(told)} 个单元暂不评价，原因见 --json")
    _show_pay(run)
    for reason in run.refused:
        say(f"暂不评价 [{reason.code}] {reason.message}")
    say(f"模拟 {run.simulations} 次，两种情形用同一组随机数；方法 {run.method}")
    for text in run.notes:
        say(f"注：{text}")


def _show_pay(run: ScenarioRun) -> None:
    """Say what other pay would do to the time to fill, or why it cannot be said."""
    for answer in run.pay:
        name = f"{answer.key_industry}薪酬变动 {answer.percent:+g}%"
        if answer.days_factor is None:
            say(f"{name}：招聘时长的变化暂不评价，" + "；".join(reason.message for reason in answer.reasons))
        else:
            low, high = answer.days_lo80 or 0.0, answer.days_hi80 or 0.0
            say(
                f"{name}：招聘时长约为原来的 {answer.days_factor:.0%}（80%区间 {low:.0%} 至 {high:.0%}），"
                "由本地招聘的关联估计，不等于因果"
            )


def _scenario_line(cell: ScenarioCell) -> tuple[str, ...]:
    base, altered = cell.base, cell.scenario
    told = base.p_short is not None and altered.p_short is not None
    why = "" if cell.difference is not None else "".join(reason.message for reason in base.reasons[-1:])
    return (
        _cell_name(cell),
        f"{base.to_month:%Y-%m}",
        f"{cell.openings:+.0f}",
        f"{cell.arrivals:+.0f}",
        _number(base.gap),
        _number(altered.gap),
        _interval(cell.difference, cell.difference_range),
        f"{base.p_short:.0%} → {altered.p_short:.0%}" if told else "—",
        why,
    )
