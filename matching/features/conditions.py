"""Conditions of the work: pay, form of engagement, distance, and how fresh both sides are."""

from __future__ import annotations

import math
from functools import lru_cache

from data.normalise.divisions import is_within
from data.reference import division_names
from matching.features.feature import Description, Feature
from matching.pairs import Pair
from matching.rules.places import city_of

__all__ = ["DISTANCE", "ENGAGEMENT", "FRESHNESS", "PAY"]

_HALF_YEAR = 183.0
_WILLING = 0.7
_COUNTY, _CITY, _PROVINCE = 1.0, 0.85, 0.5


def _pay(pair: Pair) -> float | None:
    floor, low, high = pair.profile["pay_floor"], pair.vacancy["salary_low"], pair.vacancy["salary_high"]
    if floor is None or (low is None and high is None):
        return None
    bottom, top = _ends(low, high)
    if floor <= bottom:
        return 1.0
    return min(max(0.5 + 0.5 * (top - floor) / (top - bottom), 0.0), 1.0) if top > bottom else 0.5


def _ends(low: float | None, high: float | None) -> tuple[float, float]:
    bottom = low if low is not None else high
    top = high if high is not None else low
    return bottom or 0.0, top or 0.0


def _describe_pay(pair: Pair, value: float | None) -> Description:
    if value is None:
        return Description("薪酬未写明或未设最低月薪")
    low, high = pair.vacancy["salary_low"], pair.vacancy["salary_high"]
    bottom, top = _ends(low, high)
    pay = (
        f"{bottom:.0f}元以上"
        if high is None
        else f"至多{top:.0f}元"
        if low is None
        else f"{bottom:.0f}—{top:.0f}元"
    )
    return Description(f"岗位月薪{pay}，最低要求{pair.profile['pay_floor']:.0f}元")


def _engagement(pair: Pair) -> float | None:
    offered, accepted = pair.vacancy["engagement"], pair.profile["engagement"]
    return sum(form in accepted for form in offered) / len(offered) if offered else None


def _describe_engagement(pair: Pair, value: float | None) -> Description:
    if value is None:
        return Description("引才方式未写明")
    shared = [form for form in pair.vacancy["engagement"] if form in pair.profile["engagement"]]
    return Description(
        f"岗位的{len(pair.vacancy['engagement'])}种引才方式中接受：{'、'.join(shared) or '无'}"
    )


def _distance(pair: Pair) -> float | None:
    work = pair.vacancy["place_code"]
    return _nearest(work, pair.profile["place_code"], pair.profile["willing_codes"]) if work else None


@lru_cache(maxsize=16_384)
def _nearest(work: str, home: str | None, willing: tuple[str, ...]) -> float | None:
    near = _nearness(work, home)[0] if home else 0.0
    if any(is_within(work, place) for place in willing):
        near = max(near, _WILLING)
    return near if home or willing else None


def _nearness(work: str, home: str) -> tuple[float, str]:
    """Return how near two divisions are; a place named only as a whole shares nothing finer."""
    if work == home and not work.endswith("00"):
        return _COUNTY, "同一区县"
    if city_of(work) == city_of(home) and not city_of(work).endswith("0000"):
        return _CITY, "同一城市"
    return (_PROVINCE, "同一省份") if work[:2] == home[:2] else (0.0, "不同省份")


def _describe_distance(pair: Pair, value: float | None) -> Description:
    if value is None:
        return Description("工作地点或现居地未写明")
    names, work, home = division_names(), pair.vacancy["place_code"], pair.profile["place_code"]
    where = f"工作地点{names.get(work, work)}"
    if home:
        where += f"，现居{names.get(home, home)}，{_nearness(work, home)[1]}"
    return Description(where + ("，愿意前往" if value == _WILLING else ""))


def _freshness(pair: Pair) -> float | None:
    age = _age(pair)
    return None if age is None else math.exp(-age / _HALF_YEAR)


def _age(pair: Pair) -> int | None:
    seen = [day for day in (pair.vacancy["opened_on"], pair.profile["active_on"]) if day is not None]
    return max((pair.background.as_of - min(seen)).days, 0) if seen else None


def _describe_freshness(pair: Pair, _: float | None) -> Description:
    age = _age(pair)
    return Description("发布与确认日期未写明" if age is None else f"较早的一方最近确认于{age}天前")


PAY = Feature("pay", "薪酬", _pay, _describe_pay, for_vacancy=0.02, for_person=0.12)
"""How much of the pay range lies above the person's floor."""

ENGAGEMENT = Feature(
    "engagement", "引才方式", _engagement, _describe_engagement, for_vacancy=0.02, for_person=0.04
)
"""Share of the forms offered that the person accepts."""

DISTANCE = Feature("distance", "距离", _distance, _describe_distance, for_vacancy=0.02, for_person=0.05)
"""Nearness in the tree of administrative divisions; being willing to go counts as well."""

FRESHNESS = Feature("freshness", "时效", _freshness, _describe_freshness, for_vacancy=0.03, for_person=0.03)
"""How lately the older side was confirmed; e^-1 after half a year."""
