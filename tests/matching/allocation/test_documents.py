"""Balanced lists and allocations in print."""

from __future__ import annotations

import datetime as dt

import pytest

from matching.allocation.assign import Objective, assign
from matching.allocation.balance import balance_shortlists
from matching.allocation.documents import assignment_document, balance_document
from matching.allocation.shortlists import Shortlists

DAY = dt.date(2026, 12, 5)
LISTS = Shortlists.from_lists(
    {"V1": [("A", 90.0), ("B", 80.0)], "V2": [("A", 70.0)], "V3": []}, ["A", "B", "C"]
)
VACANCIES = {name: {"employer": "甲厂", "title": f"岗位{name}"} for name in LISTS.vacancy_ids}


def test_balanced_lists_are_one_row_a_place_after_what_changed():
    done = balance_shortlists(LISTS)
    document = balance_document(done, VACANCIES, as_of=DAY, synthetic=True)
    assert document.title == "【合成数据，仅供演示】均衡推荐名单"
    report, places = document.tables
    assert places.rows == (
        ("V1", "甲厂", "岗位V1", 1, "A", 90.0, 2),
        ("V1", "甲厂", "岗位V1", 2, "B", 80.0, 1),
        ("V2", "甲厂", "岗位V2", 1, "A", 70.0, 2),
    )
    assert ("列入的人数", 2, 2) in report.rows
    assert "3个岗位，每个至多10人" in report.note


def test_what_cannot_be_measured_is_marked_so():
    nothing = balance_shortlists(Shortlists.from_lists({"V1": []}))
    report = balance_document(nothing, VACANCIES, as_of=DAY, synthetic=False).tables[0]
    assert ("平均匹配分", "x", "x") in report.rows


@pytest.mark.parametrize("objective", list(Objective))
def test_an_allocation_shows_pairs_and_what_is_left(objective):
    done = assign(LISTS, heads=[1, 1, 1], objective=objective)
    document = assignment_document(done, LISTS, VACANCIES, as_of=DAY, synthetic=False)
    summary, pairs, unfilled, unplaced = document.tables
    assert dict(summary.rows)["安排的人数"] == len(pairs.rows) == len(done.rows)
    assert dict(summary.rows)["不在任何名单上的人数"] == 1
    assert ("V3", "岗位V3", 1, 0, "没有候选人") in unfilled.rows
    if objective is Objective.STABLE:
        assert pairs.rows == (("V1", "甲厂", "岗位V1", "A", 90.0),)
        assert unplaced.rows == (("B", 1, 80.0, "所列岗位的名额已满"),)
    else:
        assert {row[3] for row in pairs.rows} == {"A", "B"}
        assert unplaced.rows == ()
