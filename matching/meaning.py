"""The space in which both sides are compared: field vectors, and similarities that mean something.

Raw cosines of e5 crowd between .75 and .95. Here every vector is moved by the mean of its script
(:mod:`matching.encoder.language`), and a cosine becomes a similarity by two points measured on the pools
themselves: 0 is the mean plus one standard deviation of pairs drawn at random from the same two scripts,
1 is the same text, or, between two scripts, the median cosine of a title and its translation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.encoder.language import LanguageCorrection, script_of
from matching.encoder.model import Across, EmbeddingModel
from matching.encoder.protocol import Vectors, quiet
from matching.skills import fold, skill_terms
from matching.terms import TermSpace

__all__ = ["FieldSpace", "FieldVectors", "MeaningSpace", "bounded", "listed_skills"]

SHARES = {"title": 0.5, "skills": 0.25, "duties": 0.2, "majors": 0.05}
"""Shares of the fields in the one vector that retrieval searches by; a field that is empty adds nothing."""

_CHARACTERS = 300
_PAIRS = 4000
_ENOUGH_PAIRS = 100
_LARGEST_LOW = 0.9


class FieldVectors(NamedTuple):
    """Vectors of items, one row each; a field that is empty is a row of zeros."""

    title: Vectors
    duties: Vectors
    joined: Vectors
    """Unit vectors of all fields together, for retrieval."""


@dataclass(frozen=True)
class FieldSpace:
    """One field of both sides in one corrected space."""

    correction: LanguageCorrection
    """Moves each script to the middle."""
    lows: Mapping[str, float]
    """Cosine of unrelated texts by the two scripts (``han/latin``); ``""`` for all pairs."""
    across: Across
    """Cosines between two scripts: of unrelated texts, where too few were seen here, and of translations."""

    @classmethod
    def fit(
        cls, left: Sequence[str], right: Sequence[str], raw: Vectors, model: EmbeddingModel
    ) -> tuple[FieldSpace, Vectors]:
        """Fit the space on both sides' texts; return it with the corrected vectors of left, then right."""
        texts = [*left, *right]
        correction = LanguageCorrection.fit(raw, texts, base=model.correction)
        vectors = correction.apply(raw, texts)
        written = np.array([bool(text) for text in texts])
        vectors = np.where(written[:, None], vectors, 0).astype(np.float32)
        lows = _unrelated(vectors[: len(left)], vectors[len(left) :], left, right)
        return cls(correction, lows, model.across), vectors

    def similarity(
        self, cosines: NDArray[np.float32], script: str, others: Sequence[str]
    ) -> NDArray[np.float64]:
        """Return calibrated similarities, 0 to 1, of a text in one script with texts in others."""
        low = np.array([self._low(script, other) for other in others])
        high = np.array([1.0 if script == other else self.across.translated for other in others])
        spread = np.maximum(high - low, 1 - _LARGEST_LOW)
        similar: NDArray[np.float64] = np.clip((cosines - low) / spread, 0.0, 1.0)
        return similar

    def _low(self, script: str, other: str) -> float:
        unseen = self.lows[""] if script == other else self.across.unrelated
        return self.lows.get(_pair(script, other), unseen)


