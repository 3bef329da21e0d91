"""Logging in with an OpenID Connect provider: code flow with PKCE; loaded only where one is configured."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import Response

from api.access.cookies import cookie_of, is_secure, set_cookie
from api.access.errors import Forbidden, Unauthenticated
from api.access.login import begin_session
from api.dependencies import ServiceDependency
from api.service import Service
from data.errors import InputError
from data.permissions import Role
from data.pseudonyms import read_key
from data.settings import Settings
from data.store.users import UserStatus, admit_user

__all__ = ["add_oidc"]

_PATH: Final = "/v1/session/oidc"
_STATE_SECONDS: Final = 600


def add_oidc(app: FastAPI, settings: Settings, **client: Any) -> None:
    """Add ``/v1/session/oidc/login`` and ``/callback`` to the application.

    Parameters
    ----------
    app
        The application.
    settings
        Issuer, client and the roles that the provider's groups give.
    **client
        Further options of the HTTP client that talks to the provider, such as its transport.

    Raises
    ------
    InputError
        ``oidc_incomplete``: client id, secret or public address is missing.
    """
    secret = settings.oidc_client_secret.get_secret_value()
    if not (settings.oidc_client_id and secret and settings.public_url):
        raise InputError(
            "oidc_incomplete",
            "统一登录的设置不全",
            hint="设好 YINGCAI_OIDC_CLIENT_ID、YINGCAI_OIDC_CLIENT_SECRET 与 YINGCAI_PUBLIC_URL",
        )
    provider = OAuth().register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", **client},
    )
    app.add_middleware(
        SessionMiddleware,
        secret_key=hmac.new(read_key(settings.var_dir), b"oidc state", hashlib.sha256).hexdigest(),
        session_cookie="yingcai-oidc",
        max_age=_STATE_SECONDS,
        path=_PATH,
        same_site="lax",
        https_only=settings.public_url.startswith("https:"),
    )
    app.include_router(_router(provider, settings))


def _router(provider: Any, settings: Settings) -> APIRouter:
    router = APIRouter(prefix=_PATH, include_in_schema=False)

    @router.get("/login")
    async def begin(request: Request) -> Response:
        """Send the browser to the provider with a state, a nonce and a code challenge."""
        try:
            there: Response = await provider.authorize_redirect(
                request, f"{settings.public_url}{_PATH}/callback"
            )
        except (OAuthError, httpx2.HTTPError, ValueError) as error:
            raise _failed() from error
        return there

    @router.get("/callback")
    async def finish(request: Request, service: ServiceDependency) -> Response:
        """Take the provider's word if state, nonce, signature, issuer and audience are right."""
        try:
            token = await provider.authorize_access_token(request)
            claims = token["userinfo"]
        except (OAuthError, JoseError, httpx2.HTTPError, KeyError, ValueError) as error:
            raise _failed() from error
        secure = is_secure(request, always=settings.secure_cookies)
        earlier = cookie_of(request, secure=secure)
        secret = await run_in_threadpool(_begin, service, claims, earlier)
        there = RedirectResponse("/", status_code=303)
        set_cookie(there, secret, secure=secure)
        return there

    return router


def _begin(service: Service, claims: Mapping[str, Any], earlier: str | None) -> str:
    """Open a session for whom the provider names, with the roles that it gives now."""
    roles = _roles(service.settings, claims)
    if not roles:
        raise Forbidden("oidc_no_role", "统一登录没有给出本系统的角色", hint="请管理员在统一登录中加上角色")
    subject = f"{service.settings.oidc_issuer}\0{claims['sub']}"
    user_id = f"oidc-{hashlib.sha256(subject.encode()).hexdigest()[:16]}"
    name = str(claims.get("name") or claims.get("preferred_username") or user_id)
    user = admit_user(service.store, user_id, name=name, roles=roles)
    if user.status is not UserStatus.ACTIVE:
        raise Unauthenticated("login_failed", "账户已锁定", hint="请找管理员")
    return begin_session(service, user_id, earlier=earlier, now=dt.datetime.now(dt.UTC))


def _roles(settings: Settings, claims: Mapping[str, Any]) -> frozenset[Role]:
    given = claims.get(settings.oidc_role_claim, [])
    values = [given] if isinstance(given, str) else given
    if not isinstance(values, list):
        return frozenset()
    return frozenset(settings.oidc_roles[each] for each in map(str, values) if each in settings.oidc_roles)


def _failed() -> Unauthenticated:
    return Unauthenticated("oidc_failed", "统一登录没有成功", hint="重新登录；仍不行请找管理员")
