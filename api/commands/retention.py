"""``yingcai retention``: how long things are kept, and the work that deletes what was kept long enough."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer
from rich.table import Table

from api.console import JsonOption, Session, say, show_json
from api.looks import note_look, user_of_machine
from data.settings import Settings
from data.storage import KINDS
from data.store.audit import Access, Action
from data.store.erasure import compact_erased
from data.store.partitions import extend_partitions
from data.store.retention import Due, apply_retention, due_records

app = typer.Typer(help="留存期限：到期记录的清点与删除 / retention", no_args_is_help=True)

_BROKEN_OFF = dt.timedelta(days=1)
"""An upload to the object storage that is not done after this never will be."""


@app.callback()
def group() -> None:
    """Keep ``run`` a command of its own."""


@app.command()
def run(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只清点，不删除")] = False,
    as_json: JsonOption = False,
) -> None:
    """按期限删除到期的记录；审计记录永久保存，长期不活动的档案只列数，由工作人员征询本人。

    上次以来有人被删除的，随后整理数据库文件，使其中不留残迹；其间其他人须等待，宜在夜间。
    """
    session = Session()
    now = dt.datetime.now(dt.UTC)
    found = due_records(session.store, now=now)
    if not dry_run:
        total = sum(due.records for due in found if not due.rule.asked)
        access = Access(actor=user_of_machine(), action=Action.RUN_RETENTION, results=total)
        note_look(session.store, session.settings, access)
        found = apply_retention(session.store, now=now)
        extend_partitions(session.store)
        compact_erased(session.store, session.settings.var_dir / "compacted")
        _sweep_storage(session.settings, before=now - _BROKEN_OFF)
    if as_json:
        show_json([_row(due, dry_run=dry_run) for due in found])
        return
    table = Table("记录", "期限", "早于", "到期" if dry_run else "已删除", "依据")
    for due in found:
        days = f"{due.rule.days} 天" if due.rule.days else "失效即删"
        count = f"待征询 {due.records}" if due.rule.asked else str(due.records)
        table.add_row(due.rule.label, days, f"{due.before:%Y-%m-%d}", count, due.rule.basis)
    say(table)


def _sweep_storage(settings: Settings, *, before: dt.datetime) -> None:
    """Delete what broken-off uploads left on the object storage; nobody can read it."""
    storage = settings.uploads.storage
    if storage is None:
        return
    for kind in KINDS:
        for name in storage.stale(kind, before=before, unfinished=True):
            storage.remove(kind, name)


def _row(due: Due, *, dry_run: bool) -> dict[str, object]:
    done = "ask" if due.rule.asked else "due" if dry_run else "deleted"
    return {
        "kind": due.rule.kind,
        "days": due.rule.days,
        "before": due.before.isoformat(),
        "count": due.records,
        "done": done,
        "basis": due.rule.basis,
    }
