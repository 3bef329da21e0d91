"""Who was erased, known only to whoever holds the key and asks for one identifier."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from data.errors import StoreError
from data.pseudonyms import key_id
from data.store.schema import tombstone
from data.store.store import Store, chunked

__all__ = ["erased_ids", "read_tombstones", "subject_hash", "write_tombstone"]

_PERSON = "profile"


def subject_hash(profile_id: str, key: bytes) -> str:
    """Return the keyed hash that stands for a profile in a tombstone: 64 hexadecimal digits."""
    return hmac.new(key, f"{_PERSON}/{profile_id}".encode(), hashlib.sha256).hexdigest()


def erased_ids(store: Store, ids: Iterable[str], *, key: bytes) -> set[str]:
    """Return those of some profile ids whose person was erased.

    Parameters
    ----------
    store
        The store.
    ids
        Profile ids.
    key
        The key of :func:`data.pseudonyms.read_key`.

    Returns
    -------
    set of str
        The ids that may not come back; empty where nobody was erased.

    Raises
    ------
    StoreError
        ``tombstone_key``: the tombstones were made with another key, so nobody could be recognised.
    """
    with store.read() as connection:
        keys = set(connection.execute(sa.select(tombstone.c.key_id).distinct()).scalars())
        if not keys:
            return set()
        if keys != {key_id(key)}:
            raise StoreError(
                "tombstone_key",
                f"库中的删除记录用另一把密钥（{'、'.join(sorted(keys))}）生成，认不出已删除的人",
                hint="把原来的 pseudonym.key 放回数据目录",
            )
        hashes = {subject_hash(each, key): each for each in ids}
        found: set[str] = set()
        for chunk in chunked(list(hashes)):
            query = sa.select(tombstone.c.subject_sha256).where(tombstone.c.subject_sha256.in_(chunk))
            found.update(hashes[each] for each in connection.execute(query).scalars())
    return found


def read_tombstones(store: Store) -> list[dict[str, Any]]:
    """Return every tombstone, the oldest first."""
    query = sa.select(tombstone).order_by(tombstone.c.erased_at, tombstone.c.subject_sha256)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def write_tombstone(
    connection: sa.Connection,
    profile_id: str,
    *,
    key: bytes,
    actor: str,
    reason: str,
    erased: Mapping[str, int],
) -> None:
    """Note that a person was erased; a second erasure of the same person replaces the note.

    Parameters
    ----------
    connection
        The transaction that erases.
    profile_id
        Whose data it was; only a keyed hash of it is kept.
    key
        The key.
    actor
        Who erased.
    reason
        Why.
    erased
        Number of rows erased, by kind.
    """
    subject = subject_hash(profile_id, key)
    connection.execute(tombstone.delete().where(tombstone.c.subject_sha256 == subject))
    connection.execute(
        tombstone.insert().values(
            subject_sha256=subject,
            kind=_PERSON,
            erased_at=dt.datetime.now(dt.UTC),
            actor=actor,
            reason=reason,
            erased=dict(erased),
            key_id=key_id(key),
        )
    )
