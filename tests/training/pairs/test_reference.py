"""Pairs out of the tables that are shipped."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, islice

import pytest

from data.reference import occupation_names
from training.pairs.reference import (
    alias_pairs,
    esco_pairs,
    major_pairs,
    occupation_pairs,
    ring,
    translation_pairs,
)
from training.pairs.source import PairSource


@pytest.fixture(scope="module")
def occupations():
    return by_source(occupation_pairs())


def by_source(pairs):
    found = {}
    for each in pairs:
        found.setdefault(each.source, []).append(each)
    return found


def test_a_ring_gives_every_text_two_partners_and_copies_none():
    assert list(ring([])) == list(ring(["a"])) == list(ring(["焊工", "焊 工"])) == []
    assert list(ring(["a", "b"])) == [("a", "b")]
    assert list(ring(["a", "b", "c"])) == [("a", "b"), ("b", "c"), ("c", "a")]


def test_a_major_leads_to_the_names_of_its_occupations_and_is_its_own_group():
    pairs = [each for each in major_pairs() if each.anchor == "物联网应用技术"]
    assert "计算机网络工程技术人员" in [each.positive for each in pairs]
    assert {each.group for each in pairs} == {"major:物联网应用技术"}
    names = occupation_names()
    assert all(names[each.concept.removeprefix("occupation:")] == each.positive for each in pairs)


def test_titles_go_with_their_occupation_and_stay_in_one_subgroup(occupations):
    found = occupations
    assert set(found) == {PairSource.OCCUPATION_TITLE, PairSource.SAME_OCCUPATION, PairSource.SIBLING}
    chief = next(each for each in found[PairSource.OCCUPATION_TITLE] if each.anchor == "首席运营官")
    assert (chief.concept, chief.group) == ("occupation:1-06-01-02", "occupation:1-06-01")
    assert chief.positive == occupation_names()["1-06-01-02"]
    groups = [each.group.removeprefix("occupation:") for one in found.values() for each in one]
    assert {len(group) for group in groups} == {7}


def test_siblings_are_two_occupations_of_one_subgroup(occupations):
    codes = {}
    for code, name in occupation_names().items():
        codes.setdefault(name, []).append(code)
    siblings = occupations[PairSource.SIBLING]
    for each in siblings[:200]:
        parent = each.group.removeprefix("occupation:")
        assert any(code.startswith(parent) for code in codes[each.anchor])
        assert any(code.startswith(parent) for code in codes[each.positive])


def test_translations_name_their_languages():
    languages = Counter(each.language for each in translation_pairs())
    assert set(languages) == {"zh-en", "zh-ru", "en-ru"}
    accountant = next(each for each in translation_pairs() if each.positive == "бухгалтер")
    assert (accountant.anchor, accountant.concept) == ("会计", "title:会计")


def test_aliases_of_skills_majors_and_industries_lead_to_the_name():
    pairs = {(each.anchor, each.positive) for each in alias_pairs()}
    assert ("FCC", "催化裂化") in pairs
    kinds = Counter(each.concept.split(":")[0] for each in alias_pairs())
    assert set(kinds) == {"skill", "major_code", "industry"}


def test_esco_titles_meet_within_a_language_and_between_two():
    pairs = list(esco_pairs())
    languages = {each.language for each in pairs}
    alone = {language for language in languages if "-" not in language}
    assert languages == alone | {"-".join(two) for two in combinations(sorted(alone), 2)}
    assert all(each.concept == each.group and each.concept.startswith("esco:") for each in pairs)


def test_the_tables_give_the_same_pairs_every_time():
    assert list(islice(esco_pairs(), 500)) == list(islice(esco_pairs(), 500))
