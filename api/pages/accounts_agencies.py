"""Agencies, for administrators: registered, renewed, suspended and resumed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.key_standing import key_standing
from api.dependencies import ServiceDependency
from api.pages.accounts_forms import Done, Manager, day_in, number_in, text_in
from api.pages.fields import shown_time
from api.pages.frame import back_to, render
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from data.errors import InputError
from data.permissions import DEFAULT_SCOPES
from data.store.agencies import (
    Agency,
    Standing,
    add_agency,
    list_agencies,
    read_agency,
    renew_agency,
    resume_agency,
    suspend_agency,
)
from data.store.keys import list_keys
from data.store.moments import beijing_today
from data.store.users import list_users

__all__ = ["inside"]

inside = APIRouter(prefix="/office/accounts/agencies", include_in_schema=False)

AgencyId = Annotated[str, Path(max_length=16)]
_SOON: Final = 60
"""Days before its end from which a licence is said to end soon."""
_NEW: Final = ("name", "licence_number", "licence_from", "licence_to", "contact", "daily_quota")
_RENEWED: Final = ("licence_number", "licence_from", "licence_to")
_DONE: Final = {
    "added": "机构已登记。接着可以为它开立经办人账户，或发给接口密钥。",
    "renewed": "许可证已更新。",
    "suspended": "机构已暂停：它的密钥、令牌与人员立即不能使用系统。",
    "resumed": "机构已恢复；许可证过期的仍不能使用。",
}


class _Row(NamedTuple):
    """An agency as pages show it."""

    agency: Agency
    """The agency."""
    standing: Standing
    """Whether it may use the system today."""
    days: int
    """Days until its licence ends; negative where it has."""
    since: str
    """When it was registered."""

    @property
    def tone(self) -> str:
        """The badge's colour."""
        if self.standing is not Standing.GOOD:
            return "bad"
        return "warn" if self.days <= _SOON else "good"

    @property
    def label(self) -> str:
        """What is said of it."""
        if self.tone == "warn":
            return f"{self.days} 天后到期" if self.days else "今天到期"
        return self.standing.label


@inside.get("", response_class=HTMLResponse)
def show_agencies(request: Request, service: ServiceDependency, _: Manager) -> Response:
    """List agencies, with the form for another one."""
    return _agencies(request, service)


@inside.post("", response_class=HTMLResponse)
def take_agency(request: Request, service: ServiceDependency, caller: Manager, form: Form) -> Response:
    """Register an agency."""
    try:
        made = add_agency(
            service.store,
            text_in(form, "name"),
            licence_number=text_in(form, "licence_number"),
            licence_from=day_in(form, "licence_from", "许可证起始日"),
            licence_to=day_in(form, "licence_to", "许可证截止日"),
            contact=text_in(form, "contact"),
            actor=caller.actor,
            daily_quota=number_in(form, "daily_quota", "每日配额"),
        )
    except InputError as error:
        typed = {name: text_in(form, name) for name in _NEW}
        return _agencies(request, service, typed=typed, problem=error)
    return back_to(f"/office/accounts/agencies/{made.agency_id}?done=added")


@inside.get("/{agency_id}", response_class=HTMLResponse)
def show_agency(
    request: Request, service: ServiceDependency, _: Manager, agency_id: AgencyId, done: Done = ""
) -> Response:
    """Show one agency with its people and keys."""
    return _agency(request, service, agency_id, done=_DONE.get(done, ""))


@inside.post("/{agency_id}/renew", response_class=HTMLResponse)
def take_renewal(
    request: Request, service: ServiceDependency, caller: Manager, agency_id: AgencyId, form: Form
) -> Response:
    """Enter the new licence of an agency."""
    read_agency(service.store, agency_id)
    try:
        renew_agency(
            service.store,
            agency_id,
            licence_from=day_in(form, "licence_from", "起始日"),
            licence_to=day_in(form, "licence_to", "截止日"),
            licence_number=text_in(form, "licence_number"),
            actor=caller.actor,
        )
    except InputError as error:
        typed = {name: text_in(form, name) for name in _RENEWED}
        return _agency(request, service, agency_id, typed=typed, problem=error)
    return back_to(f"/office/accounts/agencies/{agency_id}?done=renewed")


@inside.post("/{agency_id}/suspend", response_class=HTMLResponse)
def take_suspension(service: ServiceDependency, caller: Manager, agency_id: AgencyId) -> Response:
    """Let an agency's people, keys and tokens open nothing from now on."""
    suspend_agency(service.store, agency_id, actor=caller.actor)
    return back_to(f"/office/accounts/agencies/{agency_id}?done=suspended")


@inside.post("/{agency_id}/resume", response_class=HTMLResponse)
def take_resumption(service: ServiceDependency, caller: Manager, agency_id: AgencyId) -> Response:
    """End a suspension."""
    resume_agency(service.store, agency_id, actor=caller.actor)
    return back_to(f"/office/accounts/agencies/{agency_id}?done=resumed")


def _agencies(
    request: Request,
    service: Service,
    *,
    typed: dict[str, str] | None = None,
    problem: InputError | None = None,
) -> Response:
    rows = [_row(each) for each in list_agencies(service.store)]
    return render(
        request,
        service,
        "accounts_agencies.html",
        "人力资源服务机构",
        status=200 if problem is None else status_of(problem),
        rows=rows,
        typed=typed or {},
        problem=problem,
        usual_quota=service.settings.quota_daily,
    )


def _agency(
    request: Request,
    service: Service,
    agency_id: str,
    *,
    typed: dict[str, str] | None = None,
    problem: InputError | None = None,
    done: str = "",
) -> Response:
    agency = read_agency(service.store, agency_id)
    now = dt.datetime.now(dt.UTC)
    current = {"licence_number": agency.licence_number, "licence_from": "", "licence_to": ""}
    return render(
        request,
        service,
        "accounts_agency.html",
        agency.name,
        status=200 if problem is None else status_of(problem),
        row=_row(agency),
        people=[each for each in list_users(service.store) if each.agency_id == agency_id],
        keys=[
            (key, key_standing(key, now)) for key in list_keys(service.store) if key["agency_id"] == agency_id
        ],
        usual_quota=service.settings.quota_daily,
        scopes=sorted(DEFAULT_SCOPES),
        typed=typed or current,
        problem=problem,
        done=done,
    )


def _row(agency: Agency) -> _Row:
    today = beijing_today()
    days = (agency.licence_to - today).days
    return _Row(agency, agency.standing(today), days, shown_time(agency.created_at))
