"""Logging in and out by a page, and what somebody who is logged in does with the account."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access.cookies import clear_cookie, cookie_of, set_cookie
from api.access.credentials import principal_of_session
from api.access.errors import AccessError
from api.access.login import begin_session, log_in
from api.dependencies import Address, Secure, ServiceDependency, SessionSecret, SignedIn
from api.pages.frame import back_to, render
from api.pages.visitor import Form, home_of, safe_path, visitor_of
from api.privacy.trail import identify
from api.service import Service
from data.errors import InputError
from data.store.sessions import close_session, close_sessions
from data.store.users import set_password

__all__ = ["check_same", "router"]

router = APIRouter(include_in_schema=False)
inside = APIRouter(include_in_schema=False)
_LONGEST: Final = 512
Next = Annotated[str, Query(max_length=2_000)]


@router.get("/login", response_class=HTMLResponse)
def show_login(request: Request, service: ServiceDependency, next: Next = "") -> Response:  # noqa: A002
    """Show the form; whoever is logged in goes on."""
    visitor = visitor_of(request, service)
    if visitor is not None:
        return back_to(safe_path(next) or home_of(visitor.principal))
    return render(request, service, "login.html", "登录", next=safe_path(next), user_id="", problem=None)


@router.post("/login", response_class=HTMLResponse)
async def take_login(
    request: Request, service: ServiceDependency, secure: Secure, address: Address
) -> Response:
    """Open a session and go on to where one was headed."""
    form = await request.form(max_files=0, max_fields=5, max_part_size=4_096)
    given = {name: str(form.get(name, "")) for name in ("user_id", "password", "next")}
    return await run_in_threadpool(_log_in, request, service, secure, address, given)


def _log_in(
    request: Request,
    service: Service,
    secure: bool,
    address: str,
    given: dict[str, str],
) -> Response:
    now = dt.datetime.now(dt.UTC)
    try:
        user_id = log_in(
            service, given["user_id"][:64], given["password"][:_LONGEST], address=address, now=now
        )
        secret = begin_session(service, user_id, earlier=cookie_of(request, secure=secure), now=now)
        principal = principal_of_session(service, secret, now=now)
    except AccessError as error:
        shown = {"next": safe_path(given["next"]), "user_id": given["user_id"][:64], "problem": error}
        return render(request, service, "login.html", "登录", status=error.status, **shown)
    identify(principal.actor, agency_id=principal.agency_id)
    answer = back_to(safe_path(given["next"]) or home_of(principal))
    set_cookie(answer, secret, secure=secure)
    return answer


@inside.post("/logout")
def take_logout(service: ServiceDependency, secure: Secure, secret: SessionSecret, form: Form) -> Response:
    """Close the session, or every one of the user."""
    principal = principal_of_session(service, secret, now=dt.datetime.now(dt.UTC))
    identify(principal.actor, agency_id=principal.agency_id)
    if form.get("everywhere"):
        close_sessions(service.store, str(principal.user_id))
    else:
        close_session(service.store, secret)
    answer = back_to("/login")
    clear_cookie(answer, secure=secure)
    return answer


@inside.get("/account", response_class=HTMLResponse)
def show_account(request: Request, service: ServiceDependency, _: SignedIn) -> Response:
    """Show who is logged in, what that allows, and the form for another password."""
    changed = "changed" in request.query_params
    return render(request, service, "account.html", "我的账户", problem=None, changed=changed)


@inside.post("/account/password", response_class=HTMLResponse)
def take_password(
    request: Request,
    service: ServiceDependency,
    secure: Secure,
    address: Address,
    principal: SignedIn,
    form: Form,
) -> Response:
    """Change the password of whoever knows it; every session ends, and this browser gets a new one."""
    now, user_id = dt.datetime.now(dt.UTC), str(principal.user_id)
    old, new, again = (str(form.get(name, ""))[:_LONGEST] for name in ("old", "new", "again"))
    try:
        check_same(new, again)
        log_in(service, user_id, old, address=address, now=now)
        set_password(service.store, user_id, new, actor=principal.actor)
    except (AccessError, InputError) as error:
        return render(request, service, "account.html", "我的账户", status=400, problem=error, changed=False)
    secret = begin_session(service, user_id, earlier=None, now=now)
    answer = back_to("/account?changed=1")
    set_cookie(answer, secret, secure=secure)
    return answer


def check_same(new: str, again: str) -> None:
    """Refuse a new password that was typed in two ways.

    Parameters
    ----------
    new
        The new password.
    again
        The same once more.

    Raises
    ------
    InputError
        ``passwords_differ``.
    """
    if new != again:
        raise InputError("passwords_differ", "两次输入的新口令不一样", hint="重新输入")
