"""The keys that sign access tokens: files of this installation, two accepted at a time."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.errors import StoreError

__all__ = ["SigningKey", "SigningKeys"]

_KEY_BYTES: Final = 32
_ACCEPTED: Final = 2
_NAME: Final = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f]{8}\.key")


@dataclass(frozen=True)
class SigningKey:
    """One key."""

    kid: str
    """Name of the key, as tokens state it; later ones sort behind earlier ones."""
    secret: bytes
    """32 random bytes."""

    def __repr__(self) -> str:
        return f"SigningKey(kid={self.kid!r})"


class SigningKeys:
    """The keys in a folder, read anew at each use so that a rotation holds for every process at once.

    Parameters
    ----------
    folder
        Where the keys are; made with the first key.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> SigningKey:
        """Return the key that signs; the first call makes it.

        Raises
        ------
        StoreError
            ``token_key_damaged``.
        """
        return self.accepted()[0] if self._paths() else self.rotate()

    def accepted(self) -> list[SigningKey]:
        """Return the keys whose tokens are accepted, the one that signs first; none before the first use.

        Raises
        ------
        StoreError
            ``token_key_damaged``.
        """
        return [_read(path) for path in self._paths()[:_ACCEPTED]]

    def rotate(self) -> SigningKey:
        """Make another key that signs from now on; tokens of the one before it stay valid until they end."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        now = dt.datetime.now(dt.UTC)
        path = self.folder / f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.key"
        draft = path.with_suffix(".draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        for old in self._paths()[_ACCEPTED:]:
            old.unlink(missing_ok=True)
        return _read(path)

    def _paths(self) -> list[Path]:
        """Return the files of the keys, the newest first."""
        names = [path.name for path in self.folder.glob("*.key") if _NAME.fullmatch(path.name)]
        return [self.folder / name for name in sorted(names, reverse=True)]


def _read(path: Path) -> SigningKey:
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise _damaged(path) from error
    if len(secret) != _KEY_BYTES:
        raise _damaged(path)
    return SigningKey(path.stem, secret)


def _damaged(path: Path) -> StoreError:
    return StoreError(
        "token_key_damaged", f"{path} 里不是令牌签名密钥", hint="删去此文件后运行 yingcai key rotate-signing"
    )
