"""Coding skills."""

from __future__ import annotations

import pytest

from data.codes import CodingKind, alias_key, code_names, resolve_code
from data.reference import skills
from matching.coding import CodeMethod, SkillCoder


def names_of(ids):
    return [code_names(CodingKind.SKILL)[skill_id] for skill_id in ids]


def test_the_vocabulary_is_large_and_unambiguous():
    table = skills()
    assert len(table) >= 1200
    assert table["skill_id"].is_unique
    terms = [
        alias_key(CodingKind.SKILL, term)
        for name, aliases in zip(table["name"], table["aliases"], strict=True)
        for term in (name, *filter(None, aliases.split("|")))
    ]
    assert len(terms) == len(set(terms))


def test_ids_are_stable():
    # An id never changes its meaning: new skills are appended.
    assert resolve_code(CodingKind.SKILL, "常减压蒸馏") == "S0001"
    assert resolve_code(CodingKind.SKILL, "Java") == "S0705"


def test_terms_in_text_become_ids_and_latin_ones_only_as_whole_words(coders):
    found = coders.skill.scan(("PLC",), "负责重烧镁砂煅烧，熟悉C++与JavaScript；Javanese 不算")
    assert names_of(found)[:1] == ["PLC编程"]
    assert {"重烧镁砂生产", "煅烧工艺", "C++", "JavaScript"} <= set(names_of(found))
    assert "Java" not in names_of(found)


def test_short_latin_terms_count_in_a_list_but_not_in_a_text(coders):
    assert names_of(coders.skill.scan(("PS",), "")) == ["Photoshop"]
    assert coders.skill.scan((), "PS: 面议") == ()


def test_stated_phrases_are_names_terms_attitudes_or_open(coders):
    found = coders.skill.code(["二保焊", "熟练操作叉车", "吃苦耐劳", "量子灵修", ""], by_meaning=False)
    assert [code.method for code in found] == [
        CodeMethod.EXACT,
        CodeMethod.TERM,
        CodeMethod.NONE,
        CodeMethod.REVIEW,
        CodeMethod.NONE,
    ]
    assert found[1].name == "叉车驾驶"


def test_an_open_phrase_is_searched_by_meaning(coders):
    found = coders.skill.code(["量子灵修"])[0]
    assert len(found.suggestions) == 5


def test_a_decision_adds_a_term_or_takes_one_away(hashing_model):
    coder = SkillCoder.from_reference(hashing_model, decisions={"看炉子": "S0001", "叉车": None})
    assert coder.scan(("叉车",), "会看炉子，会叉车") == ("S0001",)
    assert [code.method for code in coder.code(["看炉子", "叉车"])] == [CodeMethod.DECISION] * 2


@pytest.mark.model
def test_the_error_by_meaning_is_as_stated(model):
    # Recorded 2026-11: 46 % coded, 5.7 % of those wrong.
    stated = SkillCoder.from_reference(model).expected_error["能力"]
    assert stated["error"] < 0.10
    assert stated["share"] > 0.3
