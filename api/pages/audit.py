"""The audit as pages: queried, checked from end to end, taken along as a table; each look is in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.responses import Response

from api.access.principal import Principal, require_scope
from api.dependencies import ServiceDependency, requires
from api.jobs.audit_check import last_check, report_of, submit_check
from api.pages.audit_words import ACTIONS, Filter, line_of
from api.pages.fields import shown_time
from api.pages.frame import back_to, render
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from data.errors import InputError
from data.formulas import guarded
from data.permissions import Scope
from data.store.agencies import list_agencies
from data.store.audit import Access, Action, AuditQuery, read_audit
from data.store.audit_chain import AuditEntry, audit_anchor
from data.store.users import actor_names

__all__ = ["inside"]

inside = APIRouter(prefix="/office/audit", include_in_schema=False)

Reader = Annotated[Principal, requires(Scope.AUDIT_READ)]
Before = Annotated[int | None, Query(ge=1, lt=2**53)]
Watcher = Annotated[Principal, requires(Scope.CATALOGUES_READ)]
"""Whoever watches a check: how far it is tells nothing of people, and each look at it need not be noted."""
_PAGE: Final = 50
_AT_ONCE: Final = 1000
_HEADS: Final = (
    "编号",
    "时间（北京）",
    "谁",
    "姓名",
    "机构",
    "做了什么",
    "动作代码",
    "地址",
    "对象",
    "目的",
    "结果",
    "结果数",
    "涉及人数",
    "请求编号",
    "校验值",
)


@inside.get("", response_class=HTMLResponse)
def show_audit(
    request: Request, service: ServiceDependency, caller: Reader, before: Before = None
) -> Response:
    """Show some entries, the newest first; that somebody asked is noted before the answer."""
    return _audit(request, service, caller, before=before)


@inside.get("/export.csv")
def export(request: Request, service: ServiceDependency, caller: Reader) -> Response:
    """Return every entry that the address asks for as a table."""
    wanted = Filter.from_query(request.query_params)
    query = wanted.to_query()
    _note(service, caller, wanted, 0)
    headers = {
        "Content-Disposition": "attachment; filename=\"audit.csv\"; filename*=UTF-8''%E5%AE%A1%E8%AE%A1.csv",
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_rows(service, query), media_type="text/csv; charset=utf-8", headers=headers)


@inside.post("/check", response_class=HTMLResponse)
def take_check(request: Request, service: ServiceDependency, caller: Reader, form: Form) -> Response:
    """Have the whole chain recomputed in the background."""
    anchors = str(form.get("anchors", ""))
    try:
        submit_check(service, actor=caller.actor, anchors=anchors)
    except InputError as error:
        return _audit(request, service, caller, problem=error, anchors=anchors)
    return back_to("/office/audit#check")


@inside.get("/check", response_class=HTMLResponse)
def show_check(request: Request, service: ServiceDependency, caller: Watcher) -> Response:
    """Show how far the last check is, as a part of the page."""
    require_scope(caller, Scope.AUDIT_READ)
    return render(request, service, "audit_check.html", "核对审计记录", **_check(service))


def _audit(
    request: Request,
    service: Service,
    caller: Principal,
    *,
    before: int | None = None,
    problem: InputError | None = None,
    anchors: str = "",
) -> Response:
    wanted = Filter.from_query(request.query_params)
    found: list[AuditEntry] = []
    try:
        query = wanted.to_query()
        key = service.pseudonym_key
        found = read_audit(service.store, query, key=key, before=before, limit=_PAGE + 1)
    except InputError as error:
        problem = error
    shown = found[:_PAGE]
    _note(service, caller, wanted, len(shown))
    names = actor_names(service.store)
    return render(
        request,
        service,
        "audit.html",
        "审计",
        status=200 if problem is None else status_of(problem),
        lines=[line_of(each, names) for each in shown],
        wanted=wanted,
        earlier=wanted.address(before=shown[-1].number) if len(found) > _PAGE else "",
        latest=wanted.address() if before is not None else "",
        export=wanted.address("/office/audit/export.csv"),
        actions=ACTIONS,
        agencies=list_agencies(service.store),
        names=names,
        anchor=audit_anchor(service.store),
        problem=problem,
        anchors=anchors,
        **_check(service),
    )


def _check(service: Service) -> dict[str, Any]:
    job = last_check(service)
    return {
        "check": job,
        "report": report_of(service, job),
        "checked_at": shown_time(None if job is None else job.finished_at or job.created_at),
    }


def _note(service: Service, caller: Principal, wanted: Filter, results: int) -> None:
    """Note that somebody looked, before the answer is given."""
    subject = wanted.subject or None
    service.note(Access(actor=caller.actor, action=Action.READ_AUDIT, results=results, resource_id=subject))


def _rows(service: Service, query: AuditQuery) -> Iterator[str]:
    """Write the table a thousand entries at a time; nothing in it is a formula to a spreadsheet."""
    names, before = actor_names(service.store), None
    yield "\ufeff" + _csv([_HEADS])
    while True:
        found = read_audit(service.store, query, key=service.pseudonym_key, before=before, limit=_AT_ONCE)
        if not found:
            return
        yield _csv([_cells(each, names) for each in found])
        before = found[-1].number


def _cells(entry: AuditEntry, names: dict[str, str]) -> tuple[object, ...]:
    line = line_of(entry, names)
    return (
        entry.number,
        line.time,
        entry.actor,
        line.who,
        entry.agency_id or "",
        line.what,
        entry.action,
        entry.route,
        entry.subject or "",
        entry.purpose,
        line.outcome,
        entry.results,
        len(entry.people),
        entry.request_id,
        entry.sha256,
    )


def _csv(rows: list[tuple[object, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()
