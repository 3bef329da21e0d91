"""Who looks at a page: the public, somebody of the office, or somebody of an agency."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator
from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.access.cookies import FORM_TOKEN, cookie_of, csrf_token, is_secure
from api.access.credentials import principal_of_session
from api.access.errors import AccessError, Unauthenticated
from api.access.principal import Principal
from api.dependencies import ServiceDependency
from api.service import Service
from data.permissions import Role, Scope
from data.store.agencies import read_agency
from data.store.users import read_user

__all__ = ["Form", "Visitor", "home_of", "safe_path", "take_form", "visitor_of"]

_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_PATH: Final = re.compile(r"/(?![/\\])[\x21-\x7e]*")


class Visitor(NamedTuple):
    """Somebody who is logged in."""

    principal: Principal
    """What they may do."""
    name: str
    """What they are called."""
    place: str
    """Name of the agency; empty for the office."""
    csrf_token: str
    """What every form that changes something sends as ``csrf_token``."""

    def may(self, scope: Scope) -> bool:
        """Return whether they may do something."""
        return scope in self.principal.scopes


def visitor_of(request: Request, service: Service) -> Visitor | None:
    """Return who is logged in; None for the public, and for whom the session has ended.

    Parameters
    ----------
    request
        The request; asked twice, the store is read once.
    service
        The service.
    """
    if not hasattr(request.state, "visitor"):
        request.state.visitor = _visitor(request, service)
    found: Visitor | None = request.state.visitor
    return found


def home_of(principal: Principal) -> str:
    """Return the first page of somebody who has logged in."""
    if principal.agency_id is not None:
        return "/agency"
    if principal.roles == {Role.DATA_SCIENTIST}:
        return "/science"
    return "/office"


def safe_path(given: str) -> str:
    """Return a path of this host as it was given; empty for anything else, such as another site."""
    return given if _PATH.fullmatch(given) else ""


async def take_form(request: Request, service: ServiceDependency) -> AsyncIterator[FormData]:
    """Read the form of somebody who is logged in and let its token be found; programs with a key are refused.

    Every router of pages behind the log-in depends on it, so that it comes before the token is checked.
    """
    if "x-api-key" in request.headers or "authorization" in request.headers:
        # Whoever holds a key chose its holder's name; what is done on pages bears the name of who logged in.
        raise Unauthenticated("session_missing", "页面只供登录的人使用", hint="程序请用 /v1 的接口")
    is_form = request.headers.get("content-type", "").lower().startswith(_FORMS)
    visitor = await run_in_threadpool(visitor_of, request, service) if is_form else None
    if visitor is None:
        yield FormData()
        return
    async with request.form() as form:
        given = form.get("csrf_token")
        setattr(request.state, FORM_TOKEN, given if isinstance(given, str) else "")
        yield form


Form = Annotated[FormData, Depends(take_form)]
"""What a form sent; empty where none was, or for the public."""


def _visitor(request: Request, service: Service) -> Visitor | None:
    secret = cookie_of(request, secure=is_secure(request, always=service.settings.secure_cookies))
    if secret is None:
        return None
    try:
        principal = principal_of_session(service, secret, now=dt.datetime.now(dt.UTC))
    except AccessError:
        return None
    name = read_user(service.store, str(principal.user_id)).name
    place = "" if principal.agency_id is None else read_agency(service.store, principal.agency_id).name
    return Visitor(principal, name, place, csrf_token(secret))
