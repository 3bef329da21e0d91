"""Sessions of the office's users: opened at log-in, kept as hashes, closed by time or by hand."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from data.store.moments import utc
from data.store.schema import office_user, user_session
from data.store.store import Store
from data.store.users import OfficeUser, UserStatus, user_from

__all__ = ["Session", "SessionTimes", "close_session", "close_sessions", "open_session", "read_session"]

_FORM: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_SEEN_EVERY: Final = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class SessionTimes:
    """How long a session lasts."""

    idle: dt.timedelta = dt.timedelta(minutes=30)
    """It ends when nothing was asked for this long."""
    longest: dt.timedelta = dt.timedelta(hours=12)
    """It ends after this long whatever was asked."""


@dataclass(frozen=True)
class Session:
    """A session that is open."""

    user: OfficeUser
    """Whose it is, with the roles of this moment."""
    created_at: dt.datetime
    """When the person logged in, UTC."""
    expires_at: dt.datetime
    """When it ends at the latest, UTC."""


def open_session(store: Store, user_id: str, *, now: dt.datetime, times: SessionTimes) -> str:
    """Open a session and return the secret for the cookie: 256 random bits, never one that was given.

    Sessions whose time is over are swept out on the way.
    """
    secret = secrets.token_urlsafe(32)
    with store.begin() as connection:
        connection.execute(user_session.delete().where(user_session.c.expires_at <= now))
        connection.execute(
            user_session.insert().values(
                session_sha256=_hash(secret),
                user_id=user_id,
                created_at=now,
                seen_at=now,
                expires_at=now + times.longest,
            )
        )
    return secret


def read_session(store: Store, secret: str, *, now: dt.datetime, times: SessionTimes) -> Session | None:
    """Return the session of a cookie and note that it is in use.

    Parameters
    ----------
    store
        The store.
    secret
        What the cookie holds.
    now
        The time, UTC.
    times
        How long sessions last.

    Returns
    -------
    Session or None
        None for an unknown, closed, idle or expired one, and for one whose user is locked.
    """
    if not _FORM.fullmatch(secret):
        return None
    query = (
        sa.select(user_session.c.seen_at, user_session.c.expires_at, office_user)
        .add_columns(user_session.c.created_at.label("opened_at"))
        .join(office_user, office_user.c.user_id == user_session.c.user_id)
        .where(user_session.c.session_sha256 == _hash(secret))
    )
    with store.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    seen, ends = utc(row.seen_at), utc(row.expires_at)
    if now >= ends or now - seen >= times.idle or row.status != UserStatus.ACTIVE:
        close_session(store, secret)
        return None
    if now - seen >= _SEEN_EVERY:
        with store.begin() as connection:
            own = user_session.c.session_sha256 == _hash(secret)
            connection.execute(user_session.update().where(own).values(seen_at=now))
    return Session(user_from(row), created_at=utc(row.opened_at), expires_at=ends)


def close_session(store: Store, secret: str) -> None:
    """Close one session; one that is not open is closed already."""
    with store.begin() as connection:
        connection.execute(user_session.delete().where(user_session.c.session_sha256 == _hash(secret)))


def close_sessions(store: Store, user_id: str) -> int:
    """Close every session of somebody and return how many there were."""
    with store.begin() as connection:
        closed = connection.execute(user_session.delete().where(user_session.c.user_id == user_id))
    return int(closed.rowcount)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
