"""``yingcai audit``: query the audit, verify its chain, take anchors of it."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer

from api.console import JsonOption, Session, progress_bar, say, show_json
from api.looks import note_look, user_of_machine
from data.errors import FileProblem
from data.pseudonyms import read_key
from data.store.audit import Access, AccessOutcome, Action, AuditQuery, read_audit
from data.store.audit_chain import audit_anchor, parse_anchors, verify_audit

app = typer.Typer(help="审计记录：查询、校验、锚点 / audit", no_args_is_help=True)


@app.command()
def verify(
    *,
    anchors: Annotated[Path | None, typer.Option(help="锚点文件，每行一个；缺省只核对库内的首尾相接")] = None,
    as_json: JsonOption = False,
) -> None:
    """逐条重算审计记录的校验值：改动、删除、调换、插入的是哪一条；有问题时以 1 退出。"""
    session = Session()
    kept = [] if anchors is None else parse_anchors(_read(anchors))
    with progress_bar() as steps:
        report = verify_audit(session.store, anchors=kept, progress=steps.bar("校验审计记录"))
    if as_json:
        show_json(report.model_dump())
    else:
        for fault in report.faults:
            say(fault)
        if not report.faults:
            compared = (
                f"，与 {report.anchors} 个锚点相符" if report.anchors else "；末尾是否被截去须与锚点核对"
            )
            say(f"审计记录 {report.entries} 条，首尾相接{compared}")
    if report.faults:
        raise typer.Exit(1)


@app.command("list")
def show(
    *,
    actor: Annotated[str | None, typer.Option(help="谁，须完全一致")] = None,
    agency: Annotated[str | None, typer.Option(help="哪个机构（编号）")] = None,
    subject: Annotated[str | None, typer.Option(help="档案、需求或其他对象的编号：点到或显示过它的")] = None,
    action: Annotated[Action | None, typer.Option(help="做了什么")] = None,
    since: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="自何时起（UTC）")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="至多几条，近者在前")] = 100,
    as_json: JsonOption = False,
) -> None:
    """查询审计记录：谁在何时对什么做了什么；此次查询也记入。"""
    session = Session()
    query = AuditQuery(
        actor, agency, subject, action, None, None if since is None else since.replace(tzinfo=dt.UTC)
    )
    looked = Access(actor=user_of_machine(), action=Action.READ_AUDIT, results=0, resource_id=subject)
    note_look(session.store, session.settings, looked)
    found = read_audit(session.store, query, key=read_key(session.settings.var_dir), limit=limit)
    if as_json:
        show_json([entry.model_dump(mode="json") for entry in found])
        return
    for entry in found:
        told = [
            f"{entry.number}", f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.actor, entry.action, entry.route,
            "" if entry.subject is None else entry.subject[:16], entry.purpose,
            f"结果 {entry.results}、涉及 {len(entry.people)} 人", AccessOutcome(entry.outcome).label,
        ]  # fmt: skip
        say("  ".join(each for each in told if each))
    if not found:
        say("没有符合条件的审计记录")


@app.command()
def anchor(
    *, out: Annotated[Path | None, typer.Option(help="追加到这个文件；请放在本机以外或打印存档")] = None
) -> None:
    """取最新一条的编号与校验值；存在别处，日后可知末尾是否被截去、整体是否被改写。"""
    line = audit_anchor(Session().store).model_dump_json()
    if out is None:
        sys.stdout.write(line + "\n")
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    say(f"锚点已追加到 {out}")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileProblem("anchors_unreadable", f"读不了锚点文件 {path}", hint="核对路径与编码") from error
