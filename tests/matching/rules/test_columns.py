"""The filter over a pool beside the judgement of one pair after another."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import Education, SkillLevel
from matching.rules import RULES, RuleColumns, Verdict, judge_pair
from matching.rules import columns as module

CODES = {None: -1, Verdict.FAIL: 0, Verdict.UNKNOWN: 1, Verdict.PASS: 2}
FORMS = st.sampled_from(
    [None, (), ("全职",), ("顾问指导",), ("全职", "兼职"), ("候鸟",), ("退休返聘", "候鸟")]
)
PLACES = ["210882", "210800", "210000", "100000", "340500", "110101", "429004", "429005", "500230"]
MONTHS = st.sampled_from([None, (), (6, 7), (7, 8), (12, 1)])
SHARES = st.sampled_from([None, 0.2, 0.5, 1.0])
LICENCES = ["电工证", "低压电工证", "焊工证", "特种作业操作证", "Q2", "Q2起重机司机", "C1", "驾驶证（A2）"]
DAYS = st.sampled_from([None, dt.date(2025, 2, 1), dt.date(2026, 1, 1), dt.date(2026, 2, 1)])
LANGUAGES = st.sampled_from([None, (), ("zh",), ("ru",), ("zh", "ru")])


def some(items, most):
    return st.none() | st.lists(st.sampled_from(items), max_size=most, unique=True).map(tuple)


vacancies = st.fixed_dictionaries(
    {},
    optional={
        "education": st.sampled_from([None, *map(str, Education)]),
        "skill_level": st.sampled_from([None, *map(str, SkillLevel)]),
        "licences": some(LICENCES, 2),
        "place_code": st.sampled_from([None, *PLACES]),
        "engagement": FORMS,
        "time_share": SHARES,
        "months": MONTHS,
        "start_by": DAYS,
        "languages": LANGUAGES,
        "salary_low": st.sampled_from([None, 5000.0]),
        "salary_high": st.sampled_from([None, 8000.0]),
    },
)
profiles = st.fixed_dictionaries(
    {},
    optional={
        "education": st.sampled_from([None, *map(str, Education)]),
        "skill_level": st.sampled_from([None, *map(str, SkillLevel)]),
        "licences": some(LICENCES, 3),
        "place_code": st.sampled_from([None, *PLACES]),
        "willing_codes": some(PLACES, 3),
        "engagement": FORMS,
        "time_share": SHARES,
        "months": MONTHS,
        "available_on": DAYS,
        "languages": LANGUAGES,
        "pay_floor": st.sampled_from([None, 6000.0, 9000.0]),
    },
)


def pair_by_pair(pairs):
    """Return the verdict of every rule for every pair, one after another."""
    judged = [{rule.name: found.verdict for rule, found in judge_pair(*pair)} for pair in pairs]
    return {rule.name: [CODES[found.get(rule.name)] for found in judged] for rule in RULES}


def agree(columns, row, expected, *, row_is_vacancy):
    for rule in RULES:
        verdicts = columns.verdicts(rule, row, row_is_vacancy=row_is_vacancy)
        assert verdicts.dtype == np.int8
        assert verdicts.tolist() == expected[rule.name]
        failing = columns.failing(rule, row, row_is_vacancy=row_is_vacancy)
        assert failing.tolist() == [code == 0 for code in expected[rule.name]]
    allowed = columns.take_allowed(row, row_is_vacancy=row_is_vacancy)
    fails = np.array([expected[rule.name] for rule in RULES]) == 0
    assert allowed.mask.tolist() == (~fails.any(axis=0)).tolist()
    counts = {rule.name: int(failed.sum()) for rule, failed in zip(RULES, fails, strict=True)}
    assert allowed.excluded == {name: count for name, count in counts.items() if count}


@settings(deadline=None)
@given(pool=st.lists(profiles, max_size=12), vacancy=vacancies)
def test_the_filter_over_profiles_never_differs_from_the_judgement_of_pairs(pool, vacancy):
    columns = RuleColumns.from_rows(pool, vacancies=False)
    agree(columns, vacancy, pair_by_pair((vacancy, profile) for profile in pool), row_is_vacancy=True)


@settings(deadline=None)
@given(pool=st.lists(vacancies, max_size=12), profile=profiles)
def test_the_filter_over_vacancies_agrees_too(pool, profile):
    columns = RuleColumns.from_rows(pool, vacancies=True)
    agree(columns, profile, pair_by_pair((vacancy, profile) for vacancy in pool), row_is_vacancy=False)


@settings(deadline=None)
@given(
    pool=st.lists(profiles, max_size=6),
    first=st.lists(profiles, max_size=4),
    second=st.lists(profiles, max_size=4),
    vacancy=vacancies,
)
def test_columns_grow_without_disturbing_those_they_came_from(pool, first, second, vacancy):
    columns = RuleColumns.from_rows(pool, vacancies=False)
    columns.take_allowed(vacancy, row_is_vacancy=True)  # judged before anything is added
    grown = columns.extended(first)
    other = columns.extended(second)  # a second branch of the same columns
    for one, rows in ((columns, pool), (grown, pool + first), (other, pool + second)):
        assert len(one) == len(rows)
        agree(one, vacancy, pair_by_pair((vacancy, profile) for profile in rows), row_is_vacancy=True)


def test_a_distinct_value_is_judged_once_and_never_again(monkeypatch):
    judged = []
    real = RULES[0].judge
    monkeypatch.setattr(
        module, "_judge_for", lambda rule, own, **_: lambda value: judged.append(value) or real(own, value)
    )
    columns = RuleColumns.from_rows([{"education": "大专"}, {"education": "本科"}] * 50, vacancies=False)
    for _ in range(3):
        columns.failing(RULES[0], {"education": "本科"}, row_is_vacancy=True)
    assert judged == [("大专", None), ("本科", None)]
    grown = columns.extended([{"education": "硕士"}, {"education": "大专"}])
    assert grown.failing(RULES[0], {"education": "本科"}, row_is_vacancy=True).sum() == 51
    assert judged[2:] == [("硕士", None)]


def test_tables_asked_for_least_lately_leave_first(monkeypatch):
    monkeypatch.setattr(module, "_TABLES", 2)
    columns = RuleColumns.from_rows([{"education": "大专"}], vacancies=False)
    for wanted in ("本科", "硕士", "本科", "博士", "硕士"):
        assert columns.failing(RULES[0], {"education": wanted}, row_is_vacancy=True).tolist() == [True]


def test_the_values_behind_positions_can_be_read_back():
    rows = [{"pay_floor": pay} for pay in (5000.0, None, 7000.0, 5000.0)]
    columns = RuleColumns.from_rows(rows, vacancies=False)
    pay = next(rule for rule in RULES if rule.name == "pay_floor")
    assert columns.values(pay, np.array([3, 1])) == [(5000.0,), (None,)]


@pytest.mark.parametrize("vacancies", [True, False])
def test_an_empty_pool_allows_nobody_and_excludes_nobody(vacancies):
    allowed = RuleColumns.from_rows([], vacancies=vacancies).take_allowed({}, row_is_vacancy=not vacancies)
    assert len(allowed.mask) == 0
    assert allowed.excluded == {}
