"""DrawnPairs to fit a ranker on: applications that were made, and others that the same query did not make."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.applications.features import PairFeatures
from training.applications.protocols import Direction, Division
from training.applications.tables import Applications

__all__ = ["DrawnPairs", "make_examples"]

Floats = NDArray[np.float64]


class DrawnPairs(NamedTuple):
    """Pairs with their features, one entry each."""

    features: Floats
    """Shape ``(pairs, features)``."""
    outcomes: NDArray[np.bool_]
    """Whether the seeker applied."""
    queries: NDArray[np.int64]
    """Who or what was asked for: seekers or postings."""


def make_examples(
    applications: Applications,
    features: PairFeatures,
    division: Division,
    direction: Direction,
    rng: np.random.Generator,
    *,
    negatives: int,
    limit: int,
) -> DrawnPairs:
    """Draw negatives for the applications of the fit and compute all features.

    Parameters
    ----------
    applications
        All applications.
    features
        Learned from what is known in the division.
    division
        The part that is fitted on; nothing of the tested part is looked at.
    direction
        The side for which negatives are drawn: other postings of the seeker or other seekers of the posting.
    rng
        Draws.
    negatives
        Negatives for each application; those that turn out to be known or asked are left out.
    limit
        Most applications used, drawn at random.

    Returns
    -------
    DrawnPairs
        Applications first.
    """
    asked = division.asked
    if len(asked) > limit:
        asked = rng.choice(asked, limit, replace=False)
    seekers, postings = applications.seeker[asked], applications.posting[asked]
    many = np.repeat(np.arange(len(asked)), negatives)
    if direction is Direction.POSTINGS:
        other_seekers = seekers[many]
        other_postings = rng.choice(division.postings, len(many))
    else:
        other_seekers = rng.choice(division.seekers, len(many))
        other_postings = postings[many]
    seen = np.concatenate([division.known, division.asked])
    taken = applications.seeker[seen] * applications.postings + applications.posting[seen]
    free = ~np.isin(other_seekers * applications.postings + other_postings, taken)
    all_seekers = np.concatenate([seekers, other_seekers[free]])
    all_postings = np.concatenate([postings, other_postings[free]])
    return DrawnPairs(
        features.pairs(all_seekers, all_postings),
        np.arange(len(all_seekers)) < len(asked),
        all_seekers if direction is Direction.POSTINGS else all_postings,
    )
