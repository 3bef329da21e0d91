"""An index that grows and shrinks while it is being searched."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matching.encoder.protocol import Vectors, quiet
from matching.index.bulk import search_blocks
from matching.index.exact import best
from matching.index.flat import FlatIndex
from matching.index.hits import Hits

__all__ = ["SegmentedIndex"]


class SegmentedIndex:
    """A base that never changes, rows appended to it, and tombstones; every change is a new object.

    Whoever holds the old object goes on searching the old state: a change copies the appended rows and
    the tombstones and shares the base. A changed row is its old position dead and a new one appended.
    When :attr:`garbage` has grown, write the living rows as a new base.

    Parameters
    ----------
    base
        The rows that were there first.
    tail
        The rows appended since.
    alive
        One boolean a position: false for a dead one.
    """

    def __init__(self, base: FlatIndex, tail: FlatIndex, alive: NDArray[np.bool_]) -> None:
        self._base = base
        self._tail = tail
        self.alive = alive
        self.alive.flags.writeable = False

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> SegmentedIndex:
        """Index rows without copying them.

        Parameters
        ----------
        vectors
            Rows, float32 and C-contiguous, shape ``(n, dimension)``; may be memory-mapped.

        Returns
        -------
        SegmentedIndex
            All of them alive.
        """
        return cls.from_base(FlatIndex(vectors))

    @classmethod
    def from_base(cls, base: FlatIndex) -> SegmentedIndex:
        """Let a base grow and shrink, whichever way it searches.

        Parameters
        ----------
        base
            The rows that are there first.

        Returns
        -------
        SegmentedIndex
            All of them alive.
        """
        return cls(base, FlatIndex(base.vectors[:0]), np.ones(len(base), dtype=bool))

    @property
    def size(self) -> int:
        """Number of positions ever used, dead ones included."""
        return len(self.alive)

    @property
    def garbage(self) -> float:
        """Share of the positions that are dead or appended, 0 to 1."""
        if not self.size:
            return 0.0
        return 1.0 - float(np.count_nonzero(self.alive[: len(self._base)])) / self.size

    def appended(self, vectors: Vectors) -> SegmentedIndex:
        """Return an index with rows added at the end.

        Parameters
        ----------
        vectors
            New rows; their positions follow the last one ever used.

        Returns
        -------
        SegmentedIndex
            A new object; this one stays as it is.
        """
        tail = np.concatenate([self._tail.vectors, vectors])
        return SegmentedIndex(
            self._base, FlatIndex(tail), np.concatenate([self.alive, np.ones(len(vectors), dtype=bool)])
        )

    def without(self, positions: NDArray[np.int64]) -> SegmentedIndex:
        """Return an index in which some positions are dead.

        Parameters
        ----------
        positions
            Positions to remove; one that is dead already stays dead.

        Returns
        -------
        SegmentedIndex
            A new object; this one stays as it is.
        """
        alive = self.alive.copy()
        alive[positions] = False
        return SegmentedIndex(self._base, self._tail, alive)

    def take(self, positions: NDArray[np.int64]) -> Vectors:
        """Return rows, dead ones included.

        Parameters
        ----------
        positions
            In any order, each as often as wanted.

        Returns
        -------
        Vectors
            A copy, one row a position.
        """
        positions = np.asarray(positions, np.int64)
        rows = np.empty((len(positions), self._base.vectors.shape[1]), np.float32)
        appended = positions >= len(self._base)
        rows[~appended] = self._base.vectors[positions[~appended]]
        rows[appended] = self._tail.vectors[positions[appended] - len(self._base)]
        return rows

    def search(self, query: Vectors, k: int, *, allowed: NDArray[np.bool_] | NDArray[np.int64]) -> Hits:
        """Search one query among the living rows.

        Parameters
        ----------
        query
            Shape ``(dimension,)``.
        k
            Number of hits; fewer come back when fewer are allowed and alive.
        allowed
            One boolean a position, or ascending positions.

        Returns
        -------
        Hits
            As of :meth:`FlatIndex.search`, never a dead row.
        """
        if allowed.dtype == np.bool_:
            positions = np.flatnonzero(allowed & self.alive)
        else:
            positions = allowed[self.alive[allowed]].astype(np.int64, copy=False)
        border = int(np.searchsorted(positions, len(self._base)))
        first = self._base.search(query, k, allowed=positions[:border])
        if border == len(positions):
            return first
        second = self._tail.search(query, k, allowed=positions[border:] - len(self._base))
        return best(
            np.concatenate([first.positions, second.positions + len(self._base)]),
            np.concatenate([first.scores, second.scores]),
            k,
        )

    def search_many(
        self,
        queries: Vectors,
        k: int,
        *,
        allowed: Callable[[int], NDArray[np.bool_]],
        progress: Callable[[int, int], None] = quiet,
    ) -> Hits:
        """Search many queries among the living rows, each in its own allowed set.

        Parameters
        ----------
        queries
            Shape ``(m, dimension)``.
        k
            Number of hits for each query.
        allowed
            Gives the mask of query number ``i``, one boolean a position; called once for each query.
        progress
            Told how many queries are done, of how many.

        Returns
        -------
        Hits
            As of :meth:`FlatIndex.search_many`, never a dead row.
        """
        return search_blocks(
            [self._base.vectors, self._tail.vectors],
            queries,
            k,
            allowed=lambda number: allowed(number) & self.alive,
            largest=max(self._base.largest, self._tail.largest),
            progress=progress,
        )
