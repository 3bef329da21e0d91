"""One posting or one profile typed on a page: read, checked and kept as a program's request would be."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal, require_scope
from api.dependencies import ServiceDependency, requires_any
from api.idempotency import Once
from api.pages.agency_asking import places_of
from api.pages.frame import back_to, render
from api.pages.typed_fields import FIELDS, faults_of, read_fields
from api.pages.uploads_views import KINDS
from api.pages.visitor import Form
from api.problems import status_of
from api.recording import Recording
from api.routes.record_answers import PostingOut, ProfileOut
from api.routes.record_requests import ProfileRecordIn
from api.service import Service
from data.errors import UnknownName, YingcaiError
from data.permissions import Scope
from data.records import Engagement
from data.sources.columns import TableKind
from data.store.audit import Access, Action
from data.store.moments import beijing_today
from data.store.records import POSTINGS, PROFILES, read_record

__all__ = ["inside"]

inside = APIRouter(prefix="/office/records", include_in_schema=False)

Writer = Annotated[Principal, requires_any(Scope.POSTINGS_WRITE, Scope.PROFILES_WRITE)]
_WRITES: Final = {TableKind.POSTING: Scope.POSTINGS_WRITE, TableKind.PROFILE: Scope.PROFILES_WRITE}
_RECORDS: Final[Mapping[TableKind, Any]] = {
    TableKind.POSTING: (POSTINGS, PostingOut),
    TableKind.PROFILE: (PROFILES, ProfileOut),
}
_LONGEST_KEY: Final = 64


@inside.get("/{kind}", response_class=HTMLResponse)
def show_form(
    request: Request,
    service: ServiceDependency,
    caller: Writer,
    kind: TableKind,
    done: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Show the empty form, and what came of the record before."""
    require_scope(caller, _WRITES[kind])
    typed = {"posted_on": beijing_today().isoformat()}
    return _page(request, service, kind, typed=typed, saved=_saved(service, caller, kind, done))


@inside.post("/{kind}", response_class=HTMLResponse)
def take_record(
    request: Request, service: ServiceDependency, caller: Writer, kind: TableKind, form: Form
) -> Response:
    """Keep a record; where something cannot be read it is shown beside its field first."""
    require_scope(caller, _WRITES[kind])
    typed = {field.name: str(form.get(field.name, ""))[: field.longest] for field in FIELDS[kind]}
    ticked = tuple(str(each) for each in form.getlist("engagement"))
    shown: dict[str, Any] = {"typed": typed, "ticked": ticked, "request_key": _key_in(form)}
    read = read_fields(kind, typed, ticked, region_codes=service.region.place_codes)
    if read.given is None:
        return _page(request, service, kind, faults=read.faults, status=422, **shown)
    recording = Recording(service, caller, *_RECORDS[kind])
    given = read.given
    cells = given.cells_on(recording.today) if isinstance(given, ProfileRecordIn) else given.cells()
    once = Once(service, f"POST {inside.prefix}/{kind.value}", shown["request_key"], Response())
    try:
        record = recording.typed(given, cells)
        unread = {each.column: each.message for each in record.problems}
        if unread and form.get("as_is") != "1":
            return _page(request, service, kind, faults=unread, unread=True, status=422, **shown)
        content = given.model_dump(mode="json")
        made = once.create(caller, content, lambda keep: recording.add(given, record, keep))
    except YingcaiError as error:
        faults = faults_of(kind, error)
        problem = None if faults else error
        status = status_of(error)
        return _page(request, service, kind, faults=faults, problem=problem, status=status, **shown)
    if kind is TableKind.PROFILE:
        looked = Access(caller.actor, Action.CORRECT_PERSON, results=1, profile_id=made.resource_id)
        service.note(looked)
    return back_to(f"{inside.prefix}/{kind.value}?done={made.resource_id}")


def _page(
    request: Request,
    service: Service,
    kind: TableKind,
    *,
    typed: Mapping[str, str],
    ticked: tuple[str, ...] = (),
    faults: Mapping[str, str] | None = None,
    problem: YingcaiError | None = None,
    unread: bool = False,
    request_key: str = "",
    saved: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    return render(
        request,
        service,
        "typed_record.html",
        f"填写一{'条' if kind is TableKind.POSTING else '份'}{KINDS[kind]}",
        status=status,
        kind=kind,
        fields=FIELDS[kind],
        typed=typed,
        ticked=ticked or (Engagement.FULL_TIME.value,),
        engagements=[each.value for each in Engagement],
        faults=faults or {},
        problem=problem,
        unread=unread,
        request_key=request_key or secrets.token_hex(16),
        saved=saved,
        places=places_of(service),
    )


def _saved(service: Service, caller: Principal, kind: TableKind, record_id: str) -> dict[str, Any] | None:
    """Return what is told of a record that was kept; of a person no more than the number."""
    if not record_id:
        return None
    try:
        found = read_record(service.store, _RECORDS[kind][0], record_id, caller=caller.owner)
    except UnknownName:
        return None
    told = () if kind is TableKind.PROFILE else PostingOut.of(found).findings
    return {"id": record_id, "findings": told}


def _key_in(form: Form) -> str:
    given = str(form.get("request_key", ""))
    return given if given.isalnum() and given.isascii() and len(given) <= _LONGEST_KEY else ""
