"""What routes ask for: the service, and a caller who may do what the route does.

A route names its scope once, and with it come authentication, the scope's check, rate, quota and the
description in OpenAPI::

    @router.get("")
    def read_forecasts(caller: Annotated[Principal, requires(Scope.FORECASTS_READ)]) -> ...
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import Depends, HTTPException, Request, Security
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import APIKeyCookie, APIKeyHeader, OAuth2, SecurityScopes

from api.access.cookies import COOKIE, check_csrf, check_origin, cookie_of, is_secure
from api.access.credentials import (
    principal_of_key,
    principal_of_session,
    principal_of_token,
    unauthenticated,
)
from api.access.errors import TooMany, Unauthenticated
from api.access.limits import LOGINS, spend_rate
from api.access.principal import Principal, PrincipalKind, require_scope
from api.privacy.trail import identify
from api.service import Service
from data.permissions import Scope
from data.store.moments import BEIJING, beijing_day
from data.store.usage import RouteClass, count_use, write_use

__all__ = [
    "Address",
    "Caller",
    "Secure",
    "ServiceDependency",
    "SessionSecret",
    "SignedIn",
    "quota_of",
    "requires",
    "requires_any",
    "spend_matches",
]

TOKEN_PATH: Final = "/v1/oauth/token"  # noqa: S105 - an address
_SCOPES: Final = {scope.value: scope for scope in Scope}
_MATCHING: Final = frozenset({Scope.MATCHES_READ, Scope.JOBS_WRITE})

_key_header = APIKeyHeader(
    name="X-API-Key", auto_error=False, description="由 yingcai key create 生成的密钥", scheme_name="ApiKey"
)
_token_header = OAuth2(
    flows=OAuthFlows(
        clientCredentials=OAuthFlowClientCredentials(
            tokenUrl=TOKEN_PATH, scopes={scope.value: scope.label for scope in Scope}
        )
    ),
    scheme_name="OAuth2",
    description="以密钥编号为 client_id、密钥为 client_secret 换取短期令牌（RFC 6749 §4.4）",
    auto_error=False,
)
_session_cookie = APIKeyCookie(
    name=COOKIE,
    auto_error=False,
    scheme_name="Session",
    description="登录后的会话；改动类请求须同时带 X-CSRF-Token 请求头",
)


def _service(request: Request) -> Service:
    service: Service | None = getattr(request.app.state, "service", None)
    if service is None:
        raise HTTPException(503)
    return service


ServiceDependency = Annotated[Service, Depends(_service)]
"""The running service; 503 while it is starting."""


def _secure(request: Request, service: ServiceDependency) -> bool:
    return is_secure(request, always=service.settings.secure_cookies)


Secure = Annotated[bool, Depends(_secure)]
"""Whether the session's cookie of this request is Secure."""


def _session_secret(
    request: Request,
    service: ServiceDependency,
    secure: Secure,
    _: Annotated[str | None, Security(_session_cookie)],
) -> str:
    secret = cookie_of(request, secure=secure)
    if secret is None:
        raise Unauthenticated("session_missing", "没有登录", hint="先登录")
    check_csrf(request, secret, public_url=service.settings.public_url)
    return secret


SessionSecret = Annotated[str, Depends(_session_secret)]
"""What the session's cookie holds; 401 without one, 403 where the request may come from another site."""


def _signed_in(service: ServiceDependency, secret: SessionSecret) -> Principal:
    principal = principal_of_session(service, secret, now=dt.datetime.now(dt.UTC))
    identify(principal.actor, agency_id=principal.agency_id)
    return principal


SignedIn = Annotated[Principal, Depends(_signed_in)]
"""Who logged in, by the cookie alone; 401 when the session has ended."""


def _address(request: Request, service: ServiceDependency) -> str:
    """Return where a request to log in comes from, if it comes from here and not too often."""
    check_origin(request, public_url=service.settings.public_url)
    address = "" if request.client is None else request.client.host
    spend_rate(request, LOGINS, address)
    return address


Address = Annotated[str, Depends(_address)]
"""Address of whoever asks to log in or for a token; 429 when it asks too often."""


def _authenticated(
    request: Request,
    service: ServiceDependency,
    key: Annotated[str | None, Security(_key_header)],
    authorization: Annotated[str | None, Security(_token_header)],
    _: Annotated[str | None, Security(_session_cookie)],
) -> Principal:
    """Return who asks: by key, by token, else by session; one that fails is not made up for by another."""
    now = dt.datetime.now(dt.UTC)
    if key is not None and authorization is not None:
        raise Unauthenticated("credentials_ambiguous", "同时带了密钥与令牌", hint="只带其中一种")
    if key is not None:
        return principal_of_key(service, key, now=now)
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise unauthenticated("Bearer")
        return principal_of_token(service, token.strip(), now=now)
    secret = cookie_of(request, secure=is_secure(request, always=service.settings.secure_cookies))
    if secret is None:
        raise unauthenticated("ApiKey, Bearer")
    check_csrf(request, secret, public_url=service.settings.public_url)
    return principal_of_session(service, secret, now=now)


