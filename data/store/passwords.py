"""Passwords of the office's users: rules, hashing, and checking that tells nothing by its time."""

from __future__ import annotations

import threading
import unicodedata
from typing import Final, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data.errors import InputError

__all__ = ["LEAST_LENGTH", "LONGEST", "Verdict", "check_rules", "hash_password", "verify_password"]

LEAST_LENGTH: Final = 12
"""Fewest characters of a password (NIST SP 800-63B counts length, not kinds of characters)."""
LONGEST: Final = 128
"""Most characters of a password."""

_LEAST_DISTINCT: Final = 5
_COMMON: Final = frozenset(
    {
        "000000000000",
        "110110110110",
        "111111111111",
        "112233445566",
        "123123123123",
        "123456123456",
        "123456789000",
        "123456789012",
        "1234567890123",
        "12345678901234",
        "123456789abc",
        "123456789qwe",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "1qaz2wsx3edc4rfv",
        "520520520520",
        "abc123456789",
        "abcd12345678",
        "abcdefghijkl",
        "administrator",
        "adminadminadmin",
        "admin1234567",
        "admin@123456",
        "asdfghjkl123",
        "changeme1234",
        "iloveyou1234",
        "letmein12345",
        "password1234",
        "password12345",
        "passwordpassword",
        "p@ssw0rd1234",
        "qazwsxedcrfv",
        "qwerty123456",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopasdfghjkl",
        "welcome12345",
        "woaini1314520",
        "woaini520520",
        "yingcai123456",
        "yingkou123456",
        "zxcvbnm12345",
    }
)
_hasher = PasswordHasher()
"""Argon2id with the parameters of the library's current profile (RFC 9106: 64 MiB, three passes)."""
_UNKNOWN: Final = (
    "$argon2id$v=19$m={m},t={t},p={p}$bm9ib2R5IGF0IGFsbCEh$0N0Y0P4Cw9Wk1r0dJ5yq0l8nUeTtq6Zk8gq1m7x2b3A"
)
_at_once = threading.BoundedSemaphore(2)
"""Each check takes 64 MiB: more at a time would let a crowd at the door take the memory of the machine."""


class Verdict(NamedTuple):
    """What came of checking a password."""

    right: bool
    """Whether it is the one."""
    outdated: bool
    """Whether it is, and should be hashed anew with the present parameters."""


def check_rules(password: str, *, user_id: str) -> None:
    """Refuse a password that is short or that everybody tries first; kinds of characters do not matter.

    Parameters
    ----------
    password
        The password.
    user_id
        Whose it will be.

    Raises
    ------
    InputError
        ``password_too_short``, ``password_too_long`` or ``password_common``.
    """
    plain = _normalised(password)
    if len(plain) < LEAST_LENGTH:
        raise InputError(
            "password_too_short",
            f"口令只有 {len(plain)} 个字符",
            hint=f"至少 {LEAST_LENGTH} 个，一句话最好记",
        )
    if len(plain) > LONGEST:
        raise InputError("password_too_long", f"口令有 {len(plain)} 个字符", hint=f"至多 {LONGEST} 个")
    folded = plain.casefold()
    only_name = folded.replace(user_id.casefold(), "").strip("0123456789@!._-") == ""
    if folded in _COMMON or len(set(folded)) < _LEAST_DISTINCT or only_name:
        raise InputError("password_common", "这个口令太容易被猜到", hint="换一句只有自己想得到的话")


def hash_password(password: str) -> str:
    """Return the hash to keep, with its salt and parameters."""
    with _at_once:
        return _hasher.hash(_normalised(password))


def verify_password(kept: str, password: str) -> Verdict:
    """Check a password against a hash; an empty hash costs as much as any other and fits no password.

    Parameters
    ----------
    kept
        The hash; empty for an account that is not there or has no password.
    password
        The password given.
    """
    against = kept or _UNKNOWN.format(m=_hasher.memory_cost, t=_hasher.time_cost, p=_hasher.parallelism)
    try:
        with _at_once:
            _hasher.verify(against, _normalised(password)[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return Verdict(right=False, outdated=False)
    return Verdict(right=bool(kept), outdated=bool(kept) and _hasher.check_needs_rehash(kept))


def _normalised(password: str) -> str:
    """Return one form for every way to type a text: keyboards differ in width and composition."""
    return unicodedata.normalize("NFKC", password)
