"""Objections and comments in lists: a page at a time, and counted; and who worked on one of them when."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from data.releases.tickets import Ticket
from data.store.history import read_changes
from data.store.schema import edition_ticket
from data.store.store import Store
from data.store.tickets import TicketCounts, TicketFilter, TicketOrder, count_tickets, read_ticket_page

__all__ = [
    "Assignment",
    "TicketCounts",
    "TicketFilter",
    "TicketOrder",
    "TicketPage",
    "assignments_of",
    "count_tickets",
    "list_tickets",
]

_ALL = TicketFilter()


class TicketPage(NamedTuple):
    """Some tickets."""

    tickets: tuple[Ticket, ...]
    """The tickets in their order."""
    last: int | None
    """Number of the last of them, where more follow."""


class Assignment(NamedTuple):
    """One time that somebody was told to work on a ticket."""

    at: dt.datetime
    """When, UTC."""
    by: str
    """Who said so."""
    to: str
    """User who is to work on it."""


def list_tickets(
    store: Store,
    wanted: TicketFilter = _ALL,
    *,
    order: TicketOrder = TicketOrder.NEWEST,
    limit: int = 20,
    after: int | None = None,
) -> TicketPage:
    """Return a page of tickets; pages cost the same at any depth.

    Parameters
    ----------
    store
        The store.
    wanted
        Which; all when left out.
    order
        In which order.
    limit
        At most so many, at least 1.
    after
        ``last`` of the page before; None for the first page.

    Returns
    -------
    TicketPage
        Empty where there are none.
    """
    rows = read_ticket_page(store, wanted, order, limit=limit + 1, after=after)
    tickets = tuple(Ticket.from_row(row) for row in rows[:limit])
    return TicketPage(tickets, tickets[-1].ticket_id if len(rows) > limit else None)


def assignments_of(store: Store, ticket: Ticket) -> tuple[Assignment, ...]:
    """Return who was told to work on a ticket, by whom and when, the first time first."""
    changes = read_changes(store, table_name=edition_ticket.name, row_key=str(ticket.ticket_id))
    return tuple(
        Assignment(each["at"], each["actor"], each["fields"]["assigned_to"][1])
        for each in changes
        if each["kind"] == "assigned"
    )
