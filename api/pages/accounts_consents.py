"""What people agreed to, for those of the office who may see it: found, recorded, withdrawn on request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal, require_office, require_scope
from api.consents import Agreed, note_consents, own_consents, take_consent
from api.dependencies import ServiceDependency, requires, requires_any
from api.pages.accounts_forms import Done, day_in, text_in
from api.pages.fields import shown_time
from api.pages.frame import back_to, render
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from data.errors import InputError, UnknownName
from data.permissions import Role, Scope
from data.store.agencies import list_agencies
from data.store.audit import Action
from data.store.consents import page_of_consents, read_consent, withdraw_consent
from data.store.moments import beijing_today
from data.store.schema import consent
from data.store.users import UserStatus, list_users

__all__ = ["inside"]

inside = APIRouter(prefix="/office/accounts/consents", include_in_schema=False)

Visitor = Annotated[Principal, requires_any(Scope.CONSENTS_READ, Scope.ACCESS_MANAGE)]
Writer = Annotated[Principal, requires(Scope.CONSENTS_WRITE)]
ConsentId = Annotated[int, Path(ge=1, lt=2**31)]
_PAGE: Final = 50
_TITLE: Final = "同意记录"
_DONE: Final = {"withdrawn": "同意已撤回，自此刻起不再有效。", "recorded": "同意已登记。"}
_FIELDS: Final = {
    "profile_id": "档案编号",
    "agency": "机构",
    "purpose": "目的",
    "valid_from": "起始日",
    "valid_to": "截止日",
}


class _Row(NamedTuple):
    """A consent as the page shows it."""

    consent: Mapping[str, Any]
    """The consent."""
    tone: str
    """The badge's colour."""
    label: str
    """How it stands today."""
    recorded: str
    """When it was recorded."""


class _Wanted(NamedTuple):
    """Which consents an address asks for."""

    profile: str = ""
    """The person."""
    agency: str = ""
    """The agency, by its name."""

    def address(self, **more: object) -> str:
        """Return the address that asks for them."""
        parts = {name: value for name, value in {**self._asdict(), **more}.items() if value}
        return "/office/accounts/consents" + (f"?{urlencode(parts)}" if parts else "")


@inside.get("", response_class=HTMLResponse)
def show_consents(
    request: Request,
    service: ServiceDependency,
    caller: Visitor,
    *,
    profile: Annotated[str, Query(max_length=64)] = "",
    agency: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    done: Done = "",
) -> Response:
    """List consents; whoever manages accounts alone is told who may see them."""
    _require_office(caller)
    if Scope.CONSENTS_READ not in caller.scopes:
        return render(request, service, "accounts_consents_none.html", _TITLE, **_holders(service))
    wanted = _Wanted(profile.strip(), agency.strip())
    return _page(request, service, caller, wanted, after=after, done=_DONE.get(done, ""))


@inside.post("", response_class=HTMLResponse)
def take_record(request: Request, service: ServiceDependency, caller: Writer, form: Form) -> Response:
    """Record what a person agreed to."""
    _require_office(caller)
    require_scope(caller, Scope.CONSENTS_READ)
    typed = {name: text_in(form, name) for name in _FIELDS}
    try:
        agreed = Agreed(
            profile_id=typed["profile_id"],
            agency=typed["agency"],
            purpose=typed["purpose"],
            valid_from=day_in(form, "valid_from", _FIELDS["valid_from"]),
            valid_to=day_in(form, "valid_to", _FIELDS["valid_to"]),
        )
        take_consent(service, caller, agreed)
    except (InputError, UnknownName) as error:
        shown: dict[str, Any] = {"problem": error, "typed": typed}
        return _page(request, service, caller, _Wanted(), status=status_of(error), **shown)
    return back_to(_Wanted(typed["profile_id"]).address(done="recorded"))


@inside.post("/{consent_id}/withdraw", response_class=HTMLResponse)
def take_withdrawal(service: ServiceDependency, caller: Writer, consent_id: ConsentId) -> Response:
    """End a consent from now on; it stays on record."""
    _require_office(caller)
    require_scope(caller, Scope.CONSENTS_READ)
    found = read_consent(service.store, consent_id, own_consents(caller))
    note_consents(service, caller, Action.WITHDRAW_CONSENT, found["profile_id"])
    withdraw_consent(service.store, consent_id, by=caller.actor)
    return back_to(_Wanted(found["profile_id"]).address(done="withdrawn"))


def _page(
    request: Request,
    service: Service,
    caller: Principal,
    wanted: _Wanted,
    *,
    after: int = 0,
    status: int = 200,
    **shown: Any,
) -> Response:
    conditions = [*own_consents(caller)]
    if wanted.profile:
        conditions.append(consent.c.profile_id == wanted.profile)
    if wanted.agency:
        conditions.append(consent.c.agency == wanted.agency)
    found = page_of_consents(service.store, conditions, after=after, limit=_PAGE + 1)
    listed = found[:_PAGE]
    note_consents(service, caller, Action.READ_CONSENTS, *(each["profile_id"] for each in listed))
    typed = {"profile_id": wanted.profile, "agency": wanted.agency, "valid_from": beijing_today().isoformat()}
    return render(
        request,
        service,
        "accounts_consents.html",
        _TITLE,
        status=status,
        rows=[_row(each) for each in listed],
        wanted=wanted,
        more=wanted.address(after=listed[-1]["consent_id"]) if len(found) > _PAGE else "",
        may_write=Scope.CONSENTS_WRITE in caller.scopes,
        agencies=sorted(each.name for each in list_agencies(service.store)),
        **{"problem": None, "done": "", "typed": typed} | shown,
    )


def _require_office(caller: Principal) -> None:
    """Refuse an agency, whose programs read its own consents through the API."""
    require_office(caller, "同意记录的页面只供人才工作部门使用", hint="机构经接口查看向本机构的同意")


def _holders(service: Service) -> dict[str, Any]:
    """Return which roles may see consents, and who of the office has one."""
    roles = [role for role in Role if role is not Role.AGENCY and Scope.CONSENTS_READ in role.scopes]
    people = [
        user
        for user in list_users(service.store)
        if user.status is UserStatus.ACTIVE and user.roles.intersection(roles)
    ]
    return {"roles": roles, "people": people}


def _row(found: Mapping[str, Any]) -> _Row:
    today = beijing_today()
    if found["withdrawn_at"] is not None:
        tone, label = "bad", f"已于 {shown_time(found['withdrawn_at'])} 撤回"
    elif found["valid_to"] < today:
        tone, label = "", "已过期"
    elif found["valid_from"] > today:
        tone, label = "warn", "尚未生效"
    else:
        tone, label = "good", "有效"
    return _Row(found, tone, label, shown_time(found["recorded_at"]))
