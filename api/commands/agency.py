"""``yingcai agency``: agencies that may use the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from api.console import JsonOption, Session, say, show_json
from api.looks import user_of_machine
from data.store.agencies import (
    Agency,
    Standing,
    add_agency,
    list_agencies,
    read_agency,
    renew_agency,
    resume_agency,
    suspend_agency,
)
from data.store.keys import list_keys
from data.store.moments import beijing_today

app = typer.Typer(help="人力资源服务机构 / agencies", no_args_is_help=True)

AgencyId = Annotated[str, typer.Argument(help="机构编号，形如 ag_3f2a91c0")]
First = Annotated[dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="许可证起始日")]
Last = Annotated[dt.datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="许可证截止日")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="机构全称")],
    licence: Annotated[str, typer.Option(help="人力资源服务许可证编号")],
    valid_from: First,
    valid_to: Last,
    contact: Annotated[str, typer.Option(help="联系处与电话")],
    *,
    quota: Annotated[int | None, typer.Option(help="每日配额（单位）；缺省取 YINGCAI_QUOTA_DAILY")] = None,
    as_json: JsonOption = False,
) -> None:
    """登记一个机构；随后用 yingcai key create --agency 给它密钥。"""
    made = add_agency(
        Session().store,
        name,
        licence_number=licence,
        licence_from=valid_from.date(),
        licence_to=valid_to.date(),
        contact=contact,
        actor=user_of_machine(),
        daily_quota=quota,
    )
    _tell(made, f"已登记，机构编号 {made.agency_id}", as_json=as_json)


@app.command("list")
def show_all(*, as_json: JsonOption = False) -> None:
    """列出机构与其状态。"""
    agencies = list_agencies(Session().store)
    if as_json:
        show_json([_document(each) for each in agencies])
        return
    for each in agencies:
        say(f"{each.agency_id}  {each.name}  {each.licence_number}  至 {each.licence_to}  {_standing(each)}")
    if not agencies:
        say("没有登记的机构")


@app.command()
def show(agency_id: AgencyId, *, as_json: JsonOption = False) -> None:
    """显示一个机构与它的密钥。"""
    store = Session().store
    found = read_agency(store, agency_id)
    keys = [row for row in list_keys(store) if row["agency_id"] == agency_id]
    if as_json:
        show_json(_document(found) | {"keys": keys})
        return
    say(f"{found.name}（{found.agency_id}）  {_standing(found)}")
    say(f"许可证  {found.licence_number}  {found.licence_from} 至 {found.licence_to}")
    say(f"联系处  {found.contact}")
    say(f"每日配额  {'按服务设置' if found.daily_quota is None else f'{found.daily_quota} 单位'}")
    for row in keys:
        say(f"密钥 {row['key_id']}  {row['holder']}  {'已停用' if row['revoked_at'] else '未停用'}")
    if not keys:
        say("没有密钥")


@app.command()
def suspend(agency_id: AgencyId, *, as_json: JsonOption = False) -> None:
    """暂停一个机构：它的密钥与令牌立即失效。"""
    changed = suspend_agency(Session().store, agency_id, actor=user_of_machine())
    _tell(changed, f"机构 {agency_id} 已暂停", as_json=as_json)


@app.command()
def resume(agency_id: AgencyId, *, as_json: JsonOption = False) -> None:
    """恢复一个机构；许可证过期的仍不能用。"""
    changed = resume_agency(Session().store, agency_id, actor=user_of_machine())
    _tell(changed, f"机构 {agency_id}：{_standing(changed)}", as_json=as_json)


@app.command()
def renew(
    agency_id: AgencyId,
    valid_from: First,
    valid_to: Last,
    *,
    licence: Annotated[str | None, typer.Option(help="新的许可证编号；缺省不变")] = None,
    as_json: JsonOption = False,
) -> None:
    """登记续期后的许可证。"""
    changed = renew_agency(
        Session().store,
        agency_id,
        licence_from=valid_from.date(),
        licence_to=valid_to.date(),
        licence_number=licence,
        actor=user_of_machine(),
    )
    _tell(changed, f"机构 {agency_id} 的许可证有效至 {changed.licence_to}", as_json=as_json)


def _tell(agency: Agency, line: str, *, as_json: bool) -> None:
    if as_json:
        show_json(_document(agency))
    else:
        say(line)


def _document(agency: Agency) -> dict[str, Any]:
    return vars(agency) | {"standing": _today(agency)}


def _standing(agency: Agency) -> str:
    return _today(agency).label


def _today(agency: Agency) -> Standing:
    return agency.standing(beijing_today())
