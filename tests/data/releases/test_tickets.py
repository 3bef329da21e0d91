"""Objections and comments."""

from __future__ import annotations

import datetime as dt

import pytest

from data.errors import InputError, RefusedError, UnknownName
from data.releases.lifecycle import Deed, advance
from data.releases.registry import find_release, read_document
from data.releases.states import EditionState
from data.releases.tickets import (
    OPINION_HEADS,
    Opinion,
    TicketKind,
    TicketOutcome,
    answer_ticket,
    opinion_rows,
    overdue_tickets,
    raise_ticket,
    tickets_of,
)

DAY = dt.date(2026, 9, 24)  # Thursday; Mid-Autumn and National Day follow


def opinion(**changes):
    plain = {"kind": TicketKind.OBJECTION, "raised_by": "某企业", "text": "需求人数偏低"}
    return Opinion.model_validate(plain | changes)


@pytest.fixture
def raised(store, begin):
    release_id = begin()
    return lambda on=DAY, **changes: raise_ticket(store, release_id, opinion(**changes), received_on=on)


def settle(store, ticket, **changes):
    plain = {"outcome": TicketOutcome.PARTLY, "text": "已补充样本", "by": "张三", "on": DAY}
    return answer_ticket(store, ticket.ticket_id, **(plain | changes))


def test_the_clock_runs_fifteen_working_days_over_the_holidays(raised):
    # After the 24th: 28, 29, 30, then 8, 9, 10 (worked), 12 to 16, 19 to 22.
    assert raised().due_on == dt.date(2026, 10, 22)


def test_contacts_are_hidden_before_anything_is_kept(raised):
    ticket = raised(contact="13800001234", text="请打 0417-2831234 找我", raised_by="李某 a@example.com")
    kept = f"{ticket.contact}{ticket.text}{ticket.raised_by}"
    assert not any(part in kept for part in ("13800001234", "2831234", "example.com"))
    assert "李某" in ticket.raised_by


def test_an_entry_must_be_of_the_edition(store, raised):
    ticket = raised()
    known = read_document(store, find_release(store, ticket.release_id)).entries[0].entry_id
    assert raised(entry_id=known).entry_id == known
    with pytest.raises(UnknownName, match="没有条目"):
        raised(entry_id="YK-S-2027-none")


@pytest.mark.parametrize("changes", [{"text": " "}, {"raised_by": ""}])
def test_somebody_says_something(raised, changes):
    with pytest.raises(InputError, match="没有内容或没有提出人"):
        raised(**changes)


def test_nothing_is_taken_against_a_withdrawn_edition(store, raised):
    ticket = raised()
    deed = Deed("王五", "办公室", "重新编制", DAY, dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
    advance(store, ticket.release_id, EditionState.WITHDRAWN, deed, evidence={})
    with pytest.raises(RefusedError, match="已撤回，不再受理"):
        raised()


def test_an_answer_is_given_once(store, raised):
    ticket = settle(store, raised())
    assert (ticket.outcome, ticket.answered_by, ticket.answered_on) == (TicketOutcome.PARTLY, "张三", DAY)
    with pytest.raises(RefusedError, match="已于 2026-09-24 答复（部分采纳）"):
        settle(store, ticket, text="另一答复")
    assert tickets_of(store, ticket.release_id) == (ticket,)


@pytest.mark.parametrize("changes", [{"text": ""}, {"by": " "}, {"on": DAY - dt.timedelta(days=1)}])
def test_an_answer_says_something_by_somebody_and_not_before_the_question(store, raised, changes):
    with pytest.raises(InputError):
        settle(store, raised(), **changes)


def test_an_unknown_ticket_is_named(store, raised):
    with pytest.raises(UnknownName, match="没有编号为 99"):
        answer_ticket(store, 99, outcome=TicketOutcome.ACCEPTED, text="好", by="张三", on=DAY)


def test_open_tickets_past_their_term_are_listed_longest_first(store, raised):
    late, later, answered = raised(), raised(on=dt.date(2026, 9, 1)), raised()
    settle(store, answered)
    on = dt.date(2026, 10, 23)
    assert [each.ticket_id for each in overdue_tickets(store, "yingkou", on=on)] == [
        later.ticket_id,
        late.ticket_id,
    ]
    assert [each.ticket_id for each in overdue_tickets(store, "yingkou", on=late.due_on)] == [later.ticket_id]
    assert overdue_tickets(store, "haicheng", on=on) == ()


def test_an_answer_after_the_term_stays_late(store, raised):
    ticket = raised()
    assert not settle(store, ticket, on=ticket.due_on).is_late(dt.date(2027, 1, 1))
    other = raised()
    assert settle(store, other, on=other.due_on + dt.timedelta(days=1)).is_late(other.received_on)


def test_the_table_of_opinions_shows_what_became_of_each_and_no_contact(store, raised):
    first, _ = raised(contact="微信 abcdef123"), raised(text="同意")
    settle(store, first)
    rows = opinion_rows(tickets_of(store, first.release_id))
    assert all(tuple(row) == OPINION_HEADS for row in rows)
    assert [row["采纳情况"] for row in rows] == ["部分采纳", "未答复"]
    assert rows[0]["条目"] == "全版"
    assert rows[0]["答复日期"] == "2026-09-24"
    assert "abcdef123" not in str(rows)
    assert opinion_rows([]) == []
