"""``yingcai edition object|answer|opinions|overdue``: what people say about an edition, and the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.commands.edition_inputs import IdArgument, OnOption, day_of
from api.console import JsonOption, RegionOption, Session, say, show_json
from data.releases.tables import write_csv
from data.releases.tickets import (
    OPINION_HEADS,
    Opinion,
    Ticket,
    TicketKind,
    TicketOutcome,
    answer_ticket,
    opinion_rows,
    overdue_tickets,
    raise_ticket,
    tickets_of,
)

app = typer.Typer()


@app.command("object")
def object_to(
    release_id: IdArgument,
    *,
    raised_by: Annotated[str, typer.Option("--from", help="提出人：个人、单位或部门")],
    text: Annotated[str, typer.Option(help="内容")],
    contact: Annotated[str, typer.Option(help="联系方式；号码与地址在保存前隐去")] = "",
    entry: Annotated[str | None, typer.Option(help="条目编码；缺省为全版")] = None,
    kind: Annotated[TicketKind, typer.Option(help="异议，或征求意见期的意见")] = TicketKind.OBJECTION,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """登记对版次或条目的异议、意见，起算答复期限（十五个工作日）。"""
    opinion = Opinion(kind=kind, raised_by=raised_by, text=text, contact=contact, entry_id=entry)
    ticket = raise_ticket(Session().store, release_id, opinion, received_on=day_of(on))
    if as_json:
        show_json(ticket.model_dump(mode="json"))
    else:
        say(f"已登记{ticket.kind.value} {ticket.ticket_id}，应于 {ticket.due_on} 前答复")


@app.command()
def answer(
    ticket_id: Annotated[int, typer.Argument(metavar="TICKET", min=1, help="意见编号")],
    *,
    outcome: Annotated[TicketOutcome, typer.Option(help="采纳情况")],
    text: Annotated[str, typer.Option(help="答复与理由")],
    by: Annotated[str, typer.Option(help="答复人")],
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """答复一件异议或意见；答复后不能改写。"""
    ticket = answer_ticket(Session().store, ticket_id, outcome=outcome, text=text, by=by, on=day_of(on))
    if as_json:
        show_json(ticket.model_dump(mode="json"))
    else:
        late = "（已超期）" if ticket.is_late(day_of(on)) else ""
        say(f"{ticket.kind.value} {ticket_id} 已答复：{outcome.value}{late}")


@app.command()
def opinions(
    release_id: IdArgument,
    *,
    out: Annotated[Path | None, typer.Option(help="写到这个 CSV 文件")] = None,
    as_json: JsonOption = False,
) -> None:
    """意见采纳情况表。"""
    rows = opinion_rows(tickets_of(Session().store, release_id))
    if out is not None:
        write_csv(out, OPINION_HEADS, [list(row.values()) for row in rows])
    if as_json:
        show_json([*rows])
        return
    if not rows:
        say("没有异议或意见")
        return
    table = Table(box=None, pad_edge=False)
    for head in rows[0]:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*row.values())
    say(table)


@app.command()
def overdue(*, region: RegionOption = None, on: OnOption = None, as_json: JsonOption = False) -> None:
    """列出超期未答复的异议与意见，最久的在前。"""
    session = Session(region=region)
    late = overdue_tickets(session.store, session.region.name, on=day_of(on))
    if as_json:
        show_json([ticket.model_dump(mode="json") for ticket in late])
        return
    for ticket in late:
        say(_line(ticket))
    if not late:
        say("没有超期未答复的异议或意见")


def _line(ticket: Ticket) -> str:
    about = ticket.entry_id or "全版"
    number = f"{ticket.kind.value} {ticket.ticket_id}　版次 {ticket.release_id}"
    return f"{ticket.due_on}　{number}　{about}　{ticket.text}"
