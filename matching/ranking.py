"""Filter, retrieve and score: the one way in which every list is made."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.meaning import MeaningSpace
from matching.pairing import pair_with_members
from matching.pairs import Pair
from matching.pool import Pool
from matching.queries import Query
from matching.retrieval import retrieve
from matching.rules import Allowed
from matching.scoring import Scored, Scorer

__all__ = ["Ranking", "rank"]


class Ranking(NamedTuple):
    """Candidates of one item, scored; all but ``order`` have one entry a candidate, as retrieved."""

    allowed: Allowed
    """What the hard rules let through."""
    positions: NDArray[np.int64]
    pairs: list[Pair]
    scored: Scored
    ids: list[str]
    order: list[int]
    """Candidates by score, best first, ids breaking ties."""

    def best(self, k: int) -> list[tuple[str, float]]:
        """Return ids and scores of the first ``k``."""
        return [(self.ids[row], float(self.scored.chosen[row])) for row in self.order[:k]]


def rank(query: Query, pool: Pool, scorer: Scorer, space: MeaningSpace, *, count: int) -> Ranking:
    """Rank the members of a pool for an item.

    Parameters
    ----------
    query
        What is asked for.
    pool
        The other side.
    scorer
        The weights and ranker of the request.
    space
        The space both are compared in.
    count
        Number of candidates that are retrieved and scored.

    Returns
    -------
    Ranking
        Only members that no hard rule excludes.
    """
    allowed = pool.allowed(query.row)
    positions = retrieve(query, pool, allowed.mask, count)
    pairs = pair_with_members(query, pool, positions, space)
    scored = scorer.score(pairs)
    ids = [pool.rows[position]["id"] for position in positions.tolist()]
    order = sorted(range(len(ids)), key=lambda row: (-scored.chosen[row], ids[row]))
    return Ranking(allowed, positions, pairs, scored, ids, order)
