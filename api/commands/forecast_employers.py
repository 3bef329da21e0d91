"""``yingcai forecast employers``: what employers themselves expect to hire, and how right they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.table import Table

from api.console import JsonOption, RegionOption, Session, note, say, show_json
from data.codes import CodingKind
from data.demand import latest_day, of_one_nature, read_demand
from data.errors import CellProblem, InputError, RefusedError
from data.reference import occupation_names
from data.self_forecast import (
    employer_record,
    employer_report,
    read_self_forecasts,
    write_correction,
    write_self_forecast_template,
)
from data.self_forecast.quarters import quarter_of, read_quarter
from data.sources.report import write_error_report
from data.store.moments import beijing_today
from data.store.reviews import read_aliases
from data.store.self_forecasts import read_self_forecast_rows, write_self_forecast_rows

app = typer.Typer(
    help="用人单位自主预测：填报、导入、汇总、核对 / employers' own forecasts", no_args_is_help=True
)

Day = Annotated[
    dt.datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="数据截止日；缺省为库中最后一日")
]
_SHOWN_PROBLEMS = 5
_REPORT_COLUMNS = (
    "重点产业", "职业", "单位数", "自报", "低–高", "校正", "报送占比", "推算全部", "统计预测", "合并",
    "说明",
)  # fmt: skip
_RECORD_COLUMNS = (
    "重点产业", "提前季度", "条数", "单位数", "季度数", "偏差", "误差", "照旧误差", "区间内", "方向对",
    "多报单位", "说明",
)  # fmt: skip


@app.command()
def template(
    out: Annotated[Path, typer.Argument(help="写到哪里（.xlsx）")], *, region: RegionOption = None
) -> None:
    """写出填报模板：下拉清单、填表说明，示例行不收。"""
    say(write_self_forecast_template(out, Session(region=region).region, today=beijing_today()))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="填好的表（xlsx、csv）")],
    *,
    problems: Annotated[Path | None, typer.Option(help="问题清单写到这里（.xlsx）")] = None,
    corrected: Annotated[
        Path | None, typer.Option(help="待改正的行写到这里（.xlsx），改好可直接再导入")
    ] = None,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """导入单位填报的预测；重复导入不增加，同一季度再报记为更正，原数保留。"""
    session = Session(region=region)
    decisions = read_aliases(session.store)[CodingKind.OCCUPATION]
    read = read_self_forecasts(file, session.region, today=beijing_today(), decisions=decisions)
    _tell(read.problems)
    if problems is not None:
        write_error_report(problems, read.problems, len(read.lines), len(read.forecasts))
        note(f"问题清单 {problems}")
    if corrected is not None:
        write_correction(corrected, read.lines, read.problems, session.region, today=beijing_today())
        note(f"待改正的行 {corrected}")
    if not read.forecasts:
        raise InputError("no_usable_rows", f"{file.name} 没有可用的预测", hint="按问题清单改正后重新导入")
    kept = write_self_forecast_rows(
        session.store, session.region.name, [forecast.row for forecast in read.forecasts]
    )
    refused = len(read.lines) - len(read.forecasts)
    if as_json:
        show_json({**kept._asdict(), "refused": refused, "examples": read.examples})
        return
    say(f"新收 {kept.new} 条，更正 {kept.revised} 条，已有 {kept.unchanged} 条，未收 {refused} 行")


@app.command()
def report(
    *,
    target: Annotated[str | None, typer.Option(help="用人季度，如 2026Q4；缺省为最早未结束的季度")] = None,
    as_of: Day = None,
    limit: Annotated[int, typer.Option(min=1, help="最多显示的行数")] = 25,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """汇总一个季度的自主预测，与统计预测并列；记录表明更准时才合并。"""
    from training.forecast.quarterly import quarterly_forecast

    session = Session(region=region)
    reports, vacancies, day = _evidence(session, as_of)
    quarter = read_quarter(target) if target else quarter_of(day + dt.timedelta(days=1))
    document = employer_report(
        reports,
        vacancies,
        target=quarter,
        as_of=day,
        statistical=quarterly_forecast(vacancies, target=quarter, as_of=day),
    )
    document = _labelled(session, vacancies, document)
    if as_json:
        show_json(document)
    else:
        _show_report(document, limit)


@app.command()
def record(*, as_of: Day = None, region: RegionOption = None, as_json: JsonOption = False) -> None:
    """核对已过去的季度：自主预测的偏差、误差、区间与方向，只看汇总。"""
    session = Session(region=region)
    reports, vacancies, day = _evidence(session, as_of)
    document = _labelled(session, vacancies, employer_record(reports, vacancies, as_of=day))
    if as_json:
        show_json(document)
    else:
        _show_record(document)


def _tell(problems: Sequence[CellProblem]) -> None:
    for problem in problems[:_SHOWN_PROBLEMS]:
        note(f"第{problem.row}行 {problem.column}：{problem.message}")
    if len(problems) > _SHOWN_PROBLEMS:
        note(f"共 {len(problems)} 个问题，用 --problems 写出全部")


def _evidence(session: Session, as_of: dt.datetime | None) -> tuple[pd.DataFrame, pd.DataFrame, dt.date]:
    """Read reports and vacancies of one nature: real ones where there are any, else generated ones."""
    own = of_one_nature(read_demand(session.store, session.region))
    day = as_of.date() if as_of else latest_day(own, today=beijing_today())
    reports = read_self_forecast_rows(session.store, session.region.name)
    reports = reports[reports["synthetic"] == bool(own["synthetic"].all())].reset_index(drop=True)
    if reports.empty:
        raise RefusedError(
            "no_self_forecasts",
            "还没有用人单位的自主预测",
            hint="用 employers template 发表、employers import 导入",
        )
    return reports, own, day


def _labelled(session: Session, vacancies: pd.DataFrame, document: dict[str, Any]) -> dict[str, Any]:
    synthetic = bool(vacancies["synthetic"].all())
    region = session.region
    return {"region": region.name, "region_name": region.name_zh, "synthetic": synthetic, **document}


def _show_report(document: dict[str, Any], limit: int) -> None:
    label = "（合成数据）" if document["synthetic"] else ""
    say(f"{document['region_name']}用人单位自主预测{label}：{document['target_quarter']}（人）")
    table = Table(box=None, pad_edge=False)
    for name in _REPORT_COLUMNS:
        table.add_column(name, overflow="fold")
    names = occupation_names()
    for cell in document["cells"][:limit]:
        combined = cell["combined"] or {"value": None, "reasons": ()}
        reasons = [*cell["reasons"], *combined["reasons"]]
        table.add_row(
            cell["key_industry"] or "全区域",
            names.get(cell["occupation_code"] or "", "—"),
            _text(cell["employers"]),
            _text(cell["likely"]),
            "—" if cell["low"] is None else f"{cell['low']}–{cell['high']}",
            _text(cell["corrected"]),
            "—" if cell["response_share"] is None else f"{cell['response_share']:.0%}",
            _text(cell["scaled"]),
            _text(cell["statistical"]["mean"]),
            _text(combined["value"]),
            "；".join(reason["message"] for reason in reasons[:1]),
        )
    say(table)
    rows = len(document["cells"])
    say(f"共 {rows} 行，显示 {min(limit, rows)} 行" if rows else "没有单位填报这个季度")
    for text in document["notes"]:
        say(f"注：{text}")


def _show_record(document: dict[str, Any]) -> None:
    label = "（合成数据）" if document["synthetic"] else ""
    say(f"{document['region_name']}自主预测的核对{label}：截至 {document['as_of']}")
    table = Table(box=None, pad_edge=False)
    for name in _RECORD_COLUMNS:
        table.add_column(name, overflow="fold")
    for row in document["rows"]:
        table.add_row(
            row["key_industry"] or "全部",
            str(row["horizon"]),
            *(_text(row[name]) for name in ("n", "employers", "quarters")),
            *(
                "—" if row[name] is None else f"{row[name]:.0%}"
                for name in ("bias", "wape", "naive_wape", "coverage", "direction", "over_reporters")
            ),
            "；".join(reason["message"] for reason in row["reasons"]),
        )
    say(table)
    unjudged = f"迟报 {document['late']} 条、平台上没有需求的单位 {document['unseen']} 条"
    say(f"核对 {document['judged']} 条；{unjudged}、未写人数 {document['unstated']} 条未核对")
    factors = "，".join(f"{size} {factor:.2f}" for size, factor in document["factors"].items())
    say(f"按单位招聘规模的校正系数：{factors}")
    for text in document["notes"]:
        say(f"注：{text}")


def _text(value: float | None) -> str:
    return "—" if value is None else f"{value:.0f}"
