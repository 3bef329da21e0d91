"""Looking for vacancies for a person, in the same manner as people are looked for."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal, require_scope
from api.dependencies import ServiceDependency, requires
from api.pages.agency_asking import (
    Matching,
    Reading,
    caught,
    duties_of,
    may_match,
    own_people,
)
from api.pages.agency_form import Typed, read_model
from api.pages.agency_match import vacancy_choices
from api.pages.agency_paste import read_pasted_person
from api.pages.agency_results import keep_search
from api.pages.agency_views import shown_results
from api.pages.frame import render
from api.pages.visitor import Form
from api.problems import status_of
from api.routes.matches import match_person
from api.searches import SearchIn
from api.service import Service
from data.errors import InputError
from data.permissions import Scope
from data.store.audit import Access, Action
from data.store.moments import beijing_today
from matching.answers import shown
from matching.queries import stored_query

__all__ = ["inside"]

inside = APIRouter(prefix="/agency/jobs-for", include_in_schema=False)

PersonId = Annotated[str, Query(max_length=64)]
Saver = Annotated[Principal, requires(Scope.SEARCHES_WRITE)]
_TITLE: Final = "找岗位"
_LONGEST_TEXT: Final = 20_000


@inside.get("", response_class=HTMLResponse)
def show_form(
    request: Request, service: ServiceDependency, caller: Reading, profile_id: PersonId = ""
) -> HTMLResponse:
    """Show the form, empty or for a stored person."""
    may_match(caller)
    values = {"profile_id": profile_id} if profile_id else {}
    return _page(request, service, caller, Typed(values, (), {}, for_vacancy=False))


@inside.post("/read", response_class=HTMLResponse)
def read_text(request: Request, service: ServiceDependency, caller: Reading, form: Form) -> HTMLResponse:
    """Put a pasted résumé into the fields without name and contacts; nothing is kept or matched yet."""
    may_match(caller)
    text = str(form.get("text", ""))[:_LONGEST_TEXT]
    today = beijing_today()
    typed, problem = caught(lambda: read_pasted_person(text, today=today, codes=service.region.place_codes))
    if typed is None or not text.strip():
        problem = problem or InputError("text_missing", "没有粘贴文字", hint="把简历或自我介绍粘贴到框里")
        empty = Typed({"text": text}, (), {}, for_vacancy=False)
        return _page(request, service, caller, empty, problem=problem)
    return _page(request, service, caller, typed, was_read=True)


@inside.post("", response_class=HTMLResponse)
def find_vacancies(
    request: Request, service: ServiceDependency, caller: Matching, form: Form
) -> HTMLResponse:
    """Rank open vacancies for what was filled in, as ``POST /v1/matches/vacancies`` does."""
    typed = Typed.of(form, for_vacancy=False)

    def answer() -> dict[str, Any]:
        asked = typed.profile_request(service.region.place_codes)
        found = match_person(service, caller, asked)
        texts = duties_of(service.seen_by(caller), [each.id for each in found.results])
        return {"found": found, "results": shown_results(found, texts)}

    answered, problem = caught(answer)
    return _page(request, service, caller, typed, problem=problem, **(answered or {}))


@inside.post("/save")
def save_vacancies(service: ServiceDependency, caller: Saver, form: Form) -> Response:
    """Keep the search for vacancies under a name, and run it."""
    typed = Typed.of(form, for_vacancy=False)
    name = str(form.get("name", "")).strip() or typed.get("title").strip()
    given = {"name": name, "vacancies": typed.profile_request(service.region.place_codes)}
    return keep_search(service, caller, read_model(SearchIn, given))


def _page(
    request: Request,
    service: Service,
    caller: Principal,
    typed: Typed,
    *,
    problem: InputError | None = None,
    was_read: bool = False,
    **answered: Any,
) -> HTMLResponse:
    """Show the form with what was filled in, and below it what was found."""
    matcher = service.seen_by(caller)
    stored = None
    if typed.get("profile_id"):
        require_scope(caller, Scope.PROFILES_READ)
        row = stored_query(typed.get("profile_id"), matcher.profiles, matcher.background).row
        stored = shown(row, vacancies=False)
        service.note(Access(caller.actor, Action.READ_PERSON, results=1, profile_id=typed.get("profile_id")))
    filled: dict[str, Any] = {"found": None, "results": (), **answered}
    return render(
        request,
        service,
        "agency_jobs.html",
        _TITLE,
        status=200 if problem is None else status_of(problem),
        typed=typed,
        stored=stored,
        own=own_people(service, caller, matcher),
        problem=problem,
        was_read=was_read,
        **vacancy_choices(service),
        **filled,
    )
