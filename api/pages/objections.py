"""Objections and comments of the public: brought forward without an account, followed by their receipt."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.responses import Response

from api.access.cookies import check_origin
from api.access.limits import LOGINS, OPINIONS, spend_rate
from api.dependencies import ServiceDependency
from api.editions import check_readable, readable_editions
from api.pages.fields import is_number
from api.pages.frame import back_to, render
from api.service import Service
from data.catalogue.entries import CatalogueKind
from data.errors import InputError, RefusedError, UnknownName, YingcaiError
from data.owners import OFFICE
from data.releases.registry import Release, find_release, status_label
from data.releases.tickets import (
    TICKET_WORKDAYS,
    Opinion,
    TicketKind,
    find_ticket,
    raise_ticket,
)
from data.store.moments import beijing_today

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_FIELDS: Final = ("edition", "entry", "kind", "text", "raised_by", "contact")
_LONGEST: Final = {"entry": 64, "text": 4_000, "raised_by": 120, "contact": 200}
_LABELS: Final = {"entry": "条目编码", "text": "内容", "raised_by": "提出人", "contact": "联系人或部门"}
_RECEIPT: Final = 24
_BODY_BYTES: Final = 65_536
_UNSIGNED: Final = "未署名"
_TITLE: Final = "意见与异议"
_PROGRESS: Final = "意见与异议：办理情况"


class EditionChoice(NamedTuple):
    """An edition that one may speak of."""

    number: str
    """Its number."""
    label: str
    """What it is called, with where it stands."""


def _check_rate(request: Request, service: ServiceDependency) -> None:
    """Refuse forms of other sites, and addresses that write or try receipts too often."""
    if request.method == "POST":  # a receipt may be followed from a message
        check_origin(request, public_url=service.settings.public_url)
    address = "" if request.client is None else request.client.host
    spend_rate(request, OPINIONS if request.method == "POST" else LOGINS, f"objections {address}")


Unhurried = Annotated[None, Depends(_check_rate)]
"""Anybody of the public whose address does not ask too often."""


@router.get("/objections", response_class=HTMLResponse)
def show_form(request: Request, service: ServiceDependency) -> HTMLResponse:
    """Show the form, filled in as far as the address says what it is about."""
    return _form_page(request, service, _given(request.query_params))


@router.post("/objections", response_class=HTMLResponse)
async def take_form(request: Request, service: ServiceDependency, _: Unhurried) -> Response:
    """Keep what was said and lead on to its receipt."""
    size = request.headers.get("content-length", "")
    if not size.isdecimal() or int(size) > _BODY_BYTES:
        raise HTTPException(413)
    form = await request.form(max_files=0, max_fields=12, max_part_size=_BODY_BYTES)
    given = {name: str(form.get(name, "")).strip() for name in _FIELDS}
    return await run_in_threadpool(_take, request, service, given)


@router.get("/objections/progress", response_class=HTMLResponse)
def show_progress(request: Request, service: ServiceDependency, receipt: str = "") -> Response:
    """Ask for a receipt, and lead to the page of the one that was typed."""
    if receipt.strip():
        return back_to(f"/objections/receipts/{quote(receipt.strip()[:_RECEIPT], safe='')}")
    return render(request, service, "public_receipt.html", _PROGRESS, ticket=None, receipt="", problem=None)


@router.get("/objections/receipts/{receipt:path}", response_class=HTMLResponse)
def show_receipt(request: Request, service: ServiceDependency, receipt: str, _: Unhurried) -> Response:
    """Show how far it is; who brought it forward, and in which words, is not repeated."""
    try:
        ticket = find_ticket(service.store, receipt[:_RECEIPT], owner=OFFICE)
    except UnknownName as error:
        shown = {"ticket": None, "receipt": receipt[:_RECEIPT], "problem": error}
        return render(request, service, "public_receipt.html", _PROGRESS, status=404, **shown)
    today = beijing_today()
    release = find_release(service.store, ticket.release_id)
    answer = render(
        request,
        service,
        "public_receipt.html",
        f"回执 {ticket.receipt}",
        ticket=ticket,
        receipt=ticket.receipt,
        problem=None,
        late=ticket.is_late(today),
        new="new" in request.query_params,
        edition=_choice(release, today).label,
        days=TICKET_WORKDAYS,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _take(request: Request, service: Service, given: dict[str, str]) -> Response:
    try:
        release_id = _number(given["edition"])
        check_readable(service, release_id, office=False)
        opinion = _opinion(given)
        today = beijing_today()
        ticket = raise_ticket(service.store, release_id, opinion, received_on=today)
    except (InputError, RefusedError) as error:
        status = 409 if isinstance(error, RefusedError) else 400
        return _form_page(request, service, given, problem=error, status=status)
    return back_to(f"/objections/receipts/{ticket.receipt}?new=1")


def _opinion(given: dict[str, str]) -> Opinion:
    for name, most in _LONGEST.items():
        if len(given[name]) > most:
            message = f"{_LABELS[name]}超过 {most} 字，现为 {len(given[name])} 字"
            raise InputError("opinion_too_long", message, hint="缩短后再提交，或分成几件提出")
    return Opinion(
        kind=TicketKind.COMMENT if given["kind"] == TicketKind.COMMENT else TicketKind.OBJECTION,
        raised_by=given["raised_by"] or _UNSIGNED,
        text=given["text"],
        contact=given["contact"],
        entry_id=given["entry"] or None,
    )


def _number(given: str) -> int:
    if not is_number(given, digits=9):
        raise InputError("edition_missing", "没有选择版次", hint="选择意见所针对的目录版次")
    return int(given)


def _given(query: QueryParams) -> dict[str, str]:
    given = {name: query.get(name, "")[:64] for name in ("edition", "entry")}
    return {**dict.fromkeys(_FIELDS, ""), **given, "kind": TicketKind.OBJECTION.value}


def _form_page(
    request: Request,
    service: Service,
    given: dict[str, str],
    *,
    problem: YingcaiError | None = None,
    status: int = 200,
) -> HTMLResponse:
    today = beijing_today()
    return render(
        request,
        service,
        "public_objections.html",
        _TITLE,
        status=status,
        given=given,
        problem=problem,
        editions=[
            _choice(release, today)
            for kind in (CatalogueKind.SHORTAGE, CatalogueKind.DEMAND)
            for release in readable_editions(service, kind, office=False)
        ],
        kinds=list(TicketKind),
        longest=_LONGEST,
        days=TICKET_WORKDAYS,
    )


def _choice(release: Release, today: dt.date) -> EditionChoice:
    label = status_label(release.state, release.valid_to, on=today)
    return EditionChoice(str(release.release_id), f"{release.kind.title} {release.latest.version}　{label}")
