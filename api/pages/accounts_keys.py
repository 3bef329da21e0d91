"""Keys of the HTTP API, for administrators: made and shown once, replaced, revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.key_standing import KeyStanding, key_standing
from api.dependencies import ServiceDependency
from api.pages.accounts_forms import Done, Manager, number_in, text_in
from api.pages.fields import shown_time
from api.pages.frame import back_to, render
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from data.errors import InputError, UnknownName
from data.permissions import DEFAULT_SCOPES, OFFICE_SCOPES, Scope, known_scopes
from data.store.agencies import list_agencies, read_agency
from data.store.keys import create_key, list_keys, revoke_key, rotate_key

__all__ = ["inside"]

inside = APIRouter(prefix="/office/accounts/keys", include_in_schema=False)

KeyId = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]
_LONGEST_DAYS: Final = 3650
_OVERLAP: Final = 7
_DONE: Final = {"revoked": "密钥已停用，由它换得的令牌同时失效。"}
_TONES: Final = {"revoked": "bad", "expired": "warn"}


class _Row(NamedTuple):
    """A key as pages show it; the key itself is known to nobody here."""

    key: Mapping[str, Any]
    """What is known of it."""
    standing: KeyStanding
    """Whether it opens anything."""
    tone: str
    """The badge's colour."""
    agency: str
    """Name of its agency; empty for the office."""
    made: str
    """When it was made."""
    used: str
    """When it was last used; empty for never."""
    scopes: tuple[Scope, ...]
    """What it allows."""


@inside.get("", response_class=HTMLResponse)
def show_keys(
    request: Request,
    service: ServiceDependency,
    _: Manager,
    agency: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    """List keys, with the form for another one; an agency in the address is chosen in it."""
    return _keys(request, service, typed={"agency": agency})


@inside.post("", response_class=HTMLResponse)
def take_key(request: Request, service: ServiceDependency, caller: Manager, form: Form) -> Response:
    """Make a key and show it, this once."""
    agency_id, given = text_in(form, "agency"), known_scopes(form.getlist("scopes"))
    holder, now = text_in(form, "holder"), dt.datetime.now(dt.UTC)
    try:
        days = number_in(form, "days", "有效天数")
        _check_days(days)
        if agency_id and not holder:
            holder = read_agency(service.store, agency_id).name
        key = create_key(
            service.store,
            holder,
            agency_id=agency_id or None,
            scopes=given,
            expires_at=None if days is None else now + dt.timedelta(days=days),
            actor=caller.actor,
        )
    except InputError as error:
        typed = {name: text_in(form, name) for name in ("holder", "agency", "days")} | {"scopes": given}
        return _keys(request, service, typed=typed, problem=error)
    return _once(request, service, key, replaces="")


@inside.get("/{key_id}", response_class=HTMLResponse)
def show_key(
    request: Request, service: ServiceDependency, _: Manager, key_id: KeyId, done: Done = ""
) -> Response:
    """Show what is known of one key."""
    return _key(request, service, key_id, done=_DONE.get(done, ""))


@inside.post("/{key_id}/rotate", response_class=HTMLResponse)
def take_rotation(
    request: Request, service: ServiceDependency, caller: Manager, key_id: KeyId, form: Form
) -> Response:
    """Make a key that replaces another one and show it, this once."""
    _row_of(service, key_id)
    try:
        days = number_in(form, "overlap", "并行天数")
        overlap = dt.timedelta(days=min(_OVERLAP if days is None else days, _LONGEST_DAYS))
        now = dt.datetime.now(dt.UTC)
        key = rotate_key(service.store, key_id, overlap=overlap, now=now, actor=caller.actor)
    except InputError as error:
        return _key(request, service, key_id, problem=error, overlap=text_in(form, "overlap"))
    return _once(request, service, key, replaces=key_id)


@inside.post("/{key_id}/revoke", response_class=HTMLResponse)
def take_revocation(service: ServiceDependency, caller: Manager, key_id: KeyId) -> Response:
    """Make a key useless from now on."""
    revoke_key(service.store, key_id, actor=caller.actor)
    return back_to(f"/office/accounts/keys/{key_id}?done=revoked")


def _keys(
    request: Request, service: Service, *, typed: dict[str, Any], problem: InputError | None = None
) -> Response:
    agencies = {each.agency_id: each.name for each in list_agencies(service.store)}
    return render(
        request,
        service,
        "accounts_keys.html",
        "接口密钥",
        status=200 if problem is None else status_of(problem),
        rows=_rows(service, agencies),
        agencies=agencies,
        scopes=list(Scope),
        office_only=OFFICE_SCOPES,
        typed={"scopes": DEFAULT_SCOPES} | typed,
        problem=problem,
    )


def _key(request: Request, service: Service, key_id: str, **shown: Any) -> Response:
    row = _row_of(service, key_id)
    problem = shown.get("problem")
    status = 200 if problem is None else status_of(problem)
    defaults = {"problem": None, "done": "", "overlap": str(_OVERLAP)}
    title = f"密钥 {key_id}"
    return render(
        request, service, "accounts_key.html", title, status=status, row=row, **{**defaults, **shown}
    )


def _once(request: Request, service: Service, key: str, *, replaces: str) -> Response:
    """Show a key; nobody can show it again, and nothing on the way may keep the page."""
    key_id = key.split("_")[1]
    answer = render(
        request,
        service,
        "accounts_key_once.html",
        "新的接口密钥",
        status=201,
        key=key,
        row=_row_of(service, key_id),
        replaced=_row_of(service, replaces) if replaces else None,
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Pragma"] = "no-cache"
    return answer


def _rows(service: Service, agencies: Mapping[str, str]) -> list[_Row]:
    now = dt.datetime.now(dt.UTC)
    rows = []
    for key in reversed(list_keys(service.store)):
        standing = key_standing(key, now)
        rows.append(
            _Row(
                key,
                standing,
                _TONES.get(standing.name, "good"),
                agencies.get(key["agency_id"] or "", key["agency_id"] or ""),
                shown_time(key["created_at"]),
                shown_time(key["last_used_at"]),
                tuple(sorted(known_scopes(key["scopes"]))),
            )
        )
    return rows


def _row_of(service: Service, key_id: str) -> _Row:
    agencies = {each.agency_id: each.name for each in list_agencies(service.store)}
    for row in _rows(service, agencies):
        if row.key["key_id"] == key_id:
            return row
    raise UnknownName("key_unknown", f"没有编号为 {key_id} 的密钥", hint="在“接口密钥”中查看全部密钥")


def _check_days(days: int | None) -> None:
    if days is not None and not 1 <= days <= _LONGEST_DAYS:
        raise InputError(
            "key_days", f"有效天数 {days} 超出范围", hint=f"取 1 到 {_LONGEST_DAYS} 天，空着为不到期"
        )
