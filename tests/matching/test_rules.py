"""Every hard rule, by pairs whose verdict is obvious."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.records import Education, SkillLevel
from matching.rules import RULES, RuleColumns, Verdict, judge_pair

VACANCY = {
    "education": None,
    "skill_level": None,
    "licences": (),
    "place_code": "210882",
    "engagement": ("全职",),
    "start_by": None,
    "languages": (),
    "salary_low": None,
    "salary_high": None,
}
PROFILE = {
    "education": None,
    "skill_level": None,
    "licences": (),
    "place_code": "210882",
    "willing_codes": (),
    "engagement": ("全职",),
    "available_on": None,
    "languages": ("zh",),
    "pay_floor": None,
}


def verdict(name, vacancy, profile):
    judged = {rule.name: judgement for rule, judgement in judge_pair(VACANCY | vacancy, PROFILE | profile)}
    return judged[name].verdict.value if name in judged else None


@pytest.mark.parametrize(
    ("wanted", "education", "level", "expected"),
    [
        (None, "大专", None, None),
        ("不限", None, None, "pass"),
        ("本科", "本科", None, "pass"),
        ("本科", "硕士", None, "pass"),
        ("本科", "大专", None, "fail"),
        ("本科", "大专", "高级工", "fail"),
        ("本科", "大专", "技师", "pass"),
        ("大专", "高中/中专", "高级工", "pass"),
        ("高中/中专", "初中", "中级工", "pass"),
        ("初中", "小学", "初级工", "pass"),
        ("硕士", "本科", "首席技师", "fail"),
        ("本科", None, None, "unknown"),
        ("本科", None, "技师", "pass"),
        ("本科", None, "中级工", "unknown"),
    ],
)
def test_education_or_an_equivalent_skill_level(wanted, education, level, expected):
    assert (
        verdict("education", {"education": wanted}, {"education": education, "skill_level": level})
        == expected
    )


@pytest.mark.parametrize(
    ("wanted", "level", "expected"),
    [
        (None, "技师", None),
        ("高级工", "技师", "pass"),
        ("技师", "高级工", "fail"),
        ("高级工", None, "unknown"),
    ],
)
def test_skill_level(wanted, level, expected):
    assert verdict("skill_level", {"skill_level": wanted}, {"skill_level": level}) == expected


@pytest.mark.parametrize(
    ("wanted", "held", "expected"),
    [
        ((), (), None),
        (("电工证",), (), "unknown"),
        (("电工证",), ("低压电工证",), "pass"),
        (("电工证", "焊工证"), ("电工证",), "fail"),
    ],
)
def test_licences(wanted, held, expected):
    assert verdict("licences", {"licences": wanted}, {"licences": held}) == expected


@pytest.mark.parametrize(
    ("place", "home", "willing", "expected"),
    [
        ("210882", "210882", (), "pass"),
        ("210882", "210804", (), "pass"),  # the same city
        ("210882", "210800", (), "pass"),
        ("210800", "210804", (), "pass"),
        ("210882", "210102", ("210800",), "pass"),
        ("210882", "210102", ("210000",), "pass"),
        ("210882", "110101", ("100000",), "pass"),
        ("210882", "210102", ("210100",), "fail"),
        ("210882", "210102", (), "unknown"),
        ("210882", None, (), "unknown"),
        (None, "210882", (), "unknown"),
        ("500112", "510100", ("510100",), "fail"),  # 重庆 does not hold 成都
        ("500000", "510100", ("510100",), "fail"),
        ("211100", "211000", ("211000",), "fail"),  # 辽阳 does not hold 盘锦
        ("210804", None, ("210000",), "pass"),
        ("340500", "210300", ("210300",), "fail"),  # 马鞍山 is not 鞍山
    ],
)
def test_place_and_willingness_to_move(place, home, willing, expected):
    assert verdict("place", {"place_code": place}, {"place_code": home, "willing_codes": willing}) == expected


def test_nobody_moves_for_advice_from_a_distance():
    forms = {"engagement": ("顾问指导", "全职")}
    away = {"engagement": ("顾问指导",), "place_code": "110101", "willing_codes": ("110000",)}
    assert verdict("place", forms, away) == "pass"
    assert verdict("place", forms, away | {"engagement": ("全职",)}) == "fail"


def test_forms_of_engagement_must_meet():
    assert verdict("engagement", {"engagement": ("全职", "兼职")}, {"engagement": ("兼职",)}) == "pass"
    assert verdict("engagement", {"engagement": ("全职",)}, {"engagement": ("兼职",)}) == "fail"


@pytest.mark.parametrize(
    ("by", "available", "expected"),
    [
        (None, dt.date(2026, 1, 1), None),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 1), "pass"),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 2), "fail"),
        (dt.date(2026, 3, 1), None, "unknown"),
    ],
)
def test_start(by, available, expected):
    assert verdict("start", {"start_by": by}, {"available_on": available}) == expected


@pytest.mark.parametrize(
    ("wanted", "spoken", "expected"),
    [
        ((), (), None),
        (("ru",), ("zh", "ru"), "pass"),
        (("ru", "en"), ("ru",), "fail"),
        (("ru",), (), "unknown"),
    ],
)
def test_languages(wanted, spoken, expected):
    assert verdict("languages", {"languages": wanted}, {"languages": spoken}) == expected


@pytest.mark.parametrize(
    ("low", "high", "floor", "expected"),
    [
        (5000, 8000, None, None),
        (5000, 8000, 8000, "pass"),
        (5000, 8000, 8001, "fail"),
        (5000, None, 9000, "pass"),  # open at the top: the employer may pay more
        (None, None, 6000, "unknown"),
    ],
)
def test_pay_floor(low, high, floor, expected):
    assert verdict("pay_floor", {"salary_low": low, "salary_high": high}, {"pay_floor": floor}) == expected


def test_every_verdict_carries_a_chinese_reason():
    judged = judge_pair(VACANCY | {"education": "本科"}, PROFILE | {"education": "大专"})
    assert all(judgement.reason for _, judgement in judged)
    assert {rule.name: judgement.reason for rule, judgement in judged}["education"] == (
        "要求本科或同等技能等级，学历为大专，未登记技能等级"
    )


maybe = st.none
vacancies = st.fixed_dictionaries(
    {
        "education": st.sampled_from([None, *map(str, Education)]),
        "skill_level": st.sampled_from([None, *map(str, SkillLevel)]),
        "licences": st.sampled_from([(), ("电工证",), ("电工证", "焊工证")]),
        "place_code": st.sampled_from([None, "210882", "210800", "340500"]),
        "engagement": st.sampled_from([("全职",), ("顾问指导",), ("全职", "兼职")]),
        "start_by": st.sampled_from([None, dt.date(2026, 1, 1)]),
        "languages": st.sampled_from([(), ("ru",)]),
        "salary_low": st.sampled_from([None, 5000.0]),
        "salary_high": st.sampled_from([None, 8000.0]),
    }
)
profiles = st.fixed_dictionaries(
    {
        "education": st.sampled_from([None, *map(str, list(Education)[1:])]),
        "skill_level": st.sampled_from([None, *map(str, SkillLevel)]),
        "licences": st.sampled_from([(), ("电工证",), ("焊工证", "电工证")]),
        "place_code": st.sampled_from([None, "210882", "110101"]),
        "willing_codes": st.sampled_from([(), ("100000",), ("210000",), ("110000",)]),
        "engagement": st.sampled_from([("全职",), ("兼职", "顾问指导"), ("退休返聘",)]),
        "available_on": st.sampled_from([None, dt.date(2026, 2, 1), dt.date(2025, 2, 1)]),
        "languages": st.sampled_from([(), ("zh",), ("zh", "ru")]),
        "pay_floor": st.sampled_from([None, 6000.0, 9000.0]),
    }
)


@given(pool=st.lists(profiles, max_size=12), vacancy=vacancies)
def test_the_filter_over_a_pool_never_differs_from_the_pair_by_pair_judgement(pool, vacancy):
    columns = RuleColumns.from_rows(pool, vacancies=False)
    for rule in RULES:
        failing = columns.failing(rule, vacancy, row_is_vacancy=True)
        expected = [
            any(j.verdict is Verdict.FAIL for r, j in judge_pair(vacancy, profile) if r is rule)
            for profile in pool
        ]
        assert failing.tolist() == expected


@given(pool=st.lists(vacancies, max_size=12), profile=profiles)
def test_the_filter_over_vacancies_agrees_too(pool, profile):
    columns = RuleColumns.from_rows(pool, vacancies=True)
    failed = np.zeros(len(pool), dtype=bool)
    for rule in RULES:
        failed |= columns.failing(rule, profile, row_is_vacancy=False)
    expected = [any(j.verdict is Verdict.FAIL for _, j in judge_pair(vacancy, profile)) for vacancy in pool]
    assert failed.tolist() == expected
