"""Find the candidates worth scoring: the nearest in meaning and in writing among those that are allowed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.pool import Pool, lexical_text
from matching.queries import Query

__all__ = ["LEXICAL_SHARE", "nearness", "retrieve"]

LEXICAL_SHARE = 0.15
"""Weight of the shared writing beside 1 for the meaning."""


def nearness(query: Query, pool: Pool, positions: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return how near some members are in meaning and writing, more being nearer; cheap for a whole pool."""
    written = LEXICAL_SHARE * pool.lexical.score_at(lexical_text(query.row), positions)
    if query.vectors is None:
        return written
    near: NDArray[np.float32] = pool.index.take(positions) @ query.vectors.joined + written
    return near


def retrieve(query: Query, pool: Pool, allowed: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
    """Return the allowed positions with the best fused score.

    Parameters
    ----------
    query
        What is asked for; without vectors only the writing counts.
    pool
        The pool to search.
    allowed
        One boolean a position: what every hard rule lets through.
    count
        Number of positions wanted; fewer come back when fewer are allowed.

    Returns
    -------
    ndarray of int64
        Best first. The search by meaning is exact within the allowed set, the one by writing exact in small
        sets and nearly so in large ones; what is among the ``count`` best of neither is not considered.
    """
    text = lexical_text(query.row)
    written = pool.lexical.search(text, count, allowed=allowed).positions
    if query.vectors is None:
        rest = np.setdiff1d(np.flatnonzero(allowed), written)[: count - len(written)]
        return np.concatenate([written, rest])
    near = pool.index.search(query.vectors.joined, count, allowed=allowed).positions
    candidates = np.union1d(near, written)
    fused = nearness(query, pool, candidates)
    order: NDArray[np.int64] = candidates[np.argsort(-fused, kind="stable")[:count]]
    return order
