"""Menus of a small market whose right answers are obvious."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.catalogue.lists.market import Market
from data.errors import UnknownName
from data.regions import read_region
from matching.allocation.menus import build_menu, menu_document
from matching.rules import judge_pair
from matching.rules.rule import Verdict

DAY = dt.date(2026, 10, 31)
WELDER, CHEMIST = "6-18-02-04", "6-31-03-01"


def need(number, **stated):
    return {
        "vacancy_id": f"V{number:03d}", "employer": f"单位{number % 4}", "occupation_code": WELDER,
        "section": "镁材料深加工", "category": "技能", "district": "大石桥市", "heads": 10.0,
        "opened_on": pd.Timestamp("2026-09-01"), "industry_code": None, "place_code": "210882",
        "education": "大专", "skill_level": None, "licences": (), "engagement": ("全职",), "start_by": None,
        "languages": (), "salary_low": 5000.0, "salary_high": 8000.0, "time_share": None, "months": (),
    } | stated  # fmt: skip


MARKET_COLUMNS = [
    "vacancy_id", "employer", "occupation_code", "heads", "opened_on", "place_code", "section", "category",
    "district", "industry_code",
]  # fmt: skip


def person(number, **stated):
    return {
        "profile_id": f"P{number:03d}", "occupation_code": WELDER, "education": "本科", "skill_level": None,
        "place_code": "210882", "willing_codes": (), "engagement": ("全职",), "pay_floor": None,
        "available_on": None, "licences": (), "languages": (), "time_share": None, "months": (),
        "active_on": DAY, "synthetic": False,
    } | stated  # fmt: skip


def menu(needs, people, *, partners=(), synthetic=False):
    frame = pd.DataFrame(needs).astype({"heads": float})
    vacancies = frame.drop(columns=["section", "category", "district"])
    market = Market(
        read_region("yingkou"), DAY, frame[MARKET_COLUMNS], pd.DataFrame(), synthetic, agency_needs=0
    )
    return build_menu(market, vacancies, pd.DataFrame(people), partners=partners)


def pools(line):
    return {pool.origin: pool.people for pool in line.pools}


NEEDS = [need(n) for n in range(4)]
PEOPLE = [
    *(person(n) for n in range(7)),
    *(person(10 + n, place_code="210300", willing_codes=("210800",)) for n in range(5)),
    *(person(20 + n, place_code="320100", willing_codes=("100000",)) for n in range(8)),
    *(person(40 + n, place_code="110101", willing_codes=("100000",)) for n in range(3)),
]


def test_people_are_counted_where_they_live():
    (line,) = menu(NEEDS, PEOPLE, partners=("320000",)).lines
    assert pools(line) == {"本地": 5, "省内其他地区": 5, "江苏省": 10, "其他地区": None}
    # 40 places and 7 + 5 + 8 + 3 people
    assert (line.heads, line.gap, line.employers) == (40, 15, 4)


def test_a_partner_city_is_told_apart_from_its_province():
    (line,) = menu(NEEDS, PEOPLE, partners=("210300",)).lines
    assert pools(line) == {"本地": 5, "省内其他地区": 0, "鞍山市": 5, "其他地区": 10}


@pytest.mark.parametrize(
    "stated",
    [
        {"education": "高中/中专"},
        {"occupation_code": CHEMIST},
        {"occupation_code": None},
        {"active_on": dt.date(2026, 1, 1)},
        {"active_on": None},
        {"synthetic": True},
        {"place_code": "320100", "willing_codes": ("320000",)},
        {"pay_floor": 9000.0},
    ],
)
def test_who_fails_a_rule_or_is_out_of_date_or_of_another_occupation_does_not_count(stated):
    people = [person(n) for n in range(5)] + [person(10 + n, **stated) for n in range(5)]
    (line,) = menu(NEEDS, people).lines
    assert sum(count or 0 for count in pools(line).values()) == 5


def test_who_states_no_place_is_counted_elsewhere():
    (line,) = menu(NEEDS, [person(n, place_code=None) for n in range(5)]).lines
    assert pools(line) == {"本地": 0, "省内其他地区": 0, "其他地区": 5}


def test_an_unstated_fact_does_not_count_against_anybody():
    (line,) = menu(NEEDS, [person(n, education=None) for n in range(5)]).lines
    assert pools(line)["本地"] == 5


def test_the_count_is_that_of_pairs_judged_one_by_one():
    needs = [need(n, education=("大专", "本科", "硕士", None)[n]) for n in range(4)]
    people = [person(n, education=("高中/中专", "大专", "博士", None)[n % 4]) for n in range(40)]
    (line,) = menu(needs, people).lines
    able = sum(
        any(all(found.verdict is not Verdict.FAIL for _, found in judge_pair(n, p)) for n in needs)
        for p in people
    )
    assert pools(line)["本地"] == 5 * round(able / 5)


def test_few_employers_are_hidden_and_cannot_be_worked_out():
    needs = [
        *(need(n) for n in range(4)),
        *(need(10 + n, occupation_code=CHEMIST, employer="独家") for n in range(2)),
    ]
    lines = {line.occupation_code: line for line in menu(needs, PEOPLE).lines}
    alone = lines[CHEMIST]
    assert (alone.heads, alone.heads_hidden, alone.employers, alone.gap) == (None, True, None, None)
    document = menu_document(menu(needs, PEOPLE))
    row = next(row for row in document.tables[1].rows if row[1] == CHEMIST)
    assert row[3:5] == ("c", "c")
    assert row[-1] == "c"


def test_a_number_that_nobody_stated_is_missing_and_not_zero():
    (line,) = menu([need(n, heads=None) for n in range(4)], PEOPLE).lines
    assert (line.heads, line.heads_stated, line.gap) == (None, False, None)
    row = menu_document(menu([need(n, heads=None) for n in range(4)], PEOPLE)).tables[1].rows[0]
    assert (row[3], row[-1]) == ("x", "x")


def test_needs_without_an_occupation_have_no_pool():
    made = menu([need(n, occupation_code=None) for n in range(4)], PEOPLE)
    row = menu_document(made).tables[1].rows[0]
    assert row[1:4] == ("x", "未编码", 40)
    assert set(row[7:]) == {"x"}
    assert made.lines[0].gap is None


def test_forms_and_months_of_the_work_are_listed():
    needs = [need(0, engagement=("候鸟", "全职"), months=(6, 7)), *(need(n) for n in range(1, 4))]
    (line,) = menu(needs, PEOPLE).lines
    assert line.engagement == ("全职", "候鸟")
    assert line.months == (6, 7)
    assert "6月、7月" in menu_document(menu(needs, PEOPLE)).tables[1].rows[0]


def test_a_start_that_has_passed_keeps_nobody_out():
    late = dt.date(2026, 12, 1)
    past = [need(n, start_by=dt.date(2026, 9, 1)) for n in range(4)]
    ahead = [need(n, start_by=dt.date(2026, 11, 15)) for n in range(4)]
    people = [person(n, available_on=late) for n in range(6)]
    assert pools(menu(past, people).lines[0])["本地"] == 5
    assert pools(menu(ahead, people).lines[0])["本地"] == 0


def test_lines_follow_the_region_and_the_larger_need_comes_first():
    needs = [
        *(need(n, section="港口物流") for n in range(4)),
        *(need(10 + n, district="市外愿来", section="其他产业") for n in range(4)),
        *(need(20 + n, district="鲅鱼圈区", section="港口物流") for n in range(4)),
        *(
            need(30 + n, district="鲅鱼圈区", section="港口物流", occupation_code=CHEMIST, heads=30.0)
            for n in range(4)
        ),
    ]
    lines = menu(needs, PEOPLE).lines
    assert [(line.county, line.occupation_code) for line in lines] == [
        ("鲅鱼圈区", CHEMIST), ("鲅鱼圈区", WELDER), ("大石桥市", WELDER), ("市外愿来", WELDER),
    ]  # fmt: skip
    document = menu_document(menu(needs, PEOPLE))
    assert [table.name for table in document.tables] == ["总览", "鲅鱼圈区", "大石桥市", "市外愿来"]
    assert document.tables[0].rows[0] == ("鲅鱼圈区", "港口物流", 2, 2)


def test_generated_data_are_labelled():
    people = [person(n, synthetic=True) for n in range(5)]
    document = menu_document(menu(NEEDS, people, synthetic=True))
    assert document.synthetic
    assert document.title == "【合成数据，仅供演示】营口市人才需求菜单"


def test_an_unknown_partner_is_refused():
    with pytest.raises(UnknownName, match="999999"):
        menu(NEEDS, PEOPLE, partners=("999999",))


def test_a_market_without_needs_has_an_empty_menu():
    region = read_region("yingkou")
    none = pd.DataFrame([need(0)]).iloc[:0]
    market = Market(region, DAY, none[MARKET_COLUMNS], pd.DataFrame(), False, 0)
    vacancies = none.drop(columns=["section", "category", "district"])
    made = build_menu(market, vacancies, pd.DataFrame(PEOPLE))
    assert made.lines == ()
    assert [table.name for table in menu_document(made).tables] == ["总览"]
