"""Access tokens: short-lived JWTs (RFC 7519, profile RFC 9068) that name a key and what it was granted."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any, Final, NamedTuple

import jwt

from api.access.errors import Unauthenticated
from api.access.signing import SigningKey, SigningKeys
from data.permissions import Scope, known_scopes

__all__ = ["Claims", "issue_token", "read_token"]

_ALGORITHM: Final = "HS256"
"""The one algorithm, never the one that a token asks for: maker and reader are the same program."""
_ISSUER, _AUDIENCE, _TYPE = "yingcai", "yingcai/v1", "at+jwt"
_LONGEST: Final = 4096
_REQUIRED: Final = ["aud", "exp", "iat", "iss", "jti", "scope", "sub"]


class Claims(NamedTuple):
    """What a token says."""

    key_id: str
    """Number of the key that it was issued to."""
    scopes: frozenset[Scope]
    """What was granted."""
    jti: str
    """Number of the token."""


def issue_token(
    keys: SigningKeys, key_id: str, scopes: Collection[Scope], *, now: dt.datetime, seconds: int
) -> str:
    """Make a token.

    Parameters
    ----------
    keys
        The keys that sign.
    key_id
        Number of the key that it is issued to.
    scopes
        What is granted.
    now
        The time, UTC.
    seconds
        How long the token is valid.
    """
    key = keys.current()
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": key_id,
        "client_id": key_id,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + seconds,
        "jti": secrets.token_urlsafe(16),
        "scope": " ".join(sorted(scope.value for scope in scopes)),
    }
    return jwt.encode(claims, key.secret, algorithm=_ALGORITHM, headers={"kid": key.kid, "typ": _TYPE})


def read_token(keys: SigningKeys, token: str) -> Claims:
    """Check a token and return what it says; whether its key still holds is the caller's to ask.

    Raises
    ------
    Unauthenticated
        ``token_expired``, or ``token_invalid`` for one that is malformed, unsigned, signed by another key or
        algorithm, or meant for somebody else.
    """
    try:
        claims = _verified(token, _key_of(keys, token))
    except jwt.ExpiredSignatureError as error:
        raise _refused("token_expired", "访问令牌已过期", "向 /v1/oauth/token 换取新的令牌") from error
    except jwt.InvalidTokenError as error:
        raise _invalid() from error
    if not all(isinstance(claims[name], str) for name in ("sub", "scope", "jti")):
        raise _invalid()
    return Claims(claims["sub"], known_scopes(claims["scope"].split(" ")), claims["jti"])


def _verified(token: str, key: SigningKey) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        token,
        key.secret,
        algorithms=[_ALGORITHM],
        issuer=_ISSUER,
        audience=_AUDIENCE,
        options={"require": _REQUIRED},
    )
    return claims


def _key_of(keys: SigningKeys, token: str) -> SigningKey:
    """Return the key that a token names; what a token cannot choose is its algorithm."""
    if len(token) > _LONGEST:
        raise _invalid()
    header = jwt.get_unverified_header(token)
    if header.get("typ") != _TYPE or header.get("alg") != _ALGORITHM:
        raise _invalid()
    for key in keys.accepted():
        if key.kid == header.get("kid"):
            return key
    raise _invalid()


def _invalid() -> Unauthenticated:
    return _refused("token_invalid", "访问令牌无效", "向 /v1/oauth/token 换取新的令牌")


def _refused(code: str, message: str, hint: str) -> Unauthenticated:
    return Unauthenticated(
        code, message, hint=hint, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
    )
