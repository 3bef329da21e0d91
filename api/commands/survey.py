"""``yingcai survey``: statistical returns, kept apart and told only as totals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.console import JsonOption, say, show_json
from data.settings import current_settings
from data.store.moments import beijing_today
from data.survey.forms import form_for_returns, read_form_file, write_form
from data.survey.returns import read_returns, write_returns
from data.survey.store import SurveyStore
from data.survey.totals import aggregate

app = typer.Typer(help="统计调查：与招聘信息分库存放，只出汇总数 / statistical surveys", no_args_is_help=True)

FormNumber = Annotated[str, typer.Argument(metavar="FORM", help="表号")]


@app.command()
def form(
    file: Annotated[
        Path, typer.Argument(help="调查表的 YAML：表号、表名、制定机关、批准文号、有效期起止、指标")
    ],
    *,
    as_json: JsonOption = False,
) -> None:
    """登记一张经批准的调查表；表号、制定机关、批准文号、有效期限缺一不登记。"""
    described = read_form_file(file)
    store = _opened()
    write_form(store, described)
    store.engine.dispose()
    if as_json:
        show_json(described.model_dump(mode="json"))
    else:
        number, until = described.approval_number, described.valid_until
        say(f"已登记 {described.form_number} {described.title}（{number}，有效期至 {until}）")


@app.command()
def upload(
    form_number: FormNumber,
    file: Annotated[Path, typer.Argument(help="报送数据：xlsx 或 csv，列为 单位编码、填报期与各指标")],
    *,
    as_json: JsonOption = False,
) -> None:
    """收下单位的报送；过期或未经批准的表不收。同一单位同一填报期以后报者为准。"""
    store = _opened()
    today = beijing_today()
    read = read_returns(file, form_for_returns(store, form_number, today=today))
    replaced = write_returns(store, form_number, read)
    store.engine.dispose()
    if as_json:
        show_json({"form": form_number, "returns": len(read.returns), "replaced": replaced})
    else:
        say(f"表 {form_number} 收到 {len(read.returns)} 份报送，其中更新 {replaced} 份")


@app.command()
def totals(
    form_number: FormNumber,
    item: Annotated[str, typer.Argument(help="数值指标的代码")],
    *,
    by: Annotated[str, typer.Option(help="period，或分类指标的代码")] = "period",
    period: Annotated[str | None, typer.Option(help="按分类汇总时的填报期；缺省取最近一期")] = None,
    as_json: JsonOption = False,
) -> None:
    """汇总一个指标；不足三家单位、或一家占七成以上的组不公布。"""
    store = _opened()
    rows = aggregate(store, form_number, item, by=by, period=period)
    store.engine.dispose()
    if as_json:
        show_json([row.model_dump(mode="json") for row in rows])
        return
    for row in rows:
        shown = f"不公布（{row.withheld}）" if row.total is None else f"{row.total:g}（{row.units} 家单位）"
        say(f"{row.group}  {shown}")


def _opened() -> SurveyStore:
    return SurveyStore.from_url(current_settings().survey_store_url)
