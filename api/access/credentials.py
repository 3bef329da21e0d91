"""From what a request carries to the principal: a key, a token or a session, checked at every request."""

from __future__ import annotations

import datetime as dt
import hmac

from api.access.errors import Forbidden, Unauthenticated
from api.access.principal import BOOTSTRAP, Principal
from api.access.signing import SigningKeys
from api.access.tokens import read_token
from api.service import Service
from data.store.agencies import Agency, Standing, read_agency
from data.store.keys import Credential, read_credential, touch_key, verify_key
from data.store.moments import beijing_day
from data.store.sessions import SessionTimes, read_session

__all__ = [
    "check_credential",
    "principal_of_key",
    "principal_of_session",
    "principal_of_token",
    "session_times",
    "unauthenticated",
]

_REFUSALS = {
    Standing.SUSPENDED: ("agency_suspended", "机构“{name}”已被暂停使用接口", "联系人才工作部门"),
    Standing.LICENCE_EXPIRED: (
        "agency_licence_expired",
        "机构“{name}”的人力资源服务许可证已于 {last} 到期",
        "向人才工作部门提交续期后的许可证",
    ),
    Standing.LICENCE_NOT_YET_VALID: (
        "agency_licence_not_yet_valid",
        "机构“{name}”的人力资源服务许可证自 {first} 起有效",
        "许可证生效后再用",
    ),
}


def principal_of_key(service: Service, key: str, *, now: dt.datetime) -> Principal:
    """Return who holds an API key.

    Raises
    ------
    Unauthenticated
        ``key_missing_or_invalid`` or ``key_expired``.
    Forbidden
        The agency may not use the API, see :func:`check_credential`.
    """
    bootstrap = service.settings.bootstrap_key.get_secret_value()
    if bootstrap and hmac.compare_digest(key.encode(), bootstrap.encode()):
        return BOOTSTRAP
    credential = verify_key(service.store, key)
    if credential is None:
        raise unauthenticated("ApiKey")
    check_credential(credential, now=now)
    touch_key(service.store, credential, now=now)
    return Principal.from_credential(credential)


def principal_of_token(service: Service, token: str, *, now: dt.datetime) -> Principal:
    """Return whom a token was issued to, with what both the token and its key allow at this moment.

    Raises
    ------
    Unauthenticated
        ``token_invalid``, ``token_expired`` or ``token_revoked``.
    Forbidden
        The agency may not use the API, see :func:`check_credential`.
    """
    claims = read_token(SigningKeys(service.settings.token_keys_dir), token)
    credential = read_credential(service.store, claims.key_id)
    if credential is None or credential.expired(now):
        raise Unauthenticated(
            "token_revoked",
            "访问令牌所属的密钥已停用或到期",
            hint="换用有效的密钥再取令牌",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    check_credential(credential, now=now)
    touch_key(service.store, credential, now=now)
    whole = Principal.from_credential(credential)
    return Principal(**{**vars(whole), "scopes": whole.scopes & claims.scopes})


def principal_of_session(service: Service, secret: str, *, now: dt.datetime) -> Principal:
    """Return who logged in.

    Raises
    ------
    Unauthenticated
        ``session_ended``.
    Forbidden
        The agency whose person it is may not use the API, see :func:`check_credential`.
    """
    session = read_session(service.store, secret, now=now, times=session_times(service))
    if session is None:
        raise Unauthenticated("session_ended", "登录已失效", hint="重新登录")
    if not session.user.agency_id:
        return Principal.from_user(session.user)
    agency = read_agency(service.store, session.user.agency_id)
    _check_standing(agency, now)
    return Principal.from_user(session.user, agency)


def check_credential(credential: Credential, *, now: dt.datetime) -> None:
    """Refuse a key whose time is over, and one of an agency that may not use the API today.

    Raises
    ------
    Unauthenticated
        ``key_expired``.
    Forbidden
        ``agency_suspended``, ``agency_licence_expired`` or ``agency_licence_not_yet_valid``.
    """
    if credential.expired(now):
        raise Unauthenticated(
            "key_expired", "API 密钥已到期", hint="向管理员换取新密钥", headers={"WWW-Authenticate": "ApiKey"}
        )
    if credential.agency is not None:
        _check_standing(credential.agency, now)


def unauthenticated(challenge: str) -> Unauthenticated:
    """Return the refusal of a request without a key that is known.

    Parameters
    ----------
    challenge
        Value of ``WWW-Authenticate``.
    """
    return Unauthenticated(
        "key_missing_or_invalid",
        "缺少有效的 API 密钥",
        hint="在 X-API-Key 中带上密钥，或在 Authorization 中带上令牌",
        headers={"WWW-Authenticate": challenge},
    )


def session_times(service: Service) -> SessionTimes:
    """Return how long sessions of this service last."""
    settings = service.settings
    return SessionTimes(
        idle=dt.timedelta(minutes=settings.session_idle_minutes),
        longest=dt.timedelta(hours=settings.session_hours),
    )


def _check_standing(agency: Agency, now: dt.datetime) -> None:
    standing = agency.standing(beijing_day(now))
    if standing is Standing.GOOD:
        return
    code, message, hint = _REFUSALS[standing]
    told = message.format(name=agency.name, first=agency.licence_from, last=agency.licence_to)
    raise Forbidden(code, told, hint=hint)
