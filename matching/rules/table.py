"""All hard rules in their order, and the judgement of one pair by every one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matching.rules.places import judge_place, sift_place
from matching.rules.qualifications import (
    judge_education,
    judge_languages,
    judge_licences,
    judge_skill_level,
)
from matching.rules.rule import Judgement, Rule, Side
from matching.rules.terms import (
    judge_engagement,
    judge_pay_floor,
    judge_season,
    judge_start,
    judge_time_share,
)

__all__ = ["RULES", "judge_pair"]

RULES: tuple[Rule, ...] = (
    Rule(
        name="education",
        label="学历或同等技能等级",
        side=Side.EMPLOYER,
        vacancy_fields=("education",),
        profile_fields=("education", "skill_level"),
        judge=judge_education,
    ),
    Rule(
        name="skill_level",
        label="技能等级",
        side=Side.EMPLOYER,
        vacancy_fields=("skill_level",),
        profile_fields=("skill_level",),
        judge=judge_skill_level,
    ),
    Rule(
        name="licences",
        label="资格证书",
        side=Side.EMPLOYER,
        vacancy_fields=("licences",),
        profile_fields=("licences",),
        judge=judge_licences,
    ),
    Rule(
        name="place",
        label="工作地点",
        side=Side.PERSON,
        vacancy_fields=("place_code", "engagement"),
        profile_fields=("place_code", "willing_codes", "engagement"),
        judge=judge_place,
        sift=sift_place,
    ),
    Rule(
        name="engagement",
        label="引才方式",
        side=Side.BOTH,
        vacancy_fields=("engagement",),
        profile_fields=("engagement",),
        judge=judge_engagement,
    ),
    Rule(
        name="time_share",
        label="投入时间",
        side=Side.EMPLOYER,
        vacancy_fields=("time_share", "engagement"),
        profile_fields=("time_share", "engagement"),
        judge=judge_time_share,
    ),
    Rule(
        name="season",
        label="在岗月份",
        side=Side.EMPLOYER,
        vacancy_fields=("months", "engagement"),
        profile_fields=("months", "engagement"),
        judge=judge_season,
    ),
    Rule(
        name="start",
        label="到岗时间",
        side=Side.EMPLOYER,
        vacancy_fields=("start_by",),
        profile_fields=("available_on",),
        judge=judge_start,
    ),
    Rule(
        name="languages",
        label="语言",
        side=Side.EMPLOYER,
        vacancy_fields=("languages",),
        profile_fields=("languages",),
        judge=judge_languages,
    ),
    Rule(
        name="pay_floor",
        label="最低月薪",
        side=Side.PERSON,
        vacancy_fields=("salary_low", "salary_high"),
        profile_fields=("pay_floor",),
        judge=judge_pay_floor,
    ),
)
"""All hard rules, in the order in which they are shown; none reads age."""


def judge_pair(vacancy: Mapping[str, Any], profile: Mapping[str, Any]) -> list[tuple[Rule, Judgement]]:
    """Judge every rule that applies to a pair.

    Parameters
    ----------
    vacancy, profile
        The rows; a field that is not there counts as not stated.

    Returns
    -------
    list of tuple
        Rules that apply with their judgements, in the order of :data:`RULES`.

    Examples
    --------
    >>> asked = {"education": "本科", "place_code": "210882", "engagement": ("全职",)}
    >>> offered = {"education": "大专", "place_code": "210882", "engagement": ("全职",)}
    >>> [(rule.name, judgement.verdict.value) for rule, judgement in judge_pair(asked, offered)]
    [('education', 'fail'), ('place', 'pass'), ('engagement', 'pass')]
    """
    judged = ((rule, rule.judge(rule.of_vacancy(vacancy), rule.of_profile(profile))) for rule in RULES)
    return [(rule, judgement) for rule, judgement in judged if judgement is not None]
