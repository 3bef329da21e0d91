"""Delays after failed attempts to log in, growing with their number, per account and per address."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from data.store.moments import utc
from data.store.schema import login_delay
from data.store.store import Store

__all__ = ["ACCOUNT", "ADDRESS", "Delays", "Subject", "account_of", "address_of", "count_attempt", "forgive"]

_FORGOTTEN_AFTER: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Delays:
    """How delays grow: none for the first failures, then doubling up to a limit."""

    free: int
    """Failures without a delay."""
    first: dt.timedelta
    """The delay after one more."""
    longest: dt.timedelta
    """No delay is longer, so that nobody can shut somebody else out for good."""

    def after(self, failures: int) -> dt.timedelta:
        """Return the delay after so many failures.

        Examples
        --------
        >>> [ACCOUNT.after(n).total_seconds() for n in (5, 6, 7, 50)]
        [0.0, 30.0, 60.0, 900.0]
        """
        if failures <= self.free:
            return dt.timedelta(0)
        doublings: int = min(failures - self.free - 1, 20)
        return min(self.first * (1 << doublings), self.longest)


ACCOUNT: Final = Delays(free=5, first=dt.timedelta(seconds=30), longest=dt.timedelta(minutes=15))
"""Delays of one account."""
ADDRESS: Final = Delays(free=20, first=dt.timedelta(seconds=30), longest=dt.timedelta(hours=1))
"""Delays of one address: an office may share one, so more failures are free."""


@dataclass(frozen=True)
class Subject:
    """Whom attempts are counted for."""

    subject_sha256: str
    """Keyed hash of the account's name or of the address."""
    delays: Delays
    """How its delays grow."""


def account_of(user_id: str, key: bytes) -> Subject:
    """Return the account of a name, whether or not there is one: both are delayed alike."""
    return Subject(_hash(f"account/{user_id.strip().casefold()}", key), ACCOUNT)


def address_of(address: str, key: bytes) -> Subject:
    """Return the address that a request comes from; of IPv6 the network (/64) that one line is given."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        parsed = None
    if isinstance(parsed, ipaddress.IPv6Address):
        address = str(ipaddress.ip_network((parsed, 64), strict=False))
    return Subject(_hash(f"address/{address}", key), ADDRESS)


def count_attempt(store: Store, subjects: Sequence[Subject], *, now: dt.datetime) -> dt.datetime | None:
    """Count an attempt before it is made, as if it failed; many at once cannot slip past the count.

    Parameters
    ----------
    store
        The store.
    subjects
        Account and address.
    now
        The time, UTC.

    Returns
    -------
    datetime or None
        Until when no attempt is allowed, and then nothing was counted; None where this one may be made.
    """
    wanted = sorted(subjects, key=lambda each: each.subject_sha256)
    with store.begin() as connection:
        connection.execute(login_delay.delete().where(login_delay.c.failed_at <= now - _FORGOTTEN_AFTER))
        rows = [_locked(connection, each, now) for each in wanted]
        ends = [utc(row.until) for row in rows if row.until is not None and utc(row.until) > now]
        if ends:
            return max(ends)
        for each, row in zip(wanted, rows, strict=True):
            failures = row.failures + 1
            delay = each.delays.after(failures)
            _set(connection, each, failures=failures, failed_at=now, until=now + delay if delay else None)
    return None


def forgive(store: Store, account: Subject, address: Subject | None = None) -> None:
    """Take back an attempt that was right: the account starts anew, the address is as it was before.

    Parameters
    ----------
    store
        The store.
    account
        The account.
    address
        Where the attempt came from; None when an administrator ends the account's delays.
    """
    with store.begin() as connection:
        own = login_delay.c.subject_sha256 == account.subject_sha256
        connection.execute(login_delay.delete().where(own))
        if address is not None:
            here = login_delay.c.subject_sha256 == address.subject_sha256
            fewer = login_delay.update().where(here, login_delay.c.failures > 0)
            connection.execute(fewer.values(failures=login_delay.c.failures - 1, until=None))


def _locked(connection: sa.Connection, subject: Subject, now: dt.datetime) -> sa.Row[Any]:
    """Return failures and delay of a subject, made if need be and held until the transaction ends."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(login_delay)
        .values(subject_sha256=subject.subject_sha256, failures=0, failed_at=now, until=None)
        .on_conflict_do_update(index_elements=["subject_sha256"], set_={"failures": login_delay.c.failures})
        .returning(login_delay.c.failures, login_delay.c.until)
    )
    row: sa.Row[Any] = connection.execute(statement).one()
    return row


def _set(connection: sa.Connection, subject: Subject, **values: object) -> None:
    own = login_delay.c.subject_sha256 == subject.subject_sha256
    connection.execute(login_delay.update().where(own).values(**values))


def _hash(text: str, key: bytes) -> str:
    return hmac.new(key, f"login/{text}".encode(), hashlib.sha256).hexdigest()
