"""Score many pairs at once, in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.features import FEATURES
from matching.pairs import Pair
from matching.ranker import Ranker, mutual
from matching.results import RankBy

__all__ = ["CANDIDATES", "CANDIDATES_OTHERWISE", "Scored", "Scorer", "feature_matrix"]

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
    candidates: int = CANDIDATES
    """Number of candidates that are retrieved and scored."""

    def score(self, pairs: Sequence[Pair]) -> Scored:
        """Score pairs; an empty sequence gives empty arrays."""
        features = feature_matrix(pairs)
        forward = self.ranker.score(features, self.forward)
        reverse = self.ranker.score(features, self.reverse)
        both = mutual(forward, reverse)
        chosen = {RankBy.FORWARD: forward, RankBy.REVERSE: reverse, RankBy.MUTUAL: both}[self.rank_by]
        return Scored(features, forward, reverse, both, chosen)

    def chosen(self, features: Floats) -> Floats:
        """Return what the list is sorted by for rows of features."""
        forward = self.ranker.score(features, self.forward)
        if self.rank_by is RankBy.FORWARD:
            return forward
        reverse = self.ranker.score(features, self.reverse)
        return reverse if self.rank_by is RankBy.REVERSE else mutual(forward, reverse)


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
