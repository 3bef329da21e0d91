"""``yingcai key``: keys of the HTTP API."""

from __future__ import annotations

from typing import Annotated

import typer

from api.console import JsonOption, Session, say, show_json
from data.store.keys import create_key, list_keys, revoke_key

app = typer.Typer(help="接口密钥 / API keys", no_args_is_help=True)


@app.command()
def create(
    holder: Annotated[str, typer.Option(help="密钥归谁用，如机构或程序名")] = "默认",
    *,
    as_json: JsonOption = False,
) -> None:
    """生成一个密钥；只在此时显示一次，库中只存其散列值。"""
    key = create_key(Session().store, holder)
    if as_json:
        show_json({"holder": holder, "key": key})
    else:
        say(key)


@app.command("list")
def show(*, as_json: JsonOption = False) -> None:
    """列出密钥的编号、归属与状态。"""
    rows = list_keys(Session().store)
    if as_json:
        show_json(rows)
        return
    for row in rows:
        state = f"已于 {row['revoked_at']:%Y-%m-%d} 停用" if row["revoked_at"] else "有效"
        say(f"{row['key_id']}  {row['holder']}  {row['created_at']:%Y-%m-%d}  {state}")


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="密钥编号，即密钥中第二段")], *, as_json: JsonOption = False
) -> None:
    """停用一个密钥。"""
    revoke_key(Session().store, key_id)
    if as_json:
        show_json({"key_id": key_id, "revoked": True})
    else:
        say(f"密钥 {key_id} 已停用")
