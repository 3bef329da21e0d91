"""Shortlists: people chosen for vacancies and saved searches, opened in pages, run again, taken as files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal
from api.dependencies import ServiceDependency, requires
from api.pages.agency_lists import (
    FileForm,
    Row,
    candidates_of,
    chosen_by_vacancy,
    found_by_search,
    written,
)
from api.pages.frame import back_to, render
from api.pages.visitor import Form
from api.routes.searches import run_saved_search
from api.service import Service
from data.errors import UnknownName
from data.feedback import EventKind
from data.permissions import Scope
from data.store.audit import Access, Action
from data.store.search_runs import read_news
from data.store.searches import Direction, SavedSearch, delete_search, list_searches, read_search
from matching.answers import shown

__all__ = ["KeptSearch", "inside", "kept_searches"]

inside = APIRouter(prefix="/agency/shortlists", include_in_schema=False)

Reader = Annotated[Principal, requires(Scope.SEARCHES_READ)]
Writer = Annotated[Principal, requires(Scope.SEARCHES_WRITE)]
Number = Annotated[str, Path(max_length=64)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
_ON_A_PAGE: Final = 100
_TITLE: Final = "候选名单"


class KeptSearch(NamedTuple):
    """A saved search with what its last run brought."""

    search: SavedSearch
    """The search."""
    people: bool
    """Whether it looks for people."""
    found: int
    """How many it finds."""
    new: int
    """How many of them its last run was the first to find."""
    gone: int
    """How many its last run no longer found."""


def kept_searches(service: Service, caller: Principal) -> list[KeptSearch]:
    """Return the searches of the caller's agency, those with news first.

    Parameters
    ----------
    service
        The service.
    caller
        Whose they are.
    """
    kept = []
    for search in list_searches(service.store, owner=caller.owner):
        news = read_news(service.store, search, since=0)
        here = [each for each in news if each.gone_run is None]
        last = read_news(service.store, search, since=search.run - 1) if search.run > 1 else []
        gone = sum(each.gone_run is not None for each in last)
        people = search.direction is Direction.PROFILES
        kept.append(KeptSearch(search, people, len(here), len(last) - gone, gone))
    return sorted(kept, key=lambda each: (not each.new, -each.search.changed_at.timestamp()))


@inside.get("", response_class=HTMLResponse)
def show_lists(request: Request, service: ServiceDependency, caller: Reader) -> HTMLResponse:
    """Show the lists of the caller's agency."""
    matcher = service.seen_by(caller)
    chosen = []
    for vacancy_id, people in chosen_by_vacancy(service, caller).items():
        position = matcher.vacancies.position(vacancy_id)
        item = None if position is None else shown(matcher.vacancies.rows[position], vacancies=True)
        open_ones = sum(each.kind is not EventKind.DECLINED for each in people)
        chosen.append(
            {
                "id": vacancy_id,
                "item": item,
                "people": open_ones,
                "declined": len(people) - open_ones,
                "hired": sum(each.kind is EventKind.HIRED for each in people),
            }
        )
    searches = kept_searches(service, caller)
    return render(request, service, "agency_lists.html", _TITLE, chosen=chosen, searches=searches)


@inside.get("/vacancies/{vacancy_id}", response_class=HTMLResponse)
def show_candidates(
    request: Request, service: ServiceDependency, caller: Reader, vacancy_id: Number, page: PageNumber = 1
) -> HTMLResponse:
    """Show the candidates for a vacancy; the look at them is noted."""
    rows, title, item = _candidates(service, caller, vacancy_id)
    ids = [row.id for row in rows]
    service.note(Access(caller.actor, Action.READ_PERSON, results=len(ids), vacancy_id=vacancy_id, shown=ids))
    here = f"/agency/shortlists/vacancies/{vacancy_id}"
    return _list(request, service, title, rows, page, here=here, people=True, search=None, item=item)


@inside.get("/vacancies/{vacancy_id}/export")
def export_candidates(
    service: ServiceDependency, caller: Reader, vacancy_id: Number, form: FileForm = FileForm.XLSX
) -> Response:
    """Return the candidates for a vacancy as a file, under their pseudonyms."""
    rows, title, _ = _candidates(service, caller, vacancy_id)
    content = written(service, caller, rows, form, people=True, title=title)
    return _file(content, form, f"候选名单-{vacancy_id}")


@inside.get("/searches/{search_id}", response_class=HTMLResponse)
def show_search(
    request: Request, service: ServiceDependency, caller: Reader, search_id: Number, page: PageNumber = 1
) -> HTMLResponse:
    """Show what a search found when it last ran."""
    search = read_search(service.store, search_id, owner=caller.owner)
    rows = found_by_search(service, caller, service.seen_by(caller), search)
    people, here = search.direction is Direction.PROFILES, f"/agency/shortlists/searches/{search_id}"
    return _list(
        request, service, search.name, rows, page, here=here, people=people, search=search, item=None
    )


@inside.get("/searches/{search_id}/export")
def export_search(
    service: ServiceDependency, caller: Reader, search_id: Number, form: FileForm = FileForm.XLSX
) -> Response:
    """Return what a search found as a file, under pseudonyms."""
    search = read_search(service.store, search_id, owner=caller.owner)
    rows = found_by_search(service, caller, service.seen_by(caller), search)
    people = search.direction is Direction.PROFILES
    content = written(service, caller, rows, form, people=people, title=search.name)
    return _file(content, form, f"检索-{search_id}")


@inside.post("/searches/{search_id}/run")
def run_search(service: ServiceDependency, caller: Writer, search_id: Number, _: Form) -> Response:
    """Run a search now, which counts as a match."""
    run_saved_search(service, caller, search_id)
    return back_to(f"/agency/shortlists/searches/{search_id}")


@inside.post("/searches/{search_id}/delete")
def remove_search(service: ServiceDependency, caller: Writer, search_id: Number, _: Form) -> Response:
    """Delete a search with what it found."""
    delete_search(service.store, search_id, owner=caller.owner)
    return back_to("/agency/shortlists")


def _candidates(
    service: Service, caller: Principal, vacancy_id: str
) -> tuple[list[Row], str, dict[str, Any] | None]:
    """Return a list with its title and the vacancy; one that the caller has nothing on is not found."""
    matcher = service.seen_by(caller)
    position = matcher.vacancies.position(vacancy_id)
    rows = candidates_of(service, caller, matcher, vacancy_id)
    if position is None and not rows:
        raise UnknownName("shortlist_unknown", "没有这个岗位的候选名单", hint="从候选名单页进入")
    item = None if position is None else shown(matcher.vacancies.rows[position], vacancies=True)
    return rows, "候选名单：" + ("已不在招的岗位" if item is None else str(item["title"])), item


def _list(
    request: Request, service: Service, title: str, rows: Sequence[Row], page: int, **shown_besides: Any
) -> HTMLResponse:
    pages = max(1, math.ceil(len(rows) / _ON_A_PAGE))
    page = min(page, pages)
    part = rows[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
    return render(
        request,
        service,
        "agency_list.html",
        title,
        rows=part,
        total=len(rows),
        page=page,
        pages=pages,
        synthetic=any(row.synthetic for row in rows),
        **shown_besides,
    )


def _file(content: bytes, form: FileForm, name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(f'{name}.{form.value}')}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, media_type=form.media_type, headers=headers)
