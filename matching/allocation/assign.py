"""Who gets which vacancy: one place a person, as many people a vacancy as it has places."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.errors import InputError
from data.records import Record
from matching.allocation.shortlists import Edges, Shortlists
from matching.allocation.solver import Programme, solve

__all__ = ["Assignment", "Objective", "Unfilled", "Unplaced", "Why", "assign"]


class Objective(StrEnum):
    """What the allocation is best at."""

    TOTAL = "total"
    """The largest sum of scores."""
    FAIR = "fair"
    """As many vacancies as possible get somebody; of these the worst served gets the best it can (max-min);
    then the largest sum of scores."""
    STABLE = "stable"
    """No vacancy and person who would both rather have each other: the best pair left, again and again."""


class Why(StrEnum):
    """Why a place stays open or a person without one."""

    NO_CANDIDATE = "没有候选人"
    """Nobody passes the hard rules within the list's length."""
    TOO_FEW = "候选人少于名额"
    """Everybody on the list was placed here, and there are more places."""
    TAKEN = "候选人已安排到其他岗位"
    """Candidates do better elsewhere."""
    FULL = "所列岗位的名额已满"
    """Every vacancy on whose list the person stands is full with others."""


class Unfilled(Record):
    """A vacancy with places left."""

    vacancy_id: str
    """The vacancy."""
    heads: int
    """Places."""
    placed: int
    """People placed."""
    reason: Why
    """Why no more."""


class Unplaced(Record):
    """A candidate without a place."""

    profile_id: str
    """Pseudonym."""
    lists: int
    """Lists that hold the person."""
    best_score: float
    """Best score on any of them."""
    reason: Why
    """Why none."""


class Assignment(NamedTuple):
    """Pairs, and what is left."""

    objective: Objective
    """What it is best at."""
    rows: NDArray[np.int64]
    """Vacancy of every pair, in order."""
    persons: NDArray[np.int64]
    """Profile of every pair; nobody twice."""
    scores: NDArray[np.float64]
    """Score of every pair."""
    heads: NDArray[np.int64]
    """Places of every vacancy."""
    unfilled: tuple[Unfilled, ...]
    """Vacancies with places left."""
    unplaced: tuple[Unplaced, ...]
    """Candidates without a place."""
    unlisted: int
    """People of the pool on no list at all."""
    blocking_pairs: int
    """Candidates and vacancies that would both rather have each other than what they got."""

    @property
    def total(self) -> float:
        """Sum of the scores."""
        return float(self.scores.sum())

    @property
    def covered(self) -> int:
        """Vacancies that got somebody."""
        return len(np.unique(self.rows))


def assign(
    shortlists: Shortlists, *, heads: Sequence[int], objective: Objective = Objective.TOTAL
) -> Assignment:
    """Allocate candidates to vacancies.

    Parameters
    ----------
    shortlists
        Candidates that no hard rule excludes; only they can be placed.
    heads
        Places of each vacancy, 0 or more; the caller decides what an unstated number counts as.
    objective
        What to be best at.

    Returns
    -------
    Assignment
        Exact for ``TOTAL`` and ``FAIR``; no pairs for empty lists. A pair scored 0 adds nothing and may be
        left out.

    Raises
    ------
    InputError
        There is not one number of places a vacancy, one is negative, or the lists cannot be used.

    Examples
    --------
    >>> lists = Shortlists.from_lists({"V1": [("P1", 90.0), ("P2", 80.0)], "V2": [("P1", 85.0)]})
    >>> done = assign(lists, heads=[1, 1])
    >>> done.persons.tolist(), done.total, done.blocking_pairs
    ([1, 0], 165.0, 1)
    """
    places = np.asarray(heads, dtype=np.int64)
    edges = shortlists.checked().edges
    if places.shape != (len(shortlists.vacancy_ids),) or (places < 0).any():
        raise InputError("heads_invalid", "名额须每个需求一个且不为负", hint="未写明人数的按 1 计")
    edges = edges.take(places[edges.rows] > 0)
    chosen = _CHOOSERS[objective](edges, places)
    return _described(shortlists, edges, chosen, places, objective)


