"""Who a person is: sealed, apart from everything that matches, opened for one person at a time."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken

from data.errors import InputError, StoreError, UnknownName
from data.store.schema import profile
from data.store.schema.access import sealed_identity
from data.store.store import Store, upsert

__all__ = ["Identity", "read_identity", "write_identity"]

_LONGEST: Final = 200


class Identity(NamedTuple):
    """Who somebody is and how to reach them."""

    name: str
    """Name."""
    contact: str
    """Telephone or mail."""


def write_identity(
    store: Store, profile_id: str, identity: Identity, *, key: bytes, by: str, now: dt.datetime
) -> None:
    """Seal who a person is; what was sealed before is replaced, and all of it goes with the person.

    Parameters
    ----------
    store
        The store.
    profile_id
        The person.
    identity
        Name and contact, 1 to 200 characters each.
    key
        The key of :func:`data.pseudonyms.read_key`, from which the key of the seal is derived.
    by
        Who took it down.
    now
        The moment, UTC.

    Raises
    ------
    UnknownName
        ``profile_unknown``.
    InputError
        ``identity_invalid``: name or contact is blank or too long.
    """
    if not all(0 < len(text.strip()) <= _LONGEST for text in identity):
        raise InputError("identity_invalid", "姓名或联系方式为空或过长", hint=f"各写 1 到 {_LONGEST} 字")
    # The person's id is sealed as well, so that nobody can hang a seal on somebody else.
    content = {"profile_id": profile_id, "name": identity.name.strip(), "contact": identity.contact.strip()}
    sealed = _seal(key).encrypt(json.dumps(content, ensure_ascii=False).encode())
    row = {"profile_id": profile_id, "sealed": sealed, "sealed_by": by, "sealed_at": now}
    with store.begin() as connection:
        known = sa.select(profile.c.profile_id).where(profile.c.profile_id == profile_id)
        if connection.execute(known).first() is None:
            raise UnknownName("profile_unknown", "没有这份人才档案", hint="核对档案编号")
        upsert(connection, sealed_identity, [row])


def read_identity(store: Store, profile_id: str, *, key: bytes) -> Identity | None:
    """Open the seal of one person.

    Parameters
    ----------
    store
        The store.
    profile_id
        The person.
    key
        The key that it was sealed with.

    Returns
    -------
    Identity or None
        None where nothing is sealed.

    Raises
    ------
    StoreError
        ``identity_damaged``: another key, or not what was sealed for this person.
    """
    query = sa.select(sealed_identity.c.sealed).where(sealed_identity.c.profile_id == profile_id)
    with store.read() as connection:
        sealed = connection.execute(query).scalar_one_or_none()
    if sealed is None:
        return None
    try:
        content: dict[str, Any] = json.loads(_seal(key).decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise _damaged() from error
    if content["profile_id"] != profile_id:
        raise _damaged()
    return Identity(content["name"], content["contact"])


def _seal(key: bytes) -> Fernet:
    derived = hmac.new(key, b"sealed identity", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(derived))


def _damaged() -> StoreError:
    return StoreError(
        "identity_damaged", "封存的身份信息打不开", hint="把原来的 pseudonym.key 放回数据目录，或重新登记"
    )
