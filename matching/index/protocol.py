"""What a pool asks of an index of vectors, and what makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matching.encoder.protocol import Vectors, quiet
from matching.index.hits import Hits

__all__ = ["Codes", "Engine", "VectorIndex", "VectorServer"]

Codes = Mapping[str, NDArray[np.int32]]
"""Numbers by column, one a position: what a server can filter by beside a search."""


class VectorIndex(Protocol):
    """Rows that can be searched, added and removed; every change is a new object."""

    @property
    def alive(self) -> NDArray[np.bool_]:
        """One boolean a position: false for a dead one."""

    @property
    def size(self) -> int:
        """Number of positions ever used, dead ones included."""

    @property
    def garbage(self) -> float:
        """Share of the positions that are dead or appended, 0 to 1."""

    def appended(self, vectors: Vectors) -> VectorIndex:
        """Return an index with rows added at the end."""

    def without(self, positions: NDArray[np.int64]) -> VectorIndex:
        """Return an index in which some positions are dead."""

    def take(self, positions: NDArray[np.int64]) -> Vectors:
        """Return rows, dead ones included."""

    def search(self, query: Vectors, k: int, *, allowed: NDArray[np.bool_] | NDArray[np.int64]) -> Hits:
        """Search one query among the living rows that are allowed."""

    def search_many(
        self,
        queries: Vectors,
        k: int,
        *,
        allowed: Callable[[int], NDArray[np.bool_]],
        progress: Callable[[int, int], None] = quiet,
    ) -> Hits:
        """Search many queries among the living rows, each in its own allowed set."""


class Engine(Protocol):
    """Makes the indexes of a service."""

    @property
    def state(self) -> str:
        """What answers searches now, as the service shows it."""

    def index(self, side: str, vectors: Vectors, codes: Codes) -> VectorIndex:
        """Index the rows of one side, ready to be searched at once."""

    def forget(self) -> None:
        """Remove what is held outside this process, for a person whose data are erased."""


class VectorServer(Protocol):
    """A server that searches rows; every call raises :class:`data.errors.StoreError` where it fails."""

    approximate: bool
    """Whether it may miss rows; one that is exact misses only rows with at most the last score."""

    @property
    def most(self) -> int:
        """Most hits that one search may ask for."""

    def version_of(self, vectors: Vectors, codes: Codes) -> str:
        """Return a name for what is put there: equal content has an equal version."""

    def publish(self, side: str, version: str, vectors: Vectors, codes: Codes) -> str:
        """Make a version the current one of its side, unless it is; return the collection."""

    def attach(self, side: str, version: str, vectors: Vectors) -> str | None:
        """Return the collection of a version that is there and whole; None if there is none."""

    def search(self, collection: str, query: Vectors, limit: int, where: str) -> Hits:
        """Return the best rows that pass an expression, with the server's own scores."""

    def forget(self) -> None:
        """Remove everything that was put there."""
