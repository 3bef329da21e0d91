"""A wrong pack is described field by field in Chinese, entries counted from one."""

import re

import pytest

from data.errors import FileProblem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- {id: H4, what: 口径不同, ", "- {id: H4, ", "hazards.第1项.what：缺少此项"),
        ("id: H4", "id: 危险", "hazards.第1项.id：格式不符"),
        ("kind: 目标, clause: 表1, line: 12", "kind: 想法, clause: 表1, line: 12", "只能是 '现状'、'目标'"),
        ("line: 12}\nhaz", "line: 第十二行}\nhaz", "plan_indicators.第3项.figures.第2项.line：应为整数"),
        ("value: 40", "value: 四十", "plan_indicators.第3项.figures.第1项.value：应为数值"),
        ("ends_on: 2025-12-31", "ends_on: 年底", "documents.第1项.ends_on：应为 YYYY-MM-DD 的日期"),
        ("year: 2020, value: 40", "year: 20, value: 40", "应不小于 1949"),
        ("items: [新能源]", "items: 新能源", "industry_lists.第1项.items：应为列表"),
        ("items: [新能源]", "items: []", "industry_lists.第1项.items：不能为空"),
        ("counts: 有职称者", "count: 有职称者", "definitions.第3项.count：没有这一项，检查拼写"),
        ("counts: 有职称者", "counts: 3", "definitions.第3项.counts：应为文字（全是数字时要加引号）"),
        ("counts: 有职称者", 'counts: ""', "definitions.第3项.counts：不能为空"),
        ("source: {", "source: {to_confirm: 也许, ", "source.to_confirm：应为 true 或 false"),
        ("name: 专业技术人才\n", "name: 专业技术人才\n    growth: [1]\n", "growth.第1项：应为若干“键: 值”"),
        ("value: 40", "value: -40", "plan_indicators.第3项.figures.第1项.value：应不小于 0"),
        ("value: 40", "value: .nan", "plan_indicators.第3项.figures.第1项.value：应为有限的数值"),
    ],
)  # fmt: skip
def test_every_wrong_field_is_named_with_what_it_should_be(planned, old, new, said):
    with pytest.raises(FileProblem, match=re.escape(said)) as caught:
        planned((old, new))
    assert "Value error" not in caught.value.message
    assert not re.search(r"[A-Za-z]{4,} should", caught.value.message)


def test_several_wrong_fields_are_all_named(planned):
    with pytest.raises(FileProblem) as caught:
        planned(("value: 40", "value: 四十"), ("counts: 有职称者, ", ""))
    assert "counts：缺少此项" in caught.value.message
    assert "value：应为数值" in caught.value.message


def test_a_fault_of_an_unforeseen_kind_is_still_named(planned):
    with pytest.raises(FileProblem, match=re.escape("issued_on：不符合要求（date_from_datetime_inexact）")):
        planned(("ends_on: 2025-12-31", "issued_on: 2025-12-31T08:30:00"))
