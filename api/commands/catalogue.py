"""``yingcai catalogue``: build, show and export both catalogues."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from api.commands.catalogue_export import export_command
from api.commands.lists import register
from api.commands.simulate import simulate_command, what_if_command
from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from data.catalogue.entries import CatalogueKind, DemandEntry, ShortageEntry, published
from data.catalogue.experts import read_votes
from data.catalogue.references import read_references
from data.catalogue.survey import read_survey
from data.catalogue.urgency import read_ratings
from data.editions import AnyCatalogue, build_editions, read_edition
from data.execution import executor_of
from data.releases.judgements import Judgements

app = typer.Typer(help="目录：编制、查看与导出 / the catalogues", no_args_is_help=True)
app.command("export")(export_command)
app.command("simulate")(simulate_command)
app.command("what-if")(what_if_command)
register(app)

Day = Annotated[
    dt.datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="数据截止日；缺省为库中最后一日")
]
KindArgument = Annotated[CatalogueKind, typer.Argument(help="demand 人才需求目录，shortage 急需紧缺人才目录")]


@app.command()
def build(
    *,
    region: RegionOption = None,
    as_of: Day = None,
    edition: Annotated[str | None, typer.Option(help="版次，缺省为年份与季度")] = None,
    references: Annotated[Path | None, typer.Option(help="冻结的基准值文件")] = None,
    ratings: Annotated[Path | None, typer.Option(help="急需度评分表（xlsx、csv）")] = None,
    votes: Annotated[Path | None, typer.Option(help="专家表决表（xlsx、csv）")] = None,
    survey: Annotated[Path | None, typer.Option(help="招聘困难调查汇总表（xlsx、csv）")] = None,
    as_json: JsonOption = False,
) -> None:
    """由库中需求与人才档案编制两个目录并存为新的一版。"""
    session = Session(region=region)
    judgements = Judgements(
        references=None if references is None else read_references(references),
        ratings=() if ratings is None else read_ratings(ratings),
        votes=() if votes is None else read_votes(votes),
        survey=() if survey is None else read_survey(survey),
    )
    with executor_of(session.settings) as executor, progress_bar() as steps:
        steps.step("编制目录", 0, 0)
        built = build_editions(
            session.store,
            session.region,
            as_of=as_of.date() if as_of else None,
            edition=edition,
            snapshots=session.settings.snapshots_dir,
            judgements=judgements,
            executor=executor,
        )
    if as_json:
        show_json([summary_of(catalogue) for catalogue in built])
        return
    for catalogue in built:
        show_catalogue(catalogue, limit=10)


@app.command()
def show(
    kind: KindArgument = CatalogueKind.SHORTAGE,
    *,
    region: RegionOption = None,
    limit: Annotated[int, typer.Option(min=1, help="最多显示的条目数")] = 30,
    as_json: JsonOption = False,
) -> None:
    """显示现行目录。"""
    session = Session(region=region)
    catalogue = read_edition(session.store, session.region, kind)
    if as_json:
        show_json(published(catalogue).model_dump(mode="json"))
    else:
        show_catalogue(catalogue, limit=limit)


def summary_of(catalogue: AnyCatalogue) -> dict[str, Any]:
    """Return a catalogue's head and counts, without its entries."""
    head = catalogue.model_dump(mode="json", exclude={"entries"})
    rated = [entry for entry in catalogue.entries if isinstance(entry, ShortageEntry) and entry.S is not None]
    return {**head, "entry_count": len(catalogue.entries), "rated_count": len(rated)}


def show_catalogue(catalogue: AnyCatalogue, *, limit: int) -> None:
    """Show the head and the first entries of a catalogue."""
    say()
    say(catalogue.title)
    say(f"数据截至 {catalogue.as_of}，快照 {catalogue.snapshot}")
    table = Table(box=None, pad_edge=False)
    for name in _DEMAND_HEADS if catalogue.kind is CatalogueKind.DEMAND else _SHORTAGE_HEADS:
        table.add_column(name, overflow="fold")
    for entry in sorted(catalogue.entries, key=_tightest_first)[:limit]:
        table.add_row(*(_demand_row(entry) if isinstance(entry, DemandEntry) else _shortage_row(entry)))
    say(table)
    order = "，按紧缺指数排列" if catalogue.kind is CatalogueKind.SHORTAGE else ""
    shown = min(limit, len(catalogue.entries))
    say(f"共 {len(catalogue.entries)} 条，显示 {shown} 条{order}")
    for text in catalogue.notes[:3]:
        say(f"注：{text}")


def _label(entry: DemandEntry | ShortageEntry) -> str:
    return "［合成］" if entry.synthetic else ""


def _tightest_first(entry: DemandEntry | ShortageEntry) -> float:
    """Sort shortage entries by their index, those without one last; demand entries stay as they are."""
    if isinstance(entry, DemandEntry):
        return 0.0
    return 1.0 if entry.S is None else -entry.S


_DEMAND_HEADS = ("重点产业", "岗位", "用人单位", "所在地", "人数", "学历或同等技能等级", "月薪")
_SHORTAGE_HEADS = ("重点产业", "职业", "等级", "紧缺指数（80%区间）", "可信度", "求人倍率", "招聘次数/单位")


def _demand_row(entry: DemandEntry) -> list[str]:
    ends = (entry.pay_month_min, entry.pay_month_max)
    pay = "未写明" if ends == (None, None) else "–".join("" if end is None else str(end) for end in ends)
    return [
        entry.section + _label(entry),
        entry.job_title,
        entry.employer_name,
        entry.district or "—",
        "未写明" if entry.headcount is None else str(entry.headcount),
        entry.education_or_equiv or "—",
        pay,
    ]


def _shortage_row(entry: ShortageEntry) -> list[str]:
    if entry.S is None or entry.star is None:
        others = f"等{len(entry.reasons)}项原因" if len(entry.reasons) > 1 else ""
        index = (entry.reasons[0].text if entry.reasons else "—") + others
        level = entry.level
    else:
        index = f"{entry.S:.1f}（{entry.S_lo:.1f}–{entry.S_hi:.1f}）"
        level = f"{'★' * entry.star} {entry.level}".strip()
    return [
        entry.section + _label(entry),
        entry.occ_name,
        level,
        index,
        entry.confidence,
        "—" if entry.ratio is None else f"{entry.ratio:.2f}",
        f"{'—' if entry.n_spell is None else entry.n_spell}/{'—' if entry.n_emp is None else entry.n_emp}",
    ]