@dataclass(frozen=True)
class MeaningSpace:
    """All fields of both sides."""

    title: FieldSpace
    duties: FieldSpace
    skills: TermSpace
    majors: TermSpace

    @classmethod
    def fit(
        cls,
        vacancies: Sequence[Mapping[str, Any]],
        profiles: Sequence[Mapping[str, Any]],
        model: EmbeddingModel,
        *,
        progress: Callable[[int, int], None] = quiet,
    ) -> tuple[MeaningSpace, FieldVectors, FieldVectors]:
        """Fit the space on two pools.

        Parameters
        ----------
        vacancies, profiles
            Rows with ``title``, ``text`` (duties or experience), ``skills`` and ``majors``.
        model
            The embedding model.
        progress
            Called with the number of texts encoded and their total, field after field.

        Returns
        -------
        tuple
            The space, the vectors of the vacancies and those of the profiles.
        """
        both = [*vacancies, *profiles]
        skills = TermSpace.from_terms(
            (term for row in both for term in listed_skills(row)), model, progress=progress
        )
        majors = TermSpace.from_terms(
            (fold(major) for row in both for major in row["majors"]), model, progress=progress
        )
        fitted, vectors = {}, {}
        for name in ("title", "text"):
            left, right = ([bounded(row[name]) for row in rows] for rows in (vacancies, profiles))
            raw = model.encoder.encode([*left, *right], progress=progress)
            fitted[name], vectors[name] = FieldSpace.fit(left, right, raw, model)
        space = cls(fitted["title"], fitted["text"], skills, majors)
        joined = space._join(both, vectors["title"], vectors["text"])
        cut = len(vacancies)
        sides = [
            FieldVectors(vectors["title"][part], vectors["text"][part], joined[part])
            for part in (slice(0, cut), slice(cut, None))
        ]
        return space, sides[0], sides[1]

    def extended(self, rows: Sequence[Mapping[str, Any]], model: EmbeddingModel) -> MeaningSpace:
        """Return a space that knows the skills and majors of further items as well."""
        return replace(
            self,
            skills=self.skills.extended((term for row in rows for term in listed_skills(row)), model),
            majors=self.majors.extended((fold(major) for row in rows for major in row["majors"]), model),
        )

    def encode(self, rows: Sequence[Mapping[str, Any]], model: EmbeddingModel) -> FieldVectors:
        """Return the vectors of further items; the space stays as it was fitted."""
        title, text = ([bounded(row[name]) for row in rows] for name in ("title", "text"))
        titles = model.embed(title, correction=self.title.correction)
        duties = model.embed(text, correction=self.duties.correction)
        duties = np.where(np.array([bool(each) for each in text])[:, None], duties, 0).astype(np.float32)
        return FieldVectors(titles, duties, self._join(rows, titles, duties))

    def _join(self, rows: Sequence[Mapping[str, Any]], titles: Vectors, duties: Vectors) -> Vectors:
        if not rows:
            return titles
        skills = np.stack([self.skills.mean(listed_skills(row)) for row in rows])
        majors = np.stack([self.majors.mean(map(fold, row["majors"])) for row in rows])
        fields = {"title": titles, "skills": skills, "duties": duties, "majors": majors}
        total = sum(SHARES[name] * _unit(vectors) for name, vectors in fields.items())
        return _unit(np.asarray(total))


def bounded(text: str) -> str:
    """Return the window of a text that is encoded."""
    return text[:_CHARACTERS]


def listed_skills(row: Mapping[str, Any]) -> list[str]:
    """Return the folded skills that an item lists, attitudes left out."""
    return [fold(skill) for skill in skill_terms(row["skills"])]


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(norms, 1e-9)).astype(np.float32)
    return unit


def _pair(left: str, right: str) -> str:
    return "/".join(sorted((left, right)))


def _unrelated(
    left: Vectors, right: Vectors, left_texts: Sequence[str], right_texts: Sequence[str]
) -> dict[str, float]:
    """Return mean plus one standard deviation of the cosines of random pairs, in all and by two scripts."""
    if not left.any() or not right.any():
        # With nothing on one side yet, the other tells how near unrelated items come.
        left, left_texts = (right, right_texts) if right.any() else (left, left_texts)
        right, right_texts = left, left_texts
    rows = [np.flatnonzero(side.any(axis=1)) for side in (left, right)]
    if not len(rows[0]):
        return {"": 0.0}
    rng = np.random.default_rng(0)
    first, second = (rng.choice(each, size=_PAIRS) for each in rows)
    cosines = np.einsum("ij,ij->i", left[first], right[second])
    kinds = np.array(
        [
            _pair(script_of(left_texts[i]), script_of(right_texts[j]))
            for i, j in zip(first.tolist(), second.tolist(), strict=True)
        ]
    )
    lows = {"": _low(cosines)}
    for kind in np.unique(kinds).tolist():
        if (kinds == kind).sum() >= _ENOUGH_PAIRS:
            lows[kind] = _low(cosines[kinds == kind])
    return lows


def _low(cosines: NDArray[np.float32]) -> float:
    return float(min(max(cosines.mean() + cosines.std(), 0.0), _LARGEST_LOW))
