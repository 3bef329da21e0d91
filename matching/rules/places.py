"""The rule on where the work is and where the person is or would go."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from data.normalise.divisions import ANYWHERE, is_within
from data.records import Engagement
from data.reference import division_names
from matching.rules.rule import Judgement, Values, Verdict

__all__ = ["AT_A_DISTANCE", "city_of", "judge_place", "sift_place"]

AT_A_DISTANCE = frozenset(
    {
        Engagement.ADVISORY,
        Engagement.PROJECT,
        Engagement.TRANSFER,
        Engagement.SERVICE,
        Engagement.JOINT_RESEARCH,
        Engagement.EQUITY,
        Engagement.CHALLENGE,
    }
)
"""Forms of engagement for which nobody has to move."""

_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_UNDER_THE_PROVINCE = "90"
"""Third and fourth digit of counties that belong to no city: 仙桃 and 潜江 share them, not a city."""


def judge_place(required: Values, offered: Values) -> Judgement | None:
    """Judge the place: where the person would go, then where the person is.

    A place written only as a province, by either side, decides nothing.
    """
    code, forms = required
    home, willing, accepted = offered
    if _is_at_a_distance(forms or (), accepted or ()):
        return Judgement(Verdict.PASS, "引才方式不要求到岗地居住")
    if code is None:
        return Judgement(Verdict.UNKNOWN, "工作地点未写明")
    verdict, lives = _go(code, willing or ()), _lives(code, home)
    if verdict is Verdict.PASS:
        return Judgement(Verdict.PASS, f"愿意到{_name(code)}工作")
    if lives is Verdict.PASS:
        return Judgement(Verdict.PASS, f"工作地点{_name(code)}，现居{_name(home)}")
    if Verdict.UNKNOWN in (verdict, lives):
        return Judgement(Verdict.UNKNOWN, f"工作地点{_name(code)}，写得不够具体，是否在意向地点内待核实")
    if willing:
        return Judgement(Verdict.FAIL, f"工作地点{_name(code)}，不在意向地点内")
    return Judgement(Verdict.UNKNOWN, f"工作地点{_name(code)}，未登记是否愿意前往")


def sift_place(required: Values) -> tuple[Callable[[Any], Hashable], ...]:
    """Return what :func:`judge_place` tells apart of home, places the person would go to, and forms."""
    code, forms = required
    return (
        lambda home: code is not None and _lives(code, home),
        lambda willing: (bool(willing), code is not None and _go(code, willing or ())),
        lambda accepted: _is_at_a_distance(forms or (), accepted or ()),
    )


def _name(code: str) -> str:
    return division_names().get(code, code)


@lru_cache(maxsize=4096)
def _is_at_a_distance(offered: tuple[str, ...], accepted: tuple[str, ...]) -> bool:
    return not AT_A_DISTANCE.isdisjoint(form for form in offered if form in accepted)


@lru_cache(maxsize=65536)
def _go(code: str, willing: tuple[str, ...]) -> Verdict:
    """Judge a place by where the person would go; UNKNOWN where the work may lie in it or not."""
    if any(is_within(code, place) for place in willing):
        return Verdict.PASS
    return Verdict.UNKNOWN if any(is_within(place, code) for place in willing) else Verdict.FAIL


@lru_cache(maxsize=65536)
def _lives(code: str, home: str | None) -> Verdict:
    """Judge a place by where the person is: the same city will do; FAIL where nobody said."""
    if home is None:
        return Verdict.FAIL
    if ANYWHERE in (code, home):
        return Verdict.UNKNOWN
    if code == home or city_of(code) == city_of(home):
        return Verdict.PASS
    return Verdict.UNKNOWN if is_within(code, home) or is_within(home, code) else Verdict.FAIL


def city_of(code: str) -> str:
    """Return the digits that all places of one city share."""
    if code[:2] in _MUNICIPALITIES:
        return code[:2]
    return code if code[2:4] in (_UNDER_THE_PROVINCE, "00") else code[:4]
