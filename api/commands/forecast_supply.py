"""``yingcai forecast figures|supply``: what only the office knows, and who is registered by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from api.commands.catalogue import Day
from api.console import JsonOption, RegionOption, Session, note, say, show_json
from data.catalogue.disclosure import rounded_heads
from data.demand import latest_day, read_demand
from data.errors import InputError
from data.office_figures import OfficeKind, read_figure_table, write_figure_template
from data.reference import major_names, occupation_names
from data.sources.report import write_error_report
from data.store.moments import beijing_today
from data.store.office_figures import read_office_figures, write_office_figures

__all__ = ["register"]

_figures = typer.Typer(
    help="人才办提供的汇总数：毕业生、留本地比例、退休、覆盖率", no_args_is_help=True, rich_markup_mode=None
)

_SHOWN_PROBLEMS = 5


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``yingcai forecast``."""
    app.add_typer(_figures, name="figures")
    app.command("supply")(supply_command)


@_figures.command("template")
def template_command(out: Annotated[Path, typer.Argument(help="写到这里（.xlsx）")]) -> None:
    """写出填报模板。"""
    say(write_figure_template(out))


@_figures.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="填好的模板，或列名相同的 xlsx、csv")],
    *,
    problems: Annotated[Path | None, typer.Option(help="问题清单写到这里（.xlsx）")] = None,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """导入汇总数；有问题的行逐行列出，其余照常生效，重复导入不会重复计数。"""
    session = Session(region=region)
    read = read_figure_table(file, session.region)
    for problem in read.problems[:_SHOWN_PROBLEMS]:
        note(f"第{problem.row}行 {problem.column}：{problem.message}")
    if len(read.problems) > _SHOWN_PROBLEMS:
        note(f"共 {len(read.problems)} 个问题，用 --problems 写出全部")
    if problems is not None:
        write_error_report(problems, read.problems, read.rows, len(read.records))
        note(f"问题清单 {problems}")
    if not read.records:
        raise InputError("no_usable_rows", f"{read.file} 没有可用的行，原有数据未动", hint="按问题清单改正")
    fresh = write_office_figures(session.store, session.region.name, [record.row for record in read.records])
    if as_json:
        listed = [problem.model_dump() for problem in read.problems]
        show_json({"rows": read.rows, "accepted": len(read.records), "changed": fresh, "problems": listed})
        return
    say(f"共 {read.rows} 行，收下 {len(read.records)} 行，其中新增或更新 {fresh} 行")


@_figures.command("list")
def list_command(*, region: RegionOption = None, as_json: JsonOption = False) -> None:
    """列出现有的汇总数。"""
    session = Session(region=region)
    rows = read_office_figures(session.store, session.region.name).to_dict("records")
    if as_json:
        show_json([dict(row) for row in rows])
        return
    say(f"{session.region.name_zh}：人才办提供的汇总数")
    table = Table(box=None, pad_edge=False)
    for name in ("类别", "期间", "专业", "职业", "重点产业", "数值", "范围", "来源", "数据性质"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(
            OfficeKind(row["kind"]).chinese,
            row["period"],
            major_names().get(row["major_code"], row["major_code"]) or "—",
            occupation_names().get(row["occupation_code"], row["occupation_code"]) or "—",
            row["key_industry"] or "—",
            f"{row['value']:g}{'' if row['unit'] != '人' else '人'}",
            "—" if row["low"] == row["high"] else f"{row['low']:g}–{row['high']:g}",
            row["source"],
            "合成数据" if row["synthetic"] else "真实数据",
        )
    if rows:
        say(table)
    say(f"共 {len(rows)} 行")


def supply_command(
    *,
    region: RegionOption = None,
    as_of: Day = None,
    limit: Annotated[int, typer.Option(min=1, help="最多显示的行数")] = 25,
    as_json: JsonOption = False,
) -> None:
    """登记的供给：当前可到岗人数、已知将到岗人数、毕业生与退休；不知道的写明原因。"""
    from training.forecast.supply import read_supply_series
    from training.forecast.supply_records import supply_records

    session = Session(region=region)
    today = beijing_today()
    day = as_of.date() if as_of else latest_day(read_demand(session.store, session.region), today=today)
    document = supply_records(read_supply_series(session.store, session.region, as_of=day))
    if as_json:
        show_json(document)
        return
    label = "（合成数据）" if document["synthetic"] else ""
    say(f"{session.region.name_zh}供给{label}：截至 {day}，{document['scope']}")
    _show_cells(document["cells"], limit)
    for reason in document["cells"][0]["reasons"]:
        say(f"注：{reason['message']}")


def _show_cells(cells: list[dict[str, Any]], limit: int) -> None:
    """Show the first cells; figures of few people stay hidden and the others are rounded."""
    table = Table(box=None, pad_edge=False)
    for name in ("层级", "重点产业", "职业", "当前可到岗", "12个月内将到岗", "毕业生", "退休", "状态"):
        table.add_column(name, overflow="fold")
    names = occupation_names()
    for cell in cells[:limit]:
        table.add_row(
            _LEVELS[cell["level"]],
            cell["key_industry"] or "—",
            names.get(cell["occupation_code"] or "", "—"),
            *("c" if name in cell["hidden"] else _people(cell[name]) for name in ("available", "ahead")),
            *(_stated(cell[name]) for name in ("graduates", "retirements")),
            _STATUS[cell["status"]],
        )
    say(table)
    say(f"共 {len(cells)} 行，显示 {min(limit, len(cells))} 行；c 为不足5人（不是零），— 为未知")


_LEVELS = {"city": "全区域", "industry": "产业", "occupation": "产业×职业"}
_STATUS = {"ok": "可用", "indicative": "仅供参考", "refused": "暂不评价"}


def _people(value: float | None) -> str:
    if value is None:
        return "—"
    shown = rounded_heads(value)
    return "c" if shown is None else str(shown)


def _stated(figure: dict[str, float] | None) -> str:
    """Show a figure of the office with its range."""
    if figure is None:
        return "—"
    low, value, high = (f"{figure[name]:.0f}" for name in ("low", "value", "high"))
    return value if low == high else f"{value}（{low}–{high}）"
