"""How well every occupation fits a title: what its nearest labelled titles are, and its own name.

Three things are added up: the share of an occupation among the twenty nearest labelled titles (nearer ones
weigh more), the similarity of its nearest labelled title, and that of its name with the name above it.
Similarity is three parts meaning, one part spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.coding.nearest import NearestNames
from matching.encoder.protocol import quiet

__all__ = ["Candidates", "Evidence", "Lead"]

Floats = NDArray[np.float32]

_NEIGHBOURS = 20
_WIDTH = 0.08
"""Similarity over which the weight of a neighbour falls to 1/e."""
_NEAREST, _DIRECT = 0.3, 0.6
"""Weights of the nearest title and of the occupation's own name, beside 1 for the share."""


class Lead(NamedTuple):
    """The leading group of every row."""

    code: NDArray[np.str_]
    """Code of the leading group."""
    features: NDArray[np.float64]
    """Score, margin, similarity of the nearest title and share of the leading group."""


class Evidence(NamedTuple):
    """What speaks for every code, one row for each query; codes are in rising order."""

    codes: NDArray[np.str_]
    share: Floats
    nearest: Floats
    direct: Floats

    @property
    def scores(self) -> Floats:
        """How well every code fits, about 0 to 1."""
        total: Floats = (self.share + _NEAREST * self.nearest + _DIRECT * self.direct) / (
            1 + _NEAREST + _DIRECT
        )
        return total

    def grouped(self, length: int) -> Evidence:
        """Return the evidence for the groups of codes that share their first characters.

        Parameters
        ----------
        length
            Number of characters: 7 for 小类, 4 for 中类.

        Returns
        -------
        Evidence
            Shares are added up; of the similarities the best one stands.
        """
        groups = np.array([code[:length] for code in self.codes])
        starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
        return Evidence(
            groups[starts],
            np.add.reduceat(self.share, starts, axis=1),
            np.maximum.reduceat(self.nearest, starts, axis=1),
            np.maximum.reduceat(self.direct, starts, axis=1),
        )

    def lead(self) -> Lead:
        """Return the leading code of every row with what tells how clear the case is."""
        scores = self.scores
        rows = np.arange(len(scores))
        best = scores.argmax(axis=1)
        first = scores[rows, best]
        others = scores.copy()
        others[rows, best] = -np.inf
        second = others.max(axis=1, initial=0.0)
        features = np.column_stack(
            [first, first - second, self.nearest[rows, best], self.share[rows, best]]
        ).astype(np.float64)
        return Lead(self.codes[best], features)


class Candidates:
    """The labelled titles and the names of the occupations, ready to be compared.

    Parameters
    ----------
    titles
        Labelled titles.
    labels
        Code of each title.
    groups
        Titles of one group are spellings or translations of each other.
    names
        Name of every code that can be found, with the name above it.
    """

    def __init__(
        self, titles: NearestNames, labels: Sequence[str], groups: Sequence[str], names: dict[str, str]
    ) -> None:
        self._titles = titles
        self.codes = np.array(sorted({*labels, *names}))
        place = {code: i for i, code in enumerate(self.codes.tolist())}
        self._labels = np.array([place[code] for code in labels], dtype=np.intp)
        self._groups = np.array(groups)
        self._names = titles.beside(list(names.values()))
        self._named = np.array([place[code] for code in names], dtype=np.intp)

    def evidence(
        self,
        queries: Sequence[str],
        *,
        without: Sequence[str] | None = None,
        progress: Callable[[int, int], None] = quiet,
    ) -> Evidence:
        """Return what speaks for every code.

        Parameters
        ----------
        queries
            Titles.
        without
            For each query the group of labelled titles that may not be used, to measure as if it were not
            known.
        progress
            Called with the number of texts encoded and their total.

        Returns
        -------
        Evidence
            One row for each query.
        """
        similar = self._titles.scores(queries, progress=progress)
        if without is not None:
            similar[np.array(without)[:, None] == self._groups[None, :]] = -1.0
        rows = np.arange(len(similar))[:, None]
        k = min(_NEIGHBOURS, similar.shape[1])
        near = np.argpartition(-similar, k - 1, axis=1)[:, :k]
        values = np.take_along_axis(similar, near, axis=1)
        weights = np.exp((values - values.max(axis=1, keepdims=True)) / _WIDTH)
        share = np.zeros((len(similar), len(self.codes)), np.float32)
        np.add.at(share, (rows, self._labels[near]), weights / weights.sum(axis=1, keepdims=True))
        nearest = np.zeros_like(share)
        np.maximum.at(nearest, (rows, self._labels[near]), values)
        direct = np.zeros_like(share)
        direct[:, self._named] = self._names.scores(queries)
        return Evidence(self.codes, share, nearest, direct)
