"""Logging in: attempts counted, password checked, a new session opened."""

from __future__ import annotations

import datetime as dt
import math

from api.access.credentials import session_times
from api.access.errors import TooMany, Unauthenticated
from api.service import Service
from data.store.login_delays import account_of, address_of, count_attempt, forgive
from data.store.sessions import close_session, open_session
from data.store.users import check_login

__all__ = ["begin_session", "log_in"]


def log_in(service: Service, user_id: str, password: str, *, address: str, now: dt.datetime) -> str:
    """Return who it is whose name and password were given.

    Parameters
    ----------
    service
        The service.
    user_id
        The name given.
    password
        The password given.
    address
        Where the request comes from.
    now
        The time, UTC.

    Returns
    -------
    str
        The user's identifier.

    Raises
    ------
    TooMany
        ``login_delayed``: too many attempts failed, of this account (known or not) or from this address.
    Unauthenticated
        ``login_failed``, the same for an unknown name, a wrong password and a locked account.
    """
    account, here = account_of(user_id, service.pseudonym_key), address_of(address, service.pseudonym_key)
    until = count_attempt(service.store, (account, here), now=now)
    if until is not None:
        seconds = math.ceil((until - now).total_seconds())
        raise TooMany(
            "login_delayed",
            "登录失败次数过多，暂时不能再试",
            hint=f"{seconds} 秒后再试；忘记口令请找管理员",
            retry_after=seconds,
        )
    user = check_login(service.store, user_id, password)
    if user is None:
        raise Unauthenticated(
            "login_failed", "用户名或口令不对，或账户已锁定", hint="核对后再试；仍不行请找管理员"
        )
    forgive(service.store, account, here)
    return user.user_id


def begin_session(service: Service, user_id: str, *, earlier: str | None, now: dt.datetime) -> str:
    """Open a session with a new secret and close the one that the browser came with (session fixation).

    Parameters
    ----------
    service
        The service.
    user_id
        Who logged in.
    earlier
        What the browser's cookie held; None without one.
    now
        The time, UTC.

    Returns
    -------
    str
        The secret for the cookie.
    """
    if earlier is not None:
        close_session(service.store, earlier)
    return open_session(service.store, user_id, now=now, times=session_times(service))
