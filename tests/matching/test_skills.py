"""Skill terms in lists and texts."""

from __future__ import annotations

import math

from matching.skills import Mention, SkillLexicon, find_whole, fold, skill_terms


def test_spellings_fall_together():
    assert fold(" ＳＱＬ ") == fold("sql")


def test_the_longest_term_wins_and_offsets_point_into_the_text():
    lexicon = SkillLexicon.from_lists([["镁砂", "电熔镁砂", "浮选"]])
    text = "熟悉电熔镁砂与浮选"
    assert lexicon.mentions(text) == [Mention("电熔镁砂", 2), Mention("浮选", 7)]
    assert text[2:6] == "电熔镁砂"


def test_latin_terms_are_found_only_as_whole_words():
    lexicon = SkillLexicon.from_lists([["go", "c++", "plc"]])
    assert [mention.term for mention in lexicon.mentions("good at Go，C++，S7 PLC编程")] == [
        "go",
        "c++",
        "plc",
    ]
    assert lexicon.mentions("google") == []


def test_rare_terms_weigh_more():
    # 3 documents; 焊接 in all of them, 镁砂 in one: log(4/4)+1 = 1 and log(4/2)+1 = 1.693
    lexicon = SkillLexicon.from_lists([["焊接", "镁砂"], ["焊接"], ["焊接"]])
    assert lexicon.rarity("焊接") == 1.0
    assert math.isclose(lexicon.rarity("镁砂"), 1 + math.log(2))
    assert lexicon.rarity("从未见过") > lexicon.rarity("镁砂")


def test_one_character_and_whole_sentences_are_no_terms():
    lexicon = SkillLexicon.from_lists([["焊", "字" * 21]])
    assert lexicon.mentions("焊" + "字" * 21) == []


def test_an_empty_lexicon_finds_nothing():
    assert SkillLexicon.from_lists([]).mentions("焊接") == []


def test_what_has_no_character_is_no_skill_and_stands_nowhere():
    assert skill_terms(["焊接", "", " \u3000", "吃苦耐劳"]) == ["焊接"]
    assert find_whole("", "焊接") is None
    assert find_whole("", "") is None
