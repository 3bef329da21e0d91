"""The transparent additive score: eight parts, each nameable to a person.

A part that cannot be judged for a candidate counts as one half, so that nobody gains or loses by an
unstated fact. Education is a hard rule and no part of the score; the only credential here is the major,
and its weight can never exceed :data:`CREDENTIAL_CAP`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from data.errors import InputError
from data.reference import occupation_names, read_reference
from matching.results import Category, Evidence
from matching.skills import SkillLexicon, find_whole

__all__ = ["CREDENTIAL_CAP", "DEFAULT_WEIGHTS", "Pair", "normalise_weights", "score_pair"]

CREDENTIAL_CAP = 0.10
"""Largest share of the score that credentials may have, whatever weights a caller asks for."""

DEFAULT_WEIGHTS: dict[str, float] = {
    "title": 0.22,
    "skills": 0.28,
    "duties": 0.15,
    "occupation": 0.14,
    "experience": 0.09,
    "pay": 0.04,
    "major": 0.05,
    "freshness": 0.03,
}
"""Suggested weights; they add up to 1."""

_LABELS = {
    "title": "岗位名称",
    "skills": "能力",
    "duties": "职责与经历",
    "occupation": "职业",
    "experience": "工作经验",
    "pay": "薪酬",
    "major": "专业",
    "freshness": "时效",
}
_CREDENTIALS = ("major",)
_NEUTRAL = 0.5
_TREE = (0.0, 0.15, 0.4, 0.7, 1.0)
_SHOWN_SKILLS = 6
_HALF_YEAR = 183.0


class Part(NamedTuple):
    """A judged part of the score before weighting."""

    score: float | None
    sentence: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A vacancy and a profile with what was computed for them together."""

    vacancy: Mapping[str, Any]
    """Row of the vacancy pool, with ``terms``: folded skills to where each is stated."""
    profile: Mapping[str, Any]
    """Row of the profile pool, likewise."""
    title_similarity: float
    """Calibrated similarity of the titles, 0 to 1."""
    duties_similarity: float
    """Calibrated similarity of the vacancy's duties and the profile's experience, 0 to 1."""
    lexicon: SkillLexicon
    """Gives the rarity of a skill."""
    as_of: dt.date
    """Day the match is made for."""


def normalise_weights(weights: Mapping[str, float] | None) -> dict[str, float]:
    """Fill in, scale to 1 and cap the weights of a request.

    Parameters
    ----------
    weights
        Weights by part, not negative; parts left out get 0. None means the suggested weights.

    Returns
    -------
    dict
        Weights that add up to 1, with credentials at most :data:`CREDENTIAL_CAP`.

    Raises
    ------
    InputError
        A part is unknown, a weight is negative, or all are 0.
    """
    if weights is None:
        return dict(DEFAULT_WEIGHTS)
    unknown = sorted(set(weights) - set(DEFAULT_WEIGHTS))
    if unknown:
        raise InputError(
            "weight_unknown",
            f"没有名为 {'、'.join(unknown)} 的评分项",
            hint="可用：" + "、".join(DEFAULT_WEIGHTS),
        )
    others = sum(weights.get(name, 0.0) for name in DEFAULT_WEIGHTS if name not in _CREDENTIALS)
    if any(weight < 0 or not math.isfinite(weight) for weight in weights.values()) or others <= 0:
        raise InputError(
            "weight_out_of_range",
            "权重须为非负数，且除专业外至少一项大于 0",
            hint="例如 {'skills': 2, 'title': 1}",
        )
    credentials = sum(weights.get(name, 0.0) for name in _CREDENTIALS)
    share = min(credentials / (credentials + others), CREDENTIAL_CAP)
    return {
        name: (share * weights.get(name, 0.0) / credentials if credentials else 0.0)
        if name in _CREDENTIALS
        else (1 - share) * weights.get(name, 0.0) / others
        for name in DEFAULT_WEIGHTS
    }


def score_pair(pair: Pair, weights: Mapping[str, float]) -> tuple[Category, ...]:
    """Score one pair.

    Parameters
    ----------
    pair
        The pair.
    weights
        From :func:`normalise_weights`.

    Returns
    -------
    tuple of Category
        Every part in a fixed order; the sum of the contributions is the score, 0 to 100.
    """
    categories = []
    for name, judge in _PARTS.items():
        part = judge(pair)
        value = _NEUTRAL if part.score is None else part.score
        categories.append(
            Category(
                name=name,
                label=_LABELS[name],
                score=None if part.score is None else round(part.score, 4),
                weight=round(weights[name], 6),
                contribution=round(100 * weights[name] * value, 4),
                sentence=part.sentence,
                evidence=part.evidence,
            )
        )
    return tuple(categories)


def missing_skills(pair: Pair) -> tuple[str, ...]:
    """Return the skills that the vacancy states and the profile does not show, the rarest first."""
    lacking = [term for term in pair.vacancy["terms"] if _shown(term, pair.profile) is None]
    return tuple(sorted(lacking, key=lambda term: (-pair.lexicon.rarity(term), term)))


