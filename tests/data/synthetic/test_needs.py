from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest

from data.records import Education, Engagement
from data.synthetic.content import Content
from data.synthetic.demand import DemandPath, demand_path
from data.synthetic.needs import Need, draw_houses, draw_needs, pay_growth

END = dt.date(2026, 10, 31)


@pytest.fixture(scope="module")
def path(content: Content) -> DemandPath:
    rng = np.random.default_rng(1)
    return demand_path(content, content.employers[:48], end=END, months=12, rng=rng)


@pytest.fixture(scope="module")
def needs(content: Content, path: DemandPath) -> Sequence[Need]:
    rng = np.random.default_rng(2)
    houses = draw_houses(content, content.employers[:48], rng)
    return draw_needs(content, path, houses, end=END, rng=rng)


def test_the_heads_drawn_follow_the_expected_heads(needs: Sequence[Need], path: DemandPath) -> None:
    expected = sum(float(values.sum()) for values in path.heads.values())
    assert sum(need.heads for need in needs) == pytest.approx(expected, rel=0.08)
    assert np.mean([need.heads for need in needs]) == pytest.approx(3.5, abs=0.6)


def test_vacancies_come_in_order_of_opening_with_rising_ids(needs: Sequence[Need]) -> None:
    assert [need.vacancy_id for need in needs] == [f"V{place:06d}" for place in range(1, len(needs) + 1)]
    days = [need.spell.opened_on for need in needs]
    assert days == sorted(days)
    assert dt.date(2025, 11, 1) <= days[0] <= days[-1] <= END


def test_every_employer_has_the_line_of_business_that_the_role_needs(needs: Sequence[Need]) -> None:
    for need in needs:
        employer = need.house.employer
        assert employer.industry == need.industry
        assert not need.role.lines or set(need.role.lines) & set(employer.lines)


def test_two_needs_of_one_employer_for_one_role_at_once_are_for_two_parts_of_it(
    needs: Sequence[Need],
) -> None:
    last: dict[tuple[str, str, str], dt.date] = {}
    overlaps = 0
    for need in needs:
        key = (need.house.employer.name, need.role.id, need.unit)
        overlaps += last.get(key, dt.date.min) > need.spell.opened_on
        last[key] = need.spell.closed_on or END
    assert overlaps / len(needs) < 0.03


def test_most_needs_name_no_part_of_the_employer(needs: Sequence[Need], content: Content) -> None:
    assert 0.15 < np.mean([need.unit != "" for need in needs]) < 0.4
    for need in needs:
        assert need.unit in ("", *content.industries[need.industry].units)


def test_pay_comes_in_the_steps_that_employers_use(needs: Sequence[Need]) -> None:
    for need in needs:
        low, high = need.pay
        assert 2500 <= low < high
        assert all(end % (500 if end < 10_000 else 1000) == 0 for end in need.pay)


def test_the_premium_says_how_far_the_pay_is_from_the_usual_pay(needs: Sequence[Need]) -> None:
    premiums = np.array([need.premium for need in needs])
    assert abs(premiums.mean()) < 0.05
    assert 0.03 < premiums.std() < 0.15


def test_pay_of_tight_work_grows_faster() -> None:
    assert pay_growth(1.0) > pay_growth(0.0) > 0 > pay_growth(-1.0)


def test_engineers_and_managers_are_never_asked_for_less_than_college(needs: Sequence[Need]) -> None:
    asked = {need.ask.education for need in needs if need.role.kind in {"engineer", "manager"}}
    assert asked == {Education.COLLEGE, Education.BACHELOR, Education.MASTER}


def test_skill_levels_are_asked_for_in_trades_only_and_not_always(needs: Sequence[Need]) -> None:
    assert all(need.ask.level is None for need in needs if need.role.level is None)
    trades = [need.ask.level is None for need in needs if need.role.level is not None]
    assert 0.2 < np.mean(trades) < 0.5


def test_an_upper_end_of_experience_lies_above_the_lower_end(needs: Sequence[Need]) -> None:
    ranges = [need.ask.years for need in needs]
    assert all(high is None or 0 < low < high for low, high in ranges)
    assert any(high for _, high in ranges)


def test_other_forms_of_engagement_are_offered_for_flexible_work_only(needs: Sequence[Need]) -> None:
    others = [need for need in needs if need.ask.engagement != (Engagement.FULL_TIME,)]
    assert others
    assert all(need.role.flexible for need in others)
    assert any(Engagement.FULL_TIME not in need.ask.engagement for need in others)


def test_a_few_vacancies_carry_a_forbidden_clause(needs: Sequence[Need], content: Content) -> None:
    clauses = [need.clause for need in needs if need.clause]
    assert 0.005 < len(clauses) / len(needs) < 0.03
    assert set(clauses) <= set(content.phrases.excluded_clauses)


def test_one_employer_that_is_always_busy_still_opens_its_vacancies(content: Content) -> None:
    rng = np.random.default_rng(4)
    employers = content.employers[:1]
    path = demand_path(content, employers, end=END, months=6, rng=rng)
    houses = draw_houses(content, employers, rng)
    needs = draw_needs(content, path, houses, end=END, rng=rng)
    assert {need.house.employer.name for need in needs} == {employers[0].name}
    furnace = [need.unit for need in needs if need.role.id == "mg_fused_furnace"]
    assert furnace[:2] == ["", "二车间"]