def _total(edges: Edges, heads: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Maximise the sum of scores: a transport problem."""
    if not len(edges.rows):
        return np.zeros(0, dtype=bool)
    people, person = np.unique(edges.persons, return_inverse=True)
    arcs = np.arange(len(edges.rows))
    limits = (
        np.concatenate([edges.rows, len(heads) + person]),
        np.concatenate([arcs, arcs]),
        np.ones(2 * len(arcs)),
        np.concatenate([heads, np.ones(len(people))]),
    )
    units = solve(Programme(-edges.scores, np.ones(len(arcs)), limits))
    return np.asarray(units == 1)


def _fair(edges: Edges, heads: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Give every vacancy's first place its own arcs, as many of them used as can be, none below the floor."""
    if not len(edges.rows):
        return np.zeros(0, dtype=bool)
    people, person = np.unique(edges.persons, return_inverse=True)
    covered, floor = _best_floor(edges.rows, person, edges.scores, (len(heads), len(people)))
    first = np.flatnonzero(edges.scores >= floor)
    arcs = np.arange(len(edges.rows))
    firsts = len(arcs) + np.arange(len(first))
    persons = 2 * len(heads) + np.concatenate([person, person[first]])
    limits = (
        np.concatenate([edges.rows, len(heads) + edges.rows[first], persons]),
        np.concatenate([arcs, firsts, arcs, firsts]),
        np.ones(2 * (len(arcs) + len(firsts))),
        np.concatenate([np.maximum(heads - 1, 0), np.ones(len(heads)), np.ones(len(people))]),
    )
    all_covered = (np.zeros_like(firsts), firsts, np.ones(len(firsts)), np.array([float(covered)]))
    costs = -np.concatenate([edges.scores, edges.scores[first]])
    units = solve(Programme(costs, np.ones(len(costs)), limits, all_covered))
    chosen = np.asarray(units[: len(arcs)] == 1)
    chosen[first] |= units[len(arcs) :] == 1
    return chosen


def _best_floor(
    rows: NDArray[np.int64], person: NDArray[np.int64], scores: NDArray[np.float64], shape: tuple[int, int]
) -> tuple[int, float]:
    """Return how many vacancies can get somebody, and the highest score that all of these can have."""
    from scipy.sparse import csr_array  # noqa: PLC0415
    from scipy.sparse.csgraph import maximum_bipartite_matching  # noqa: PLC0415

    def coverable(floor: float) -> int:
        kept = scores >= floor
        graph = csr_array((np.ones(int(kept.sum())), (rows[kept], person[kept])), shape=shape)
        return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())

    levels = np.unique(scores)
    most = coverable(levels[0])
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if coverable(levels[middle]) == most:
            low = middle
        else:
            high = middle - 1
    return most, float(levels[low])


def _stable(edges: Edges, heads: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Take the best pair whose vacancy has a place and whose person has none, until there is none."""
    left = heads.tolist()
    free = set(edges.persons.tolist())
    chosen = np.zeros(len(edges.rows), dtype=bool)
    order = np.argsort(-edges.scores, kind="stable")
    pairs = zip(order.tolist(), edges.rows[order].tolist(), edges.persons[order].tolist(), strict=True)
    for place, row, person in pairs:
        if left[row] and person in free:
            left[row] -= 1
            free.remove(person)
            chosen[place] = True
    return chosen


_CHOOSERS = {Objective.TOTAL: _total, Objective.FAIR: _fair, Objective.STABLE: _stable}


def _described(
    shortlists: Shortlists,
    edges: Edges,
    chosen: NDArray[np.bool_],
    heads: NDArray[np.int64],
    objective: Objective,
) -> Assignment:
    """Say what was left and why."""
    made = edges.take(chosen)
    placed = np.bincount(made.rows, minlength=len(heads))
    return Assignment(
        objective=objective,
        rows=made.rows,
        persons=made.persons,
        scores=made.scores,
        heads=heads,
        unfilled=_unfilled(shortlists, heads, placed),
        unplaced=_unplaced(shortlists, shortlists.edges, made.persons),
        unlisted=int((~shortlists.reachable).sum()),
        blocking_pairs=_blocking_pairs(edges, chosen, heads),
    )


def _unfilled(
    shortlists: Shortlists, heads: NDArray[np.int64], placed: NDArray[np.int64]
) -> tuple[Unfilled, ...]:
    lengths = shortlists.lengths
    found = []
    for row in np.flatnonzero(placed < heads).tolist():
        reason = Why.TAKEN
        if lengths[row] == 0:
            reason = Why.NO_CANDIDATE
        elif lengths[row] == placed[row]:
            reason = Why.TOO_FEW
        found.append(
            Unfilled(
                vacancy_id=shortlists.vacancy_ids[row],
                heads=int(heads[row]),
                placed=int(placed[row]),
                reason=reason,
            )
        )
    return tuple(found)


def _unplaced(shortlists: Shortlists, edges: Edges, placed: NDArray[np.int64]) -> tuple[Unplaced, ...]:
    size = len(shortlists.profile_ids)
    lists = np.bincount(edges.persons, minlength=size)
    best = np.full(size, -np.inf)
    np.maximum.at(best, edges.persons, edges.scores)
    waiting = lists > 0
    waiting[placed] = False
    return tuple(
        Unplaced(
            profile_id=shortlists.profile_ids[person],
            lists=int(lists[person]),
            best_score=round(float(best[person]), 4),
            reason=Why.FULL,
        )
        for person in np.flatnonzero(waiting).tolist()
    )


def _blocking_pairs(edges: Edges, chosen: NDArray[np.bool_], heads: NDArray[np.int64]) -> int:
    """Count pairs that were not made though both sides score each other above what they got."""
    rows, persons, scores = edges.take(chosen)
    got = np.full(int(edges.persons.max(initial=-1)) + 1, -np.inf)
    got[persons] = scores
    worst = np.full(len(heads), np.inf)
    np.minimum.at(worst, rows, scores)
    worst[np.bincount(rows, minlength=len(heads)) < heads] = -np.inf
    wanted = (edges.scores > got[edges.persons]) & (edges.scores > worst[edges.rows])
    return int(wanted.sum())
