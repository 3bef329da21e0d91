"""Job-fair packs: for every employer whom to expect, for every person invited which booths to go to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.records import Record
from data.reference import division_names
from matching.allocation.balance import Balanced, BalanceReport, balance_shortlists
from matching.allocation.exposure import TOP, WITHIN, Exposure
from matching.allocation.fairs import Fair, Row
from matching.allocation.shortlists import Shortlists
from matching.results import MatchResult
from matching.rules import Verdict

__all__ = [
    "FairPack",
    "PackCandidate",
    "PackEmployer",
    "PackVacancy",
    "Route",
    "Stop",
    "build_pack",
    "reason_of",
]

_SHOWN_CATEGORIES = 2
_SHOWN_SKILLS = 3


class PackCandidate(Record):
    """A person whom an employer may expect: a pseudonym, never a text of the person's."""

    profile_id: str
    """Pseudonym."""
    score: float
    """Score, 0 to 100."""
    exposure: int
    """Lists of this fair that hold the person."""
    reason: str
    """Why, in one Chinese sentence."""


class PackVacancy(Record):
    """A vacancy at a booth."""

    vacancy_id: str
    """The vacancy."""
    title: str
    """岗位名称."""
    heads: int | None
    """Places; empty where none is stated."""
    pay: str
    """Pay in print."""
    place: str
    """Place of work in print."""
    candidates: tuple[PackCandidate, ...]
    """People invited, best first."""


class PackEmployer(Record):
    """One booth."""

    employer: str
    """用人单位."""
    vacancies: tuple[PackVacancy, ...]
    """Its vacancies at the fair."""


class Stop(Record):
    """One booth on a route."""

    employer: str
    """Whose booth."""
    vacancy_id: str
    """The best vacancy there for the person."""
    title: str
    """岗位名称."""
    score: float
    """Score, 0 to 100."""
    expected: bool
    """True when the person stands on that vacancy's list."""


class Route(Record):
    """What one person invited gets."""

    profile_id: str
    """Pseudonym."""
    stops: tuple[Stop, ...]
    """Booths, the best fit first; no employer twice."""


class FairPack(Record):
    """Everything for one event."""

    fair: Fair
    """The event."""
    as_of: dt.date
    """Day the matches were made for."""
    synthetic: bool
    """True when any vacancy or person is generated (合成数据)."""
    employers: tuple[PackEmployer, ...]
    """Booths by name."""
    routes: tuple[Route, ...]
    """People invited, by pseudonym."""
    turned_away: int
    """People on a balanced list for whom there was no seat."""
    balance: BalanceReport
    """What balancing the lists changed, before the seats were counted."""


class _Parts(NamedTuple):
    """What the pieces of a pack are made from."""

    lists: Shortlists
    vacancies: Mapping[str, Row]
    reason: Callable[[str, str], str]


def build_pack(
    fair: Fair,
    shortlists: Shortlists,
    *,
    vacancies: Mapping[str, Row],
    profiles: Mapping[str, Row],
    reason: Callable[[str, str], str],
    as_of: dt.date,
    k: int = TOP,
    balance: float = 0.5,
    tolerance: float = WITHIN,
) -> FairPack:
    """Put together the pack of an event.

    Parameters
    ----------
    fair
        The event.
    shortlists
        Candidates of the vacancies of the event; longer lists leave more room to balance and longer routes.
    vacancies, profiles
        Rows by identifier, as a pool holds them.
    reason
        The reason for a vacancy and a profile, without a text of the person's.
    as_of
        Day the matches were made for.
    k, balance, tolerance
        As in :func:`~matching.allocation.balance.balance_shortlists`.

    Returns
    -------
    FairPack
        Seat after seat goes to the best candidate of a vacancy that has the fewest people invited so far.

    Raises
    ------
    InputError
        A parameter is out of range.
    """
    people = fair.people(profiles[name] for name in shortlists.profile_ids)
    meant = shortlists.only(people)
    balanced = balance_shortlists(meant, k=k, balance=balance, tolerance=tolerance)
    invited = _invited(balanced, fair.seats)
    held = Exposure.from_shortlists(balanced.shortlists, k=k).counts > 0
    lists = _Parts(balanced.shortlists.only(invited), vacancies, reason)
    rows = [vacancies[name] for name in shortlists.vacancy_ids]
    shown = [profiles[name] for name, here in zip(shortlists.profile_ids, invited, strict=True) if here]
    return FairPack(
        fair=fair,
        as_of=as_of,
        synthetic=any(bool(row["synthetic"]) for row in (*rows, *shown)),
        employers=_employers(lists, k),
        routes=_routes(meant.only(invited), lists, fair.booths),
        turned_away=int((held & ~invited).sum()),
        balance=balanced.report,
    )


