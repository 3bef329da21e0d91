"""The table of rules and the judgement of a pair."""

from __future__ import annotations

from data.records import Engagement, Posting, Profile
from matching.rules import RULES, Side, judge_pair


def test_every_verdict_carries_a_chinese_reason():
    judged = judge_pair(
        {"education": "本科", "place_code": "210882", "engagement": ("全职",)}, {"education": "大专"}
    )
    assert all(judgement.reason for _, judgement in judged)
    assert {rule.name: judgement.reason for rule, judgement in judged}["education"] == (
        "要求本科或同等技能等级，学历为大专，未登记技能等级"
    )


def test_two_rows_that_say_nothing_are_judged_without_a_fail():
    assert {judgement.verdict.value for _, judgement in judge_pair({}, {})} == {"unknown"}


def test_what_the_person_set_is_marked_as_theirs():
    sides = {rule.name: rule.side for rule in RULES}
    assert [name for name, side in sides.items() if side is Side.PERSON] == ["place", "pay_floor"]
    assert [name for name, side in sides.items() if side is Side.BOTH] == ["engagement"]


def test_rules_read_nothing_but_what_records_declare_and_no_excluded_attribute():
    vacancy = set(Posting.model_fields) | {"salary_low", "salary_high", "time_share", "months"}
    profile = set(Profile.model_fields) | {"time_share", "months"}
    assert {field for rule in RULES for field in rule.vacancy_fields} <= vacancy
    assert {field for rule in RULES for field in rule.profile_fields} <= profile


def test_every_form_of_engagement_meets_itself():
    for form in Engagement:
        judged = judge_pair({"engagement": (form,)}, {"engagement": (str(form),)})
        assert {rule.name: str(result.verdict) for rule, result in judged}["engagement"] == "pass"
