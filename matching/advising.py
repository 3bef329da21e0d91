"""What an employer could relax, and who is one step short of one of its requirements."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from matching.answers import shown
from matching.meaning import MeaningSpace
from matching.pairing import pair_with_members
from matching.pool import Pool
from matching.queries import Query
from matching.relaxation import advise, binding_rule, near_misses
from matching.results import Advice, NearMiss
from matching.retrieval import nearness
from matching.scoring import Scorer

__all__ = ["find_advice", "find_near_misses"]


def find_near_misses(
    query: Query, profiles: Pool, scorer: Scorer, space: MeaningSpace, *, count: int
) -> tuple[NearMiss, ...]:
    """Name people whom exactly one requirement of the employer excludes, by one step.

    Parameters
    ----------
    query
        The vacancy.
    profiles
        The people.
    scorer, space
        What their scores are computed with.
    count
        Most people named.

    Returns
    -------
    tuple of NearMiss
        The best score first; never anybody whom a condition of their own excludes.
    """
    if not count:
        return ()
    fit = partial(nearness, query, profiles)
    short = near_misses(query.row, profiles.columns, k=count, alive=profiles.index.alive, scores=fit)
    positions = np.array([each.position for each in short], dtype=np.int64)
    scores = scorer.score(pair_with_members(query, profiles, positions, space)).chosen
    found = [
        NearMiss(
            id=profiles.rows[each.position]["id"],
            score=float(score),
            rule=each.rule.name,
            label=each.rule.label,
            reason=each.reason,
            change=each.change,
            synthetic=bool(profiles.rows[each.position]["synthetic"]),
        )
        for each, score in zip(short, scores.tolist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (-each.score, each.id)))


def find_advice(
    query: Query,
    profiles: Pool,
    scorer: Scorer,
    space: MeaningSpace,
    *,
    limit: int,
    near: int,
    versions: Mapping[str, str],
) -> Advice:
    """Find what an employer could relax to reach more people.

    Parameters
    ----------
    query
        The vacancy.
    profiles
        The people.
    scorer, space
        What the scores of those one step short are computed with.
    limit
        Most relaxations named.
    near
        Most people named who are one step short.
    versions
        ``model_version`` and ``index_version``.

    Returns
    -------
    Advice
        Nothing that a person set, and no licence that the law may require, is ever touched.
    """
    alive = profiles.index.alive
    binding = binding_rule(query.row, profiles.columns, alive=alive)
    fit = partial(nearness, query, profiles)
    return Advice(
        query=shown(query.row, vacancies=True),
        pool=len(profiles),
        allowed=int(profiles.allowed(query.row).mask.sum()),
        binding_rule=binding.name if binding else None,
        relaxations=advise(query.row, profiles.columns, alive=alive, scores=fit, limit=limit),
        near_miss=find_near_misses(query, profiles, scorer, space, count=near),
        as_of=query.background.as_of,
        **versions,
        degraded=query.vectors is None,
        synthetic=bool(query.row["synthetic"]) or profiles.synthetic,
    )
