"""Objections and comments on an edition: received, answered in time, and shown with what became of them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Self

import sqlalchemy as sa

from data.errors import ConflictError, InputError, RefusedError, UnknownName
from data.normalise.contacts import mask_contacts
from data.owners import OFFICE
from data.records import Record
from data.releases.registry import find_release, list_releases, read_document
from data.releases.workdays import work_calendar
from data.store.store import Store
from data.store.tickets import append_ticket, close_ticket, read_tickets, set_assignee

__all__ = [
    "OPINION_HEADS",
    "TICKET_WORKDAYS",
    "Opinion",
    "Ticket",
    "TicketKind",
    "TicketOutcome",
    "answer_ticket",
    "assign_ticket",
    "find_ticket",
    "opinion_rows",
    "overdue_tickets",
    "raise_ticket",
    "tickets_of",
]

TICKET_WORKDAYS = 15
"""Working days in which a ticket is answered: a rule of this product, no law names a term."""


_RECEIPT_BYTES = 8
"""Random bytes of a receipt: nobody comes upon another's by trying."""

OPINION_HEADS = (
    "编号", "类型", "条目", "提出人", "意见", "收到日期", "采纳情况", "答复与理由", "答复日期",
)  # fmt: skip
"""Heads of the 意见采纳情况表."""


class TicketKind(StrEnum):
    """What somebody brings forward."""

    OBJECTION = "异议"
    """Something is wrong."""
    COMMENT = "意见"
    """A comment in the public consultation."""


class TicketOutcome(StrEnum):
    """What became of it (采纳情况)."""

    ACCEPTED = "采纳"
    """Accepted."""
    PARTLY = "部分采纳"
    """Accepted in part."""
    REJECTED = "不采纳"
    """Not accepted; the answer says why."""
    FORWARDED = "转办"
    """Belongs to another office, named in the answer."""


class Opinion(Record):
    """What somebody brings forward, as received."""

    kind: TicketKind
    """Objection or comment."""
    raised_by: str
    """Who: a person, an employer, a department."""
    text: str
    """What is said."""
    contact: str = ""
    """How to reach them; numbers and addresses are hidden before it is kept."""
    entry_id: str | None = None
    """The entry it is about; empty for the edition as a whole."""
    owner: str = OFFICE
    """The agency that brings it forward; empty for whoever comes to the office or its pages."""


