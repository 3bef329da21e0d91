"""``yingcai catalogue key-talent|colleges|bulletin|map|flows|plan|unmet``: the further lists and views."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from api.console import JsonOption, RegionOption, Session, note, say, show_json
from data.catalogue.entries import Catalogue, CatalogueKind
from data.catalogue.lists.bulletin import bulletin
from data.catalogue.lists.colleges import college_document
from data.catalogue.lists.documents import ListDocument, ListTable, write_document
from data.catalogue.lists.flows import flow_document, read_flow_reports
from data.catalogue.lists.key_talent import KeyTalentItem, key_talent_document, listed_items
from data.catalogue.lists.key_talent_table import (
    read_item_votes,
    read_key_talent,
    write_key_talent_template,
)
from data.catalogue.lists.map_svg import map_svg
from data.catalogue.lists.market import Market
from data.catalogue.lists.plans import PlanReading, plan_document, plan_rows, read_plan_readings
from data.catalogue.lists.talent_map import map_document, talent_map
from data.demand import latest_day, read_demand, read_supply
from data.editions import read_edition
from data.errors import CellProblem, InputError
from data.reference import occupation_names
from data.sources.report import write_error_report
from data.store.lists import (
    read_flow_rows,
    read_sections,
    read_unmet,
    replace_section,
    write_flow_rows,
)
from data.store.moments import beijing_today
from data.store.profiles import read_profiles

__all__ = ["register"]

Day = Annotated[
    dt.datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="数据截止日；缺省为库中最后一日")
]
Out = Annotated[Path | None, typer.Option(help="写成文件：.xlsx、.csv 或 .json，按文件名结尾")]
Limit = Annotated[int, typer.Option(min=1, help="每张表最多显示的行数")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``yingcai catalogue``."""
    for name, command in (
        ("key-talent", key_talent_command),
        ("colleges", colleges_command),
        ("bulletin", bulletin_command),
        ("map", map_command),
        ("flows", flows_command),
        ("plan", plan_command),
        ("unmet", unmet_command),
    ):
        app.command(name)(command)


def key_talent_command(
    file: Annotated[Path | None, typer.Argument(help="部门填报的表；不给则只显示目录库")] = None,
    *,
    department: Annotated[str | None, typer.Option(help="报送部门；该部门的条目整段更新")] = None,
    template: Annotated[Path | None, typer.Option(help="写出填报模板（.xlsx）后结束")] = None,
    votes: Annotated[Path | None, typer.Option(help="专家举荐条目的表决表（xlsx、csv）")] = None,
    problems: Annotated[Path | None, typer.Option(help="问题清单写到这里（.xlsx）")] = None,
    edition: Annotated[str | None, typer.Option(help="版次，缺省为今年")] = None,
    region: RegionOption = None,
    out: Out = None,
    limit: Limit = 20,
    as_json: JsonOption = False,
) -> None:
    """高精尖人才引进目录库：部门报送、合并、核对与导出。"""
    session, today = Session(region=region), beijing_today()
    if template is not None:
        say(write_key_talent_template(template))
        return
    if file is not None:
        _take_section(session, file, department, today, problems)
    cast, bad = ((), ()) if votes is None else read_item_votes(votes)
    _tell(bad, None, 0, 0)
    items = [KeyTalentItem.model_validate(row) for row in read_sections(session.store, session.region.name)]
    name = edition or str(today.year)
    listed = listed_items(items, cast, edition=name)
    waiting = len(items) - len(listed)
    document = key_talent_document(session.region.name_zh, name, listed, waiting, as_of=today)
    _present(document, out, limit=limit, as_json=as_json)


def _take_section(
    session: Session, file: Path, department: str | None, today: dt.date, problems: Path | None
) -> None:
    if department is None:
        raise InputError(
            "department_missing", f"没有写明 {file.name} 由哪个部门报送", hint="加 --department 部门名称"
        )
    read = read_key_talent(
        file, today=today, key_industries=session.region.key_industries, department=department
    )
    _tell(read.problems, problems, read.rows, len(read.records))
    if not read.records:
        raise InputError("no_usable_rows", f"{file.name} 没有可用的条目，原有条目未动", hint="按问题清单改正")
    contents = {item.item_id: item.model_dump(mode="json") for item in read.records}
    before = replace_section(session.store, session.region.name, department, contents)
    note(f"{department}：收下 {len(contents)} 条，替换原有 {before} 条")


def colleges_command(
    *,
    listed_only: Annotated[bool, typer.Option("--listed-only", help="只列急需紧缺的条目")] = False,
    region: RegionOption = None,
    out: Out = None,
    limit: Limit = 30,
    as_json: JsonOption = False,
) -> None:
    """院校版：按专业排列的急需紧缺人才目录。"""
    session = Session(region=region)
    catalogue = read_edition(session.store, session.region, CatalogueKind.SHORTAGE)
    document = college_document(_shortage(catalogue), listed_only=listed_only)
    _present(document, out, limit=limit, as_json=as_json)


def _shortage(catalogue: Any) -> Catalogue[Any]:
    """Narrow what was read to what was asked for."""
    narrowed: Catalogue[Any] = catalogue
    return narrowed


def bulletin_command(
    industry: Annotated[str | None, typer.Argument(help="重点产业；不给则为全部")] = None,
    *,
    as_of: Day = None,
    region: RegionOption = None,
    out: Out = None,
    limit: Limit = 15,
    as_json: JsonOption = False,
) -> None:
    """版次之间的产业供求简报：八张表、求人倍率与缺口前十。"""
    market = _market(Session(region=region), as_of)
    _present(bulletin(market, industry=industry), out, limit=limit, as_json=as_json)


