"""The smallest sets of people that cover the required skills, exactly, by integer programming (HiGHS)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from data.errors import RefusedError

__all__ = ["best_covers"]

Shows = NDArray[np.bool_]
_SECONDS = 60.0
_OPTIMAL, _INFEASIBLE = 0, 2


@dataclass
class _Programme:
    """Binary variables for the people and, behind them, for the skills that are covered."""

    shows: Shows
    needed: NDArray[np.int64]
    constraints: list[LinearConstraint] = field(default_factory=list)

    def __post_init__(self) -> None:
        covering = np.hstack([self.shows.T.astype(float), -np.diag(self.needed.astype(float))])
        self.constraints.append(LinearConstraint(covering, lb=0))

    def people(self, weights: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return a row over all variables with weights on people."""
        row = np.zeros(len(self.shows) + len(self.needed))
        row[: len(self.shows)] = weights
        return row

    def skills(self) -> NDArray[np.float64]:
        """Return a row over all variables with 1 on every skill."""
        return 1.0 - self.people(1)

    def hold(self, row: NDArray[np.float64], *, least: float = -np.inf, most: float = np.inf) -> None:
        """Keep a sum within limits from now on."""
        self.constraints.append(LinearConstraint(row[None, :], lb=least, ub=most))

    def maximise(self, row: NDArray[np.float64], further: Sequence[LinearConstraint] = ()) -> Shows | None:
        """Return which variables are 1 in a best solution; None where there is none at all."""
        result: OptimizeResult = milp(
            -row,
            integrality=np.ones(len(row)),
            bounds=Bounds(0, 1),
            constraints=[*self.constraints, *further],
            options={"mip_rel_gap": 0.0, "time_limit": _SECONDS},
        )
        if result.status == _INFEASIBLE:
            return None
        if result.status != _OPTIMAL:
            raise RefusedError(
                "team_search_too_long",
                f"{len(self.shows)} 人、{len(self.needed)} 项能力的组队在 {_SECONDS:g} 秒内没有算完",
                hint="减少能力项数，或限定引才方式后重试",
            )
        chosen: Shows = np.asarray(result.x) > 0.5
        return chosen


def best_covers(
    shows: Shows, fits: Sequence[float], needed: Sequence[int], *, k: int, most: int | None = None
) -> list[tuple[int, ...]]:
    """Find the best sets of people.

    The order is strict: most skills covered, then fewest people, then the greatest sum of fits. Further
    sets cover as many skills as the first, and none holds a better one whole: nobody in a set is idle.

    Parameters
    ----------
    shows
        Whether each person has each skill, shape ``(people, skills)``.
    fits
        Fit of each person, 0 to 1.
    needed
        People who must have each skill, at least 1; where fewer have it, all of them.
    k
        Number of sets wanted.
    most
        Most people in a set; None for no limit.

    Returns
    -------
    list of tuple of int
        Rising positions of people, best set first; fewer than ``k`` where there are no more, empty where
        nobody has any of the skills.

    Raises
    ------
    RefusedError
        ``team_search_too_long``.
    """
    have = np.minimum(np.asarray(needed, dtype=np.int64), shows.sum(axis=0))
    asked = have > 0
    kept = _contenders(shows[:, asked], fits, spare=k - 1 + int(have.sum()))
    if not kept:
        return []
    programme = _Programme(shows[np.ix_(kept, asked)], have[asked])
    weights = np.asarray([fits[i] for i in kept])
    if most is not None:
        programme.hold(programme.people(1), most=most)
    best = programme.maximise(programme.skills())
    covered = 0 if best is None else int(best[len(kept) :].sum())
    programme.hold(programme.skills(), least=covered)
    found: list[tuple[int, ...]] = []
    while covered and len(found) < k and (team := _next_team(programme, weights)) is not None:
        # A set that was found, and every set around it, is out from here on.
        own = np.zeros(len(kept))
        own[list(team)] = 1
        programme.hold(programme.people(own), most=len(team) - 1)
        found.append(tuple(sorted(kept[i] for i in team)))
    return found


def _next_team(programme: _Programme, weights: NDArray[np.float64]) -> tuple[int, ...] | None:
    """Return the smallest set that is still allowed, and of those the one that fits best."""
    smallest = programme.maximise(-programme.people(1))
    if smallest is None:
        return None
    count = len(weights)
    limit = LinearConstraint(programme.people(1)[None, :], ub=int(smallest[:count].sum()))
    best = programme.maximise(programme.people(weights), [limit])
    chosen = smallest if best is None else best
    return tuple(np.flatnonzero(chosen[:count]).tolist())


def _contenders(shows: Shows, fits: Sequence[float], *, spare: int) -> list[int]:
    """Return, of the people who have the same skills, as many of the best as any answer can hold."""
    alike: dict[bytes, list[int]] = defaultdict(list)
    for i in np.flatnonzero(shows.any(axis=1)).tolist():
        alike[shows[i].tobytes()].append(i)
    best = (sorted(group, key=lambda i: (-fits[i], i))[:spare] for group in alike.values())
    return sorted(i for group in best for i in group)
