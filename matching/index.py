"""Exact vector search within an allowed set."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.encoder.protocol import Vectors

__all__ = ["FaissIndex", "Hits", "VectorIndex"]


class Hits(NamedTuple):
    """Positions and scores, best first."""

    positions: NDArray[np.int64]
    scores: NDArray[np.float32]


class VectorIndex(Protocol):
    """What the matcher asks of an index."""

    def search(self, query: Vectors, k: int, allowed: NDArray[np.bool_]) -> Hits:
        """Return the ``k`` members of the allowed set with the largest inner product, exactly."""


class FaissIndex:
    """Flat inner product over the allowed rows: recall is 1 under any filter, by construction.

    Parameters
    ----------
    vectors
        Rows to search, float32, shape ``(n, dimension)``.
    """

    def __init__(self, vectors: Vectors) -> None:
        import faiss

        self._faiss: Any = faiss
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        if len(vectors):
            self._index.add(np.ascontiguousarray(vectors))

    def search(self, query: Vectors, k: int, allowed: NDArray[np.bool_]) -> Hits:
        """Search one query vector.

        Parameters
        ----------
        query
            Shape ``(dimension,)``.
        k
            Number of hits; fewer come back when fewer are allowed.
        allowed
            One boolean a row.

        Returns
        -------
        Hits
            Best first; equal scores in order of position.
        """
        k = min(k, int(allowed.sum()))
        if k == 0:
            return Hits(np.empty(0, np.int64), np.empty(0, np.float32))
        bitmap = np.packbits(allowed, bitorder="little")
        parameters = self._faiss.SearchParameters(sel=self._faiss.IDSelectorBitmap(bitmap))
        scores, positions = self._index.search(query[None, :], k, params=parameters)
        return Hits(positions[0], scores[0])
