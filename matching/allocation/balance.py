"""Shortlists of many vacancies at once, spread over more people at a bounded price in score.

Every vacancy takes ``k`` candidates; every further list that holds the same person costs more than the one
before. This is a minimum-cost flow with convex costs, from places of lists over candidates to people: its
matrix is totally unimodular, so the linear programme that HiGHS solves has a whole-numbered solution and
that solution is the best there is, not an approximation of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.errors import InputError
from data.records import Record
from matching.allocation.exposure import TOP, WITHIN, Congestion, Exposure, congestion_of
from matching.allocation.shortlists import Shortlists
from matching.allocation.solver import Programme, solve

__all__ = ["BalanceReport", "Balanced", "balance_shortlists"]

_LEAST_SCORE_WEIGHT = 1e-3
"""Of two equally even spreads the one with the better scores is taken, even where balance is all."""


class BalanceReport(Record):
    """What balancing changed."""

    vacancies: int
    """Lists."""
    k: int
    """Longest list."""
    balance: float
    """What was asked for, 0 to 1."""
    tolerance: float
    """Points that a place of a list may lose."""
    before: Congestion
    """Of the lists by score alone."""
    after: Congestion
    """Of the balanced lists, over the same people."""
    mean_score_before: float | None
    """Mean score over all places; empty where there is none."""
    mean_score_after: float | None
    """The same, balanced."""
    worst_loss: float
    """Most points that any place of any list lost; never more than ``tolerance``."""
    changed: int
    """Lists that hold somebody else."""


class Balanced(NamedTuple):
    """Balanced lists and what they cost."""

    shortlists: Shortlists
    """At most ``k`` candidates a vacancy, best first."""
    losses: NDArray[np.float64]
    """Most points that a place of each vacancy's list lost."""
    report: BalanceReport
    """All lists together."""


class _Choice(NamedTuple):
    """Candidates near enough to be chosen."""

    rows: NDArray[np.int64]
    persons: NDArray[np.int64]
    scores: NDArray[np.float64]
    places: NDArray[np.int64]
    """First place of the list, from 0, that the candidate is good enough for."""


def balance_shortlists(
    shortlists: Shortlists, *, k: int = TOP, balance: float = 0.5, tolerance: float = WITHIN
) -> Balanced:
    """Choose the lists of all vacancies together.

    Parameters
    ----------
    shortlists
        Candidates that no hard rule excludes; nobody else can be chosen.
    k
        Length of the lists.
    balance
        0 takes the best scores, 1 the most even spread; at one half, a second list that holds the same
        person weighs as much as three points of score, a third list twice that, and so on.
    tolerance
        Points by which the first of a list may be worse than the first by score, the second than the
        second, and so on to the last.

    Returns
    -------
    Balanced
        As many people on every list as there would be by score; empty lists for empty input.

    Raises
    ------
    InputError
        A parameter is out of range, or the lists cannot be used.

    Examples
    --------
    >>> lists = Shortlists.from_lists({v: [("P1", 80.0), ("P2", 79.0)] for v in ("V1", "V2")})
    >>> done = balance_shortlists(lists, k=1)
    >>> sorted(done.shortlists.positions[:, 0].tolist()), done.report.worst_loss
    ([0, 1], 1.0)
    """
    _check(k, balance, tolerance)
    pure = shortlists.checked().top(k)
    if balance == 0 or not pure.lengths.any():
        return _reported(shortlists, pure, pure, (balance, tolerance, k))
    choice = _choice(shortlists, pure, tolerance)
    chosen = solve(_programme(choice, pure.lengths, balance))[: len(choice.rows)] == 1
    return _reported(shortlists, pure, _listed(choice, chosen, pure), (balance, tolerance, k))


def _check(k: int, balance: float, tolerance: float) -> None:
    if k < 1 or not 0 <= balance <= 1 or not 0 <= tolerance <= 100:
        given = f"k={k}、balance={balance}、tolerance={tolerance}"
        hint = "k 取 1 以上，balance 取 0 到 1，tolerance 取 0 到 100 分"
        raise InputError("balance_out_of_range", f"均衡参数超出范围：{given}", hint=hint)


