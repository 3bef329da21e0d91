"""Make one list of matches: ranked, cut to its length, every result explained."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from data.errors import InputError
from data.reference.tables import TAXONOMY_VERSION
from matching.answers import result_of, shown
from matching.counterfactual import standing_of
from matching.meaning import MeaningSpace
from matching.pool import Pool
from matching.queries import Query
from matching.ranking import rank
from matching.results import MatchList
from matching.scoring import Scorer

__all__ = ["MAX_K", "list_matches"]

MAX_K = 200
"""Longest list that one request may ask for."""


def list_matches(
    query: Query,
    pool: Pool,
    scorer: Scorer,
    space: MeaningSpace,
    *,
    k: int,
    exposure: NDArray[np.int64] | None,
    versions: Mapping[str, str],
) -> MatchList:
    """Rank the members of a pool for an item and explain the first.

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
    k
        Length of the list, 1 to 200.
    exposure
        By position how many vacancies have the member among their nearest, -1 where that is not counted;
        None where it is told of nobody.
    versions
        ``model_version`` and ``index_version``.

    Returns
    -------
    MatchList
        Without near misses and findings.

    Raises
    ------
    InputError
        ``k_out_of_range``.
    """
    if not 1 <= k <= MAX_K:
        raise InputError("k_out_of_range", f"返回条数 k={k} 超出范围", hint=f"取 1 到 {MAX_K}")
    ranking = rank(query, pool, scorer, space, count=max(scorer.candidates, k))
    # What changes in a person changes all of the person's vacancies: only people move by themselves.
    standing = None if pool.vacancies else standing_of(ranking.scored.chosen.tolist(), ranking.ids)
    results = tuple(
        result_of(
            ranking.pairs[row],
            ranking.scored,
            row,
            scorer,
            vacancies=pool.vacancies,
            rank=place,
            standing=standing,
            exposure=None if exposure is None else _counted(exposure, int(ranking.positions[row])),
        )
        for place, row in enumerate(ranking.order[:k], start=1)
    )
    return MatchList(
        direction="vacancies" if pool.vacancies else "profiles",
        rank_by=scorer.rank_by,
        query=shown(query.row, vacancies=not pool.vacancies),
        pool=len(pool),
        allowed=int(ranking.allowed.mask.sum()),
        excluded=ranking.allowed.excluded,
        results=results,
        near_miss=(),
        findings=(),
        as_of=query.background.as_of,
        **versions,
        taxonomy_version=TAXONOMY_VERSION,
        degraded=query.vectors is None,
        synthetic=bool(query.row["synthetic"]) or any(result.synthetic for result in results),
    )


def _counted(exposure: NDArray[np.int64], position: int) -> int | None:
    count = int(exposure[position])
    return None if count < 0 else count
