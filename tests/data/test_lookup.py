"""Finding a code by part of what it is called."""

from __future__ import annotations

import pytest

from data.lookup import (
    Lookup,
    Term,
    industry_lookup,
    major_lookup,
    occupation_lookup,
    place_lookup,
    skill_lookup,
)

ALL = [occupation_lookup, industry_lookup, major_lookup, skill_lookup, place_lookup]


def term(code, name, *aliases, level="细类", parent=None):
    return Term(code, name, level, parent, aliases)


@pytest.fixture(scope="module")
def small():
    return Lookup.from_terms(
        [
            term("6-1", "加工人员", level="中类"),
            term("6-1-02", "喷焊工", parent="6-1"),
            term("6-1-01", "焊工", "电焊工", "Welder", parent="6-1"),
            term("6-1-03", "焊工教练", "焊工", parent="6-1"),
        ]
    )


def found(hits):
    return [(hit.term.code, hit.closeness.value, hit.matched.value, hit.text) for hit in hits]


def test_the_whole_comes_before_the_beginning_before_a_part_and_a_name_before_an_alias(small):
    assert found(small.search("焊工")) == [
        ("6-1-01", "exact", "name", "焊工"),
        ("6-1-03", "exact", "alias", "焊工"),
        ("6-1-02", "substring", "name", "喷焊工"),
    ]


def test_a_term_is_found_once_by_its_closest_spelling(small):
    assert found(small.search("焊")) == [
        ("6-1-01", "prefix", "name", "焊工"),
        ("6-1-03", "prefix", "name", "焊工教练"),
        ("6-1-02", "substring", "name", "喷焊工"),
    ]


@pytest.mark.parametrize("text", ["6-1-01", "6101", "６－１－０１", " 6-1-01 "])
def test_a_code_is_found_with_or_without_hyphens_and_in_any_width(small, text):
    assert found(small.search(text)) == [("6-1-01", "exact", "code", "6-1-01")]


def test_a_code_is_found_by_its_beginning_and_never_by_its_middle(small):
    assert [hit.term.code for hit in small.search("61")] == ["6-1", "6-1-01", "6-1-02", "6-1-03"]
    assert small.search("1-0") == ()


def test_case_width_and_blanks_do_not_matter(small):
    assert {small.search(text)[0].text for text in ("welder", "ＷＥＬＤＥＲ", "wel der")} == {"Welder"}


def test_an_empty_text_or_one_of_hyphens_finds_nothing(small):
    assert small.search("") == small.search("  ") == small.search("-") == small.search("查无此工") == ()


def test_a_search_can_be_kept_to_one_level(small):
    assert [hit.term.code for hit in small.search("6", level="中类")] == ["6-1"]


def test_terms_know_what_is_above_and_below(small):
    assert small.path(small.terms["6-1-01"]) == (small.terms["6-1"],)
    assert small.path(small.terms["6-1"]) == ()
    assert [each.code for each in small.children("6-1")] == ["6-1-01", "6-1-02", "6-1-03"]
    assert small.children("6-1-01") == ()
    assert small.levels == ("中类", "细类")


def test_a_code_that_is_given_twice_counts_once():
    twice = Lookup.from_terms([term("1", "甲"), term("1", "乙")])
    assert [each.name for each in twice.terms.values()] == ["甲"]


@pytest.mark.parametrize("lookup", ALL, ids=lambda each: each.__name__)
def test_every_code_of_the_product_has_its_levels_above_it_and_is_found_by_itself(lookup):
    terms = lookup().terms
    assert len(terms) > 1000
    for each in terms.values():
        assert each.name
        assert each.level
        assert each.name not in each.aliases
        assert all(above.code in terms for above in lookup().path(each))
    for each in list(terms.values())[::500]:
        assert lookup().search(each.code)[0].term == each


@pytest.mark.parametrize(
    ("lookup", "text", "code"),
    [
        (occupation_lookup, "电焊工", "6-18-02-04"),
        (industry_lookup, "saas", "65"),
        (major_lookup, "AI", "080717"),
        (major_lookup, "应用经济学", "G0202"),
        (skill_lookup, "FCC", "S0002"),
        (place_lookup, "雄安", "130600"),
    ],
)
def test_other_names_in_use_lead_to_the_code(lookup, text, code):
    assert lookup().search(text)[0].term.code == code


def test_a_county_stands_under_its_city_and_province():
    path = place_lookup().path(place_lookup().terms["210882"])
    assert [(above.name, above.level) for above in path] == [("辽宁省", "省级"), ("营口市", "地级")]


def test_a_code_holds_everything_below_it_and_nothing_beside_it():
    city = place_lookup().within("210800")
    assert {"210800", "210804", "210881"} <= set(city)
    assert all(code.startswith("2108") for code in city)
    assert place_lookup().within("210804") == ("210804",)
    assert place_lookup().within("999999") == ()
    assert "6-18-02-04" in occupation_lookup().within("6")