def _choice(shortlists: Shortlists, pure: Shortlists, tolerance: float) -> _Choice:
    """Keep who is good enough for some place of the list, with the first such place."""
    rows, persons, scores = shortlists.edges
    # the pads of shorter lists have a floor of -inf: they never count as a place out of reach
    floors = pure.scores.astype(np.float64) - tolerance
    places = (floors[rows] > scores[:, None]).sum(axis=1)
    near = places < pure.lengths[rows]
    return _Choice(rows[near], persons[near], scores[near], places[near])


def _programme(choice: _Choice, lengths: NDArray[np.int64], balance: float) -> Programme:
    """Set up the flow: candidates, then steps of a person's price, then candidates left for later places."""
    candidates = np.arange(len(choice.rows))
    people, person, degrees = np.unique(choice.persons, return_inverse=True, return_counts=True)
    earlier = np.arange(len(candidates)) - np.repeat(np.cumsum(degrees) - degrees, degrees)
    steps = len(candidates) + candidates
    starts = np.cumsum(lengths) - lengths
    total = int(lengths.sum())
    passed = np.setdiff1d(np.arange(total), starts + lengths - 1)
    onward = 2 * len(candidates) + np.arange(len(passed))
    price = balance * WITHIN * earlier
    weight = max(1 - balance, _LEAST_SCORE_WEIGHT)
    return Programme(
        costs=np.concatenate([-weight * choice.scores, price, np.zeros(len(passed))]),
        upper=np.concatenate([np.ones(2 * len(candidates)), np.full(len(passed), np.inf)]),
        at_most=(
            np.concatenate([person, np.repeat(np.arange(len(people)), degrees)]),
            np.concatenate([candidates, steps]),
            np.concatenate([np.ones(len(candidates)), -np.ones(len(candidates))]),
            np.zeros(len(people)),
        ),
        exactly=(
            np.concatenate([starts[choice.rows] + choice.places, passed, passed + 1]),
            np.concatenate([candidates, onward, onward]),
            np.concatenate([np.ones(len(candidates)), -np.ones(len(passed)), np.ones(len(passed))]),
            np.ones(total),
        ),
    )


def _listed(choice: _Choice, chosen: NDArray[np.bool_], pure: Shortlists) -> Shortlists:
    """Put who was chosen into lists, best first, equal scores as they stood."""
    positions = np.full_like(pure.positions, -1)
    scores = np.full_like(pure.scores, -np.inf)
    rows = choice.rows[chosen]
    starts = np.cumsum(pure.lengths) - pure.lengths
    places = np.arange(len(rows)) - starts[rows]
    positions[rows, places] = choice.persons[chosen]
    scores[rows, places] = choice.scores[chosen]
    return pure._replace(positions=positions, scores=scores)


def _reported(
    shortlists: Shortlists, pure: Shortlists, chosen: Shortlists, asked: tuple[float, float, int]
) -> Balanced:
    """Compare the lists with those by score."""
    balance, tolerance, k = asked
    held = pure.positions >= 0
    before, after = pure.scores.astype(np.float64), chosen.scores.astype(np.float64)
    lost = np.zeros(held.shape)
    lost[held] = before[held] - after[held]
    reachable = shortlists.reachable
    report = BalanceReport(
        vacancies=len(pure.vacancy_ids),
        k=k,
        balance=balance,
        tolerance=tolerance,
        before=congestion_of(Exposure.from_shortlists(pure, k=k).counts[reachable]),
        after=congestion_of(Exposure.from_shortlists(chosen, k=k).counts[reachable]),
        mean_score_before=round(float(before[held].mean()), 4) if held.any() else None,
        mean_score_after=round(float(after[held].mean()), 4) if held.any() else None,
        worst_loss=round(float(lost.max(initial=0.0)), 4),
        changed=int((np.sort(pure.positions, axis=1) != np.sort(chosen.positions, axis=1)).any(axis=1).sum()),
    )
    return Balanced(chosen, lost.max(axis=1, initial=0.0), report)
