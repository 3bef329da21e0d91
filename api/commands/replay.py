"""``yingcai replay``: lists as they were issued, made again from the data and the model of their day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer
from rich.table import Table

from api.console import JsonOption, Session, note, say, show_json
from api.looks import note_people
from data.errors import InputError
from data.store.audit import Action
from data.store.shortlists import list_shortlists, prune_shortlists, shortlist_sources
from matching.bundle import Opened, open_champion
from matching.replay import Replay, prune_frozen, replay_list

__all__ = ["app"]

app = typer.Typer(help="复现：用当时的数据与模型重做留存的名单 / replay recorded lists", no_args_is_help=True)

_DIFFERS = 3
"""Exit code of a list that did not come out the same; 1 is a failure and 2 a wrong option."""
_DIRECTIONS = {"profiles": "为岗找人", "vacancies": "为人找岗"}
Limit = Annotated[int, typer.Option(min=1, max=1000, help="最多列出几份")]


@app.command("list")
def list_recorded(*, limit: Limit = 20, as_json: JsonOption = False) -> None:
    """列出留存的名单，新的在前。"""
    lists = list_shortlists(Session().store, limit=limit)
    if as_json:
        shown = [each.model_dump(mode="json", exclude={"items", "content", "profile_id"}) for each in lists]
        show_json(shown)
        return
    table = Table("名单", "时间（UTC）", "方向", "岗位", "条数", "数据截止", "模型", "数据")
    for each in lists:
        table.add_row(
            each.list_id,
            f"{each.issued_at:%Y-%m-%d %H:%M}",
            _DIRECTIONS[each.direction] + ("［合成数据］" if each.synthetic else ""),
            each.vacancy_id or "—",
            str(each.k),
            str(each.as_of),
            each.bundle_id or "随产品提供",
            each.data_sha256[:12],
        )
    say(table if lists else "还没有留存的名单；匹配时加 --record 即可留存")


@app.command()
def run(
    list_id: Annotated[str, typer.Argument(help="名单编号，见 yingcai replay list")],
    *,
    as_json: JsonOption = False,
) -> None:
    """重做一份名单并逐项比较；不一致时退出码为 3。"""
    session = Session()

    def open_parts(bundle_id: str) -> Opened:
        return open_champion(
            session.store, session.settings, bundle_id or None, model=session.model, report=note
        )

    made = replay_list(list_id, session.store, pools=session.settings.pools_dir, open_parts=open_parts)
    if made.direction == "profiles":
        shown = [item.item_id for item in made.items if item.item_id]
        note_people(session.store, session.settings, Action.MATCH_PROFILES, shown)
    if as_json:
        show_json(made.model_dump(mode="json"))
    else:
        _show(made)
    if not made.identical:
        raise typer.Exit(_DIFFERS)


@app.command()
def prune(
    before: Annotated[str, typer.Option(help="删除这一天（UTC）之前留存的名单，如 2026-01-01")],
    *,
    as_json: JsonOption = False,
) -> None:
    """清理到期的名单，以及只有它们用到的冻结数据。"""
    try:
        day = dt.date.fromisoformat(before)
    except ValueError as error:
        raise InputError("day_unreadable", f"“{before}”不是日期", hint="写成 2026-01-01") from error
    session = Session()
    lists = prune_shortlists(session.store, before=day)
    pools = prune_frozen(session.settings.pools_dir, shortlist_sources(session.store))
    if as_json:
        show_json({"lists": lists, "pools": pools})
    else:
        say(f"已清理名单 {lists} 份、冻结的数据 {pools} 份")


def _show(made: Replay) -> None:
    label = "［合成数据］" if made.synthetic else ""
    verdict = "与当时一致" if made.identical else "与当时不一致"
    say(f"名单 {made.list_id}{label}：{verdict}（得分最大相差 {made.largest_change:.4f}）")
    say(f"  数据 {made.data_sha256[:12]}…　模型包 {made.bundle_id or '随产品提供'}")
    for remark in made.notes:
        say(f"  {remark}")
    table = Table("当时", "现在", "编号", "当时得分", "现在得分", "不同之处")
    for item in made.items:
        gone = item.rank_then is not None and not item.item_id
        table.add_row(
            "—" if item.rank_then is None else str(item.rank_then),
            "—" if item.rank_now is None else str(item.rank_now),
            "已删除" if gone else item.item_id,
            "—" if item.score_then is None else f"{item.score_then:.4f}",
            "—" if item.score_now is None else f"{item.score_now:.4f}",
            "、".join(item.differing) or ("由后面补上" if item.rank_then is None else ""),
        )
    say(table)
