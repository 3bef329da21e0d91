from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.catalogue.lists.market import Market
from data.records import Outcome
from data.regions import read_region
from matching.cooperation import Lead, major_outlook, majors, open_on, outlook_document
from matching.cooperation.majors import CollegeMajor

DAY = dt.date(2026, 12, 31)
FIREBRICK, CHEMIST, WELDER = "6-15-05-01", "2-02-32-01", "6-18-02-04"
LEADS = {
    "无机非金属材料工程技术": (Lead(FIREBRICK, 1.0, official=True), Lead(CHEMIST, 1.0, official=True)),
    "焊接": (Lead(WELDER, 0.7, official=False),),
}


def need(vacancy_id, employer, *, code=FIREBRICK, place="210882", heads=10.0, **other):
    return {
        "vacancy_id": vacancy_id, "employer": employer, "employer_is_agency": False, "title": "岗位",
        "occupation_code": code, "occupation_name": "职业", "key_industry": "镁材料深加工",
        "place_code": place,
        "heads": heads, "opened_on": dt.date(2026, 11, 1), "closed_on": None, "outcome": Outcome.OPEN.value,
        "start_by": None, "valid_until": None, "salary_low": 5000.0, "salary_high": 7000.0, "education": None,
        "skill_level": None, "experience_low": None, "experience_high": None, "skills": (), "duties": "",
        "majors": (), "engagement": ("全职",), "synthetic": True, "industry_code": "3089", "posting_ids": (),
    } | other  # fmt: skip


@pytest.fixture(scope="module")
def market():
    """Four employers of fire bricks in two districts; one employer of chemists, who must not show."""
    rows = [
        need(f"v{name}{place}", name, place=place) for name in "甲乙丙丁" for place in ("210882", "210804")
    ]
    rows.append(need("v9", "戊", code=CHEMIST, heads=30.0))
    people = pd.DataFrame(columns=["profile_id"])
    return Market.from_frames(pd.DataFrame(rows), people, read_region("yingkou"), as_of=DAY)


def outlook_of(market):
    listed = [CollegeMajor(major=name, graduates=30) for name in (*LEADS, "无对应")]
    return major_outlook(listed, market, LEADS)


def test_the_places_of_open_vacancies_stand_beside_the_majors_that_lead_to_them(market):
    first, hidden, welding, nowhere = outlook_of(market)
    assert (first.major, first.official, first.heads, first.employers) == (
        "无机非金属材料工程技术",
        True,
        80,
        4,
    )
    assert (first.districts["大石桥市"], first.districts["鲅鱼圈区"], first.districts["盖州市"]) == (
        40,
        40,
        0,
    )
    assert (welding.official, welding.heads, welding.employers) == (False, 0, 0)
    assert (nowhere.official, nowhere.occupation_code, nowhere.heads) == (None, None, 0)
    assert hidden.occupation_code == CHEMIST


def test_one_employer_never_shows_in_any_figure(market):
    _, hidden, _, _ = outlook_of(market)
    assert (hidden.heads, hidden.employers, hidden.districts["大石桥市"]) == ("c", "c", "c")
    document = outlook_document(outlook_of(market), market)
    assert "30" not in {str(cell) for table in document.tables for row in table.rows for cell in row[2:]}


def test_a_sum_over_hidden_figures_is_a_lower_bound_and_nothing_more(market):
    brief, full = outlook_document(outlook_of(market), market).tables
    assert brief.rows == (("无机非金属材料工程技术", 2, "≥80"), ("焊接", 1, 0), ("无对应", 0, 0))
    assert [row[2] for row in full.rows] == ["标准", "标准", "推断", "没有已知的对应"]
    assert all(len(row) == len(full.columns) for row in full.rows)


def test_figures_that_are_all_hidden_add_up_to_hidden(market):
    outlook = major_outlook(
        [CollegeMajor(major="化工")], market, {"化工": (Lead(CHEMIST, 1.0, official=True),)}
    )
    brief, full = outlook_document(outlook, market).tables
    assert brief.rows == (("化工", 1, "c"),)
    assert full.rows[0][1] == "x"


def test_a_document_of_synthetic_vacancies_carries_the_banner(market):
    assert outlook_document(outlook_of(market), market).title.startswith("【合成数据")


def test_too_few_to_round_is_said_and_is_not_zero(market):
    small = [need(f"w{i}", name, code=WELDER, heads=0.5) for i, name in enumerate("甲乙丙丁")]
    own = Market.from_frames(
        pd.DataFrame(small), pd.DataFrame(columns=["profile_id"]), market.region, as_of=DAY
    )
    (row,) = major_outlook([CollegeMajor(major="焊接")], own, LEADS)
    assert (row.heads, row.employers) == ("<5", 4)


def test_the_level_of_the_catalogue_is_the_highest_of_an_occupations_entries(monkeypatch, market):
    class Entry:
        def __init__(self, star, level):
            self.star, self.level, self.members, self.occ_code = star, level, (), FIREBRICK

    class Item:
        def __init__(self, entry):
            self.entry = entry

    monkeypatch.setattr(
        majors, "college_entries", lambda _: [Item(Entry(5, "极度紧缺")), Item(Entry(2, "一般"))]
    )
    first, *_ = major_outlook(
        [CollegeMajor(major="无机非金属材料工程技术")], market, LEADS, catalogue=object()
    )
    assert first.level == "极度紧缺"


def test_only_vacancies_that_stand_on_the_day_are_open():
    rows = [
        need("open", "甲"),
        need("later", "甲", opened_on=DAY + dt.timedelta(days=1)),
        need("undated", "甲", opened_on=None),
        need("closed", "甲", closed_on=DAY),
        need("lapsed", "甲", valid_until=DAY - dt.timedelta(days=1)),
        need("filled", "甲", outcome="已招满"),
        need("unknown", "甲", outcome="未知", valid_until=DAY),
    ]
    assert list(open_on(pd.DataFrame(rows), DAY)["vacancy_id"]) == ["open", "unknown"]
