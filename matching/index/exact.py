"""The score that decides: one inner product a row, the same bits wherever the row is met.

A product of two matrices rounds a row's score differently with its place in the block, so two equal
rows could change places with the filter. The fast kernels therefore only choose candidates, with a
margin of their largest rounding error; this module scores the candidates and puts them in order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.encoder.protocol import Vectors
from matching.index.hits import Hits

__all__ = ["best", "exact_scores", "merged", "rounding_error"]

_ROWS = 4096
"""Rows gathered at a time; many more than are ever needed, unless a large part of all rows is equal."""


def exact_scores(vectors: Vectors, positions: NDArray[np.int64], query: Vectors) -> NDArray[np.float32]:
    """Return one score a position, each from a dot product of its own."""
    scores = np.empty(len(positions), np.float32)
    for start in range(0, len(positions), _ROWS):
        chunk = positions[start : start + _ROWS]
        scores[start : start + _ROWS] = np.vecdot(vectors[chunk], query)
    return scores


def best(positions: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> Hits:
    """Return the ``k`` largest scores, equal ones in order of position."""
    order = np.lexsort((positions, -scores))[:k]
    return Hits(positions[order], scores[order])


def merged(first: Hits, second: Hits) -> Hits:
    """Return for every query the best of two lists of one length, as one search of both would list them."""
    positions = np.concatenate([first.positions, second.positions], axis=1)
    scores = np.concatenate([first.scores, second.scores], axis=1)
    order = np.lexsort((positions, -scores), axis=1)[:, : first.positions.shape[1]]
    return Hits(np.take_along_axis(positions, order, axis=1), np.take_along_axis(scores, order, axis=1))


def rounding_error(norms: NDArray[np.float64] | float, largest: float, dimension: int) -> NDArray[np.float64]:
    """Return how far two ways to sum the same float32 products can lie apart, for query norms.

    Twice the textbook bound ``dimension * 2**-24 * |x| * |q|`` (Higham, Accuracy and Stability, 3.1).
    """
    return np.asarray(norms, np.float64) * (2 * dimension * 2.0**-24 * largest)
