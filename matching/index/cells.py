"""Search in the nearest cells of many rows: nearly exact where much is allowed, exact everywhere else."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.encoder.protocol import Vectors
from matching.index.flat import FlatIndex, load_faiss

__all__ = ["LEAST_ROWS", "CellIndex"]

_log = logging.getLogger(__name__)

LEAST_ROWS = 300_000
"""Rows from which cells are worth making: below it an exact search takes a few milliseconds."""

_LEAST_SHARE = 0.1
"""Share of the rows that must be allowed; of fewer an exact search reads no more than the cells would."""

_PROBES = 32
_ROUNDS, _SAMPLED = 10, 64
"""Rounds of k-means, and rows looked at for each cell."""

_BLOCK = 65_536
_ENOUGH = 8
"""Times ``k`` rows that must be allowed in the cells."""

_CORRELATED = 0.5
"""The allowed share in the cells, of that in all rows, below which the filter leads away from the query."""


class _Cells(NamedTuple):
    centres: Any
    """A faiss index of the centres."""
    positions: NDArray[np.int64]
    """Positions of all rows that are numbers, cell after cell."""
    borders: NDArray[np.int64]
    """Where each cell begins in them, and the end."""

    def near(self, query: Vectors, probes: int) -> NDArray[np.int64]:
        """Return the positions in the nearest cells."""
        numbers = self.centres.search(query[None], probes)[1][0]
        return np.concatenate(
            [self.positions[self.borders[cell] : self.borders[cell + 1]] for cell in numbers if cell >= 0]
            or [self.positions[:0]]
        )


class CellIndex(FlatIndex):
    """Reads the rows of the nearest cells only, where the filter is wide and does not lead elsewhere.

    Scores are the bits of :class:`FlatIndex`, and nothing is found that is not allowed; only a row in a far
    cell can be missed. The search is exact while the cells are not made, where a small part is allowed, and
    where the cells hold fewer allowed rows than their share: the filter then goes with the meaning, and the
    nearest allowed rows may stand in any cell.

    Parameters
    ----------
    vectors
        Rows, float32 and C-contiguous; read where they are, never copied.
    least
        Rows from which cells are made.
    probes
        Cells that a search reads.
    """

    def __init__(self, vectors: Vectors, *, least: int = LEAST_ROWS, probes: int = _PROBES) -> None:
        super().__init__(vectors)
        self._least = least
        self._probes = probes
        self._cells: _Cells | None = None

    def __reduce__(self) -> tuple[type[FlatIndex], tuple[Vectors]]:
        """Travel to another process as an exact index."""
        return FlatIndex, (self.vectors,)

    @property
    def ready(self) -> bool:
        """Whether the cells are made."""
        return self._cells is not None

    def prepare(self) -> None:
        """Make the cells, about four times the root of the rows; takes minutes for a million."""
        if len(self) < self._least:
            return
        count, dimension = int(4 * len(self) ** 0.5), self.vectors.shape[1]
        rng = np.random.default_rng(0)
        sample = self.vectors[np.sort(rng.choice(len(self), min(len(self), _SAMPLED * count), replace=False))]
        means = load_faiss().Kmeans(dimension, count, niter=_ROUNDS, spherical=True, seed=1)
        means.train(np.ascontiguousarray(sample[np.isfinite(sample).all(axis=1)]))
        centres = load_faiss().IndexFlatIP(dimension)
        centres.add(means.centroids)
        cells = np.concatenate([self._nearest(centres, start) for start in range(0, len(self), _BLOCK)])
        order = np.argsort(cells, kind="stable")
        positions = order[np.count_nonzero(cells < 0) :]
        borders = np.searchsorted(cells[positions], np.arange(count + 1))
        self._cells = _Cells(centres, positions, borders)
        _log.info("cells are made: %d of %d rows", count, len(self))

    def _nearest(self, centres: Any, start: int) -> NDArray[np.int64]:
        """Return the cell of each row of a block; -1 for a row that is no numbers."""
        block = self.vectors[start : start + _BLOCK]
        whole = np.isfinite(block).all(axis=1)
        cells: NDArray[np.int64] = np.where(whole, centres.search(np.nan_to_num(block), 1)[1][:, 0], -1)
        return cells

    def _candidates(
        self, query: Vectors, k: int, allowed: NDArray[np.int64], margin: float
    ) -> NDArray[np.int64]:
        cells = self._cells
        if cells is not None and len(allowed) >= _LEAST_SHARE * len(self):
            near = cells.near(query, self._probes)
            found = near[_among(near, allowed)] if len(allowed) < len(self) else near
            expected = len(near) * len(allowed) / len(self)
            if len(found) >= max(_ENOUGH * k, _CORRELATED * expected):
                return self._scan(query, k, found, margin)
        return super()._candidates(query, k, allowed, margin)


def _among(positions: NDArray[np.int64], allowed: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which positions are allowed, of ascending ones."""
    places = np.minimum(np.searchsorted(allowed, positions), len(allowed) - 1)
    found: NDArray[np.bool_] = allowed[places] == positions
    return found
