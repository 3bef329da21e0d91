"""Which variant answers whom, and which of two rankings people prefer when both share one list."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest

from data.errors import InputError

__all__ = [
    "Credit",
    "Experiment",
    "Interleaved",
    "Preference",
    "Team",
    "assign",
    "credit",
    "interleave",
    "preference",
]

_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Experiment:
    """Variants that answer side by side."""

    name: str
    """Name; another name deals everybody out anew."""
    weights: Mapping[str, float]
    """Share of the units that each variant gets, in any unit of measure, all above 0."""

    def __post_init__(self) -> None:
        if not self.name or not self.weights:
            raise InputError("experiment_invalid", "试验须有名称和至少一个方案", hint="补全试验设置")
        wrong = [name for name, weight in self.weights.items() if not 0 < weight < math.inf]
        if wrong:
            raise InputError(
                "experiment_invalid", f"方案 {'、'.join(wrong)} 的份额不是正数", hint="份额写大于 0 的数"
            )


class Team(StrEnum):
    """Whose pick a place of an interleaved list is."""

    LEFT = "left"
    """The first ranking's."""
    RIGHT = "right"
    """The second ranking's."""


class Interleaved(NamedTuple):
    """One list made of two rankings."""

    ids: tuple[str, ...]
    """The list, the best first."""
    teams: tuple[Team | None, ...]
    """Whose pick each place is; None once one of the rankings has nothing left to answer with."""


class Credit(NamedTuple):
    """How many of the items that somebody chose each ranking had picked."""

    left: int
    """Picks of the first."""
    right: int
    """Picks of the second."""


@dataclass(frozen=True)
class Preference:
    """How often one ranking won over the other."""

    left: int
    """Lists on which the first ranking won."""
    right: int
    """Lists on which the second won."""
    ties: int
    """Lists on which neither did."""
    share: float
    """Share of the second's wins among the lists that were decided, 0 to 1; nan where none was."""
    low: float
    """Lower end of the exact 95 % interval of the share; 0 where no list was decided."""
    high: float
    """Upper end; 1 where no list was decided."""
    p_value: float
    """Two-sided sign test that neither is better; 1 where no list was decided."""


def assign(unit: str, experiment: Experiment, *, key: bytes = b"") -> str:
    """Return the variant that answers a unit, the same one every time.

    The unit's hash is a number between 0 and 1, and the variants share that range by their weights in the
    given order (Kohavi, Tang and Xu, Trustworthy Online Controlled Experiments, 2020, chapter 14). Raising
    the weight of the last variant moves units to it only.

    Parameters
    ----------
    unit
        Who or what is assigned as a whole, such as a vacancy's id: everything asked for it comes from one
        variant.
    experiment
        The variants.
    key
        Keeps others from computing who gets what; plain hashing when empty.

    Returns
    -------
    str
        Name of the variant.

    Examples
    --------
    >>> assign("V1", Experiment("2026-ranker", {"additive": 1, "curves": 1}))
    'additive'
    """
    text = f"{experiment.name}\0{unit}".encode()
    digest = hmac.new(key, text, hashlib.sha256).digest() if key else hashlib.sha256(text).digest()
    place = int.from_bytes(digest[:8]) / 2**64 * sum(experiment.weights.values())
    *before, (last, _) = zip(experiment.weights, accumulate(experiment.weights.values()), strict=True)
    return next((name for name, end in before if place < end), last)


def interleave(
    left: Sequence[str], right: Sequence[str], rng: np.random.Generator, *, k: int | None = None
) -> Interleaved:
    """Make one list of two rankings in which neither has an advantage.

    Team draft (Radlinski, Kurup and Joachims, How does clickthrough data reflect retrieval quality?, CIKM
    2008): in every round a coin decides which ranking picks first, and each picks its best item that is not
    on the list yet. Once one has nothing left, the other's rest follows without a team, so that both have as
    many picks that can earn credit.
    Hard rules hold because only items of the two rankings are picked: both must rank the same allowed set.

    Parameters
    ----------
    left, right
        Ids by two rankings of one allowed set, the best first; either may be cut off.
    rng
        Randomness of the coin.
    k
        Length of the list; as long as the items go when left out.

    Returns
    -------
    Interleaved
        The list, empty for two empty rankings.
    """
    ids: dict[str, Team | None] = {}
    rankings = {Team.LEFT: list(dict.fromkeys(left)), Team.RIGHT: list(dict.fromkeys(right))}
    while all(rankings.values()):
        first = list(Team)[int(rng.integers(2))]
        for team in (first, *(other for other in Team if other is not first)):
            if rankings[team]:
                chosen = rankings[team][0]
                ids[chosen] = team
                rankings = {
                    each: [item for item in rest if item != chosen] for each, rest in rankings.items()
                }
            else:
                ids[chosen] = None  # its round has no answer
    ids |= dict.fromkeys(rankings[Team.LEFT] + rankings[Team.RIGHT])
    return Interleaved(tuple(ids)[:k], tuple(ids.values())[:k])


def credit(shown: Interleaved, chosen: Collection[str]) -> Credit:
    """Count whose picks somebody chose.

    Parameters
    ----------
    shown
        The list that was shown.
    chosen
        Ids that were opened, shortlisted or contacted; those that were not on the list do not count.

    Returns
    -------
    Credit
        The picks of each ranking among them.
    """
    wanted = set(chosen)
    teams = [team for item, team in zip(shown.ids, shown.teams, strict=True) if item in wanted]
    return Credit(teams.count(Team.LEFT), teams.count(Team.RIGHT))


def preference(credits_: Sequence[Credit]) -> Preference:
    """Test which of two rankings wins more lists.

    Parameters
    ----------
    credits_
        Credit of each list; lists must not influence each other, so give one for each who asked.

    Returns
    -------
    Preference
        With the sign test's p-value and the exact interval of Clopper and Pearson (1934).
    """
    left = sum(each.left > each.right for each in credits_)
    right = sum(each.right > each.left for each in credits_)
    decided = left + right
    if not decided:
        return Preference(0, 0, len(credits_), math.nan, 0.0, 1.0, 1.0)
    tested = binomtest(right, decided)
    low, high = tested.proportion_ci(_CONFIDENCE, method="exact")
    return Preference(
        left, right, len(credits_) - decided, right / decided, float(low), float(high), float(tested.pvalue)
    )
