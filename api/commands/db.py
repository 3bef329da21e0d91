"""``yingcai db``: upgrade, back up, restore and check the store."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Annotated, Any

import typer

from api.console import JsonOption, Session, progress_bar, say, show_json
from api.privacy.erasing import embedded_texts
from api.privacy.outside import read_outside
from data.errors import FileProblem
from data.pseudonyms import read_key
from data.store.backup import backup_rows, read_manifest, write_backup
from data.store.checks import State, check_store
from data.store.erasure import read_tombstone_file
from data.store.restore import is_empty, restore_backup
from data.store.schema import tombstone
from data.store.store import Store

app = typer.Typer(help="数据库：升级、备份、恢复、检查 / the database", no_args_is_help=True)

_MARKS = {State.GOOD: "正常", State.NOTE: "留意", State.WRONG: "异常"}


@app.command()
def upgrade(*, as_json: JsonOption = False) -> None:
    """把数据库结构升级到本程序的版本；已是最新时不作改动。"""
    store = _opened()
    before = store.revision
    store.upgrade()
    after = store.revision
    store.engine.dispose()
    if as_json:
        show_json({"before": before, "after": after})
    else:
        say(
            f"结构版本 {after}，未作改动" if before == after else f"结构版本 {before or '（空库）'} → {after}"
        )


@app.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="备份文件；缺省在数据目录的 backups 下以时间命名")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """把全库写成一个备份文件，期间照常使用；SQLite 与 PostgreSQL 的备份可以互相恢复。

    备份含人才档案与密钥散列值，应加密保管；化名密钥 pseudonym.key 不在其中，须另行保管。
    """
    session = Session()
    path = file or _backup_path(session, "备份")
    store = _opened()
    with progress_bar() as steps:
        manifest = write_backup(store, path, step=steps.step)
    store.engine.dispose()
    if as_json:
        show_json({"file": str(path), **manifest.model_dump(mode="json")})
    else:
        say(f"已备份 {manifest.rows} 行（结构版本 {manifest.revision}）到 {path}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="yingcai db backup 生成的文件")],
    *,
    tombstones: Annotated[
        Path | None, typer.Option(help="另一份删除名单：tombstones.jsonl，或较新的备份文件")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="库非空时先自动备份，再整库替换")] = False,
    as_json: JsonOption = False,
) -> None:
    """从备份恢复：先核对散列值，再写入，再核对行数。

    备份之后删除的人不会因恢复而回来：库中、备份中、数据目录的 tombstones.jsonl、
    对象存储里的与 --tombstones 的删除名单一并生效。
    """
    session = Session()
    store = session.store
    listed = [*read_outside(session.settings), *_listed(tombstones)]
    saved = None
    with progress_bar() as steps:
        read_manifest(file)
        if force and not is_empty(store):
            saved = _backup_path(session, "恢复前")
            write_backup(store, saved, step=steps.step)
        restored = restore_backup(
            store,
            file,
            key=read_key(session.settings.var_dir),
            texts_of=embedded_texts,
            tombstones=listed,
            replace=force,
            step=steps.step,
        )
    if as_json:
        show_json({"saved": saved and str(saved), **restored.model_dump(mode="json")})
        return
    if saved:
        say(f"原有内容已备份到 {saved}")
    say(f"已恢复 {restored.manifest.rows} 行（备份于 {restored.manifest.made_at:%Y-%m-%d %H:%M} UTC）")
    if restored.tombstones:
        say(f"删除名单 {restored.tombstones} 人，其中 {restored.erased_again} 人在备份里，已再次删除")


@app.command()
def check(*, as_json: JsonOption = False) -> None:
    """检查版本、文件、引用、变更记录、中断的导入、需求归属与行数；有异常时以 1 退出。"""
    store = _opened()
    checks = check_store(store)
    store.engine.dispose()
    if as_json:
        show_json([each.model_dump(mode="json") for each in checks])
    else:
        for each in checks:
            say(f"{_MARKS[each.state]}  {each.message}")
    if any(each.state is State.WRONG for each in checks):
        raise typer.Exit(1)


def _opened() -> Store:
    """Open the store without upgrading it."""
    return Store.as_it_is(Session().settings.store_url)


def _backup_path(session: Session, what: str) -> Path:
    moment = dt.datetime.now(dt.UTC)
    return session.settings.var_dir / "backups" / f"{what}-{moment:%Y%m%dT%H%M%S%f}Z.zip"


def _listed(path: Path | None) -> list[dict[str, Any]]:
    """Return the tombstones in a list or a backup."""
    if path is None:
        return []
    if not path.is_file():
        raise FileProblem("file_missing", f"没有文件 {path}", hint="检查路径")
    if not zipfile.is_zipfile(path):
        return read_tombstone_file(path)
    described = read_manifest(path).tables.get(tombstone.name)
    with zipfile.ZipFile(path) as archive:
        return list(backup_rows(archive, tombstone.name, tombstone, described.columns)) if described else []
