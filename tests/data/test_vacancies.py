"""Which postings are one need, and which are not."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.employers import employer_key, is_agency
from data.vacancies import merge_postings, normalise_title

DAY = dt.date(2026, 3, 1)
BASE = {
    "employer_key": "示例镁业",
    "title": "镁砂工艺工程师",
    "place_code": "210882",
    "salary_low": 6000.0,
    "salary_high": 9000.0,
    "duties": "负责电熔镁砂的生产工艺与质量改进。",
    "posted_on": DAY,
    "observed_on": None,
    "closed_on": None,
    "valid_until": None,
    "headcount": 2,
    "outcome": "未知",
    "synthetic": False,
}


def merge(*changes):
    rows = [BASE | {"posting_id": f"p{i}"} | change for i, change in enumerate(changes)]
    result = merge_postings(pd.DataFrame(rows))
    groups = {}
    for row in result.members.to_dict("records"):
        groups.setdefault(row["vacancy_id"], []).append(row["posting_id"])
    return result, sorted(groups.values())


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"title": "镁砂工艺工程师（五险一金）"},
        {"title": "急聘 镁砂工艺工程师 6-9k"},
        {"posted_on": DAY + dt.timedelta(days=14)},
        {"duties": "负责电熔镁砂生产工艺及质量的改进"},
        {"duties": ""},
        {"salary_low": None, "salary_high": None},
        {"salary_low": 6500.0},
    ],
)
def test_copies_are_one_need(change):
    _, groups = merge({}, change)
    assert groups == [["p0", "p1"]]


@pytest.mark.parametrize(
    "change",
    [
        {"employer_key": "示例港务"},
        {"title": "镁碳砖工艺工程师"},
        {"place_code": "210804"},
        {"posted_on": DAY + dt.timedelta(days=15)},
        {"salary_low": 12000.0, "salary_high": 20000.0},
        {"headcount": 3},
        {"duties": "从事港口岸桥的日常操作、点检与交接班，服从调度安排。"},
        {"posted_on": None},
    ],
)
def test_different_needs_stay_apart(change):
    _, groups = merge({}, change)
    assert groups == [["p0"], ["p1"]]


def test_numbered_posts_of_one_employer_stay_apart():
    _, groups = merge({"title": "电气教师（一）"}, {"title": "电气教师（二）"})
    assert groups == [["p0"], ["p1"]]


def test_a_posting_after_the_close_is_a_new_spell():
    closed = {"closed_on": DAY + dt.timedelta(days=20), "outcome": "已招满"}
    result, groups = merge(
        closed, {"posted_on": DAY + dt.timedelta(days=10)}, {"posted_on": DAY + dt.timedelta(days=21)}
    )
    assert groups == [["p0", "p1"], ["p2"]]
    assert result.vacancies["outcome"].tolist() == ["已招满", "未知"]


def test_undated_postings_of_one_crawl_are_one_need():
    undated = {"posted_on": None, "observed_on": None}
    _, groups = merge(undated, undated)
    assert groups == [["p0", "p1"]]


def test_heads_are_never_added_up():
    result, groups = merge({"headcount": None}, {"headcount": 5}, {"headcount": 5})
    assert groups == [["p0", "p1", "p2"]]
    assert result.vacancies["heads"].tolist() == [5]


def test_unknown_heads_stay_unknown():
    result, _ = merge({"headcount": None})
    assert result.vacancies["heads"].isna().all()


def test_a_need_is_closed_only_when_all_its_postings_are():
    closed = {"closed_on": DAY + dt.timedelta(days=9)}
    assert merge(closed, {})[0].vacancies["closed_on"].tolist() == [None]
    assert merge(closed, closed)[0].vacancies["closed_on"].tolist() == [DAY + dt.timedelta(days=9)]


def test_relations_say_why():
    result, _ = merge({}, {}, {"duties": ""}, {"duties": "负责电熔镁砂生产工艺及质量的改进"})
    assert result.members["relation"].tolist() == ["FIRST", "FULL", "PARTIAL", "SEMANTIC"]


def test_nothing_gives_nothing():
    empty = pd.DataFrame([BASE | {"posting_id": "p"}]).iloc[:0]
    assert len(merge_postings(empty).vacancies) == 0


def test_the_same_rows_in_another_order_give_the_same_vacancies():
    rows = [BASE | {"posting_id": f"p{i}", "headcount": i + 1} for i in range(3)]
    forward = merge_postings(pd.DataFrame(rows)).vacancies
    backward = merge_postings(pd.DataFrame(rows[::-1])).vacancies
    assert forward["vacancy_id"].tolist() == backward["vacancy_id"].tolist()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("营口示例镁业有限公司", "营口示例镁业有限责任公司"),
        ("营口示例镁业有限公司", "营口示例镁业 有限公司（总部）"),
        ("示例科技股份有限公司", "示例科技"),
    ],
)
def test_spellings_of_an_employer_fall_together(left, right):
    assert employer_key(left) == employer_key(right)


def test_employers_stay_apart_and_the_credit_code_decides():
    assert employer_key("营口示例镁业一厂") != employer_key("营口示例镁业二厂")
    assert employer_key("甲", credit_code="91210800MA0000000X") == employer_key(
        "乙", credit_code="91210800MA0000000X"
    )
    assert employer_key("（合成）") != ""


@pytest.mark.parametrize(
    ("name", "agency"), [("示例人力资源有限公司", True), ("示例劳务派遣公司", True), ("示例镁业", False)]
)
def test_agencies_are_told_by_their_names(name, agency):
    assert is_agency(name) is agency


def test_a_title_of_nothing_but_advertising_keeps_itself():
    assert normalise_title("急聘") == "急聘"