def map_command(
    *,
    as_of: Day = None,
    region: RegionOption = None,
    svg: Annotated[Path | None, typer.Option(help="画成方格图（.svg）")] = None,
    out: Out = None,
    limit: Limit = 40,
    as_json: JsonOption = False,
) -> None:
    """人才地图：重点产业 × 区县 × 人才类别的需求与供给。"""
    drawn = talent_map(_market(Session(region=region), as_of))
    if svg is not None:
        svg.parent.mkdir(parents=True, exist_ok=True)
        svg.write_text(map_svg(drawn), encoding="utf-8", newline="\n")
        note(f"已写 {svg}")
    _present(map_document(drawn), out, limit=limit, as_json=as_json)


def flows_command(
    file: Annotated[Path | None, typer.Argument(help="单位报送的流动汇总表；不给则只显示")] = None,
    *,
    period: Annotated[str | None, typer.Option(help="报送期间，如 2026Q1；缺省为最近一期")] = None,
    problems: Annotated[Path | None, typer.Option(help="问题清单写到这里（.xlsx）")] = None,
    as_of: Day = None,
    region: RegionOption = None,
    out: Out = None,
    limit: Limit = 30,
    as_json: JsonOption = False,
) -> None:
    """人才流动监测：只有汇总数，不评个人、不列名单。"""
    session = Session(region=region)
    if file is not None:
        read = read_flow_reports(file, session.region)
        _tell(read.problems, problems, read.rows, len(read.records))
        kept = write_flow_rows(session.store, session.region.name, [report.row for report in read.records])
        note(f"收下 {kept} 行流动汇总")
    market = _market(session, as_of)
    reports = read_flow_rows(session.store, session.region.name)
    document = flow_document(market, read_profiles(session.store), reports, period=period)
    _present(document, out, limit=limit, as_json=as_json)


def plan_command(
    *,
    readings: Annotated[Path | None, typer.Option(help="最新完成值表：指标、年份、数值、来源")] = None,
    problems: Annotated[Path | None, typer.Option(help="问题清单写到这里（.xlsx）")] = None,
    as_of: Day = None,
    region: RegionOption = None,
    out: Out = None,
    limit: Limit = 40,
    as_json: JsonOption = False,
) -> None:
    """规划指标：基期、最新值、目标、所需增速与需核对之处。"""
    session = Session(region=region)
    day = as_of.date() if as_of else beijing_today()
    given: tuple[PlanReading, ...] = ()
    if readings is not None:
        read = read_plan_readings(readings, session.region, as_of=day)
        _tell(read.problems, problems, read.rows, len(read.records))
        given = read.records
    document = plan_document(session.region, plan_rows(session.region, given, as_of=day), as_of=day)
    _present(document, out, limit=limit, as_json=as_json)


def unmet_command(
    *,
    since: Annotated[str | None, typer.Option(help="起始月，如 2026-01")] = None,
    until: Annotated[str | None, typer.Option(help="截止月")] = None,
    synthetic: Annotated[bool, typer.Option("--synthetic", help="看对合成数据的检索")] = False,
    as_json: JsonOption = False,
) -> None:
    """没有找到人的检索次数，按职业和月份；只作旁证，不进紧缺指数。"""
    counts = read_unmet(Session().store, since=since, until=until, synthetic=synthetic)
    rows = counts.to_dict("records")
    if as_json:
        show_json([{**row, "synthetic": synthetic} for row in rows])
        return
    say(f"{'【合成数据】' if synthetic else ''}没有找到人的检索（不足5次的不列）")
    for row in rows:
        name = occupation_names().get(row["occupation_code"], "未编码")
        say(f"{row['month']}  {row['occupation_code'] or '—'}  {name}  {row['count']}次")
    say(f"共 {len(rows)} 行")


def _market(session: Session, as_of: dt.datetime | None) -> Market:
    """Read the market of the session's region, on the last day of its data unless another is asked for."""
    vacancies = read_demand(session.store, session.region)
    today = beijing_today()
    day = as_of.date() if as_of else latest_day(vacancies, today=today)
    return Market.from_frames(
        vacancies, read_supply(session.store, session.region), session.region, as_of=day
    )


def _tell(problems: Sequence[CellProblem], path: Path | None, rows: int, accepted: int) -> None:
    """Say what could not be used, and write it where that is asked."""
    for problem in problems[:5]:
        note(f"第{problem.row}行 {problem.column}：{problem.message}")
    if len(problems) > 5:
        note(f"共 {len(problems)} 个问题，用 --problems 写出全部")
    if path is not None:
        write_error_report(path, problems, rows, accepted)
        note(f"问题清单 {path}")


def _present(document: ListDocument, out: Path | None, *, limit: int, as_json: bool) -> None:
    """Write a document to a file, print it as JSON, or show its tables."""
    if out is not None:
        write_document(document, out)
        note(f"已写 {out}")
    if as_json:
        show_json(document.model_dump(mode="json"))
        return
    say(document.title)
    say(f"数据截至 {document.as_of}")
    for table in document.tables:
        _show_table(table, limit)
    for text in document.notes:
        say(f"注：{text}")


def _show_table(table: ListTable, limit: int) -> None:
    """Show the first rows of a table."""
    say()
    say(f"{table.name}　{table.note}".rstrip())
    shown = Table(box=None, pad_edge=False)
    chosen = [place for place, name in enumerate(table.columns) if name in (table.brief or table.columns)]
    for place in chosen:
        shown.add_column(table.columns[place], overflow="fold")
    for row in table.rows[:limit]:
        shown.add_row(*("—" if row[place] is None else str(row[place]) for place in chosen))
    if table.rows:
        say(shown)
    if len(table.rows) > limit:
        say(f"共 {len(table.rows)} 行，显示 {limit} 行")
    if table.brief:
        say("其余各列见 --out 或 --json")
