"""Coverage of the skills asked for."""

from __future__ import annotations

import math

import pytest

from matching.features import FEATURES, covers
from matching.pairs import Stated

SKILLS = {each.name: each for each in FEATURES}["skills"]


def terms(*names):
    return {name: Stated("skills", name, None) for name in names}


def test_only_features_of_skills_change_with_the_skills_that_a_profile_shows(make_pair):
    pair = make_pair(profile={"skills": ("镁砂",), "summary": "做过浮选"})
    others = [pair.with_skill("浮选"), pair.without_skills(frozenset({"浮选", "镁砂"}))]
    for each in FEATURES:
        values = {each.value(other) for other in (pair, *others)}
        assert (len(values) > 1) == each.of_skills


def test_skills_are_weighted_by_rarity(value):
    # 2 documents: 镁砂 in 2 (rarity 1), 浮选 in 1 (rarity 1 + ln 1.5): share = 1 / (2 + ln 1.5)
    assert value("skills") == pytest.approx(1 / (2 + math.log(1.5)))


def test_a_skill_inside_a_longer_one_or_in_the_text_is_shown_too(make_pair):
    pair = make_pair(
        asked=terms("浮选", "go", "竖窑"),
        held={},
        profile={"skills": ("浮选药剂",), "summary": "会Go语言，good at竖窑热工"},
    )
    assert {cover.stated for cover in covers(pair).values()} == {
        Stated("profile.skills", "浮选药剂", None),
        Stated("profile.summary", "Go", 1),
        Stated("profile.summary", "竖窑", 13),
    }
    assert SKILLS.value(pair) == 1.0


def test_a_latin_skill_inside_another_word_is_not_shown(value):
    assert value("skills", asked=terms("go"), held={}, profile={"summary": "good"}) == 0.0


def test_two_names_of_one_skill_are_the_same(make_pair):
    pair = make_pair(asked=terms("液相色谱"), held=terms("hplc"))
    cover = covers(pair)["液相色谱"]
    assert (cover.credit, cover.by) == (1.0, "hplc")


def test_a_near_skill_counts_in_part_and_is_named(make_pair):
    # cosine .8 over a floor of .5: nearness .6, of which .6 counts
    pair = make_pair(asked=terms("浮选"), held=terms("重选"))
    cover = covers(pair)["浮选"]
    assert cover.by == "重选"
    assert cover.credit == pytest.approx(0.36)
    assert "重选（近于浮选）" in SKILLS.describe(pair, None).sentence


def test_a_vacancy_without_skills_is_not_judged(value):
    assert value("skills", asked={}) is None


def test_a_hidden_skill_is_not_found_anywhere(make_pair):
    pair = make_pair(asked=terms("镁砂"), profile={"summary": "做过镁砂"}).without_skills(frozenset({"镁砂"}))
    assert covers(pair)["镁砂"].credit == 0.0


def test_an_added_skill_is_covered_again(make_pair):
    pair = make_pair(asked=terms("镁砂"), held={}).without_skills(frozenset({"镁砂"})).with_skill("镁砂")
    assert covers(pair)["镁砂"].credit == 1.0


@pytest.mark.parametrize("text", ["不会PLC编程", "从未接触过plc编程", "没有PLC编程经验"])
def test_a_skill_that_is_denied_is_not_shown(value, text):
    assert value("skills", asked=terms("plc编程"), held={}, profile={"summary": text}) == 0.0


def test_a_denial_reaches_no_further_than_its_clause(value):
    told = {"summary": "没有管理经验，PLC编程五年"}
    assert value("skills", asked=terms("plc编程"), held={}, profile=told) == 1.0


def test_a_russian_skill_inside_another_word_is_not_shown(value):
    assert value("skills", asked=terms("кран"), held={}, profile={"summary": "ремонт экранов"}) == 0.0
    assert value("skills", asked=terms("кран"), held={}, profile={"summary": "кран в порту"}) == 1.0
