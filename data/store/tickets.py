"""Objections and comments in the store: kept, answered once, assigned with a note, read page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from data.store.history import record_change
from data.store.schema import edition_ticket
from data.store.store import Store, inserted_id

__all__ = [
    "TicketCounts",
    "TicketFilter",
    "TicketOrder",
    "append_ticket",
    "close_ticket",
    "count_tickets",
    "read_ticket_page",
    "read_tickets",
    "set_assignee",
]

_T: Final = edition_ticket.c


class TicketOrder(StrEnum):
    """In which order tickets are read."""

    NEWEST = "newest"
    """The last received first."""
    DUE = "due"
    """The first due first."""
    ANSWERED = "answered"
    """The last answered first; only of those that were answered."""


@dataclass(frozen=True)
class TicketFilter:
    """Which tickets; what is None restricts nothing."""

    owner: str | None = None
    """Those of an agency; of the office where it is empty."""
    kind: str | None = None
    """Those of a kind."""
    release_id: int | None = None
    """Those about a release."""
    answered: bool | None = None
    """Those that were answered, or those that were not."""
    late_on: dt.date | None = None
    """Those answered after their term, or not answered and past it on this day."""

    def clauses(self) -> Iterator[sa.ColumnElement[bool]]:
        """Yield what a row has to meet."""
        for column, value in ((_T.owner, self.owner), (_T.kind, self.kind), (_T.release_id, self.release_id)):
            if value is not None:
                yield column == value
        if self.answered is not None:
            yield _T.outcome.is_not(None) if self.answered else _T.outcome.is_(None)
        if self.late_on is not None:
            yield _late(self.late_on)


class TicketCounts(NamedTuple):
    """How many tickets there are."""

    open: int
    """Not answered."""
    late: int
    """Of these, past their term."""
    answered: int
    """Answered."""
    first_due: dt.date | None
    """Day on which the first of those open is due; None without one."""

    @property
    def all(self) -> int:
        """All of them."""
        return self.open + self.answered


def append_ticket(
    store: Store, values: Mapping[str, Any], *, keep: Callable[[sa.Connection], None] | None = None
) -> int:
    """Keep an objection or comment and return its number.

    Parameters
    ----------
    store
        The store.
    values
        release_id, kind, entry_id, raised_by, contact, text, received_on, due_on, owner and receipt.
    keep
        Called within the transaction that keeps it.
    """
    row = {**values, "recorded_at": dt.datetime.now(dt.UTC)}
    with store.begin() as connection:
        if keep is not None:
            keep(connection)
        return inserted_id(connection.execute(edition_ticket.insert().values(**row)))


def close_ticket(store: Store, ticket_id: int, values: Mapping[str, Any]) -> bool:
    """Write the answer of a ticket: outcome, answer, answered_by and answered_on.

    Returns
    -------
    bool
        False when it was answered already or does not exist; an answer is never overwritten.
    """
    open_one = (_T.ticket_id == ticket_id) & _T.outcome.is_(None)
    with store.begin() as connection:
        done = connection.execute(edition_ticket.update().where(open_one).values(**values))
        return bool(done.rowcount)


def set_assignee(store: Store, ticket_id: int, user_id: str, *, by: str) -> bool:
    """Write who works on a ticket and note who said so; False when it was answered or does not exist.

    Parameters
    ----------
    store
        The store.
    ticket_id
        The ticket.
    user_id
        Who is to work on it; nothing is noted where they do already.
    by
        Who says so.
    """
    open_one = (_T.ticket_id == ticket_id) & _T.outcome.is_(None)
    with store.begin() as connection:
        before = connection.execute(sa.select(_T.assigned_to).where(open_one).with_for_update()).one_or_none()
        done = connection.execute(edition_ticket.update().where(open_one).values(assigned_to=user_id))
        if before is None or not done.rowcount:
            return False
        if before.assigned_to != user_id:
            record_change(
                connection,
                actor=by,
                table_name=edition_ticket.name,
                row_key=str(ticket_id),
                kind="assigned",
                fields={"assigned_to": [before.assigned_to, user_id]},
            )
        return True


def read_tickets(
    store: Store,
    *,
    release_ids: Sequence[int] | None = None,
    ticket_id: int | None = None,
    receipt: str | None = None,
) -> list[dict[str, Any]]:
    """Return tickets in order of number; what is None restricts nothing."""
    query = sa.select(edition_ticket).order_by(_T.ticket_id)
    if release_ids is not None:
        query = query.where(_T.release_id.in_(release_ids))
    if ticket_id is not None:
        query = query.where(_T.ticket_id == ticket_id)
    if receipt is not None:
        query = query.where(_T.receipt == receipt)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def read_ticket_page(
    store: Store, wanted: TicketFilter, order: TicketOrder, *, limit: int, after: int | None
) -> list[dict[str, Any]]:
    """Return some tickets, from the one after a place on.

    Parameters
    ----------
    store
        The store.
    wanted
        Which.
    order
        In which order.
    limit
        At most so many.
    after
        Number of the last ticket of the page before; None for the first page.
    """
    query = sa.select(edition_ticket).where(*wanted.clauses())
    columns = _order(order)
    rising = order is TicketOrder.DUE
    with store.read() as connection:
        if after is not None:
            last = connection.execute(sa.select(*columns).where(_T.ticket_id == after)).one()
            reached = sa.tuple_(
                *(sa.literal(value, each.type) for value, each in zip(last, columns, strict=True))
            )
            place = sa.tuple_(*columns)
            query = query.where(place > reached if rising else place < reached)
        ordered = query.order_by(*(each if rising else each.desc() for each in columns))
        return [dict(row) for row in connection.execute(ordered.limit(limit)).mappings()]


def count_tickets(store: Store, wanted: TicketFilter, *, on: dt.date) -> TicketCounts:
    """Count tickets as they stand on a day.

    Parameters
    ----------
    store
        The store.
    wanted
        Which.
    on
        The day.
    """
    waits = _T.outcome.is_(None)
    query = sa.select(
        sa.func.count().filter(waits),
        sa.func.count().filter(waits & _late(on)),
        sa.func.count().filter(~waits),
        sa.func.min(_T.due_on).filter(waits),
    ).where(*wanted.clauses())
    with store.read() as connection:
        return TicketCounts(*connection.execute(query).one())


def _late(on: dt.date) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(_T.answered_on, sa.literal(on, sa.Date)) > _T.due_on


def _order(order: TicketOrder) -> tuple[sa.Column[Any], ...]:
    first = {TicketOrder.DUE: (_T.due_on,), TicketOrder.ANSWERED: (_T.answered_on,)}.get(order, ())
    return (*first, _T.ticket_id)
