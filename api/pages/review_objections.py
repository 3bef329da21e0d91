"""Objections to editions and opinions on them: listed by their term, read beside the entry, answered."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.dependencies import ServiceDependency
from api.pages.fields import is_number, shown_time
from api.pages.frame import back_to, render
from api.pages.review_office import (
    PAGE,
    Answerer,
    ObjectionReader,
    words_of,
)
from api.pages.visitor import Form
from api.paging import KeysetQuery, Place, cursor_of, place_of
from api.problems import status_of
from api.service import Service
from data.catalogue.entries import Entry
from data.errors import InputError, YingcaiError
from data.permissions import Scope
from data.releases.registry import Release, find_release, list_releases
from data.releases.ticket_lists import (
    TicketFilter,
    TicketOrder,
    assignments_of,
    count_tickets,
    list_tickets,
)
from data.releases.tickets import (
    Ticket,
    TicketKind,
    TicketOutcome,
    answer_ticket,
    assign_ticket,
    find_ticket,
)
from data.store.moments import beijing_today
from data.store.users import UserStatus, actor_names, list_users, read_user

__all__ = ["inside"]

inside = APIRouter(include_in_schema=False, prefix="/office/objections")

Receipt = Annotated[str, Path(max_length=24)]
Choice = Annotated[str, Query(max_length=16)]
_LONGEST_NUMBER: Final = 9


class Listed(NamedTuple):
    """A ticket in the list."""

    ticket: Ticket
    """The ticket."""
    edition: str
    """The edition that it is about."""
    days: int
    """Days left until the term; below 0 where it has passed."""


@inside.get("", response_class=HTMLResponse)
def show_tickets(
    request: Request,
    service: ServiceDependency,
    _: ObjectionReader,
    state: Choice = "open",
    kind: Choice = "",
    release: Choice = "",
    cursor: Annotated[str | None, Query(min_length=1, max_length=600)] = None,
) -> Response:
    """Show those that wait, the first due first; or those answered, the last answered first."""
    today = beijing_today()
    editions = {each.release_id: _edition(each) for each in list_releases(service.store, service.region.name)}
    wanted = _wanted(state, kind, release, today)
    of = ["office objections", state, kind, release]
    place = place_of(KeysetQuery(cursor=cursor), key=service.pseudonym_key, of=of)
    order = TicketOrder.ANSWERED if wanted.answered else TicketOrder.DUE
    after = None if place is None else int(place.last_id)
    found = list_tickets(service.store, wanted, order=order, limit=PAGE, after=after)
    total = count_tickets(service.store, wanted, on=today).all if place is None else place.total
    more = None if found.last is None else Place(str(found.last), total)
    return render(
        request,
        service,
        "review_objections.html",
        "意见与异议办理",
        rows=[_listed(each, editions, today) for each in found.tickets],
        total=total,
        counts=count_tickets(service.store, TicketFilter(), on=today),
        state=state,
        kind=kind,
        release=release,
        kinds=tuple(TicketKind),
        editions=editions,
        names=_user_names(service),
        first=place is None,
        cursor=None if more is None else cursor_of(more, key=service.pseudonym_key, of=of),
    )


@inside.get("/{receipt}", response_class=HTMLResponse)
def show_ticket(
    request: Request, service: ServiceDependency, _: ObjectionReader, receipt: Receipt, done: Choice = ""
) -> Response:
    """Show one beside the entry that it is about, with the form for the answer."""
    return _page(request, service, find_ticket(service.store, receipt), done=done)


@inside.post("/{receipt}/answer", response_class=HTMLResponse)
def take_answer(
    request: Request, service: ServiceDependency, caller: Answerer, receipt: Receipt, form: Form
) -> Response:
    """Answer it, once."""
    ticket = find_ticket(service.store, receipt)
    given, text = words_of(form, "outcome", 16), words_of(form, "text")
    try:
        answer_ticket(
            service.store,
            ticket.ticket_id,
            outcome=_outcome(given),
            text=text,
            by=caller.actor,
            on=beijing_today(),
        )
    except YingcaiError as error:
        status = status_of(error)
        return _page(request, service, ticket, problem=error, status=status, outcome=given, text=text)
    return back_to(f"{inside.prefix}/{ticket.receipt}?done=answered")


@inside.post("/{receipt}/assignee", response_class=HTMLResponse)
def take_assignee(
    request: Request,
    service: ServiceDependency,
    caller: Answerer,
    receipt: Receipt,
    form: Form,
) -> Response:
    """Say who of the office works on it."""
    ticket = find_ticket(service.store, receipt)
    try:
        user = read_user(service.store, words_of(form, "user_id", 64))
        if user.agency_id or user.status is not UserStatus.ACTIVE:
            raise InputError("assignee_unusable", f"{user.user_id} 不能办理异议", hint="指给本部门有效的用户")
        assign_ticket(service.store, ticket.ticket_id, to=user.user_id, by=caller.actor)
    except YingcaiError as error:
        return _page(request, service, ticket, problem=error, status=status_of(error))
    return back_to(f"{inside.prefix}/{ticket.receipt}?done=assigned")


def _page(
    request: Request,
    service: Service,
    ticket: Ticket,
    *,
    done: str = "",
    problem: YingcaiError | None = None,
    status: int = 200,
    outcome: str = "",
    text: str = "",
) -> Response:
    release = find_release(service.store, ticket.release_id)
    today = beijing_today()
    return render(
        request,
        service,
        "review_objection.html",
        f"{ticket.kind.value}：{release.name} 版",
        status=status,
        ticket=ticket,
        row=_listed(ticket, {release.release_id: _edition(release)}, today),
        release=release,
        entry=_entry(service, release, ticket.entry_id),
        synthetic=service.documents.read(release.latest.edition_id).catalogue.synthetic,
        late=ticket.is_late(today),
        outcomes=tuple(TicketOutcome),
        staff=_staff(service),
        assignments=[
            (shown_time(each.at), each.by, each.to) for each in assignments_of(service.store, ticket)
        ],
        names=_user_names(service),
        actors=actor_names(service.store),
        done=done,
        problem=problem,
        outcome=outcome,
        text=text,
    )


def _entry(service: Service, release: Release, entry_id: str | None) -> Entry | None:
    """Return the entry as in the newest document of its edition; None for the edition as a whole."""
    entries: Any = service.documents.read(release.latest.edition_id).catalogue.entries
    return next((each for each in entries if each.entry_id == entry_id), None)


def _listed(ticket: Ticket, editions: dict[int, str], today: dt.date) -> Listed:
    named = editions.get(ticket.release_id, f"版次 {ticket.release_id}")
    return Listed(ticket, named, (ticket.due_on - (ticket.answered_on or today)).days)


def _edition(release: Release) -> str:
    return f"{release.kind.title} {release.name} 版"


def _wanted(state: str, kind: str, release: str, today: dt.date) -> TicketFilter:
    """Return which tickets an address asks for; what it does not name right restricts nothing."""
    return TicketFilter(
        kind=kind if kind in set(TicketKind) else None,
        release_id=int(release) if is_number(release, digits=_LONGEST_NUMBER) else None,
        answered=state == "answered",
        late_on=today if state == "late" else None,
    )


def _outcome(given: str) -> TicketOutcome:
    if given not in set(TicketOutcome):
        raise InputError("outcome_missing", "没有选择采纳情况", hint="可选：" + "、".join(TicketOutcome))
    return TicketOutcome(given)


def _staff(service: Service) -> list[tuple[str, str]]:
    """Return who of the office can work on tickets: user and name."""
    return [
        (user.user_id, user.name)
        for user in list_users(service.store)
        if not user.agency_id and user.status is UserStatus.ACTIVE and Scope.OBJECTIONS_WRITE in user.scopes
    ]


def _user_names(service: Service) -> dict[str, str]:
    return {user.user_id: user.name for user in list_users(service.store)}