def _invited(balanced: Balanced, seats: int) -> NDArray[np.bool_]:
    """Give seat after seat to the best candidate of a vacancy that has the fewest invited so far."""
    lists = balanced.shortlists
    rows, persons, scores = lists.edges
    expecting = np.zeros(len(lists.vacancy_ids))
    invited = np.zeros(len(lists.profile_ids), dtype=bool)
    waiting = np.ones(len(rows), dtype=bool)
    for _ in range(seats):
        if not waiting.any():
            break
        # scores reach 100: the number already invited weighs more than any of them
        claim = np.where(waiting, scores - 1000 * expecting[rows], -np.inf)
        chosen = persons[int(claim.argmax())]
        own = persons == chosen
        invited[chosen] = True
        waiting &= ~own
        expecting[rows[own]] += 1
    return invited


def _employers(parts: _Parts, k: int) -> tuple[PackEmployer, ...]:
    """Group the vacancies by employer."""
    counts = Exposure.from_shortlists(parts.lists, k=k).counts
    booths: dict[str, list[PackVacancy]] = defaultdict(list)
    for row, vacancy_id in enumerate(parts.lists.vacancy_ids):
        stated = parts.vacancies[vacancy_id]
        candidates = tuple(
            PackCandidate(
                profile_id=parts.lists.profile_ids[person],
                score=round(float(score), 2),
                exposure=int(counts[person]),
                reason=parts.reason(vacancy_id, parts.lists.profile_ids[person]),
            )
            for person, score in _of_row(parts.lists, row)
        )
        booths[stated["employer"]].append(
            PackVacancy(
                vacancy_id=vacancy_id,
                title=stated["title"],
                heads=None if stated["heads"] is None else int(stated["heads"]),
                pay=_pay(stated["salary_low"], stated["salary_high"]),
                place=division_names().get(stated["place_code"] or "", "未写明"),
                candidates=candidates,
            )
        )
    return tuple(PackEmployer(employer=name, vacancies=tuple(booths[name])) for name in sorted(booths))


def _routes(candidates: Shortlists, parts: _Parts, booths: int) -> tuple[Route, ...]:
    """Send every person invited to the best vacancy of each of the best employers."""
    expected = {
        (row, person)
        for row in range(len(parts.lists.vacancy_ids))
        for person, _ in _of_row(parts.lists, row)
    }
    stops: dict[int, list[Stop]] = defaultdict(list)
    for row, vacancy_id in enumerate(candidates.vacancy_ids):
        stated = parts.vacancies[vacancy_id]
        for person, score in _of_row(candidates, row):
            stops[person].append(
                Stop(
                    employer=stated["employer"],
                    vacancy_id=vacancy_id,
                    title=stated["title"],
                    score=round(float(score), 2),
                    expected=(row, person) in expected,
                )
            )
    return tuple(
        Route(profile_id=candidates.profile_ids[person], stops=_best_of_each(stops[person])[:booths])
        for person in sorted(stops, key=lambda person: candidates.profile_ids[person])
    )


def _best_of_each(stops: list[Stop]) -> tuple[Stop, ...]:
    """Keep one stop an employer, best first; where equally good, the one that expects the person."""
    best: dict[str, Stop] = {}
    for stop in sorted(stops, key=lambda stop: (-stop.score, not stop.expected, stop.vacancy_id)):
        best.setdefault(stop.employer, stop)
    return tuple(best.values())


def _of_row(lists: Shortlists, row: int) -> list[tuple[int, float]]:
    held = lists.positions[row] >= 0
    return list(zip(lists.positions[row][held].tolist(), lists.scores[row][held].tolist(), strict=True))


def _pay(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "未写明"
    if low is None or high is None:
        return f"{low:.0f}元/月起" if low is not None else f"至多{high:.0f}元/月"
    return f"{low:.0f}元/月" if low == high else f"{low:.0f}—{high:.0f}元/月"


def reason_of(result: MatchResult) -> str:
    """Say in one sentence why someone is on a list, in the vacancy's words and figures only.

    Parameters
    ----------
    result
        The person's place in the match of the vacancy.

    Returns
    -------
    str
        Parts that fit best, rules to confirm and skills not shown; no text of the person's.
    """
    judged = [part for part in result.categories if part.score is not None]
    best = sorted(judged, key=lambda part: (-part.contribution, part.name))[:_SHOWN_CATEGORIES]
    parts = (
        ["最相符：" + "、".join(f"{part.label}{100 * (part.score or 0):.0f}分" for part in best)]
        if best
        else []
    )
    passed = sum(rule.verdict is Verdict.PASS for rule in result.must_have)
    unknown = [rule.label for rule in result.must_have if rule.verdict is Verdict.UNKNOWN]
    parts.append(f"硬性条件通过{passed}项" + (f"，待核实：{'、'.join(unknown)}" if unknown else ""))
    lacking = [missing.skill for missing in result.missing][:_SHOWN_SKILLS]
    if lacking:
        parts.append("未体现：" + "、".join(lacking))
    return "；".join(parts) + "。"