def _authorised(
    request: Request,
    wanted: SecurityScopes,
    service: ServiceDependency,
    principal: Annotated[Principal, Security(_authenticated)],
) -> Principal:
    scopes = [_SCOPES[scope] for scope in wanted.scopes]
    identify(principal.actor, agency_id=principal.agency_id, scopes=scopes)
    for scope in scopes:
        require_scope(principal, scope)
    if principal.kind is not PrincipalKind.BOOTSTRAP:
        _meter(request, service, principal, _class_of(scopes))
    return principal


Caller = Annotated[Principal, Security(_authorised)]
"""Anybody who is known; 401 for others. A route that does something for its caller names a scope instead."""


def requires(scope: Scope) -> Any:
    """Return the dependency of a route that only callers with a scope may use.

    Parameters
    ----------
    scope
        What the route does.

    Returns
    -------
    Any
        For ``Annotated[Principal, ...]`` or a list of ``dependencies``: 401 for nobody, 403 without the
        scope, 429 beyond rate or quota.
    """
    return Security(_authorised, scopes=[scope.value])


def requires_any(*scopes: Scope) -> Any:
    """Return the dependency of a route that callers with any of several scopes may use.

    Parameters
    ----------
    *scopes
        What the route does, depending on what is asked for; without any of them it is refused as where the
        first one is required. The route itself refuses what a caller's own scopes do not allow.
    """

    def authorised(
        request: Request,
        service: ServiceDependency,
        principal: Annotated[Principal, Security(_authenticated)],
    ) -> Principal:
        identify(principal.actor, agency_id=principal.agency_id, scopes=scopes)
        if principal.scopes.isdisjoint(scopes):
            require_scope(principal, scopes[0])
        if principal.kind is not PrincipalKind.BOOTSTRAP:
            _meter(request, service, principal, _class_of(list(scopes)))
        return principal

    return Security(authorised)


def quota_of(service: Service, principal: Principal) -> int | None:
    """Return how many units a day a caller may use; None for the office, which has no limit."""
    if principal.kind is not PrincipalKind.AGENCY:
        return None
    stated = principal.daily_quota
    return service.settings.quota_daily if stated is None else stated


def spend_matches(connection: sa.Connection, service: Service, principal: Principal, count: int) -> None:
    """Count matches beyond the request itself towards the day's quota, within a transaction.

    Parameters
    ----------
    connection
        The transaction that keeps what the matches are for; where it is rolled back they are not counted.
    service
        The service.
    principal
        Who asks; the key of the settings is never counted.
    count
        How many matches; 0 counts nothing.

    Raises
    ------
    TooMany
        ``quota_exceeded``: not all of them fit; none is counted.
    """
    if not count or principal.kind is PrincipalKind.BOOTSTRAP:
        return
    now, quota = dt.datetime.now(dt.UTC), quota_of(service, principal)
    used = write_use(
        connection,
        principal.caller,
        RouteClass.MATCH,
        day=beijing_day(now),
        quota=quota,
        times=count,
    )
    if used is None:
        needed = count * RouteClass.MATCH.units
        raise _quota_spent(f"还需 {needed} 单位，今日配额 {quota} 单位所余不足", now)


def _class_of(scopes: list[Scope]) -> RouteClass:
    if _MATCHING.intersection(scopes):
        return RouteClass.MATCH
    return RouteClass.READ if all(scope.endswith(":read") for scope in scopes) else RouteClass.WRITE


def _meter(request: Request, service: Service, principal: Principal, route_class: RouteClass) -> None:
    """Count a request towards rate and quota, or refuse it; what is refused uses no quota."""
    spend_rate(request, route_class.value, principal.caller)
    now = dt.datetime.now(dt.UTC)
    quota = quota_of(service, principal)
    used = count_use(service.store, principal.caller, route_class, day=beijing_day(now), quota=quota)
    if used is None:
        raise _quota_spent(f"今日配额 {quota} 单位已用完", now)


def _quota_spent(message: str, now: dt.datetime) -> TooMany:
    midnight = dt.datetime.combine(beijing_day(now) + dt.timedelta(days=1), dt.time(), BEIJING)
    return TooMany(
        "quota_exceeded",
        message,
        hint="北京时间零点后再用，或请管理员调高配额",
        retry_after=int((midnight - now).total_seconds()) + 1,
    )
