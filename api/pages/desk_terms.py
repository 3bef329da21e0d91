"""The clocks of an edition: until when departments, the public, the office and the law have time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from data.releases.decision import PUBLISH_WORKDAYS
from data.releases.errata import CORRECTION_WORKDAYS
from data.releases.registry import Release
from data.releases.states import EditionState
from data.releases.tickets import Ticket, TicketOutcome
from data.releases.workdays import WorkCalendar, work_calendar

__all__ = ["Term", "terms_of"]

_SOON = 3


class Term(NamedTuple):
    """A day by which something is due."""

    name: str
    """What is due."""
    day: dt.date
    """Its last day."""
    left: str
    """How long there is, or that it is over."""
    tone: str
    """Class of its badge: good, warn, bad, or empty."""


def terms_of(release: Release, tickets: Sequence[Ticket], *, on: dt.date) -> tuple[Term, ...]:
    """List the clocks that run for an edition in its present state.

    Parameters
    ----------
    release
        The edition.
    tickets
        What people said of it.
    on
        Day of reading.
    """
    calendar = work_calendar()
    return (*_of_state(release, calendar, on), *_of_tickets(release, tickets, calendar, on))


def _of_state(release: Release, calendar: WorkCalendar, on: dt.date) -> Iterator[Term]:
    state = release.state
    if state is EditionState.DEPT_REVIEW:
        yield _due("部门答复期限", _day(release, state, "due_on"), calendar, on)
    if state is EditionState.CONSULTATION:
        ends_on = _day(release, state, "ends_on")
        over = on > ends_on
        left = "已期满，可以审定" if over else f"还剩 {calendar.between(on, ends_on)} 个工作日"
        yield Term("征求意见至", ends_on, left, "good" if over else "")
    if state is EditionState.SIGNED:
        last = calendar.add(_day(release, state, "signed_on"), PUBLISH_WORKDAYS)
        yield _due("发布期限", last, calendar, on)
        if release.evidence[state].get("embargo_until"):
            until = _day(release, state, "embargo_until")
            yield Term(
                "保密期至",
                until,
                "已期满" if on >= until else "未满，不能发布",
                "" if on >= until else "warn",
            )
    if state.is_public and release.valid_to is not None:
        days = (release.valid_to - on).days
        left = f"还有 {days} 日" if days >= 0 else "已到期，只作参考"
        yield Term("有效期至", release.valid_to, left, "" if days > 30 else "warn" if days >= 0 else "bad")


def _of_tickets(
    release: Release, tickets: Sequence[Ticket], calendar: WorkCalendar, on: dt.date
) -> Iterator[Term]:
    unanswered = [each.due_on for each in tickets if each.outcome is None]
    if unanswered:
        yield _due(f"未答复意见 {len(unanswered)} 件，最近", min(unanswered), calendar, on)
    if not release.state.is_public:
        return
    put_right = {each.entry_id for record in release.versions for each in record.errata}
    for ticket in tickets:
        is_agreed = ticket.outcome in (TicketOutcome.ACCEPTED, TicketOutcome.PARTLY)
        if is_agreed and ticket.answered_on and ticket.entry_id and ticket.entry_id not in put_right:
            due_on = calendar.add(ticket.answered_on, CORRECTION_WORKDAYS)
            yield _due(f"勘误期限（意见 {ticket.ticket_id}）", due_on, calendar, on)


def _day(release: Release, state: EditionState, name: str) -> dt.date:
    return dt.date.fromisoformat(release.evidence[state][name])


def _due(name: str, day: dt.date, calendar: WorkCalendar, on: dt.date) -> Term:
    if on > day:
        return Term(name, day, f"已超期 {calendar.between(day, on)} 个工作日", "bad")
    left = calendar.between(on, day)
    return Term(name, day, f"还剩 {left} 个工作日" if left else "今天到期", "warn" if left <= _SOON else "")
