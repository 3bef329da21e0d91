"""The session of somebody of the office: log in, look, log out."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.cookies import clear_cookie, cookie_of, csrf_token, set_cookie
from api.access.credentials import principal_of_session, session_times
from api.access.errors import Unauthenticated
from api.access.login import begin_session, log_in
from api.dependencies import Address, Secure, ServiceDependency, SessionSecret, SignedIn
from api.privacy.trail import identify
from api.problems import problem_responses
from api.service import Service
from data.permissions import Role, Scope
from data.store.sessions import close_session, close_sessions, read_session
from data.store.users import set_password

router = APIRouter(prefix="/v1/session", tags=["访问"])


class LoginRequest(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid")

    user_id: str = Field(description="用户名", min_length=1, max_length=64, examples=["zhang.san"])
    password: str = Field(description="口令", min_length=1, max_length=512, examples=["竖窑旁的海风吹了八年"])


class SessionOut(BaseModel):
    """Who logged in, what that allows, and how long."""

    user_id: str = Field(description="用户名", examples=["zhang.san"])
    name: str = Field(description="姓名", examples=["张三"])
    roles: list[Role] = Field(description="角色")
    scopes: list[Scope] = Field(description="权限")
    csrf_token: str = Field(description="改动类请求须放入 X-CSRF-Token 请求头", examples=["0123abcd"])
    created_at: dt.datetime = Field(description="登录时间（UTC）", examples=["2026-11-21T08:00:00Z"])
    expires_at: dt.datetime = Field(description="最迟失效时间（UTC）", examples=["2026-11-21T20:00:00Z"])
    idle_minutes: int = Field(description="多少分钟没有操作即失效", examples=[30])


class PasswordRequest(BaseModel):
    """The password of now and the one to come."""

    model_config = ConfigDict(extra="forbid")

    old: str = Field(
        description="现在的口令", min_length=1, max_length=512, examples=["竖窑旁的海风吹了八年"]
    )
    new: str = Field(
        description="新口令，至少 12 个字符，不能是常见口令",
        min_length=1,
        max_length=512,
        examples=["大石桥的炉火今天又添了三炉"],
    )


class SessionsClosed(BaseModel):
    """How many sessions were closed."""

    closed: int = Field(description="退出的会话数", examples=[1])


@router.post("", summary="登录", responses=problem_responses(401, 403, 422, 429, 503))
def create_session(
    request: Request,
    response: Response,
    service: ServiceDependency,
    secure: Secure,
    address: Address,
    login: LoginRequest,
) -> SessionOut:
    """Open a session; an unknown name and a wrong password have the same answer."""
    now = dt.datetime.now(dt.UTC)
    user_id = log_in(service, login.user_id, login.password, address=address, now=now)
    secret = begin_session(service, user_id, earlier=cookie_of(request, secure=secure), now=now)
    identify(principal_of_session(service, secret, now=now).actor)
    set_cookie(response, secret, secure=secure)
    return _told(service, secret, now=now)


@router.get("", summary="现在的登录", responses=problem_responses(401, 403, 422, 503))
def show_session(
    response: Response, service: ServiceDependency, secret: SessionSecret, _: SignedIn
) -> SessionOut:
    """Say who is logged in; the page takes its CSRF token from here."""
    response.headers["Cache-Control"] = "no-store"
    return _told(service, secret, now=dt.datetime.now(dt.UTC))


@router.delete("", summary="退出", responses=problem_responses(401, 403, 422, 503))
def delete_session(
    response: Response,
    service: ServiceDependency,
    secure: Secure,
    secret: SessionSecret,
    principal: SignedIn,
    *,
    everywhere: Annotated[bool, Query(description="true 退出该用户的所有会话")] = False,
) -> SessionsClosed:
    """Close this session, or every one of the user."""
    closed = 1
    if everywhere:
        closed = close_sessions(service.store, str(principal.user_id))
    else:
        close_session(service.store, secret)
    clear_cookie(response, secure=secure)
    return SessionsClosed(closed=closed)


@router.put("/password", summary="修改自己的口令", responses=problem_responses(400, 401, 403, 422, 429, 503))
def change_password(
    response: Response,
    service: ServiceDependency,
    secure: Secure,
    address: Address,
    principal: SignedIn,
    given: PasswordRequest,
) -> SessionOut:
    """Change the password of whoever knows it; every session ends, and this browser gets a new one."""
    now, user_id = dt.datetime.now(dt.UTC), str(principal.user_id)
    log_in(service, user_id, given.old, address=address, now=now)
    set_password(service.store, user_id, given.new, actor=principal.actor)
    secret = begin_session(service, user_id, earlier=None, now=now)
    set_cookie(response, secret, secure=secure)
    return _told(service, secret, now=now)


def _told(service: Service, secret: str, *, now: dt.datetime) -> SessionOut:
    session = read_session(service.store, secret, now=now, times=session_times(service))
    if session is None:
        raise Unauthenticated("session_ended", "登录已失效", hint="重新登录")
    return SessionOut(
        user_id=session.user.user_id,
        name=session.user.name,
        roles=sorted(session.user.roles),
        scopes=sorted(session.user.scopes),
        csrf_token=csrf_token(secret),
        created_at=session.created_at,
        expires_at=session.expires_at,
        idle_minutes=service.settings.session_idle_minutes,
    )