class Ticket(Record):
    """An opinion as kept, with its clock and its answer."""

    ticket_id: int
    """Its number."""
    release_id: int
    """The release."""
    kind: TicketKind
    """Objection or comment."""
    entry_id: str | None
    """The entry; empty for the edition as a whole."""
    raised_by: str
    """Who."""
    contact: str
    """Contact with numbers and addresses hidden."""
    text: str
    """What is said, likewise."""
    received_on: dt.date
    """Day of receipt."""
    due_on: dt.date
    """Last day for the answer."""
    outcome: TicketOutcome | None
    """What became of it; empty while open."""
    answer: str | None
    """The answer."""
    answered_by: str | None
    """Who answered."""
    answered_on: dt.date | None
    """Day of the answer."""
    owner: str
    """The agency that brought it forward; empty for others."""
    receipt: str
    """Number by which whoever brought it forward follows it."""
    assigned_to: str | None
    """Who of the office works on it; empty while nobody does."""

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Return a ticket as its row holds it."""
        return cls.model_validate({name: row[name] for name in cls.model_fields})

    def is_late(self, on: dt.date) -> bool:
        """Tell whether it was, or on this day is, answered after its term."""
        return (self.answered_on or on) > self.due_on


def raise_ticket(
    store: Store,
    release_id: int,
    opinion: Opinion,
    *,
    received_on: dt.date,
    keep: Callable[[sa.Connection, str], None] | None = None,
) -> Ticket:
    """Keep an objection or comment.

    Parameters
    ----------
    store
        The store.
    release_id
        The release it is about.
    opinion
        What is said.
    received_on
        Day of receipt; the clock starts the working day after.
    keep
        Called with the receipt within the transaction that keeps the ticket.

    Returns
    -------
    Ticket
        With its number, its receipt and its term. Phone numbers, addresses and accounts in it are hidden.

    Raises
    ------
    UnknownName
        There is no such release or entry.
    RefusedError
        The edition was withdrawn or rejected.
    InputError
        Nothing is said.
    """
    release = find_release(store, release_id)
    if release.state.is_out:
        raise RefusedError(
            "edition_out", f"版次 {release_id} 已{release.state.chinese}，不再受理意见", hint="对现行版次提出"
        )
    if not opinion.text.strip() or not opinion.raised_by.strip():
        raise InputError("ticket_empty", "意见没有内容或没有提出人", hint="写明由谁提出、说了什么")
    known = {entry.entry_id for entry in read_document(store, release).entries}
    if opinion.entry_id is not None and opinion.entry_id not in known:
        raise UnknownName("entry_unknown", f"本版没有条目 {opinion.entry_id}", hint="条目编码见目录")
    receipt = f"YY{secrets.token_hex(_RECEIPT_BYTES)}"
    ticket_id = append_ticket(
        store,
        {
            "release_id": release_id,
            "kind": opinion.kind.value,
            "entry_id": opinion.entry_id,
            "raised_by": mask_contacts(opinion.raised_by.strip()),
            "contact": mask_contacts(opinion.contact),
            "text": mask_contacts(opinion.text.strip()),
            "received_on": received_on,
            "due_on": work_calendar().add(received_on, TICKET_WORKDAYS),
            "owner": opinion.owner,
            "receipt": receipt,
        },
        keep=None if keep is None else lambda connection: keep(connection, receipt),
    )
    return _one(store, ticket_id)


def answer_ticket(
    store: Store, ticket_id: int, *, outcome: TicketOutcome, text: str, by: str, on: dt.date
) -> Ticket:
    """Answer a ticket, once.

    Parameters
    ----------
    store
        The store.
    ticket_id
        The ticket.
    outcome
        What became of it.
    text
        The answer and its reason.
    by
        Who answers.
    on
        Day of the answer.

    Returns
    -------
    Ticket
        As answered.

    Raises
    ------
    UnknownName
        There is no such ticket.
    RefusedError
        It was answered already.
    InputError
        The answer is empty, names nobody, or comes before the receipt.
    """
    ticket = _one(store, ticket_id)
    if not text.strip() or not by.strip():
        raise InputError(
            "answer_empty", f"意见 {ticket_id} 的答复没有内容或没有答复人", hint="写明理由与答复人"
        )
    if on < ticket.received_on:
        raise InputError(
            "answer_too_early", f"答复日 {on} 早于收到日 {ticket.received_on}", hint="核对答复日期"
        )
    values = {
        "outcome": outcome.value,
        "answer": mask_contacts(text.strip()),
        "answered_by": by.strip(),
        "answered_on": on,
    }
    if not close_ticket(store, ticket_id, values):
        raise RefusedError(
            "ticket_answered",
            f"意见 {ticket_id} 已于 {ticket.answered_on} 答复（{ticket.outcome}）",
            hint="答复不能改写；有新情况另立一件",
        )
    return _one(store, ticket_id)


def assign_ticket(store: Store, ticket_id: int, *, to: str, by: str) -> Ticket:
    """Say who of the office works on a ticket; the last word counts, and every one is noted.

    Parameters
    ----------
    store
        The store.
    ticket_id
        The ticket.
    to
        Identifier of the user.
    by
        Who says so.

    Raises
    ------
    UnknownName
        There is no such ticket.
    ConflictError
        ``ticket_answered``: it was answered already.
    """
    ticket = _one(store, ticket_id)
    if not set_assignee(store, ticket_id, to, by=by):
        raise ConflictError(
            "ticket_answered", f"意见 {ticket_id} 已于 {ticket.answered_on} 答复", hint="已答复的不再分派"
        )
    return _one(store, ticket_id)


def find_ticket(store: Store, receipt: str, *, owner: str | None = None) -> Ticket:
    """Return the ticket of a receipt.

    Parameters
    ----------
    store
        The store.
    receipt
        The receipt.
    owner
        Only a ticket of this agency; None for any.

    Raises
    ------
    UnknownName
        ``receipt_unknown``: there is none, or it is another's.
    """
    for row in read_tickets(store, receipt=receipt):
        if owner is None or row["owner"] == owner:
            return Ticket.from_row(row)
    raise UnknownName("receipt_unknown", "没有这个回执编号的意见", hint="核对回执编号")


def tickets_of(store: Store, release_id: int) -> tuple[Ticket, ...]:
    """Return the tickets of a release in order of number."""
    return tuple(Ticket.from_row(row) for row in read_tickets(store, release_ids=[release_id]))


def overdue_tickets(store: Store, region: str, *, on: dt.date) -> tuple[Ticket, ...]:
    """Return the open tickets of a region whose term has passed, the longest overdue first."""
    numbers = [release.release_id for release in list_releases(store, region)]
    late = [
        Ticket.from_row(row) for row in read_tickets(store, release_ids=numbers) if row["outcome"] is None
    ]
    return tuple(sorted((each for each in late if each.is_late(on)), key=lambda each: each.due_on))


def opinion_rows(tickets: Sequence[Ticket]) -> list[dict[str, str]]:
    """Lay out the 意见采纳情况表: one row a ticket with Chinese heads; nobody's contact is in it."""
    return [dict(zip(OPINION_HEADS, _opinion_cells(ticket), strict=True)) for ticket in tickets]


def _opinion_cells(ticket: Ticket) -> tuple[str, ...]:
    return (
        str(ticket.ticket_id),
        ticket.kind.value,
        ticket.entry_id or "全版",
        ticket.raised_by,
        ticket.text,
        ticket.received_on.isoformat(),
        "未答复" if ticket.outcome is None else ticket.outcome.value,
        ticket.answer or "",
        "" if ticket.answered_on is None else ticket.answered_on.isoformat(),
    )


def _one(store: Store, ticket_id: int) -> Ticket:
    rows = read_tickets(store, ticket_id=ticket_id)
    if not rows:
        raise UnknownName("ticket_unknown", f"没有编号为 {ticket_id} 的意见", hint="编号见意见采纳情况表")
    return Ticket.from_row(rows[0])
