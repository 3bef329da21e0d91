"""What is done with people who were found: two beside each other, feedback, a search that is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from api.access.principal import Principal
from api.dependencies import ServiceDependency, requires, spend_matches
from api.pages.agency_asking import Matching, texts_of
from api.pages.agency_form import Typed, read_model
from api.pages.agency_lists import actors_of
from api.pages.agency_views import differences, facts_of, shown_result
from api.pages.fields import is_number
from api.pages.frame import back_to, render
from api.pages.visitor import Form
from api.requests import PairRequest
from api.routes.matches import match_pair
from api.routes.searches import run_saved_search
from api.searches import SearchIn
from api.service import Service
from data.errors import InputError
from data.feedback import EventKind, event_from
from data.permissions import Scope
from data.store.feedback import EventStatus, PairStanding, read_standings, record_events
from data.store.searches import add_search

__all__ = ["inside", "keep_search"]

inside = APIRouter(prefix="/agency", include_in_schema=False)

Teller = Annotated[Principal, requires(Scope.FEEDBACK_WRITE)]
Saver = Annotated[Principal, requires(Scope.SEARCHES_WRITE)]
PersonId = Annotated[str, Query(max_length=64)]
_TAKEN: Final = "event_id_taken"
_TOLD: Final = {
    EventKind.SHORTLISTED: "已加入候选名单。",
    EventKind.CONTACTED: "已记下：联系过。",
    EventKind.INTERVIEWED: "已记下：面试过。",
    EventKind.HIRED: "已记下：录用。",
    EventKind.DECLINED: "已记下：不合适。",
}


@inside.get("/match/compare", response_class=HTMLResponse)
def compare_stored(
    request: Request,
    service: ServiceDependency,
    caller: Matching,
    vacancy_id: PersonId = "",
    a: PersonId = "",
    b: PersonId = "",
) -> HTMLResponse:
    """Show two people for a stored vacancy beside each other."""
    typed = Typed({"vacancy_id": vacancy_id}, (), {}, for_vacancy=True)
    return _compare(request, service, caller, typed, [each for each in (a, b) if each])


@inside.post("/match/compare", response_class=HTMLResponse)
def compare_asked(request: Request, service: ServiceDependency, caller: Matching, form: Form) -> HTMLResponse:
    """Show the two people who were ticked beside each other, for the vacancy as it was filled in."""
    ticked = [str(each) for each in form.getlist("pair")]
    return _compare(request, service, caller, Typed.of(form, for_vacancy=True), ticked)


@inside.post("/match/save")
def save_people(service: ServiceDependency, caller: Saver, form: Form) -> Response:
    """Keep the search for people under a name, and run it."""
    typed = Typed.of(form, for_vacancy=True)
    given = {"name": _name(form), "profiles": typed.vacancy_request(service.region.place_codes)}
    return keep_search(service, caller, read_model(SearchIn, given))


@inside.post("/match/feedback", response_class=HTMLResponse)
def take_feedback(request: Request, service: ServiceDependency, caller: Teller, form: Form) -> Response:
    """Record what was done with a person, once however often the button is pressed."""
    now = dt.datetime.now(dt.UTC)
    given, before = _said(form), _standing(service, caller, form)
    again = before is not None and (before.kind, before.reason) == (given["kind"], given.get("reason"))
    if not again:
        event = event_from(_event(given, form, now, before))
        (result,) = record_events(service.store, [event], actor=caller.actor, owner=caller.owner, now=now)
        again = result.status is EventStatus.KNOWN or result.code == _TAKEN
        if result.status is EventStatus.REFUSED and not again:
            raise InputError(result.code, result.message, hint="核对需求与人选是否还在，再试一次")
    if "hx-request" not in request.headers:
        return back_to(f"/agency/shortlists/vacancies/{quote(given['vacancy_id'], safe='')}")
    told = "早已记过，没有重复记。" if again else _TOLD[EventKind(given["kind"])]
    return render(request, service, "agency_feedback.html", "反馈", problem=None, told=told)


def keep_search(service: Service, caller: Principal, given: SearchIn) -> Response:
    """Keep a search as the API does, run it once, and show it.

    Parameters
    ----------
    service
        The service.
    caller
        Whose search it is.
    given
        The search.
    """
    draft, now = given.to_draft(service.seen_by(caller)), dt.datetime.now(dt.UTC)
    search_id = add_search(
        service.store, caller.owner, draft, actor=caller.actor, now=now, keep=lambda _connection, _id: None
    )
    run_saved_search(service, caller, search_id)
    return back_to(f"/agency/shortlists/searches/{search_id}")


def _compare(
    request: Request, service: Service, caller: Principal, typed: Typed, people: list[str]
) -> HTMLResponse:
    """Judge both as ``POST /v1/matches/pairs`` does: two matches, of which the request itself is one."""
    if len(set(people)) != 2:
        raise InputError("pair_incomplete", "请勾选两个人再比较", hint="回到上一页，勾选两人")
    asked = typed.vacancy_request(service.region.place_codes)
    same = {name: getattr(asked, name) for name in ("vacancy_id", "vacancy", "weights", "rank_by")}
    with service.store.begin() as connection:
        spend_matches(connection, service, caller, len(people) - 1)
    pairs = [
        match_pair(
            service, caller, read_model(PairRequest, {**same, "profile_id": each, "rank_by": asked.rank_by})
        )
        for each in people
    ]
    texts = texts_of(service, caller, service.seen_by(caller), people)
    return render(
        request,
        service,
        "agency_compare.html",
        "两人比较",
        typed=typed,
        people=[shown_result(each, texts.get(each.id, "")) for each in pairs],
        facts=[facts_of(each.item) for each in pairs],
        lines=differences(*pairs),
    )


def _standing(service: Service, caller: Principal, form: FormData) -> PairStanding | None:
    """Return how far a pair came, as the caller's agency told it."""
    vacancy_id, person = str(form.get("vacancy_id", "")), str(form.get("profile_id", ""))
    known = read_standings(service.store, actors_of(service, caller), vacancy_id=vacancy_id)
    return next((each for each in known if each.profile_id == person), None)


def _said(form: FormData) -> dict[str, Any]:
    """Return what a button says of a pair."""
    names = ("kind", "side", "vacancy_id", "profile_id", "model_version")
    given: dict[str, Any] = {name: str(form.get(name, "")) for name in names if form.get(name)}
    if given.setdefault("kind", "") == EventKind.DECLINED:
        given["reason"] = str(form.get("reason", ""))
    return given


def _event(
    given: dict[str, Any], form: FormData, now: dt.datetime, before: PairStanding | None
) -> dict[str, Any]:
    """Return an event whose number is made of what it says and what stood before: pressed twice it is one."""
    said = [str(given.get(name, "")) for name in ("vacancy_id", "profile_id", "kind", "side", "reason")]
    if before is not None:
        said += [before.kind.value, before.happened_at.isoformat()]
    position = str(form.get("position", ""))
    if is_number(position):
        given = {**given, "position": int(position)}
    number = hashlib.sha256("¦".join(said).encode()).hexdigest()[:32]
    return {**given, "event_id": f"page-{number}", "happened_at": now.isoformat()}


def _name(form: FormData) -> str:
    return str(form.get("name", "")).strip() or str(form.get("title", "")).strip()
