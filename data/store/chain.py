"""Chains of hashed entries: what was altered, removed, reordered or inserted shows, entry by entry.

Every entry is hashed together with the one before (Haber and Stornetta, How to time-stamp a digital document,
1991). Entries cut off at the end do not show from within: for that a hash is kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Protocol, TypeVar

__all__ = ["ORIGIN", "Link", "checked_links"]

ORIGIN: Final = "0" * 64
"""What the first entry is hashed onto."""


class Link(Protocol):
    """What an entry must say to be one of a chain."""

    @property
    def number(self) -> int:
        """Number of the entry, from 1 without gaps."""

    @property
    def previous_sha256(self) -> str:
        """Hash of the entry before, as this one states it."""

    @property
    def sha256(self) -> str:
        """Hash of this entry, as it states it."""

    @property
    def computed_sha256(self) -> str:
        """Hash of what the entry holds now."""


LinkT = TypeVar("LinkT", bound=Link)


def checked_links(entries: Iterable[LinkT]) -> Iterator[tuple[LinkT, list[str]]]:
    """Compare every entry with what it holds and with the one before.

    Parameters
    ----------
    entries
        The chain in the order of its numbers; read once, so that it may be longer than memory.

    Yields
    ------
    tuple
        Each entry with one Chinese sentence a fault, none for a sound one. After a fault the next entry is
        held against the entry as it stands, so that one alteration is not told for all that follows.
    """
    number, previous = 0, ORIGIN
    for entry in entries:
        faults = []
        if entry.number != number + 1:
            faults.append(f"第 {number + 1} 条的编号是 {entry.number}，有记录缺失")
        if entry.previous_sha256 != previous:
            faults.append(f"第 {entry.number} 条与上一条的校验值不相接")
        if entry.sha256 != entry.computed_sha256:
            faults.append(f"第 {entry.number} 条的内容被改动过")
        yield entry, faults
        number, previous = entry.number, entry.sha256
