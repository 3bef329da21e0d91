"""Score many pairs at once, in both directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.features import FEATURES
from matching.pairs import Pair
from matching.ranker import Ranker, applied_weights, mutual
from matching.results import RankBy

__all__ = ["CANDIDATES", "CANDIDATES_OTHERWISE", "Scored", "Scorer", "changed_skills", "feature_matrix"]

Floats = NDArray[np.float64]

CANDIDATES = 300
CANDIDATES_OTHERWISE = 1000
"""Candidates where the caller sorts by other weights: what is nearest may then not be what is best."""


class Scored(NamedTuple):
    """Features and scores of pairs, one row each."""

    features: Floats
    """Shape ``(pairs, features)``, nan where not judged."""
    forward: Floats
    """Scores for who asks, 0 to 100."""
    reverse: Floats
    """Scores for the candidate."""
    mutual: Floats
    """Harmonic means of both."""
    chosen: Floats
    """The ones that the list is sorted by."""


@dataclass(frozen=True)
class Scorer:
    """A ranker with the weights of one request."""

    ranker: Ranker
    """Turns features into scores."""
    forward: Floats
    """Applied weights of who asks."""
    reverse: Floats
    """Weights of the other side."""
    rank_by: RankBy
    """What the list is sorted by."""
    for_vacancy: bool
    """True where an employer asks, False where a person does."""
    candidates: int = CANDIDATES
    """Number of candidates that are retrieved and scored."""
    suggested: bool = True
    """Whether who asks took the suggested weights: only scores by them mean a probability."""

    @classmethod
    def from_weights(
        cls, ranker: Ranker, weights: Mapping[str, float] | None, rank_by: RankBy, *, for_vacancy: bool
    ) -> Scorer:
        """Return the scorer of a request; the other side always has its suggested weights.

        Parameters
        ----------
        ranker
            Turns features into scores.
        weights
            Weights by feature of who asks; None means the suggested ones.
        rank_by
            What the list is sorted by.
        for_vacancy
            True where an employer asks, False where a person does.

        Raises
        ------
        InputError
            A feature is unknown, a weight is out of range or all are 0; or the ranker's curves give none of
            those that have a weight any effect.
        """
        _, forward = applied_weights(weights, for_vacancy=for_vacancy)
        _, reverse = applied_weights(None, for_vacancy=not for_vacancy)
        usual = weights is None and rank_by is RankBy.FORWARD
        scorer = cls(
            ranker,
            forward,
            reverse,
            rank_by,
            for_vacancy=for_vacancy,
            candidates=CANDIDATES if usual else CANDIDATES_OTHERWISE,
            suggested=weights is None,
        )
        ranker.shares(forward, for_vacancy=for_vacancy)  # refuses weights without effect before any work
        return scorer

    def score(self, pairs: Sequence[Pair]) -> Scored:
        """Score pairs; an empty sequence gives empty arrays."""
        features = feature_matrix(pairs)
        forward, reverse = self._forward(features), self._reverse(features)
        both = mutual(forward, reverse)
        chosen = {RankBy.FORWARD: forward, RankBy.REVERSE: reverse, RankBy.MUTUAL: both}[self.rank_by]
        return Scored(features, forward, reverse, both, chosen)

    def chosen(self, features: Floats) -> Floats:
        """Return what the list is sorted by for rows of features."""
        forward = self._forward(features)
        if self.rank_by is RankBy.FORWARD:
            return forward
        reverse = self._reverse(features)
        return reverse if self.rank_by is RankBy.REVERSE else mutual(forward, reverse)

    def contributions(self, features: Floats) -> Floats:
        """Return what each feature adds to the scores of who asks, shape as ``features``."""
        return self.ranker.contributions(features, self.forward, for_vacancy=self.for_vacancy)

    @cached_property
    def shares(self) -> Floats:
        """The largest share of the score of who asks that each feature can make; they add up to 1."""
        return self.ranker.shares(self.forward, for_vacancy=self.for_vacancy)

    def probabilities(self, forward: Floats) -> Floats | None:
        """Return what scores of who asks mean as probabilities; None where the ranker does not know."""
        if not self.suggested:
            return None
        return self.ranker.probabilities(forward, for_vacancy=self.for_vacancy)

    def _forward(self, features: Floats) -> Floats:
        return self.ranker.score(features, self.forward, for_vacancy=self.for_vacancy)

    def _reverse(self, features: Floats) -> Floats:
        return self.ranker.score(features, self.reverse, for_vacancy=not self.for_vacancy)


def changed_skills(features: Floats, changed: Sequence[Pair]) -> Floats:
    """Return the features of pairs that differ from one pair in the skills of the profile alone.

    Parameters
    ----------
    features
        The features of the pair itself, shape ``(features,)``.
    changed
        The pairs.

    Returns
    -------
    ndarray
        As :func:`feature_matrix` of them; only features of skills are computed anew.
    """
    matrix = np.repeat(features[None, :], len(changed), axis=0)
    for column, each in enumerate(FEATURES):
        if each.of_skills:
            matrix[:, column] = np.array([each.value(pair) for pair in changed], dtype=np.float64)
    return matrix


def feature_matrix(pairs: Sequence[Pair]) -> Floats:
    """Return the features of pairs.

    Parameters
    ----------
    pairs
        The pairs.

    Returns
    -------
    ndarray
        Shape ``(pairs, features)`` in the order of :data:`matching.features.FEATURES`; nan where a
        feature cannot be judged.
    """
    values = [[each.value(pair) for each in FEATURES] for pair in pairs]
    matrix: Floats = np.array(values, dtype=np.float64).reshape(len(pairs), len(FEATURES))
    return matrix
