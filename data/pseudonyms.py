"""Pseudonyms: an identifier that tells who somebody is becomes one that tells nothing without the key."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from data.errors import StoreError
from data.normalise.text import clean

__all__ = ["key_id", "pseudonym", "read_key"]

_KEY_BYTES = 32
_SEPARATORS = re.compile(r"[\s\-_.·/()（）]+")
_COUNTRY = re.compile(r"\+?86(?=1[3-9][0-9]{9}$)")


def pseudonym(text: str, key: bytes) -> str:
    """Return the pseudonym of an identity number, a phone number or an address of mail.

    Parameters
    ----------
    text
        The identifier as stated; spellings of one identifier (width, case, blanks, hyphens, the country's
        prefix) have one pseudonym.
    key
        The secret key of this installation, see :func:`read_key`.

    Returns
    -------
    str
        64 hexadecimal digits: an HMAC-SHA256; empty for a text that holds nothing.

    Examples
    --------
    >>> pseudonym("138 0000 1234", b"k") == pseudonym("+86-13800001234", b"k")
    True
    >>> pseudonym("", b"k")
    ''
    """
    plain = _COUNTRY.sub("", _SEPARATORS.sub("", clean(text)).lower())
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest() if plain else ""


def key_id(key: bytes) -> str:
    """Return what tells one key from another without giving it away: 16 hexadecimal digits."""
    return hashlib.sha256(b"yingcai key\0" + key).hexdigest()[:16]


def read_key(var_dir: Path) -> bytes:
    """Return the secret key of this installation; the first call makes it, readable by its owner only.

    Whoever loses the file can no longer tell that two files speak of one person, nor that somebody was
    erased: it is kept with the backups, but not in them.

    Parameters
    ----------
    var_dir
        Folder of the installation; the key is ``pseudonym.key`` in it.

    Returns
    -------
    bytes
        32 random bytes.

    Raises
    ------
    StoreError
        ``key_damaged``: the file does not hold a key.
    """
    path = var_dir / "pseudonym.key"
    if not path.exists():
        _create_key(path)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (UnicodeDecodeError, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise StoreError("key_damaged", f"{path} 里不是化名密钥", hint="从保管处取回原来的密钥文件")
    return key


def _create_key(path: Path) -> None:
    """Write a new key whole or not at all; of two processes that try, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