def _title(pair: Pair) -> Part:
    left, right = pair.vacancy["title"], pair.profile["title"]
    evidence = (
        Evidence(field="vacancy.title", text=left, offset=0),
        Evidence(field="profile.title", text=right, offset=0),
    )
    return Part(pair.title_similarity, f"岗位“{left}”与求职方向“{right}”的语义相近度", evidence)


def _skills(pair: Pair) -> Part:
    asked = pair.vacancy["terms"]
    if not asked:
        return Part(None, "岗位未写明能力要求")
    shown_by = {term: found for term in asked if (found := _shown(term, pair.profile)) is not None}
    held = list(shown_by)
    total = sum(pair.lexicon.rarity(term) for term in asked)
    share = sum(pair.lexicon.rarity(term) for term in held) / total
    held.sort(key=lambda term: (-pair.lexicon.rarity(term), term))
    evidence = tuple(shown_by[term] for term in held[:_SHOWN_SKILLS])
    shown = "、".join(held[:_SHOWN_SKILLS]) or "无"
    return Part(share, f"岗位所列{len(asked)}项能力中具备{len(held)}项：{shown}", evidence)


def _shown(term: str, profile: Mapping[str, Any]) -> Evidence | None:
    """Return where a profile shows a skill: as a term of its own, or inside its title, skills or text."""
    known: Evidence | None = profile["terms"].get(term)
    if known is not None:
        return known
    for field, text in (("title", profile["title"]), *(("skills", skill) for skill in profile["skills"])):
        start = find_whole(term, text)
        if start is not None:
            return Evidence(field=field, text=text, offset=None if field == "skills" else 0)
    start = find_whole(term, profile["summary"])
    if start is None:
        return None
    return Evidence(field="summary", text=profile["summary"][start : start + len(term)], offset=start)


def _duties(pair: Pair) -> Part:
    if not pair.vacancy["content"] or not pair.profile["content"]:
        return Part(None, "岗位职责或个人经历未填写")
    return Part(pair.duties_similarity, "岗位职责与个人经历的语义相近度")


def _occupation(pair: Pair) -> Part:
    left, right = pair.vacancy["occupation_code"], pair.profile["occupation_code"]
    if not left or not right:
        return Part(None, "职业尚未编码")
    shared = 0
    for one, other in zip(left.split("-"), right.split("-"), strict=False):
        if one != other:
            break
        shared += 1
    names = occupation_names()
    relation = ("不同大类", "同一大类", "同一中类", "同一小类", "同一职业")[shared]
    return Part(_TREE[shared], f"{relation}：{names[left]} / {names[right]}")


def _experience(pair: Pair) -> Part:
    low, years = pair.vacancy["experience_low"], pair.profile["experience_years"]
    if low is None or years is None:
        return Part(None, "经验要求或从业年限未写明")
    score = 1.0 if years >= low else max(0.0, 1 - (low - years) / max(low, 1.0))
    return Part(score, f"要求{low:g}年，从业{years:g}年")


def _pay(pair: Pair) -> Part:
    floor, low, high = pair.profile["pay_floor"], pair.vacancy["salary_low"], pair.vacancy["salary_high"]
    if floor is None or (low is None and high is None):
        return Part(None, "薪酬未写明或未设最低月薪")
    bottom = low if low is not None else high
    top = high if high is not None else low
    score = 1.0
    if floor > bottom:
        score = 0.5 + 0.5 * (top - floor) / (top - bottom) if top > bottom else 0.5
    return Part(min(max(score, 0.0), 1.0), f"岗位月薪{bottom:.0f}—{top:.0f}元，最低要求{floor:.0f}元")


def _major(pair: Pair) -> Part:
    asked, held = pair.vacancy["majors"], pair.profile["majors"]
    if not asked or not held:
        return Part(None, "专业要求或所学专业未写明")
    shared = [major for major in held if major in asked]
    if shared:
        return Part(
            1.0,
            f"所学专业{shared[0]}符合要求",
            (Evidence(field="profile.majors", text=shared[0], offset=None),),
        )
    classes = {_major_class(major) for major in asked} - {""}
    near = [major for major in held if _major_class(major) in classes]
    if near:
        return Part(0.7, f"所学专业{near[0]}与要求同属{_major_class(near[0])}")
    return Part(0.0, f"要求{'、'.join(asked[:3])}，所学为{'、'.join(held[:2])}")


def _freshness(pair: Pair) -> Part:
    seen = [day for day in (pair.vacancy["opened_on"], pair.profile["active_on"]) if day is not None]
    if not seen:
        return Part(None, "发布与确认日期未写明")
    age = max((pair.as_of - min(seen)).days, 0)
    return Part(math.exp(-age / _HALF_YEAR), f"较早的一方最近确认于{age}天前")


_PARTS: dict[str, Callable[[Pair], Part]] = {
    "title": _title,
    "skills": _skills,
    "duties": _duties,
    "occupation": _occupation,
    "experience": _experience,
    "pay": _pay,
    "major": _major,
    "freshness": _freshness,
}


def _major_class(major: str) -> str:
    """Return the class a major belongs to; a class named itself is its own; '' for what is unknown."""
    return _major_classes().get(major, "")


@cache
def _major_classes() -> dict[str, str]:
    table = read_reference("majors")
    known = {name: name for name in table["class_name"]}
    return known | dict(zip(table["name"], table["class_name"], strict=True))
