"""Access tokens for programs (OAuth 2.0 client credentials, RFC 6749 §4.4)."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import unquote_plus

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.access.credentials import check_credential
from api.access.errors import AccessError
from api.access.signing import SigningKeys
from api.access.tokens import issue_token
from api.dependencies import Address, ServiceDependency
from api.privacy.trail import identify
from api.problems import problem_responses
from data.permissions import Scope, known_scopes
from data.store.keys import Credential, verify_key

router = APIRouter(prefix="/v1/oauth", tags=["访问"])

_NOT_KEPT: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class TokenOut(BaseModel):
    """An access token."""

    access_token: str = Field(description="令牌，放入 Authorization: Bearer 请求头")
    token_type: str = Field(description="恒为 Bearer", examples=["Bearer"])
    expires_in: int = Field(description="有效秒数", examples=[900])
    scope: str = Field(description="所获权限，空格分隔", examples=["catalogues:read matches:read"])


class TokenRefusal(BaseModel):
    """Why there is no token (RFC 6749 §5.2)."""

    error: str = Field(description="RFC 6749 的错误代码", examples=["invalid_client"])
    error_description: str = Field(description="英文说明", examples=["client authentication failed"])
    code: str = Field(description="本系统的错误代码", examples=["agency_licence_expired"])
    message: str = Field(description="中文说明", examples=["许可证已到期"])


class _Client(NamedTuple):
    """What a client says of itself."""

    client_id: str
    secret: str


class _Refused(Exception):
    """There is no token."""

    def __init__(self, error: str, description: str, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(error)
        self.status = status
        self.refusal = TokenRefusal(error=error, error_description=description, code=code, message=message)


_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": TokenRefusal, "description": "请求有误"},
    401: {"model": TokenRefusal, "description": "客户端未通过验证"},
}


@router.post(
    "/token",
    summary="换取访问令牌",
    response_model=TokenOut,
    responses=_REFUSALS | problem_responses(403, 422, 429, 503),
)
def create_token(
    request: Request,
    service: ServiceDependency,
    _: Address,
    grant_type: Annotated[str, Form(description="恒为 client_credentials", max_length=100)] = "",
    scope: Annotated[str, Form(description="所要权限，空格分隔；缺省为密钥的全部权限", max_length=2000)] = "",
    client_id: Annotated[str, Form(description="密钥编号；也可放在 Basic 请求头", max_length=200)] = "",
    client_secret: Annotated[str, Form(description="密钥；也可放在 Basic 请求头", max_length=200)] = "",
) -> JSONResponse:
    """Give a short-lived token to a client that knows its key; the token is not kept."""
    try:
        _check_grant(grant_type)
        credential = _authenticate(service, _client(request, client_id, client_secret))
        granted = _granted(credential, scope)
    except _Refused as refused:
        return _answer(refused)
    owner = credential.agency
    if owner is None:
        identify(credential.holder)
    else:
        identify(owner.name, agency_id=owner.agency_id)
    settings = service.settings
    token = issue_token(
        SigningKeys(settings.token_keys_dir),
        credential.key_id,
        granted,
        now=dt.datetime.now(dt.UTC),
        seconds=settings.token_seconds,
    )
    told = TokenOut(
        access_token=token,
        token_type="Bearer",  # noqa: S106 - a kind of token, not one
        expires_in=settings.token_seconds,
        scope=" ".join(sorted(granted)),
    )
    return JSONResponse(told.model_dump(), headers=_NOT_KEPT)


def _check_grant(grant_type: str) -> None:
    if grant_type != "client_credentials":
        raise _Refused(
            "unsupported_grant_type" if grant_type else "invalid_request",
            "grant_type must be client_credentials",
            "grant_type_unsupported",
            "grant_type 只能是 client_credentials",
        )


def _client(request: Request, client_id: str, secret: str) -> _Client:
    """Return the client of the Basic header or of the body; both at once are refused (RFC 6749 §2.3)."""
    header = request.headers.get("authorization")
    if header is None:
        return _Client(client_id, secret)
    if secret:
        raise _Refused(
            "invalid_request",
            "more than one way of client authentication",
            "credentials_ambiguous",
            "客户端凭据只能放在一处",
        )
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise _unknown_client()
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (ValueError, binascii.Error) as error:
        raise _unknown_client() from error
    return _Client(unquote_plus(name), unquote_plus(password))


def _authenticate(service: ServiceDependency, client: _Client) -> Credential:
    """Return the key of a client; another client's number with one's own key opens nothing."""
    credential = verify_key(service.store, client.secret)
    known = credential is not None and hmac.compare_digest(
        client.client_id.encode(), credential.key_id.encode()
    )
    if credential is None or not known:
        raise _unknown_client()
    try:
        check_credential(credential, now=dt.datetime.now(dt.UTC))
    except AccessError as error:
        raise _Refused(
            "invalid_client", "this client may not use the API now", error.code, error.message, status=401
        ) from error
    return credential


def _granted(credential: Credential, asked: str) -> frozenset[Scope]:
    """Return what is granted: everything the key allows, or what is asked if the key allows it all."""
    names = asked.split()
    wanted = known_scopes(names) if names else credential.scopes
    if len(wanted) != len(set(names) or wanted) or not wanted <= credential.scopes:
        raise _Refused(
            "invalid_scope",
            "a scope is unknown or exceeds what the client may do",
            "scope_missing",
            "所要权限不存在或超出密钥的权限",
        )
    return wanted


def _unknown_client() -> _Refused:
    return _Refused(
        "invalid_client",
        "client authentication failed",
        "client_unknown",
        "client_id 与 client_secret 不符",
        status=401,
    )


def _answer(refused: _Refused) -> JSONResponse:
    headers = dict(_NOT_KEPT)
    if refused.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="yingcai", charset="UTF-8"'
    return JSONResponse(refused.refusal.model_dump(), status_code=refused.status, headers=headers)
