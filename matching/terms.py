"""Short terms with their vectors: skills, majors, occupation names. Every distinct term is encoded once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.encoder.language import LanguageCorrection
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import Vectors, quiet

__all__ = ["Nearest", "TermSpace", "under"]

_PAIRS = 20_000
_REMEMBERED = 512
"""Terms whose cosines with all others are kept: a list asks for the same few again and again."""
_REMEMBERED_NEAR = 8192
"""Terms of which those near to them are kept; they are few."""
_RANDOM_SHARE = 0.999
"""A pair of terms counts as near when it is nearer than all but one in a thousand pairs drawn at random."""
_LEAST_FLOOR = 0.65
_LARGEST_FLOOR = 0.9


class Nearest(NamedTuple):
    """The held term that comes nearest to an asked one."""

    term: str
    nearness: float
    """0 at the border of what is near, 1 for the same term."""


class TermSpace:
    """Terms in one corrected space.

    Parameters
    ----------
    rows
        Row of each term in the vectors.
    vectors
        Corrected unit vectors, shape ``(terms, dimension)``.
    floor
        Cosine below which two terms have nothing to do with each other.
    correction
        The language correction of the vectors.
    """

    def __init__(
        self, rows: dict[str, int], vectors: Vectors, *, floor: float, correction: LanguageCorrection
    ) -> None:
        self._rows = rows
        self._vectors = vectors
        self.floor = floor
        self.correction = correction
        self._remembered: dict[str, NDArray[np.float32]] = {}
        self._remembered_near: dict[str, dict[str, float]] = {}

    @classmethod
    def from_terms(
        cls,
        terms: Iterable[str],
        model: EmbeddingModel,
        *,
        progress: Callable[[int, int], None] = quiet,
    ) -> TermSpace:
        """Encode the distinct terms and find out how near two unrelated ones come.

        Parameters
        ----------
        terms
            Folded terms; repeated ones count once.
        model
            The embedding model.
        progress
            Called with the number of terms encoded and their total.

        Returns
        -------
        TermSpace
            Empty where there are no terms.
        """
        distinct = sorted(set(terms))
        raw = model.encoder.encode(distinct, progress=progress)
        correction = LanguageCorrection.fit(raw, distinct, base=model.correction)
        vectors = correction.apply(raw, distinct)
        rows = {term: row for row, term in enumerate(distinct)}
        return cls(rows, vectors, floor=_floor_of(vectors), correction=correction)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, term: object) -> bool:
        return term in self._rows

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the space as arrays by name, without its terms."""
        return {
            "vectors": self._vectors,
            "floor": np.array([self.floor], np.float32),
            **{f"correction.{name}": array for name, array in self.correction.to_arrays().items()},
        }

    @cached_property
    def terms(self) -> list[str]:
        """The terms, in the order of their vectors."""
        return list(self._rows)

    @classmethod
    def from_arrays(cls, terms: Sequence[str], arrays: Mapping[str, NDArray[np.float32]]) -> TermSpace:
        """Return what :meth:`to_arrays` took apart."""
        rows = {term: row for row, term in enumerate(terms)}
        correction = LanguageCorrection.from_arrays(under(arrays, "correction"))
        return cls(rows, arrays["vectors"], floor=float(arrays["floor"][0]), correction=correction)

    def extended(self, terms: Iterable[str], model: EmbeddingModel) -> TermSpace:
        """Return a space that knows these terms as well; this one stays as it is."""
        new = sorted(set(terms) - self._rows.keys())
        if not new:
            return self
        vectors = model.embed(new, correction=self.correction)
        rows = self._rows | {term: len(self._rows) + row for row, term in enumerate(new)}
        return TermSpace(
            rows, np.concatenate([self._vectors, vectors]), floor=self.floor, correction=self.correction
        )

    def mean(self, terms: Iterable[str]) -> Vectors:
        """Return the mean vector of the known terms; zeros where none is known."""
        known = self._known(terms)
        if not known:
            return np.zeros(self._vectors.shape[1], np.float32)
        mean: Vectors = self._vectors[[self._rows[term] for term in known]].mean(axis=0)
        return mean

    def cosine(self, left: str, right: str) -> float | None:
        """Return the cosine of two terms; None where one is unknown."""
        if left not in self._rows or right not in self._rows:
            return None
        return float(self._cosines(left)[self._rows[right]])

    def nearest(self, asked: Sequence[str], held: Iterable[str]) -> dict[str, Nearest]:
        """Find for each asked term the nearest held one.

        Parameters
        ----------
        asked, held
            Folded terms; unknown ones are passed over.

        Returns
        -------
        dict
            Only asked terms that some held term comes near to.
        """
        offered = list(held)
        found = {}
        for term in asked:
            near = self._near(term)
            close = [other for other in offered if other in near]
            if close:
                best = max(close, key=near.__getitem__)
                nearness = (near[best] - self.floor) / (1 - self.floor)
                found[term] = Nearest(best, min(nearness, 1.0))
        return found

    def _known(self, terms: Iterable[str]) -> list[str]:
        return [term for term in terms if term in self._rows]

    def _near(self, term: str) -> dict[str, float]:
        """Return the terms above the floor with their cosines; nothing for an unknown term."""
        known = self._remembered_near.get(term)
        if known is None:
            known = {}
            if term in self._rows:
                cosines = self._vectors @ self._vectors[self._rows[term]]
                known = {self.terms[row]: float(cosines[row]) for row in np.flatnonzero(cosines > self.floor)}
            if len(self._remembered_near) >= _REMEMBERED_NEAR:
                self._remembered_near.clear()
            self._remembered_near[term] = known
        return known

    def _cosines(self, term: str) -> NDArray[np.float32]:
        """Return the cosines of a term with all terms; the latest are remembered."""
        known = self._remembered.get(term)
        if known is None:
            known = self._vectors @ self._vectors[self._rows[term]]
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[term] = known
        return known


def under(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    """Return the arrays whose names begin with a prefix and a dot, by the rest of their names."""
    begin = f"{prefix}."
    return {name.removeprefix(begin): array for name, array in arrays.items() if name.startswith(begin)}


def _floor_of(vectors: Vectors) -> float:
    if len(vectors) < 2:
        return _LARGEST_FLOOR
    rng = np.random.default_rng(0)
    left = rng.integers(len(vectors), size=_PAIRS)
    right = (left + rng.integers(1, len(vectors), size=_PAIRS)) % len(vectors)
    cosines = np.einsum("ij,ij->i", vectors[left], vectors[right])
    return float(np.clip(np.quantile(cosines, _RANDOM_SHARE), _LEAST_FLOOR, _LARGEST_FLOOR))
