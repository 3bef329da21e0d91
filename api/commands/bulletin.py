"""``yingcai bulletin``: the quarterly bulletins between the editions of the catalogues."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.console import JsonOption, RegionOption, Session, note, progress_bar, say, show_json
from data.bulletins import build_bulletins
from data.catalogue.lists.documents import ListDocument, write_document
from data.self_forecast.quarters import read_quarter
from data.store.bulletins import list_bulletins, read_bulletin
from data.store.moments import beijing_today

app = typer.Typer(help="通报：版次之间按季度编制 / bulletins", no_args_is_help=True)


@app.command()
def build(
    *,
    quarter: Annotated[str | None, typer.Option(help="季度，如 2026Q3；缺省为数据覆盖的最近一季")] = None,
    industry: Annotated[
        list[str] | None, typer.Option(help="重点产业，可写多个；缺省为全市与各重点产业")
    ] = None,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """由去重后的需求编制一季的通报并存入库中；数据不变则逐字节相同，不另存一份。不改变星级。"""
    session = Session(region=region)
    with progress_bar() as steps:
        steps.step("编制通报", 0, 0)
        built = build_bulletins(
            session.store,
            session.region,
            today=beijing_today(),
            quarter=None if quarter is None else read_quarter(quarter),
            industries=industry or None,
        )
    if as_json:
        show_json(
            [{"bulletin_id": each.bulletin_id, "repeated": each.repeated,
              **each.bulletin.model_dump(mode="json", exclude={"document"})} for each in built]
        )  # fmt: skip
        return
    for each in built:
        known = "（与库中相同）" if each.repeated else ""
        say(f"{each.bulletin_id}　{each.bulletin.document.title}{known}")


@app.command("list")
def list_command(*, region: RegionOption = None, as_json: JsonOption = False) -> None:
    """各季现行的通报。"""
    session = Session(region=region)
    found = list_bulletins(session.store, session.region.name)
    if as_json:
        show_json([each.model_dump(mode="json") for each in found])
        return
    for each in found:
        say(f"{each.bulletin_id}　{each.quarter}　{each.industry or '全市'}　{each.sha256[:12]}")
    say(f"共 {len(found)} 份")


@app.command()
def export(
    bulletin_id: Annotated[int, typer.Argument(help="通报编号")],
    out: Annotated[Path, typer.Argument(help="写成文件：.xlsx、.csv 或 .json，按文件名结尾")],
    *,
    region: RegionOption = None,
) -> None:
    """把一份通报写成文件；同一份写出的字节相同。"""
    session = Session(region=region)
    _, content = read_bulletin(session.store, session.region.name, bulletin_id)
    write_document(ListDocument.model_validate(content), out)
    note(f"已写 {out}")
