"""Exact search over the rows of one array, which may be a memory-mapped file."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.errors import InputError
from matching.encoder.protocol import Vectors, quiet
from matching.index.bulk import search_blocks
from matching.index.exact import best, exact_scores, rounding_error
from matching.index.hits import Hits

__all__ = ["FlatIndex", "load_faiss"]

_CHUNK = 16_384
"""Rows between two looks at the best scores so far: enough to make the look cost nothing."""

_ROWS_FOR_TWO = 32_768
"""Allowed rows from which a second thread pays for being woken."""


_splitting = threading.Lock()
"""Held by the one search that uses the second thread: beside others a search is done sooner by itself."""


@cache
def _second_thread(pid: int) -> ThreadPoolExecutor:  # noqa: ARG001 - a forked process has lost its threads
    """Return the thread that searches half of the rows; starting one a search costs more than it brings."""
    return ThreadPoolExecutor(1, thread_name_prefix="search")


@cache
def load_faiss() -> Any:
    """Load faiss when something is searched for the first time."""
    import faiss

    return faiss


class FlatIndex:
    """Inner product with the allowed rows only: recall is 1 under any filter, by construction.

    A row's score is that of one float32 dot product, whatever the filter, the number of threads or the
    way the search was asked, so a single search and a bulk search agree to the last bit. A row with a
    NaN has no score and is never found; neither finds a query with a NaN anything.

    Parameters
    ----------
    vectors
        Rows, float32 and C-contiguous, shape ``(n, dimension)``; kept as they are, without a copy.
    """

    def __init__(self, vectors: Vectors) -> None:
        self.vectors: Vectors = np.ascontiguousarray(vectors, np.float32)

    def __len__(self) -> int:
        return len(self.vectors)

    @cached_property
    def largest(self) -> float:
        """Largest norm of a row; the first search reads every row once for it."""
        norms = [
            np.vecdot(block, block)
            for block in (self.vectors[i : i + _CHUNK] for i in range(0, len(self), _CHUNK))
        ]
        squares = np.concatenate(norms) if norms else np.zeros(1, np.float32)
        largest = float(np.fmax.reduce(squares, initial=0.0))
        if not np.isfinite(largest):
            raise InputError(
                "vectors_not_finite",
                "向量中有无穷大或过大的数，无法检索",
                hint="请检查编码模型后重建索引",
            )
        return float(np.sqrt(largest))

    def search(self, query: Vectors, k: int, *, allowed: NDArray[np.int64]) -> Hits:
        """Search one query.

        Parameters
        ----------
        query
            Shape ``(dimension,)``.
        k
            Number of hits; fewer come back when fewer are allowed.
        allowed
            Positions that may be found, ascending, each once.

        Returns
        -------
        Hits
            Best first; equal scores in order of position, also where the list is cut.

        Raises
        ------
        IndexError
            If a position lies outside the index.
        """
        allowed = np.ascontiguousarray(allowed, np.int64)
        if k <= 0 or not len(allowed):
            return Hits(np.empty(0, np.int64), np.empty(0, np.float32))
        if allowed.min() < 0 or allowed.max() >= len(self):
            raise IndexError(f"positions outside an index of {len(self)} rows")
        query = np.ascontiguousarray(query, np.float32)
        margin = 2 * float(rounding_error(float(np.linalg.norm(query)), self.largest, len(query)))
        candidates = self._candidates(query, k, allowed, margin)
        return best(candidates, exact_scores(self.vectors, candidates, query), k)

    def search_many(
        self,
        queries: Vectors,
        k: int,
        *,
        allowed: Callable[[int], NDArray[np.bool_]],
        progress: Callable[[int, int], None] = quiet,
    ) -> Hits:
        """Search many queries, each in its own allowed set, by blocks of a matrix product.

        Parameters
        ----------
        queries
            Shape ``(m, dimension)``.
        k
            Number of hits for each query.
        allowed
            Gives the mask of query number ``i``, one boolean a row; called once for each query.
        progress
            Told how many queries are done, of how many.

        Returns
        -------
        Hits
            Arrays of shape ``(m, k)``, equal to those of :meth:`search` for every query, filled up with
            position -1 and score minus infinity.
        """
        return search_blocks(
            [self.vectors], queries, k, allowed=allowed, largest=self.largest, progress=progress
        )

    def _candidates(
        self, query: Vectors, k: int, allowed: NDArray[np.int64], margin: float
    ) -> NDArray[np.int64]:
        """Return every position that can be among the best; on two threads where there is enough to read."""
        enough = len(allowed) >= _ROWS_FOR_TWO and load_faiss().omp_get_max_threads() > 1
        if not (enough and _splitting.acquire(blocking=False)):
            return self._scan(query, k, allowed, margin)
        try:
            first, second = np.array_split(allowed, 2)
            found = _second_thread(os.getpid()).submit(self._scan, query, k, second, margin)
            return np.concatenate([self._scan(query, k, first, margin), found.result()])
        finally:
            _splitting.release()

    def _scan(self, query: Vectors, k: int, allowed: NDArray[np.int64], margin: float) -> NDArray[np.int64]:
        """Return the positions of one part whose score is within the margin of the part's ``k``-th best."""
        faiss = load_faiss()
        positions, scores, bar = np.empty(0, np.int64), np.empty(0, np.float32), -np.inf
        room = np.empty(min(_CHUNK, len(allowed)), np.float32)
        before = faiss.omp_get_max_threads()
        # The kernel opens a parallel region over its queries, of which there is one: a second thread would
        # only be waited for. The setting belongs to the calling thread.
        faiss.omp_set_num_threads(1)
        try:
            for start in range(0, len(allowed), _CHUNK):
                chunk = allowed[start : start + _CHUNK]
                found = room[: len(chunk)]
                arrays = [faiss.swig_ptr(array) for array in (found, query, self.vectors, chunk)]
                faiss.fvec_inner_products_by_idx(*arrays, len(query), 1, len(chunk))
                near = np.flatnonzero(found >= bar)
                positions = np.concatenate([positions, chunk[near]])
                scores = np.concatenate([scores, found[near]])
                if len(scores) > k:
                    bar = max(bar, float(np.partition(scores, -k)[-k]) - margin)
                    kept = scores >= bar
                    positions, scores = positions[kept], scores[kept]
        finally:
            faiss.omp_set_num_threads(before)
        return positions
