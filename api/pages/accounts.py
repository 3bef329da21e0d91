"""People who may log in, for administrators: made, given roles, locked, given another password."""

from __future__ import annotations

from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from api.access.accounts import change_roles, lock_account, reset_password, unlock_account
from api.dependencies import ServiceDependency
from api.pages.accounts_forms import Done, Manager, roles_in, text_in
from api.pages.fields import shown_time
from api.pages.frame import back_to, render
from api.pages.login import check_same
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from data.errors import ConflictError, InputError
from data.permissions import Role
from data.store.agencies import list_agencies, read_agency
from data.store.moments import beijing_today
from data.store.users import OfficeUser, UserStatus, add_user, list_users, read_user

__all__ = ["inside"]

inside = APIRouter(prefix="/office/accounts", include_in_schema=False)

UserId = Annotated[str, Path(max_length=64)]
_LONGEST: Final = 512
_DONE: Final = {
    "added": "账户已开立。请当面告知初始口令，并请本人登录后在“我的账户”中修改。",
    "roles": "角色已改换，已登录的会话立即按新角色办。",
    "locked": "账户已锁定，所有登录都已退出。",
    "unlocked": "账户已解锁，登录失败后的等待也已免去。",
    "password": "口令已改换，该账户的所有登录都已退出。请当面告知新口令，系统不会再显示它。",
}


class _Row(NamedTuple):
    """A person as the list shows them."""

    user: OfficeUser
    """The account."""
    roles: str
    """Its roles in Chinese."""
    place: str
    """Name of the agency; empty for the office."""
    since: str
    """When the account was made."""
    active: bool
    """Whether the person may log in."""


@inside.get("", response_class=HTMLResponse)
def show_people(
    request: Request,
    service: ServiceDependency,
    _: Manager,
    q: Annotated[str, Query(max_length=60)] = "",
    agency: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    """List people, with the form for another one; an agency in the address is chosen in it."""
    return _people(request, service, words=q, typed={"agency": agency})


@inside.post("/people", response_class=HTMLResponse)
def take_person(request: Request, service: ServiceDependency, caller: Manager, form: Form) -> Response:
    """Make an account."""
    agency_id = text_in(form, "agency")
    roles = roles_in(form)
    try:
        password = _new_password(form)
        made = add_user(
            service.store,
            text_in(form, "user_id"),
            name=text_in(form, "name"),
            roles=roles or ([Role.AGENCY] if agency_id else []),
            password=password,
            actor=caller.actor,
            agency_id=agency_id,
        )
    except InputError as error:
        typed = {name: text_in(form, name) for name in ("user_id", "name", "agency")} | {"roles": roles}
        return _people(request, service, typed=typed, problem=error)
    return back_to(f"/office/accounts/people/{made.user_id}?done=added")


@inside.get("/people/{user_id}", response_class=HTMLResponse)
def show_person(
    request: Request, service: ServiceDependency, caller: Manager, user_id: UserId, done: Done = ""
) -> Response:
    """Show one account with what can be done to it."""
    return _person(request, service, user_id, own=user_id == caller.user_id, done=_DONE.get(done, ""))


@inside.post("/people/{user_id}/roles", response_class=HTMLResponse)
def take_roles(
    request: Request, service: ServiceDependency, caller: Manager, user_id: UserId, form: Form
) -> Response:
    """Give somebody these roles and no others."""
    roles = roles_in(form)
    try:
        change_roles(service.store, read_user(service.store, user_id).user_id, roles, caller=caller)
    except (ConflictError, InputError) as error:
        return _refused(request, service, caller.user_id, user_id, error, ticked=roles)
    return back_to(f"/office/accounts/people/{user_id}?done=roles")


@inside.post("/people/{user_id}/lock", response_class=HTMLResponse)
def take_lock(request: Request, service: ServiceDependency, caller: Manager, user_id: UserId) -> Response:
    """Close an account and every session of it."""
    try:
        lock_account(service.store, user_id, caller=caller)
    except ConflictError as error:
        return _refused(request, service, caller.user_id, user_id, error)
    return back_to(f"/office/accounts/people/{user_id}?done=locked")


@inside.post("/people/{user_id}/unlock", response_class=HTMLResponse)
def take_unlock(service: ServiceDependency, caller: Manager, user_id: UserId) -> Response:
    """Open an account again and end its delays."""
    unlock_account(service.store, user_id, key=service.pseudonym_key, actor=caller.actor)
    return back_to(f"/office/accounts/people/{user_id}?done=unlocked")


@inside.post("/people/{user_id}/password", response_class=HTMLResponse)
def take_password(
    request: Request, service: ServiceDependency, caller: Manager, user_id: UserId, form: Form
) -> Response:
    """Give somebody else another password; it is never shown."""
    read_user(service.store, user_id)
    try:
        reset_password(service.store, user_id, _new_password(form), caller=caller)
    except (ConflictError, InputError) as error:
        return _refused(request, service, caller.user_id, user_id, error)
    return back_to(f"/office/accounts/people/{user_id}?done=password")


def _people(
    request: Request,
    service: Service,
    *,
    words: str = "",
    typed: dict[str, Any] | None = None,
    problem: InputError | None = None,
) -> Response:
    agencies = {each.agency_id: each.name for each in list_agencies(service.store)}
    users = list_users(service.store)
    rows = [_row(each, agencies.get(each.agency_id, each.agency_id)) for each in users]
    folded = words.strip().casefold()
    found = [row for row in rows if folded in f"{row.user.user_id} {row.user.name} {row.place}".casefold()]
    return render(
        request,
        service,
        "accounts_people.html",
        "账户与机构",
        status=200 if problem is None else status_of(problem),
        rows=found,
        total=len(rows),
        words=words,
        agencies=agencies,
        roles=[role for role in Role if role is not Role.AGENCY],
        typed=typed or {},
        problem=problem,
    )


def _person(
    request: Request, service: Service, user_id: str, *, own: bool, status: int = 200, **shown: Any
) -> Response:
    user = read_user(service.store, user_id)
    agency = read_agency(service.store, user.agency_id) if user.agency_id else None
    standing = None if agency is None else agency.standing(beijing_today())
    return render(
        request,
        service,
        "accounts_person.html",
        user.name,
        status=status,
        row=_row(user, "" if agency is None else agency.name),
        standing=standing,
        own=own,
        roles=[role for role in Role if role is not Role.AGENCY],
        **{"problem": None, "done": "", "ticked": user.roles} | shown,
    )


def _refused(
    request: Request,
    service: Service,
    own_id: str | None,
    user_id: str,
    error: ConflictError | InputError,
    **shown: Any,
) -> Response:
    status = status_of(error)
    return _person(request, service, user_id, own=user_id == own_id, status=status, problem=error, **shown)


def _row(user: OfficeUser, place: str) -> _Row:
    return _Row(
        user,
        "、".join(role.label for role in Role if role in user.roles) or "没有角色",
        place,
        shown_time(user.created_at),
        user.status is UserStatus.ACTIVE,
    )


def _new_password(form: FormData) -> str:
    """Return the password that was typed twice; as it was typed, spaces included."""
    new, again = (str(form.get(name, ""))[:_LONGEST] for name in ("new", "again"))
    check_same(new, again)
    return new
