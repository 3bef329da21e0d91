"""Rows whose wide searches a server makes, and whose answers are those of an exact search here."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.errors import StoreError
from matching.encoder.protocol import Vectors
from matching.index.exact import exact_scores
from matching.index.flat import FlatIndex
from matching.index.hits import Hits
from matching.index.protocol import Codes, VectorServer

__all__ = ["LEAST_ALLOWED", "ServedIndex", "expression"]

_log = logging.getLogger(__name__)

LEAST_ALLOWED: Final = 100_000
"""Allowed rows from which the server is asked; fewer are read here sooner than a question travels."""

_LISTED: Final = 1000
"""Most numbers that an expression lists of one column."""

_PAUSE: Final = 30.0
"""Seconds after a failure during which the server is left alone."""

_MORE: Final = 8
"""Times as many hits are asked for when the first were not enough."""

_BESIDE: Final = 64
"""Hits asked for beyond twice those wanted: what rules of other columns take away, and equal scores."""


class ServedIndex(FlatIndex):
    """Asks a server where many rows are allowed, and reads the rows here otherwise.

    The server only chooses candidates. They are scored here by the dot product that decides everywhere, and
    the answer counts only if no row left out can belong to it; else the rows are read here. A server that
    is exact therefore gives the very bits of :class:`FlatIndex`, one that is approximate the same scores
    and perhaps other rows. A server that fails is left alone for a while, and the rows are read here.

    Parameters
    ----------
    vectors
        Rows, float32 and C-contiguous; read where they are, never copied.
    codes
        Numbers by column that the server filters by.
    server
        The server.
    side
        Whose rows they are.
    least
        Allowed rows from which the server is asked.
    """

    def __init__(
        self, vectors: Vectors, codes: Codes, *, server: VectorServer, side: str, least: int = LEAST_ALLOWED
    ) -> None:
        super().__init__(vectors)
        self._codes = codes
        self._server = server
        self._side = side
        self._least = least
        self._version = ""
        self._collection: str | None = None
        self._retry_at = np.inf
        self._closed = False
        self._opening = threading.Lock()

    def __reduce__(self) -> tuple[type[FlatIndex], tuple[Vectors]]:
        """Travel to another process as an index that reads the rows there."""
        return FlatIndex, (self.vectors,)

    @property
    def ready(self) -> bool:
        """Whether the server is asked now."""
        return self._collection is not None

    def open(self) -> bool:
        """Put the rows on the server; return whether it is asked from now on.

        Rows that were there once are only looked for: whoever serves an older state must not put it back in
        the place of a newer one.
        """
        if self._closed or not self._opening.acquire(blocking=False):
            return self.ready
        try:
            if self._version:
                self._collection = self._server.attach(self._side, self._version, self.vectors)
            else:
                version = self._server.version_of(self.vectors, self._codes)
                self._collection = self._server.publish(self._side, version, self.vectors, self._codes)
                self._version = version
        except StoreError as error:
            _log.warning("the rows of %s are read here: %s", self._side, error.message)
        finally:
            self._retry_at = time.monotonic() + _PAUSE
            self._opening.release()
        return self.ready

    def close(self) -> None:
        """Ask the server no more: newer rows took the place of these."""
        self._closed = True
        self._collection = None

    def _candidates(
        self, query: Vectors, k: int, allowed: NDArray[np.int64], margin: float
    ) -> NDArray[np.int64]:
        found = None
        if len(allowed) >= self._least and np.isfinite(query).all() and query.any():
            collection = self._collection
            if collection is not None:
                found = self._asked(collection, query, k, allowed, margin)
            elif not self._closed and time.monotonic() > self._retry_at:
                self._retry_at = np.inf
                threading.Thread(target=self.open, name="vectors", daemon=True).start()
        return super()._candidates(query, k, allowed, margin) if found is None else found

    def _asked(
        self, collection: str, query: Vectors, k: int, allowed: NDArray[np.int64], margin: float
    ) -> NDArray[np.int64] | None:
        """Return what the server found; None where it failed or did not prove to have found all."""
        where = expression(self._codes, allowed)
        member = np.zeros(len(self), dtype=bool)
        member[allowed] = True
        first = 2 * k + _BESIDE
        for limit in (first, _MORE * first):
            try:
                answer = self._server.search(collection, query, min(limit, self._server.most), where)
            except StoreError as error:
                _log.warning("the rows of %s are read here: %s", self._side, error.message)
                self._collection, self._retry_at = None, time.monotonic() + _PAUSE
                return None
            kept = answer.positions[member[answer.positions]]
            if len(kept) >= min(k, len(allowed)) and self._proven(query, k, kept, answer, limit, margin):
                return kept
        return None

    def _proven(
        self,
        query: Vectors,
        k: int,
        kept: NDArray[np.int64],
        answer: Hits,
        limit: int,
        margin: float,
    ) -> bool:
        """Tell whether no row that was left out can be among the best."""
        if self._server.approximate:
            return len(answer.positions) >= min(limit, self._server.most)
        if len(answer.positions) < limit:
            return True
        scores = exact_scores(self.vectors, kept, query)
        return float(np.partition(scores, -k)[-k]) > float(answer.scores.min()) + margin


def expression(codes: Codes, allowed: NDArray[np.int64]) -> str:
    """Say what the allowed rows have in common, in the boolean language of Milvus.

    Parameters
    ----------
    codes
        Numbers by column, one a position.
    allowed
        The allowed positions.

    Returns
    -------
    str
        Every allowed row passes, whichever way it came to be allowed; others may pass as well. A column of
        which all numbers are allowed, or too many to be listed, is left out.

    Examples
    --------
    >>> education = np.array([0, 1, 2, 3, 1, 4], np.int32)
    >>> expression({"education": education}, np.array([0, 2, 3, 5]))
    'education not in [1]'
    >>> expression({"education": education}, np.array([1, 2, 4]))
    'education in [1, 2]'
    """
    clauses = []
    for name, numbers in codes.items():
        present = np.bincount(numbers[allowed], minlength=int(numbers.max(initial=0)) + 1) > 0
        inside, outside = np.flatnonzero(present), np.flatnonzero(~present)
        listed, word = (inside, "in") if len(inside) <= len(outside) else (outside, "not in")
        if 0 < len(listed) <= _LISTED:
            clauses.append(f"{name} {word} [{', '.join(map(str, listed.tolist()))}]")
    return " and ".join(clauses)
