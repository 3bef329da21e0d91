"""Lists of objections, against the same lists sorted and cut here."""

from __future__ import annotations

import datetime as dt

import pytest

from data.releases.ticket_lists import TicketFilter, TicketOrder, assignments_of, count_tickets, list_tickets
from data.releases.tickets import (
    Opinion,
    TicketKind,
    TicketOutcome,
    answer_ticket,
    assign_ticket,
    raise_ticket,
)

DAY = dt.date(2026, 9, 24)
LATER = DAY + dt.timedelta(days=60)


@pytest.fixture
def tickets(store, begin):
    """Return seven tickets, the later numbers due earlier by pairs; the first three answered on two days."""
    release_id = begin()
    made = []
    for number in range(7):
        opinion = Opinion(
            kind=TicketKind.COMMENT if number % 2 else TicketKind.OBJECTION,
            raised_by="某企业",
            text=f"第{number}件",
            owner="ag_a" if number < 2 else "",
        )
        day = DAY - dt.timedelta(days=number // 2)
        made.append(raise_ticket(store, release_id, opinion, received_on=day))
    for number in range(3):
        day = DAY + dt.timedelta(days=number // 2)
        made[number] = answer_ticket(
            store, made[number].ticket_id, outcome=TicketOutcome.ACCEPTED, text="好", by="张三", on=day
        )
    return made


def walked(store, wanted, order, limit):
    found, after = [], None
    while True:
        page = list_tickets(store, wanted, order=order, limit=limit, after=after)
        found += page.tickets
        assert len(page.tickets) <= limit
        if page.last is None:
            return found
        after = page.last


ORDERS = {
    TicketOrder.NEWEST: lambda each: (-each.ticket_id,),
    TicketOrder.DUE: lambda each: (each.due_on.toordinal(), each.ticket_id),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 3, 7, 50])
def test_pages_together_are_the_whole_list_in_its_order(store, tickets, order, limit):
    assert walked(store, TicketFilter(), order, limit) == sorted(tickets, key=ORDERS[order])


def test_those_answered_come_the_last_answered_first(store, tickets):
    found = walked(store, TicketFilter(answered=True), TicketOrder.ANSWERED, 1)
    assert [each.ticket_id for each in found] == [tickets[place].ticket_id for place in (2, 1, 0)]


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (TicketFilter(answered=False), (3, 4, 5, 6)),
        (TicketFilter(owner="ag_a"), (0, 1)),
        (TicketFilter(owner=""), (2, 3, 4, 5, 6)),
        (TicketFilter(kind="意见"), (1, 3, 5)),
        (TicketFilter(release_id=10**6), ()),
        (TicketFilter(late_on=LATER), (3, 4, 5, 6)),
        (TicketFilter(late_on=DAY), ()),
    ],
)
def test_a_list_holds_what_is_asked_for(store, tickets, wanted, places):
    found = walked(store, wanted, TicketOrder.NEWEST, 2)
    assert [each.ticket_id for each in reversed(found)] == [tickets[place].ticket_id for place in places]
    counts = count_tickets(store, wanted, on=LATER)
    assert counts.all == len(places)
    assert counts.open == sum(tickets[place].outcome is None for place in places)
    assert counts.late == counts.open


def test_what_is_open_tells_its_first_term(store, tickets):
    counts = count_tickets(store, TicketFilter(), on=DAY)
    assert (counts.open, counts.late, counts.answered) == (4, 0, 3)
    assert counts.first_due == min(each.due_on for each in tickets if each.outcome is None)
    assert count_tickets(store, TicketFilter(kind="无"), on=DAY) == (0, 0, 0, None)


def test_every_assignment_is_noted_and_the_same_one_once(store, tickets):
    ticket = tickets[4]
    for to, by in (("zhang", "user:a"), ("zhang", "user:b"), ("li", "user:b")):
        assign_ticket(store, ticket.ticket_id, to=to, by=by)
    made = assignments_of(store, ticket)
    assert [(each.by, each.to) for each in made] == [("user:a", "zhang"), ("user:b", "li")]
    assert assignments_of(store, tickets[5]) == ()
