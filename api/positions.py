"""Positions in the feed as callers hold them: sealed, for a position counts what everybody does."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from data.canonical import json_sha256
from data.errors import InputError
from data.store.feed import Position

__all__ = ["open_position", "seal_position"]

_FORM: Final = struct.Struct(">QQQ")
_PURPOSE: Final = b"yingcai position\0"


def seal_position(position: Position, *, key: bytes, of: Any) -> str:
    """Return a position as it leaves the service; the same position has the same seal.

    Parameters
    ----------
    position
        The position.
    key
        Secret from which the key of the seal is derived.
    of
        Whose copy of what it belongs to, as plain values.
    """
    sealed = _cipher(key).encrypt(_FORM.pack(*position), [json_sha256(of).encode()])
    return base64.urlsafe_b64encode(sealed).decode()


def open_position(text: str, *, key: bytes, of: Any) -> Position:
    """Return the position that a seal holds.

    Raises
    ------
    InputError
        ``since_invalid``: it was not given out for this copy.
    """
    try:
        sealed = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        opened = _cipher(key).decrypt(sealed, [json_sha256(of).encode()])
        return Position(*_FORM.unpack(opened))
    except (UnicodeEncodeError, binascii.Error, ValueError, InvalidTag) as error:
        raise InputError(
            "since_invalid",
            "since 无效，或不属于这个资源与调用方",
            hint="原样带回快照或上一次变更给出的 position",
        ) from error


def _cipher(key: bytes) -> AESSIV:
    return AESSIV(hmac.new(key, _PURPOSE, hashlib.sha512).digest())
