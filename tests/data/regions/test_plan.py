"""Figures stay as printed, and everything a plan refers to has to be there."""

import json
import re

import pytest

from data.errors import FileProblem
from data.regions.plan import FigureKind, PlanContents


def test_a_plan_without_anything_is_a_plan():
    assert PlanContents() == PlanContents.model_validate({})


def test_numbers_keep_the_digits_they_were_printed_with(planned):
    region = planned(("value: 60, kind: 现状", "value: 60.5, kind: 现状"))
    (figure, _) = region.plan_indicators[1].figures
    assert str(figure.value) == "60.5"
    assert json.loads(figure.model_dump_json())["value"] == 60.5


def test_base_is_the_first_figure_reached_and_target_the_last_aimed_at(planned):
    total = planned().plan_indicators[0]
    assert total.base.year == 2020
    assert total.target.year == 2025
    assert total.years == (2020, 2025)


def test_of_two_figures_for_a_year_the_first_is_used(planned):
    twice = (
        "- {year: 2025, value: 90, kind: 目标, clause: 表1, line: 11}",
        "- {year: 2025, value: 90, kind: 目标, clause: 表1, line: 11}\n"
        "      - {year: 2025, value: 80, kind: 目标, clause: 正文, line: 2}",
    )
    skilled = planned(twice).plan_indicators[1]
    assert skilled.figure(2025).value == 90
    assert skilled.figure(2025, kind=FigureKind.ACTUAL) is None
    assert skilled.figure(2030) is None


def test_a_figure_that_counts_something_else_is_not_the_indicators_own(planned):
    other = (
        "- {year: 2020, value: 60, kind: 现状, clause: 表1, line: 11}",
        "- {year: 2020, value: 60, kind: 现状, clause: 正文, line: 2, definition_id: high-skilled}",
    )
    skilled = planned(other).plan_indicators[1]
    assert skilled.figure(2020) is None
    assert skilled.base is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("definition_id: technical", "definition_id: gone", "没有列出的标识：gone"),
        ("definition_id: skilled, document", "definition_id: gone, document", "没有列出的标识：gone"),
        ("unlike: [high-skilled]", "unlike: [gone]", "没有列出的标识：gone"),
        ("parts: [skilled, technical]", "parts: [skilled, gone]", "没有列出的标识：gone"),
        ("parts: [skilled, technical]", "parts: [skilled, all]", "没有列出的标识：all"),
        ("items: [新能源], document: plan", "items: [新能源], document: gone", "没有列出的标识：gone"),
        ("value: 40, kind", "value: 40, definition_id: gone, kind", "没有列出的标识：gone"),
        ("id: technical\n", "id: skilled\n", "标识重复：skilled"),
        ("- {id: draft,", "- {id: plan,", "标识重复：plan"),
    ],
)  # fmt: skip
def test_what_a_plan_refers_to_has_to_be_there_once(planned, old, new, said):
    with pytest.raises(FileProblem, match=re.escape(said)):
        planned((old, new))


def test_documents_and_definitions_are_found_by_their_identifier(planned):
    region = planned()
    assert region.document("draft").title == "示例条例（草案征求意见稿）"
    assert region.definition("skilled").name == "技能人才"
