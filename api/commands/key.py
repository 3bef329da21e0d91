"""``yingcai key``: keys of the HTTP API, and the key that signs access tokens."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from api.access.key_standing import key_standing
from api.access.signing import SigningKeys
from api.console import JsonOption, Session, say, show_json
from api.looks import user_of_machine
from data.permissions import DEFAULT_SCOPES, Scope
from data.store.agencies import read_agency
from data.store.keys import create_key, list_keys, revoke_key, rotate_key

app = typer.Typer(help="接口密钥 / API keys", no_args_is_help=True)

KeyId = Annotated[str, typer.Argument(help="密钥编号，即密钥中第二段")]


@app.command()
def create(
    holder: Annotated[str, typer.Option(help="密钥归谁用，如程序名；机构的密钥缺省为机构名")] = "",
    *,
    agency: Annotated[str | None, typer.Option(help="密钥属于哪个机构（编号）；缺省属于本部门")] = None,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(metavar="权限", help="权限，可写多次，见 yingcai key scopes；缺省为其中带 * 的"),
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="有效天数；缺省不到期")] = None,
    as_json: JsonOption = False,
) -> None:
    """生成一个密钥；只在此时显示一次，库中只存其散列值。"""
    store = Session().store
    named = holder or (read_agency(store, agency).name if agency else "默认")
    key = create_key(
        store,
        named,
        agency_id=agency,
        scopes=frozenset(scope) if scope else DEFAULT_SCOPES,
        expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(days=days) if days else None,
        actor=user_of_machine(),
    )
    if as_json:
        show_json({"holder": named, "key": key})
    else:
        say(key)


@app.command("list")
def show(*, as_json: JsonOption = False) -> None:
    """列出密钥的编号、归属、权限与状态。"""
    rows = list_keys(Session().store)
    if as_json:
        show_json(rows)
        return
    now = dt.datetime.now(dt.UTC)
    for row in rows:
        owner = f"{row['holder']}（{row['agency_id']}）" if row["agency_id"] else row["holder"]
        used = f"最近使用 {row['last_used_at']:%Y-%m-%d}" if row["last_used_at"] else "未用过"
        say(f"{row['key_id']}  {owner}  {row['created_at']:%Y-%m-%d}  {key_standing(row, now).label}  {used}")
        say(f"              {' '.join(row['scopes'])}")


@app.command()
def scopes(*, as_json: JsonOption = False) -> None:
    """列出全部权限；带 * 的是新密钥缺省所有的。"""
    if as_json:
        show_json({scope.value: scope.label for scope in Scope})
        return
    for scope in Scope:
        say(f"{'*' if scope in DEFAULT_SCOPES else ' '} {scope.value:<20}{scope.label}")


@app.command()
def revoke(key_id: KeyId, *, as_json: JsonOption = False) -> None:
    """停用一个密钥；由它换得的令牌同时失效。"""
    revoke_key(Session().store, key_id, actor=user_of_machine())
    if as_json:
        show_json({"key_id": key_id, "revoked": True})
    else:
        say(f"密钥 {key_id} 已停用")


@app.command()
def rotate(
    key_id: KeyId,
    *,
    days: Annotated[int, typer.Option(help="旧密钥继续有效的天数，0 到 90")] = 7,
    as_json: JsonOption = False,
) -> None:
    """更换密钥：给出权限相同的新密钥，旧密钥再用几天后失效。"""
    key = rotate_key(
        Session().store,
        key_id,
        overlap=dt.timedelta(days=days),
        now=dt.datetime.now(dt.UTC),
        actor=user_of_machine(),
    )
    if as_json:
        show_json({"replaces": key_id, "overlap_days": days, "key": key})
    else:
        say(key)


@app.command("rotate-signing")
def rotate_signing(*, as_json: JsonOption = False) -> None:
    """更换令牌签名密钥；已发出的令牌在到期前仍有效，连换两次则立即失效。"""
    made = SigningKeys(Session().settings.token_keys_dir).rotate()
    if as_json:
        show_json({"kid": made.kid})
    else:
        say(f"令牌改用签名密钥 {made.kid}")
