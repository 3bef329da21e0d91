"""``yingcai person token``, ``identity``, ``requests`` and ``answer``: what the office does for people."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from api.console import JsonOption, Session, say, show_json
from api.looks import note_look, user_of_machine
from data.pseudonyms import read_key
from data.store.audit import Access, Action
from data.store.identities import Identity, write_identity
from data.store.moments import beijing_today
from data.store.rights import (
    PersonRequest,
    RequestStatus,
    Times,
    answer_request,
    issue_code,
    list_requests,
)

_STATUS = {RequestStatus.OPEN: "待答复", RequestStatus.DONE: "已办结", RequestStatus.REFUSED: "不能照办"}
_KINDS = {"correct": "更正", "dispute": "异议", "review": "人工复核", "erase": "删除"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``yingcai person``."""
    app.command("token")(token)
    app.command("identity")(identity)
    app.command("requests")(requests)
    app.command("answer")(answer)


def token(
    profile: Annotated[str, typer.Argument(help="人才档案编号")],
    by: Annotated[str, typer.Option("--by", help="经办人，已当面核验本人身份")],
    *,
    as_json: JsonOption = False,
) -> None:
    """给本人一个一次性代码，凭它查阅、更正、异议、撤回、导出；只在此时显示一次。"""
    session = Session()
    access = Access(actor=user_of_machine(), action=Action.ISSUE_TOKEN, results=1, profile_id=profile)
    note_look(session.store, session.settings, access)
    code = issue_code(session.store, profile, by=by, now=dt.datetime.now(dt.UTC))
    if as_json:
        show_json({"profile_id": profile, "code": code, "days": Times().code.days})
    else:
        say(f"{code}  （{Times().code.days} 天内用一次有效；此前未用的代码作废）")


def identity(
    profile: Annotated[str, typer.Argument(help="人才档案编号")],
    by: Annotated[str, typer.Option("--by", help="经办人，已当面核验本人身份")],
    name: Annotated[str, typer.Option(prompt="姓名", help="姓名；不写在命令里时逐项询问")],
    contact: Annotated[str, typer.Option(prompt="联系方式", help="电话或邮箱")],
    *,
    as_json: JsonOption = False,
) -> None:
    """加密存放一个人的姓名与联系方式：不参与匹配，只在本人同意后向所同意的机构提供。"""
    session = Session()
    access = Access(actor=user_of_machine(), action=Action.CHANGE_PERSON, results=1, profile_id=profile)
    note_look(session.store, session.settings, access)
    write_identity(
        session.store,
        profile,
        Identity(name, contact),
        key=read_key(session.settings.var_dir),
        by=by,
        now=dt.datetime.now(dt.UTC),
    )
    if as_json:
        show_json({"profile_id": profile, "sealed": True})
    else:
        say(f"档案 {profile} 的姓名与联系方式已加密存放")


def requests(
    *,
    status: Annotated[RequestStatus | None, typer.Option(help="缺省为待答复")] = RequestStatus.OPEN,
    overdue: Annotated[bool, typer.Option("--overdue", help="只列逾期未答复的")] = False,
    as_json: JsonOption = False,
) -> None:
    """列出本人提出的请求与最迟答复日，先到期的在前。"""
    session = Session()
    today = beijing_today()
    found = [
        each for each in list_requests(session.store, status=status) if each.is_overdue(today) or not overdue
    ]
    shown = {each.profile_id for each in found}
    note_look(
        session.store,
        session.settings,
        Access(actor=user_of_machine(), action=Action.READ_PERSON, results=len(found), shown=shown),
    )
    if as_json:
        show_json([each.model_dump(mode="json") | {"overdue": each.is_overdue(today)} for each in found])
        return
    for each in found:
        say(_line(each, today))
    if not found:
        say("没有符合条件的请求")


def answer(
    request: Annotated[str, typer.Argument(help="请求编号")],
    status: Annotated[RequestStatus, typer.Option(help="done 已办结，refused 不能照办")],
    text: Annotated[str, typer.Option("--text", help="答复；不能照办的写明理由")],
    by: Annotated[str, typer.Option("--by", help="答复人")],
    *,
    as_json: JsonOption = False,
) -> None:
    """答复一件请求，只能答复一次；本人可以看到。"""
    session = Session()
    now = dt.datetime.now(dt.UTC)
    made = answer_request(session.store, request, status, text, by=by, now=now)
    access = Access(
        actor=user_of_machine(), action=Action.CHANGE_PERSON, results=1, profile_id=made.profile_id
    )
    note_look(session.store, session.settings, access)
    if as_json:
        show_json(made.model_dump(mode="json"))
    else:
        say(_line(made, now.date()))


def _line(request: PersonRequest, today: dt.date) -> str:
    late = "（已逾期）" if request.is_overdue(today) else ""
    asked = f"{request.request_id}  {request.profile_id}  {_KINDS[request.kind]}"
    return f"{asked}  {request.due_on} 前答复{late}  {_STATUS[request.status]}  {request.text}"
