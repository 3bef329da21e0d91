"""Keys of the HTTP API: made once, kept as hashes; a key's number and the key are also an OAuth2 client."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from data.errors import InputError, UnknownName
from data.permissions import DEFAULT_SCOPES, OFFICE_SCOPES, Scope, known_scopes
from data.store.agencies import RESERVED_NAMES, Agency, agency_from
from data.store.history import record_change
from data.store.moments import utc
from data.store.schema import agency, api_key
from data.store.store import Store

__all__ = [
    "Credential",
    "create_key",
    "list_keys",
    "read_credential",
    "revoke_key",
    "rotate_key",
    "touch_key",
    "verify_key",
]

_PREFIX: Final = "yc"
_FORM: Final = re.compile(r"yc_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
_NOBODY: Final = "0" * 64
_LONGEST_HOLDER: Final = 120
_LONGEST_OVERLAP: Final = dt.timedelta(days=90)
_TOUCHED_EVERY: Final = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Credential:
    """A key that was not revoked, and whose it is; the key itself is not in it."""

    key_id: str
    """Number of the key: 12 hexadecimal digits, also the OAuth2 ``client_id``."""
    holder: str
    """Agency or program that holds the key."""
    agency: Agency | None
    """The agency it belongs to; None for the office's own programs."""
    scopes: frozenset[Scope]
    """What it allows."""
    expires_at: dt.datetime | None
    """From when on it opens nothing, UTC; None for a key without an end."""
    last_used_at: dt.datetime | None = None
    """When it was last used, UTC, to the minute; None for a key that never was."""

    def expired(self, now: dt.datetime) -> bool:
        """Return whether the key's time is over."""
        return self.expires_at is not None and self.expires_at <= now


def create_key(
    store: Store,
    holder: str,
    *,
    agency_id: str | None = None,
    scopes: Collection[Scope] = DEFAULT_SCOPES,
    expires_at: dt.datetime | None = None,
    actor: str = "",
) -> str:
    """Make a key for an agency or program; it can be shown only now.

    Parameters
    ----------
    store
        The store.
    holder
        Who holds it, at most 120 characters.
    agency_id
        The agency it belongs to; None for a program of the office.
    scopes
        What it allows, at least one thing.
    expires_at
        When it ends; None never.
    actor
        Who makes it; empty notes the holder.

    Returns
    -------
    str
        ``yc_``, 12 hexadecimal digits, ``_`` and 256 random bits.

    Raises
    ------
    InputError
        ``holder_invalid``, ``scopes_empty``, or ``scope_office_only`` for an agency.
    UnknownName
        ``agency_unknown``.
    """
    holder = holder.strip()
    _check_holder(holder)
    _check_scopes(scopes, agency_id)
    with store.begin() as connection:
        _check_owner(connection, holder, agency_id)
        key_id, key = _insert(connection, holder, agency_id, scopes, expires_at)
        _note(connection, key_id, actor or holder, "created")
    return key


def verify_key(store: Store, key: str) -> Credential | None:
    """Return whose key it is; None for an unknown or revoked one.

    The answer may be expired, or belong to an agency that may not use the API: the caller looks at both.
    A text that has not the form of a key is turned away without asking the database.
    """
    form = _FORM.fullmatch(key)
    if form is None:
        return None
    query = _credentials(api_key.c.key_sha256.label("kept")).where(api_key.c.key_id == form.group(1))
    with store.read() as connection:
        row = connection.execute(query).one_or_none()
    known = hmac.compare_digest(_NOBODY if row is None else row.kept, _hash(key))
    return _credential(row) if known and row is not None else None


def read_credential(store: Store, key_id: str) -> Credential | None:
    """Return the key of a number; None for an unknown or revoked one."""
    with store.read() as connection:
        row = connection.execute(_credentials().where(api_key.c.key_id == key_id)).one_or_none()
    return None if row is None else _credential(row)


def touch_key(store: Store, credential: Credential, *, now: dt.datetime) -> None:
    """Note that a key was used, at most once a minute."""
    before = credential.last_used_at
    if before is not None and now - before < _TOUCHED_EVERY:
        return
    with store.begin() as connection:
        own = api_key.c.key_id == credential.key_id
        connection.execute(api_key.update().where(own).values(last_used_at=now))


def list_keys(store: Store) -> list[dict[str, Any]]:
    """Return what is known of every key, oldest first, revoked and expired ones included.

    Returns
    -------
    list of dict
        key_id, holder, agency_id, scopes, created_at, expires_at, last_used_at and revoked_at.
    """
    columns = [column for column in api_key.c if column.name != "key_sha256"]
    with store.read() as connection:
        rows = connection.execute(sa.select(*columns).order_by(api_key.c.created_at)).mappings()
        return [dict(row) for row in rows]


def revoke_key(store: Store, key_id: str, *, actor: str = "") -> None:
    """Make a key, and every token that was issued to it, useless from now on.

    Raises
    ------
    UnknownName
        There is no such key.
    """
    with store.begin() as connection:
        changed = connection.execute(
            api_key.update().where(api_key.c.key_id == key_id).values(revoked_at=dt.datetime.now(dt.UTC))
        )
        if not changed.rowcount:
            raise _unknown(key_id)
        _note(connection, key_id, actor, "revoked")


