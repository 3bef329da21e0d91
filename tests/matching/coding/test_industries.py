"""Coding stated industries and employers' names."""

from __future__ import annotations

import pytest

from data.codes import CodingKind, alias_key, code_names
from data.reference import industry_aliases, industry_terms, occupation_industries
from matching.coding import CodeMethod, IndustryCoder


@pytest.mark.parametrize(
    ("stated", "employer", "code", "method"),
    [
        ("石油/化工", "", "26", "alias"),
        ("石油 / 化工", "示例涂料有限公司", "264", "term"),
        ("互联网,计算机软件", "", "65", "alias"),
        ("互联网", "", "64", "alias"),
        ("['互联网']", "", "64", "alias"),
        ("房屋建筑业", "", "47", "exact"),
        ("C26", "", "26", "exact"),
        ("3089", "", "3089", "exact"),
        ("c", "", "C", "exact"),
        ("", "示例镁质耐火材料有限公司", "3089", "term"),
        ("无", "示例港务集团", "55", "term"),
        ("其他", "示例示例", None, "none"),
        ("房地产", "示例耐火材料有限公司", "K", "alias"),
        ("制造业", "示例耐火材料有限公司", "3089", "term"),
    ],
)
def test_the_stated_industry_wins_and_the_name_makes_it_finer(coders, stated, employer, code, method):
    found = coders.industry.code([stated], employers=[employer])[0]
    assert (found.code, found.method.value) == (code, method)
    assert found.name == ("" if code is None else code_names(CodingKind.INDUSTRY)[code])


def test_several_industries_in_a_cell_have_half_the_margin(coders):
    one, two = coders.industry.code(["计算机软件", "计算机软件,房地产"])
    assert (one.margin, two.margin) == (1.0, 0.5)
    assert one.code == two.code


def test_an_unknown_industry_is_searched_or_reviewed_without_an_employer(coders):
    found = coders.industry.code(["量子灵修"])[0]
    assert found.method in (CodeMethod.REVIEW, CodeMethod.EMBEDDING)
    assert len(found.suggestions) == 5


def test_a_decision_wins_over_the_name_also_inside_a_cell(hashing_model):
    key = alias_key(CodingKind.INDUSTRY, "量子灵修")
    coder = IndustryCoder.from_reference(hashing_model, decisions={key: "C", "钢铁": None})
    alone, inside, dismissed = coder.code(
        ["量子灵修", "量子灵修,房地产", "钢铁"], employers=["示例耐火材料有限公司"] * 3
    )
    assert (alone.code, alone.method) == ("C", CodeMethod.DECISION)
    assert inside.code == "K"  # 制造业 is vague beside another industry
    assert (dismissed.code, dismissed.method) == (None, CodeMethod.DECISION)


def test_tables_name_codes_that_exist_and_no_text_twice():
    codes = code_names(CodingKind.INDUSTRY)
    aliases, terms = industry_aliases(), industry_terms()
    assert set(aliases["code"]) | set(terms["code"]) | set(occupation_industries()["industry_code"]) <= set(
        codes
    )
    assert len(aliases) >= 150
    assert aliases["alias"].map(lambda text: alias_key(CodingKind.INDUSTRY, text)).is_unique
    assert terms["term"].is_unique


@pytest.mark.model
def test_the_error_by_meaning_is_as_stated(model):
    # Recorded 2026-11: 大类 80 % coded, 8.6 % of those wrong.
    coder = IndustryCoder.from_reference(model)
    stated = coder.expected_error["大类"]
    assert stated["error"] < 0.12
    assert stated["share"] > 0.6
    assert coder.code(["工业废气治理行业"])[0].code == "77"
