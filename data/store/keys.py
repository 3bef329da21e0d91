"""Keys of the HTTP API: made once, kept as hashes."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Any

import sqlalchemy as sa

from data.errors import UnknownName
from data.store.schema import api_key
from data.store.store import Store

__all__ = ["create_key", "holder_of", "list_keys", "revoke_key"]

_PREFIX = "yc"


def create_key(store: Store, holder: str) -> str:
    """Make a key for an agency or program; it can be shown only now."""
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = f"{_PREFIX}_{key_id}_{secret}"
    with store.begin() as connection:
        connection.execute(
            api_key.insert().values(
                key_id=key_id, key_sha256=_hash(key), holder=holder, created_at=dt.datetime.now(dt.UTC)
            )
        )
    return key


def holder_of(store: Store, key: str) -> str | None:
    """Return whose key it is; None for an unknown or revoked one."""
    parts = key.split("_", 2)
    if len(parts) != 3 or parts[0] != _PREFIX:
        return None
    query = sa.select(api_key.c.key_sha256, api_key.c.holder).where(
        api_key.c.key_id == parts[1], api_key.c.revoked_at.is_(None)
    )
    with store.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None or not hmac.compare_digest(row.key_sha256, _hash(key)):
        return None
    return str(row.holder)


def list_keys(store: Store) -> list[dict[str, Any]]:
    """Return key_id, holder, created_at and revoked_at of every key, oldest first."""
    columns = (api_key.c.key_id, api_key.c.holder, api_key.c.created_at, api_key.c.revoked_at)
    with store.read() as connection:
        rows = connection.execute(sa.select(*columns).order_by(api_key.c.created_at)).mappings()
        return [dict(row) for row in rows]


def revoke_key(store: Store, key_id: str) -> None:
    """Make a key useless from now on.

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
        raise UnknownName("key_unknown", f"没有编号为 {key_id} 的密钥", hint="运行 yingcai key list 查看")


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
