"""Looking for people: what is wanted, how many qualify while it changes, and who fits best and why."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal
from api.dependencies import ServiceDependency
from api.pages.agency_asking import (
    Matching,
    Reading,
    caught,
    may_match,
    own_vacancies,
    places_of,
    texts_of,
)
from api.pages.agency_form import LENGTHS, RANKINGS, Typed, read_model, typed_vacancy
from api.pages.agency_paste import read_pasted_vacancy
from api.pages.agency_views import shown_results
from api.pages.frame import render
from api.pages.visitor import Form
from api.problems import status_of
from api.requests import RelaxationRequest, VacancyMatchRequest
from api.routes.matches import match_vacancy, relax_vacancy
from api.service import Service
from data.errors import InputError
from data.feedback import DeclineReason
from data.records import Education, Engagement, SkillLevel
from matching.answers import shown
from matching.counting import Qualified, count_qualified
from matching.queries import stored_query
from matching.rules import RULES

__all__ = ["inside", "vacancy_choices"]

inside = APIRouter(prefix="/agency/match", include_in_schema=False)

_TITLE: Final = "找人"
_LONGEST_TEXT: Final = 8000
_RULE_LABELS: Final = {rule.name: rule.label for rule in RULES}
VacancyId = Annotated[str, Query(max_length=64)]


@inside.get("", response_class=HTMLResponse)
def show_form(
    request: Request,
    service: ServiceDependency,
    caller: Reading,
    vacancy_id: VacancyId = "",
    like: VacancyId = "",
) -> HTMLResponse:
    """Show the form: empty, for a stored vacancy, or filled in with one so that it can be changed."""
    may_match(caller)
    typed = Typed({"vacancy_id": vacancy_id} if vacancy_id else {}, (), {}, for_vacancy=True)
    if like:
        typed = _like(service, caller, like)
    return _page(request, service, caller, typed)


@inside.post("/read", response_class=HTMLResponse)
def read_text(request: Request, service: ServiceDependency, caller: Reading, form: Form) -> HTMLResponse:
    """Put a pasted advertisement into the fields, for a person to check; nothing is matched yet."""
    may_match(caller)
    text = str(form.get("text", ""))[:_LONGEST_TEXT]
    typed, problem = caught(lambda: read_pasted_vacancy(text, codes=service.region.place_codes))
    if typed is None or not text.strip():
        problem = problem or InputError("text_missing", "没有粘贴文字", hint="把招聘信息全文粘贴到框里")
        empty = Typed({"text": text}, (), {}, for_vacancy=True)
        return _page(request, service, caller, empty, problem=problem)
    return _page(request, service, caller, typed, was_read=True)


@inside.get("/count", response_class=HTMLResponse)
def count(request: Request, service: ServiceDependency, caller: Reading) -> HTMLResponse:
    """Tell how many would qualify: hard rules alone, so it costs a reading and no match."""
    may_match(caller)
    typed = Typed.of(request.query_params, for_vacancy=True)
    counted, problem = caught(lambda: _count(service, caller, typed))
    title = "符合条件的人数"
    return render(request, service, "agency_count.html", title, counted=counted, problem=problem)


@inside.post("", response_class=HTMLResponse)
def find_people(request: Request, service: ServiceDependency, caller: Matching, form: Form) -> HTMLResponse:
    """Rank people for what was filled in, as ``POST /v1/matches/profiles`` does."""
    typed = Typed.of(form, for_vacancy=True)

    def answer() -> dict[str, Any]:
        asked = typed.vacancy_request(service.region.place_codes)
        found = match_vacancy(service, caller, asked)
        people = texts_of(service, caller, service.seen_by(caller), [each.id for each in found.results])
        return {"found": found, "results": shown_results(found, people)}

    answered, problem = caught(answer)
    return _page(request, service, caller, typed, problem=problem, **(answered or {}))


@inside.post("/advice", response_class=HTMLResponse)
def advise(request: Request, service: ServiceDependency, caller: Matching, form: Form) -> Response:
    """Tell which requirements to relax, as ``POST /v1/matches/relaxations`` does."""
    typed = Typed.of(form, for_vacancy=True)

    def answer() -> dict[str, Any]:
        asked = typed.vacancy_request(service.region.place_codes)
        given = {"vacancy_id": asked.vacancy_id, "vacancy": asked.vacancy}
        advice = relax_vacancy(service, caller, read_model(RelaxationRequest, given))
        return {"advice": advice}

    answered, problem = caught(answer)
    if "hx-request" in request.headers:
        part = {"problem": problem, "rules": _RULE_LABELS, **(answered or {"advice": None})}
        return render(request, service, "agency_advice.html", _TITLE, **part)
    return _page(request, service, caller, typed, problem=problem, **(answered or {}))


def vacancy_choices(service: Service) -> dict[str, Any]:
    """Return what the fields of a vacancy or person offer to choose from."""
    return {
        "levels": [each.value for each in Education],
        "skill_levels": [each.value for each in SkillLevel],
        "engagements": [each.value for each in Engagement],
        "places": places_of(service),
        "lengths": LENGTHS,
        "rankings": {kind.value: label for kind, label in RANKINGS.items()},
        "reasons": list(DeclineReason),
        "rules": _RULE_LABELS,
    }


def _like(service: Service, caller: Principal, vacancy_id: str) -> Typed:
    matcher = service.seen_by(caller)
    row = stored_query(vacancy_id, matcher.vacancies, matcher.background).row
    return typed_vacancy(row, str(shown(row, vacancies=True)["place"] or ""))


def _count(service: Service, caller: Principal, typed: Typed) -> Qualified:
    """Count by what the hard rules read; a vacancy without a title counts as well."""
    loaded = service.seen_by(caller).loaded
    if typed.get("vacancy_id"):
        return count_qualified(typed.get("vacancy_id"), loaded)
    titled = Typed({**typed.values, "title": "岗位"}, typed.engagement, {}, for_vacancy=True)
    asked: VacancyMatchRequest = titled.vacancy_request(service.region.place_codes)
    target = asked.vacancy_target()
    return count_qualified(target, loaded)


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
    if typed.get("vacancy_id"):
        row = stored_query(typed.get("vacancy_id"), matcher.vacancies, matcher.background).row
        stored = {**shown(row, vacancies=True), "duties": row["duties"]}
    counted, _ = caught(lambda: _count(service, caller, typed))
    filled: dict[str, Any] = {"found": None, "results": (), "advice": None, **answered}
    return render(
        request,
        service,
        "agency_match.html",
        _TITLE,
        status=200 if problem is None else status_of(problem),
        typed=typed,
        stored=stored,
        own=own_vacancies(service, caller, matcher),
        counted=counted,
        problem=problem,
        was_read=was_read,
        **vacancy_choices(service),
        **filled,
    )
