"""How many shortlists each person stands on, and how unevenly the places are spread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.errors import InputError
from data.records import Record
from matching.allocation.shortlists import Shortlists

__all__ = ["TOP", "WITHIN", "Alternative", "Congestion", "Disclosure", "Exposure", "congestion_of"]

TOP = 10
"""Places of a list that an employer is thought to read."""
WITHIN = 3.0
"""Points of score that make no difference worth one person's being called by everybody."""

_NAMED = 5
_DECILE = 0.1


class Congestion(Record):
    """How places on lists are spread over the people whom some list could hold."""

    reachable: int
    """People who are a candidate of at least one vacancy."""
    listed: int
    """Those among them who have a place."""
    places: int
    """Places filled."""
    congestion: float | None
    """1 minus the entropy of the places by person over that of an even spread: 0 is even, 1 is one person.
    Empty where there is no place."""
    unlisted_share: float | None
    """Share of the reachable without a place; empty where nobody is reachable."""
    gini: float | None
    """Gini coefficient of the places by reachable person, 0 to 1; empty where there is no place."""
    top_decile_share: float | None
    """Share of the places that the tenth of the reachable with most of them hold."""
    largest: int
    """Most places of one person."""


class Alternative(NamedTuple):
    """Someone who could be called instead."""

    profile_id: str
    score: float
    exposure: int


class Disclosure(Record):
    """What an employer is told of how sought after a candidate is."""

    profile_id: str
    """Pseudonym."""
    exposure: int
    """Lists whose first places hold the person."""
    alternatives: tuple[Alternative, ...]
    """Candidates of the same vacancy within some points of score, those on the fewest lists first."""
    sentence: str
    """The same in Chinese."""


@dataclass(frozen=True)
class Exposure:
    """Lists with the number of first places that each person holds.

    Examples
    --------
    >>> lists = Shortlists.from_lists({"V1": [("P1", 90.0), ("P2", 88.0)], "V2": [("P1", 70.0)]})
    >>> seen = Exposure.from_shortlists(lists, k=1)
    >>> seen.counts.tolist()
    [2, 0]
    >>> seen.disclose("V1", "P1").sentence
    '此人现列于 2 个在招岗位的前1名；3 分以内另有 1 人：P2（列于 0 个）。'
    """

    shortlists: Shortlists
    """The candidate lists."""
    k: int
    """Places of a list that count."""
    counts: NDArray[np.int64]
    """Lists whose first ``k`` places hold each profile."""

    @classmethod
    def from_shortlists(cls, shortlists: Shortlists, *, k: int = TOP) -> Exposure:
        """Count.

        Parameters
        ----------
        shortlists
            The candidate lists.
        k
            Places of a list that count.

        Raises
        ------
        InputError
            ``k`` is less than 1.
        """
        if k < 1:
            raise InputError("k_out_of_range", f"名单长度 k={k} 超出范围", hint="取 1 以上的整数")
        shown = shortlists.positions[:, :k]
        counts = np.bincount(shown[shown >= 0], minlength=len(shortlists.profile_ids))
        return cls(shortlists, k, counts.astype(np.int64))

    @property
    def congestion(self) -> Congestion:
        """How evenly the places are spread over the people on any list."""
        return congestion_of(self.counts[self.shortlists.reachable])

    def disclose(self, vacancy_id: str, profile_id: str, *, within: float = WITHIN) -> Disclosure:
        """Say on how many lists a candidate stands, and who else would do.

        Parameters
        ----------
        vacancy_id
            The vacancy whose employer reads it.
        profile_id
            One of its candidates.
        within
            Points of score that an alternative may lie off, either way.

        Returns
        -------
        Disclosure
            Alternatives are candidates of the same vacancy, so no hard rule excludes them.

        Raises
        ------
        InputError
            The vacancy has no list, or the profile does not stand on it.
        """
        lists = self.shortlists
        row = lists.row(vacancy_id)
        held = lists.positions[row][lists.positions[row] >= 0]
        names = [lists.profile_ids[position] for position in held.tolist()]
        if profile_id not in names:
            raise InputError(
                "candidate_unknown", f"{profile_id} 不在需求 {vacancy_id} 的候选名单上", hint="检查档案编号"
            )
        own = names.index(profile_id)
        scores = lists.scores[row, : len(held)].astype(float)
        near = np.flatnonzero(np.abs(scores - scores[own]) <= within)
        others = [
            Alternative(names[place], round(float(scores[place]), 2), int(self.counts[held[place]]))
            for place in near.tolist()
            if place != own
        ]
        others.sort(key=lambda other: (other.exposure, -other.score, other.profile_id))
        seen = int(self.counts[held[own]])
        return Disclosure(
            profile_id=profile_id,
            exposure=seen,
            alternatives=tuple(others),
            sentence=_sentence(seen, self.k, within, others),
        )


def congestion_of(counts: NDArray[np.int64]) -> Congestion:
    """Measure how evenly places are spread.

    Parameters
    ----------
    counts
        Places of each person who could have one.

    Returns
    -------
    Congestion
        Shares are empty where there is nothing to share.

    Examples
    --------
    >>> even, one = congestion_of(np.array([2, 2])), congestion_of(np.array([4, 0]))
    >>> even.congestion, even.gini, one.congestion, one.gini
    (0.0, 0.0, 1.0, 0.5)
    """
    people, places = len(counts), int(counts.sum())
    falling = np.sort(counts)[::-1]
    measured = places > 0
    return Congestion(
        reachable=people,
        listed=int((counts > 0).sum()),
        places=places,
        congestion=_unevenness(counts, places) if measured else None,
        unlisted_share=float((counts == 0).mean()) if people else None,
        gini=_gini(falling[::-1], places) if measured else None,
        top_decile_share=float(falling[: math.ceil(_DECILE * people)].sum() / places) if measured else None,
        largest=int(counts.max(initial=0)),
    )


def _unevenness(counts: NDArray[np.int64], places: int) -> float:
    """1 minus normalised entropy; one person alone cannot be spread, which is no congestion."""
    if len(counts) == 1:
        return 0.0
    shares = counts[counts > 0] / places
    entropy = float(-(shares * np.log(shares)).sum()) / math.log(len(counts))
    return min(max(1.0 - entropy, 0.0), 1.0)


def _gini(rising: NDArray[np.int64], places: int) -> float:
    ranks = np.arange(1, len(rising) + 1)
    return float(2 * (ranks * rising).sum() / (len(rising) * places) - (len(rising) + 1) / len(rising))


def _sentence(seen: int, k: int, within: float, others: list[Alternative]) -> str:
    first = f"此人现列于 {seen} 个在招岗位的前{_number(k)}名"
    if not others:
        return f"{first}；{within:g} 分以内没有其他人选。"
    named = "、".join(f"{other.profile_id}（列于 {other.exposure} 个）" for other in others[:_NAMED])
    more = "等" if len(others) > _NAMED else ""
    return f"{first}；{within:g} 分以内另有 {len(others)} 人：{named}{more}。"


def _number(k: int) -> str:
    return "十" if k == TOP else str(k)
