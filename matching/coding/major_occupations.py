"""Rank occupations for a major: the official standards first, then what they say of majors like it.

A major that the standards name has their occupations first. Every other pair of major and occupation is
scored by a logistic curve over what the nearest majors lead to, what the class, category and level lead to,
and how near the occupation's labelled titles and name are to the major's name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from data.reference import major_occupations, majors, occupation_names
from matching.coding.candidates import Candidates
from matching.coding.codes import Suggestion
from matching.coding.major_traits import traits_of
from matching.coding.nearest import NearestNames
from matching.encoder.model import EmbeddingModel

__all__ = ["MajorOccupationRanker", "official_occupations"]

Floats = NDArray[np.float32]

_FOLDS = 5
_NEAR, _WIDE = (20, 0.1), (60, 0.2)
"""Number of neighbours and the similarity over which their weight falls to 1/e."""
_NEGATIVES = 0.06
"""Share of the pairs that are no official pair that the curve is fitted on."""
_BLOCK = 128
_RANKS = 5.0
"""Rank at which the share of a rank has fallen to a half."""
_COMMON = re.compile("(?:应用)?技术(?:应用)?|工程|与应用|与|管理|专业|制作|智能")


@dataclass(frozen=True)
class _Curve:
    """A logistic curve over standardised features."""

    middle: Floats
    spread: Floats
    weights: Floats

    def scores(self, features: Floats) -> Floats:
        """Return the log odds of every pair, less a constant."""
        scores: Floats = (((features - self.middle) / self.spread) @ self.weights).astype(np.float32)
        return scores


def official_occupations() -> dict[str, tuple[str, ...]]:
    """Return the occupations that the official standards name, by the name of the major, all levels."""
    table, names = major_occupations(), dict(zip(majors()["code"], majors()["name"], strict=True))
    found: dict[str, dict[str, None]] = {}
    for major, occupation in zip(table["major_code"], table["occupation_code"], strict=True):
        found.setdefault(names[major], {})[occupation] = None
    return {name: tuple(codes) for name, codes in found.items()}


class MajorOccupationRanker:
    """Ranks occupations for majors.

    Parameters
    ----------
    model
        The embedding model.
    candidates
        The occupations with their labelled titles.
    known
        Occupations of every major that the ranker may learn from, by name.
    """

    def __init__(
        self, model: EmbeddingModel, candidates: Candidates, known: Mapping[str, Collection[str]]
    ) -> None:
        self._candidates = candidates
        self._known = {name: tuple(codes) for name, codes in known.items()}
        self._majors = sorted(self._known)
        place = {code: i for i, code in enumerate(candidates.codes.tolist())}
        self._edges = np.zeros((len(self._majors), len(place)), np.float32)
        for row, name in enumerate(self._majors):
            self._edges[row, [place[code] for code in self._known[name] if code in place]] = 1.0
        self._near = NearestNames(model, self._majors, lexical_share=0.3)
        self._traits = traits_of(self._majors)
        self._groups, self._group_of = _grouped(candidates.codes, 7)
        self._tops, self._top_of = _grouped(candidates.codes, 1)

    @classmethod
    def from_reference(
        cls, model: EmbeddingModel, candidates: Candidates, *, without: Collection[str] = ()
    ) -> MajorOccupationRanker:
        """Build from the official table.

        Parameters
        ----------
        model
            The embedding model.
        candidates
            The occupations with their labelled titles (``OccupationCoder.candidates``).
        without
            Names of majors that are left out altogether, to measure.

        Returns
        -------
        MajorOccupationRanker
            Nothing is encoded or fitted until it is asked.
        """
        known = {name: codes for name, codes in official_occupations().items() if name not in without}
        return cls(model, candidates, known)

    def rank(self, names: Sequence[str], *, k: int = 10) -> list[tuple[Suggestion, ...]]:
        """Rank occupations.

        Parameters
        ----------
        names
            Names of majors, known or not.
        k
            Number of occupations for each.

        Returns
        -------
        list of tuple of Suggestion
            Best first. The occupations of the official standards have scores over 1, all others less.
        """
        ranked: list[tuple[Suggestion, ...]] = []
        titles = occupation_names()
        codes = self._candidates.codes.tolist()
        for start in range(0, len(names), _BLOCK):
            block = names[start : start + _BLOCK]
            scores = 1 / (1 + np.exp(-self._curve.scores(self._features(block))))
            for name, row in zip(block, scores, strict=True):
                official = set(self._known.get(name, ()))
                total = row + np.array([code in official for code in codes])
                best = np.argsort(-total, kind="stable")[:k]
                ranked.append(
                    tuple(Suggestion(codes[i], titles[codes[i]], round(float(total[i]), 4)) for i in best)
                )
        return ranked

    @cached_property
    def _curve(self) -> _Curve:
        """The curve, fitted on the known majors as if those of one fold in five were unknown."""
        fold = np.arange(len(self._majors)) % _FOLDS
        features = self._features(self._majors, allowed=fold[:, None] != fold[None, :])
        flat, right = features.reshape(-1, features.shape[-1]), self._edges.ravel() > 0
        chosen = right | (np.random.default_rng(0).random(len(right)) < _NEGATIVES)
        flat, right = flat[chosen], right[chosen]
        middle, spread = flat.mean(axis=0), np.maximum(flat.std(axis=0), 1e-6)
        model = LogisticRegression(max_iter=500).fit((flat - middle) / spread, right)
        return _Curve(middle, spread, model.coef_[0].astype(np.float32))

    def _features(self, names: Sequence[str], allowed: NDArray[np.bool_] | None = None) -> Floats:
        """Return the features of every pair, shape ``(names, codes, features)``.

        A known major is not used for itself where ``allowed`` says so.
        """
        own = traits_of(names)
        usable = np.ones((len(names), len(self._majors)), bool) if allowed is None else allowed
        classes = own.classes @ self._traits.classes.T > 0
        categories = own.categories @ self._traits.categories.T > 0
        levels = own.levels @ self._traits.levels.T > 0
        similar = np.where(usable, self._near.scores(names) + 0.1 * classes, -9.0)
        near = self._led_to(similar, *_NEAR)
        of_class = _mean_of(classes & usable, self._edges)
        alone = self._candidates.evidence(names)
        core = self._candidates.evidence([_core(name) for name in names])
        within = self._candidates.evidence([f"{name} {_class_of(name)}" for name in names])
        features = [
            near,
            self._led_to(similar, *_WIDE),
            self._led_to(similar + 0.1 * levels, *_NEAR),
            self._best_of(similar),
            of_class,
            _mean_of(categories & usable, self._edges),
            self._summed(near, self._groups, self._group_of),
            self._summed(of_class, self._groups, self._group_of),
            self._summed(_mean_of(levels & usable, self._edges), self._tops, self._top_of),
            np.log1p(usable.astype(np.float32) @ self._edges),
            alone.share,
            np.sqrt(alone.share),
            alone.nearest,
            alone.direct,
            self._summed(alone.share, self._groups, self._group_of),
            within.direct,
            within.share,
            core.share,
            np.sqrt(core.share),
            core.nearest,
            core.direct,
            np.sqrt(near),
            np.sqrt(of_class),
            _rank_share(near),
            _rank_share(of_class),
            _rank_share(core.share),
            _rank_share(alone.direct + core.direct + within.direct),
        ]
        return np.stack(features, axis=-1).astype(np.float32)

    def _led_to(self, similar: Floats, neighbours: int, width: float) -> Floats:
        """Return the share of the nearest majors that lead to every occupation, nearer ones weighing more."""
        k = min(neighbours, similar.shape[1])
        near = np.argpartition(-similar, k - 1, axis=1)[:, :k]
        values = np.take_along_axis(similar, near, axis=1)
        weights = np.exp((values - values.max(axis=1, keepdims=True)) / width)
        spread = np.zeros_like(similar)
        np.put_along_axis(spread, near, weights / weights.sum(axis=1, keepdims=True), axis=1)
        led: Floats = spread @ self._edges
        return led

    def _best_of(self, similar: Floats) -> Floats:
        """Return how similar the nearest major that leads to each occupation is; 0 where none does."""
        best = np.zeros((len(similar), self._edges.shape[1]), np.float32)
        for row, edges in enumerate(self._edges):
            leads = np.flatnonzero(edges)
            best[:, leads] = np.maximum(best[:, leads], similar[:, row : row + 1])
        return best

    def _summed(self, values: Floats, starts: NDArray[np.intp], group_of: NDArray[np.intp]) -> Floats:
        """Give every occupation the sum over its group."""
        summed: Floats = np.add.reduceat(values, starts, axis=1)[:, group_of]
        return summed


def _grouped(codes: NDArray[np.str_], length: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each group of codes with one beginning starts, and the group of every code."""
    heads = np.array([code[:length] for code in codes])
    new = np.r_[True, heads[1:] != heads[:-1]]
    return np.flatnonzero(new), np.cumsum(new) - 1


def _mean_of(chosen: NDArray[np.bool_], edges: Floats) -> Floats:
    counts = np.maximum(chosen.sum(axis=1, keepdims=True), 1)
    mean: Floats = (chosen.astype(np.float32) @ edges) / counts
    return mean


def _rank_share(values: Floats) -> Floats:
    """Return 1 for the largest value of a row, falling with its rank."""
    ranks = np.argsort(np.argsort(-values, axis=1, kind="stable"), axis=1)
    share: Floats = (_RANKS / (ranks + _RANKS)).astype(np.float32)
    return share


def _core(name: str) -> str:
    """Return a major's name without the words that most majors have; the name itself if nothing is left."""
    return _COMMON.sub("", name) or name


def _class_of(name: str) -> str:
    """Return the name of the first class that holds a major of this name; empty for an unknown one."""
    table = majors()
    found = table["class_name"][table["name"] == name]
    return str(found.iloc[0]) if len(found) else ""
