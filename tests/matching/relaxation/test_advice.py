"""What relaxing brings, counted again one pair after another."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.relaxation import advise, binding_rule, near_misses
from matching.relaxation.advice import _changes, _Search
from matching.relaxation.changes import possible_changes
from matching.rules import RuleColumns, Side, Verdict, judge_pair

VACANCY = {
    "education": "本科",
    "licences": ("英语四级证书", "低压电工证"),
    "languages": ("ru",),
    "place_code": "210882",
    "engagement": ("全职",),
    "start_by": dt.date(2026, 3, 1),
    "salary_low": 5000.0,
    "salary_high": 8000.0,
}
PERSON = {
    "education": "本科",
    "licences": ("英语四级证书", "低压电工证"),
    "languages": ("zh", "ru"),
    "place_code": "210882",
    "engagement": ("全职",),
    "available_on": dt.date(2026, 2, 1),
    "pay_floor": 7000.0,
}

FORMS = [None, ("全职",), ("顾问指导",), ("全职", "兼职"), ("候鸟",), ("退休返聘", "候鸟")]
vacancies = st.fixed_dictionaries(
    {
        "education": st.sampled_from([None, "大专", "本科", "硕士"]),
        "skill_level": st.sampled_from([None, "高级工", "技师"]),
        "licences": st.sampled_from([(), ("电工证",), ("英语四级证书", "电工证"), ("计算机二级",)]),
        "place_code": st.sampled_from([None, "210882", "110101"]),
        "engagement": st.sampled_from(FORMS),
        "time_share": st.sampled_from([None, 0.3, 1.0]),
        "months": st.sampled_from([None, (6, 7)]),
        "start_by": st.sampled_from([None, dt.date(2026, 1, 1)]),
        "languages": st.sampled_from([(), ("ru",), ("ru", "en")]),
        "salary_low": st.sampled_from([None, 5000.0]),
        "salary_high": st.sampled_from([None, 8000.0]),
    }
)
profiles = st.fixed_dictionaries(
    {
        "education": st.sampled_from([None, "高中/中专", "大专", "本科"]),
        "skill_level": st.sampled_from([None, "中级工", "高级工"]),
        "licences": st.sampled_from([(), ("电工证",), ("英语四级证书",), ("计算机二级", "电工证")]),
        "place_code": st.sampled_from([None, "210882", "110101"]),
        "willing_codes": st.sampled_from([None, ("210000",), ("110000",)]),
        "engagement": st.sampled_from(FORMS),
        "time_share": st.sampled_from([None, 0.2, 0.5]),
        "months": st.sampled_from([None, (7, 8), (1,)]),
        "available_on": st.sampled_from([None, *(dt.date(2026, month, 1) for month in (1, 2, 4))]),
        "languages": st.sampled_from([(), ("zh",), ("zh", "ru")]),
        "pay_floor": st.sampled_from([None, 6000.0, 9000.0, 11000.0]),
    }
)
pools = st.lists(profiles, max_size=14)


def failing(vacancy, profile):
    return [rule for rule, judged in judge_pair(vacancy, profile) if judged.verdict is Verdict.FAIL]


def allowed(vacancy, pool):
    return {position for position, profile in enumerate(pool) if not failing(vacancy, profile)}


def columns_of(pool):
    return RuleColumns.from_rows(pool, vacancies=False)


def test_nobody_to_add_is_no_advice():
    assert advise(VACANCY, columns_of([])) == ()
    assert advise(VACANCY, columns_of([PERSON])) == ()
    assert advise({}, columns_of([PERSON])) == ()


def test_the_cheapest_change_comes_first_with_its_count_and_its_note():
    pool = [PERSON, PERSON | {"education": "大专"}, PERSON | {"available_on": dt.date(2026, 3, 20)}]
    later, lower = advise(VACANCY, columns_of(pool), limit=2)
    assert later.sentence == "到岗期限由2026-03-01推迟到2026-03-31：增加1人，共2人"
    assert lower.sentence == "学历要求由本科放宽为大专：增加1人，共2人"
    assert (later.cost, lower.cost) == (0.5, 1.0)
    assert lower.note == "高级工视同达到，技能劳动者也能入围"
    assert later.best is None


def test_two_changes_are_proposed_together_where_somebody_needs_both():
    pool = [PERSON | {"education": "大专", "languages": ("zh",)}]
    (both,) = advise(VACANCY, columns_of(pool))
    assert both.sentence == "学历要求由本科放宽为大专，同时不再要求俄语：增加1人，共1人"
    assert both.cost == 3.0
    assert both.added == 1


def test_a_larger_step_is_left_out_where_it_adds_nobody():
    pool = [PERSON | {"education": "大专"}]
    assert [found.changes[0].values for found in advise(VACANCY, columns_of(pool))] == [{"education": "大专"}]


def test_of_one_kind_the_smallest_and_the_one_that_adds_most_are_shown():
    pool = [PERSON | {"available_on": dt.date(2026, 3, 1) + dt.timedelta(days)} for days in (10, 50, 80)]
    assert [found.added for found in advise(VACANCY, columns_of(pool))] == [1, 3]


def test_pay_is_raised_to_what_people_who_pass_all_else_accept():
    pool = [PERSON | {"pay_floor": floor} for floor in (9000.0, 9000.0, 9000.0, 10550.0)]
    first, second = advise(VACANCY, columns_of(pool))
    assert [first.changes[0].values, second.changes[0].values] == [
        {"salary_high": 9000.0},
        {"salary_high": 10600.0},
    ]
    assert (first.added, second.added) == (3, 4)


def test_work_at_a_distance_reaches_those_who_would_not_move():
    away = PERSON | {"place_code": "110101", "willing_codes": ("110000",), "engagement": ("全职", "项目合作")}
    (found,) = advise(VACANCY, columns_of([away]))
    assert found.changes[0].values == {"engagement": ("全职", "项目合作")}


def test_who_would_not_come_is_never_added():
    away = PERSON | {"place_code": "110101", "willing_codes": ("110000",)}
    assert advise(VACANCY, columns_of([away])) == ()
    assert near_misses(VACANCY, columns_of([away])) == []


def test_a_licence_that_the_law_requires_is_neither_dropped_nor_a_near_miss():
    pool = [PERSON | {"licences": ("英语四级证书",)}]
    assert advise(VACANCY, columns_of(pool)) == ()
    assert near_misses(VACANCY, columns_of(pool)) == []


def test_those_among_the_best_are_counted_by_fit():
    pool = [PERSON] * 20 + [PERSON | {"education": "大专"}] * 4
    fit = np.array([5.0] * 20 + [9.0, 8.0, 7.0, 1.0])
    (found,) = advise(VACANCY, columns_of(pool), scores=lambda positions: fit[positions])
    assert (found.added, found.best) == (4, 3)


def test_a_change_that_adds_nobody_who_fits_well_comes_last():
    pool = [PERSON] * 20 + [PERSON | {"available_on": dt.date(2026, 3, 20)}, PERSON | {"education": "大专"}]
    fit = np.array([5.0] * 20 + [1.0, 9.0])
    found = advise(VACANCY, columns_of(pool), scores=lambda positions: fit[positions])
    assert [(each.best, each.cost) for each in found] == [(1, 1.0), (0, 0.5)]


def test_a_pair_that_adds_hardly_more_than_its_parts_is_left_out():
    low, silent = {"education": "大专"}, {"languages": ("zh",)}
    pool = [PERSON | low] * 10 + [PERSON | low | silent]
    assert [len(found.changes) for found in advise(VACANCY, columns_of(pool))] == [1]
    assert [len(found.changes) for found in advise(VACANCY, columns_of([*pool, *pool[-1:] * 2]))] == [1, 2]


def test_of_the_forms_at_a_distance_the_cheapest_stands_for_all():
    forms = ("全职", "项目合作", "联合研发", "顾问指导")
    away = PERSON | {"place_code": "110101", "willing_codes": ("110000",), "engagement": forms}
    assert [found.changes[0].values["engagement"][-1] for found in advise(VACANCY, columns_of([away]))] == [
        "顾问指导"
    ]


def test_members_that_left_the_pool_do_not_count():
    pool = [PERSON | {"education": "大专"}] * 3
    alive = np.array([True, False, False])
    (found,) = advise(VACANCY, columns_of(pool), alive=alive)
    assert (found.added, found.allowed) == (1, 1)
    assert [near.position for near in near_misses(VACANCY, columns_of(pool), alive=alive)] == [0]
    assert binding_rule(VACANCY, columns_of(pool), alive=np.zeros(3, dtype=bool)) is None


def test_near_misses_fail_one_rule_by_one_step_and_the_best_fit_comes_first():
    pool = [
        PERSON,
        PERSON | {"education": "大专"},
        PERSON | {"education": "高中/中专"},  # two levels
        PERSON | {"available_on": dt.date(2026, 3, 31)},
        PERSON | {"available_on": dt.date(2026, 4, 1)},  # 31 days
        PERSON | {"education": "大专", "languages": ("zh",)},  # two rules
        PERSON | {"pay_floor": 8100.0},  # the person's own condition
        PERSON | {"licences": ("低压电工证",)},
    ]
    found = near_misses(VACANCY, columns_of(pool))
    assert [(near.position, near.rule.name) for near in found] == [
        (1, "education"),
        (3, "start"),
        (7, "licences"),
    ]
    assert found[0].reason == "要求本科或同等技能等级，学历为大专，未登记技能等级"
    assert found[2].change.sentence == "不再要求持有英语四级证书"
    fit = np.array([0, 1, 0, 3, 0, 0, 0, 2.0])
    best = near_misses(VACANCY, columns_of(pool), k=2, scores=lambda positions: fit[positions])
    assert [near.position for near in best] == [3, 7]


def test_the_binding_rule_is_the_one_that_alone_keeps_most_people_out():
    low = PERSON | {"education": "大专"}
    pool = [low, low, PERSON | {"languages": ("zh",)}, low | {"languages": ("zh",), "pay_floor": 9000.0}]
    assert binding_rule(VACANCY, columns_of(pool)).name == "education"
    assert binding_rule(VACANCY, columns_of(pool[2:])).name == "languages"
    assert binding_rule(VACANCY, columns_of([PERSON])) is None
    nobody_alone = [low | {"languages": ("zh",)}, low | {"pay_floor": 9000.0}]
    assert binding_rule(VACANCY, columns_of(nobody_alone)).name == "education"


@settings(deadline=None, max_examples=50)
@given(vacancy=vacancies, pool=pools)
def test_every_count_is_that_of_the_rules_applied_again_pair_by_pair(vacancy, pool):
    before = allowed(vacancy, pool)
    for found in advise(vacancy, columns_of(pool), limit=1000):
        changed = vacancy | {field: value for each in found.changes for field, value in each.values.items()}
        after = allowed(changed, pool)
        assert before <= after  # relaxing shuts nobody out
        assert found.added == len(after - before) > 0
        assert found.allowed == len(after)


@settings(deadline=None, max_examples=25)
@given(vacancy=vacancies, pool=pools)
def test_no_change_and_no_pair_that_adds_people_is_overlooked(vacancy, pool):
    columns = columns_of(pool)
    before = allowed(vacancy, pool)
    added = {}
    for change in _changes(_Search(vacancy, columns, None)):
        added[change.sentence] = (change, allowed(vacancy | change.values, pool) - before)
    expected = {frozenset([each.rule]): each.cost for each, people in reversed(added.values()) if people}
    for (one, first), (other, second) in combinations(added.values(), 2):
        if one.values.keys().isdisjoint(other.values):
            together = allowed(vacancy | one.values | other.values, pool) - before
            if together - first - second and len(together) >= 1.2 * len(first | second):
                key = frozenset([one.rule, other.rule])
                expected[key] = min(expected.get(key, np.inf), one.cost + other.cost)
    cheapest = {}
    for found in advise(vacancy, columns, limit=1000):
        key = frozenset(change.rule for change in found.changes)
        cheapest[key] = min(cheapest.get(key, np.inf), found.cost)
    assert cheapest.keys() == expected.keys()
    assert all(cheapest[key] == pytest.approx(expected[key], abs=0.011) for key in expected)


@settings(deadline=None, max_examples=50)
@given(vacancy=vacancies, pool=pools)
def test_advice_is_in_the_order_of_cost_and_never_touches_what_a_person_set(vacancy, pool):
    found = advise(vacancy, columns_of(pool), limit=4)
    assert len(found) <= 4
    assert [each.cost for each in found] == sorted(each.cost for each in found)
    own = {"education", "skill_level", "licences", "languages", "start_by", "salary_high", "engagement"}
    for change in (change for each in found for change in each.changes):
        assert change.values.keys() <= own | {"time_share", "months"}


@settings(deadline=None, max_examples=50)
@given(vacancy=vacancies, pool=pools)
def test_near_misses_are_all_those_whom_one_step_lets_in(vacancy, pool):
    steps = [change for change in possible_changes(vacancy) if change.step]
    expected = []
    for position, profile in enumerate(pool):
        failed = failing(vacancy, profile)
        if len(failed) == 1 and failed[0].side is Side.EMPLOYER:
            of_the_rule = [change for change in steps if change.rule == failed[0].name]
            if any(not failing(vacancy | change.values, profile) for change in of_the_rule):
                expected.append((position, failed[0].name))
    found = near_misses(vacancy, columns_of(pool), k=100)
    assert [(near.position, near.rule.name) for near in found] == expected
    assert all(near.reason and near.change.rule == near.rule.name for near in found)
