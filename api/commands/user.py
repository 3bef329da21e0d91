"""``yingcai user``: people of the office and of agencies who may log in."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.access.accounts import unlock_account
from api.console import JsonOption, Session, say, show_json
from api.looks import user_of_machine
from data.permissions import Role
from data.pseudonyms import read_key
from data.store.passwords import LEAST_LENGTH
from data.store.users import (
    OfficeUser,
    UserStatus,
    add_user,
    list_users,
    lock_user,
    set_password,
    set_roles,
)

app = typer.Typer(help="能登录的人：本部门的与机构的 / users", no_args_is_help=True)

UserId = Annotated[str, typer.Argument(help="用户名：小写字母开头，可含数字、点、下划线")]
Roles = Annotated[
    list[Role],
    typer.Option(
        "--role",
        help="角色，可写多次：编辑、审定、评估（只读）、数据科学、管理员、机构经办，依次为可选值",
    ),
]
PasswordFile = Annotated[
    typer.FileText | None,
    typer.Option(
        "--password-file", help=f"从文件首行读口令（- 为标准输入）；缺省当面输入，至少 {LEAST_LENGTH} 个字符"
    ),
]


@app.command()
def add(
    user_id: UserId,
    name: Annotated[str, typer.Option(help="姓名")],
    roles: Roles,
    *,
    agency: Annotated[str, typer.Option(help="机构编号，见 yingcai agency list；缺省为本部门的人")] = "",
    password_file: PasswordFile = None,
    as_json: JsonOption = False,
) -> None:
    """新建用户：本部门的人，或写明机构的机构经办人。"""
    made = add_user(
        Session().store,
        user_id,
        name=name,
        roles=roles,
        password=_password(password_file),
        actor=user_of_machine(),
        agency_id=agency,
    )
    _tell(made, f"已新建用户 {user_id}", as_json=as_json)


@app.command("list")
def show(*, as_json: JsonOption = False) -> None:
    """列出用户、角色与状态。"""
    users = list_users(Session().store)
    if as_json:
        show_json([_document(each) for each in users])
        return
    for each in users:
        labels = "、".join(role.label for role in sorted(each.roles))
        say(f"{each.user_id}  {each.name}  {labels}  {each.agency_id or '本部门'}  {_state(each)}")
    if not users:
        say("没有用户")


@app.command()
def role(user_id: UserId, roles: Roles, *, as_json: JsonOption = False) -> None:
    """改换用户的角色；已登录的会话立即按新角色办。"""
    changed = set_roles(Session().store, user_id, roles, actor=user_of_machine())
    _tell(
        changed,
        f"{user_id} 的角色：{'、'.join(each.label for each in sorted(changed.roles))}",
        as_json=as_json,
    )


@app.command()
def lock(user_id: UserId, *, as_json: JsonOption = False) -> None:
    """锁定用户并退出其所有会话。"""
    _tell(
        lock_user(Session().store, user_id, actor=user_of_machine()),
        f"用户 {user_id} 已锁定",
        as_json=as_json,
    )


@app.command()
def unlock(user_id: UserId, *, as_json: JsonOption = False) -> None:
    """解锁用户，并免去登录失败后的等待。"""
    session = Session()
    key = read_key(session.settings.var_dir)
    changed = unlock_account(session.store, user_id, key=key, actor=user_of_machine())
    _tell(changed, f"用户 {user_id} 可以登录", as_json=as_json)


@app.command()
def password(user_id: UserId, *, password_file: PasswordFile = None, as_json: JsonOption = False) -> None:
    """改换口令并退出该用户的所有会话。"""
    set_password(Session().store, user_id, _password(password_file), actor=user_of_machine())
    if as_json:
        show_json({"user_id": user_id, "changed": True})
    else:
        say(f"用户 {user_id} 的口令已改换")


def _password(file: typer.FileText | None) -> str:
    if file is not None:
        return file.readline().rstrip("\r\n")
    typed: str = typer.prompt("口令", hide_input=True, confirmation_prompt="再输一次")
    return typed


def _tell(user: OfficeUser, line: str, *, as_json: bool) -> None:
    if as_json:
        show_json(_document(user))
    else:
        say(line)


def _document(user: OfficeUser) -> dict[str, Any]:
    return vars(user) | {"roles": sorted(user.roles)}


def _state(user: OfficeUser) -> str:
    return "有效" if user.status is UserStatus.ACTIVE else "已锁定"
