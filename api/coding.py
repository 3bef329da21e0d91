"""The coders that requests code records with: those that the pools were loaded with."""

from __future__ import annotations

import threading
from collections.abc import Callable

from api.refresh import Basis
from matching.coding import Coders

__all__ = ["KeptCoders"]


class KeptCoders:
    """The coders of the newest basis; making them takes seconds.

    Parameters
    ----------
    make
        Makes the coders of a basis.
    """

    def __init__(self, make: Callable[[Basis], Coders]) -> None:
        self._make = make
        self._kept: tuple[Basis, Coders] | None = None
        self._one_at_a_time = threading.Lock()

    def keep(self, basis: Basis, coders: Coders) -> Coders:
        """Keep coders that were made already, and return them."""
        self._kept = basis, coders
        return coders

    def of(self, basis: Basis) -> Coders:
        """Return the coders of a basis, made now where they are not kept."""
        with self._one_at_a_time:
            kept = self._kept
            if kept is not None and _same(kept[0], basis):
                return kept[1]
            return self.keep(basis, self._make(basis))


def _same(one: Basis, other: Basis) -> bool:
    """Tell whether two bases code alike: the day of matching does not matter."""
    return (one.aliases, one.champion) == (other.aliases, other.champion)