def rotate_key(store: Store, key_id: str, *, overlap: dt.timedelta, now: dt.datetime, actor: str = "") -> str:
    """Make a key that replaces another one; for a time both are valid.

    Parameters
    ----------
    store
        The store.
    key_id
        The key to be replaced.
    overlap
        How long it stays valid, 0 to 90 days; a key that ends sooner is not prolonged.
    now
        The time, UTC.
    actor
        Who rotates it.

    Returns
    -------
    str
        The new key, with the holder, agency and scopes of the old one and without an end.

    Raises
    ------
    UnknownName
        ``key_unknown``: there is no such key, or it was revoked.
    InputError
        ``overlap_out_of_range``.
    """
    if not dt.timedelta(0) <= overlap <= _LONGEST_OVERLAP:
        raise InputError(
            "overlap_out_of_range",
            f"并行期 {overlap.days} 天超出范围",
            hint=f"取 0 到 {_LONGEST_OVERLAP.days} 天",
        )
    with store.begin() as connection:
        query = sa.select(api_key).where(api_key.c.key_id == key_id, api_key.c.revoked_at.is_(None))
        old = connection.execute(query).one_or_none()
        if old is None:
            raise _unknown(key_id)
        new_id, key = _insert(connection, old.holder, old.agency_id, known_scopes(old.scopes), None)
        ends = now + overlap if old.expires_at is None else min(utc(old.expires_at), now + overlap)
        connection.execute(api_key.update().where(api_key.c.key_id == key_id).values(expires_at=ends))
        _note(connection, key_id, actor, "rotated")
        _note(connection, new_id, actor, "created")
    return key


def _insert(
    connection: sa.Connection,
    holder: str,
    agency_id: str | None,
    scopes: Collection[Scope],
    expires_at: dt.datetime | None,
) -> tuple[str, str]:
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = f"{_PREFIX}_{key_id}_{secret}"
    connection.execute(
        api_key.insert().values(
            key_id=key_id,
            key_sha256=_hash(key),
            holder=holder,
            agency_id=agency_id,
            scopes=sorted(scope.value for scope in scopes),
            created_at=dt.datetime.now(dt.UTC),
            expires_at=expires_at,
        )
    )
    return key_id, key


def _check_scopes(scopes: Collection[Scope], agency_id: str | None) -> None:
    if not scopes:
        raise InputError("scopes_empty", "密钥没有任何权限", hint="至少给一项权限")
    barred = [] if agency_id is None else sorted(OFFICE_SCOPES.intersection(scopes))
    if barred:
        raise InputError(
            "scope_office_only",
            f"机构的密钥不能有这些权限：{'、'.join(barred)}",
            hint="去掉这些权限；它们只给工作部门自己的程序与用户",
        )


def _check_holder(holder: str) -> None:
    if (
        not holder
        or len(holder) > _LONGEST_HOLDER
        or not holder.isprintable()
        or RESERVED_NAMES.match(holder)
    ):
        raise InputError(
            "holder_invalid",
            f"密钥的归属“{holder[:20]}”不能用",
            hint=f"写机构或程序名，1 到 {_LONGEST_HOLDER} 个字符，不以 cli:、user:、agency:、oidc: 开头",
        )


def _check_owner(connection: sa.Connection, holder: str, agency_id: str | None) -> None:
    """Refuse an agency that is not there, and a key of the office that bears the name of an agency."""
    if agency_id is None:
        named = connection.execute(sa.select(agency.c.agency_id).where(agency.c.name == holder)).first()
        if named is not None:
            raise InputError(
                "holder_invalid", f"“{holder}”是已登记的机构", hint=f"加上 --agency {named.agency_id}"
            )
        return
    if connection.execute(sa.select(agency).where(agency.c.agency_id == agency_id)).first() is None:
        raise UnknownName(
            "agency_unknown", f"没有编号为 {agency_id} 的机构", hint="运行 yingcai agency list 查看"
        )


def _credentials(*more: Any) -> sa.Select[Any]:
    names = ("key_id", "holder", "scopes", "expires_at", "last_used_at")
    keys = [api_key.c[name] for name in names]
    owner = [column for column in agency.c if column.name != "agency_id"]
    return (
        sa.select(*keys, *more, agency.c.agency_id, *owner)
        .outerjoin(agency, agency.c.agency_id == api_key.c.agency_id)
        .where(api_key.c.revoked_at.is_(None))
    )


def _credential(row: Any) -> Credential:
    return Credential(
        key_id=row.key_id,
        holder=row.holder,
        agency=None if row.agency_id is None else agency_from(row),
        scopes=known_scopes(row.scopes),
        expires_at=None if row.expires_at is None else utc(row.expires_at),
        last_used_at=None if row.last_used_at is None else utc(row.last_used_at),
    )


def _note(connection: sa.Connection, key_id: str, actor: str, kind: str) -> None:
    record_change(
        connection, actor=actor or "—", table_name=api_key.name, row_key=key_id, kind=kind, fields={}
    )


def _unknown(key_id: str) -> UnknownName:
    return UnknownName("key_unknown", f"没有编号为 {key_id} 的密钥", hint="运行 yingcai key list 查看")


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
