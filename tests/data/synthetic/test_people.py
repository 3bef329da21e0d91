from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from data.records import Education, Engagement, SkillLevel
from data.synthetic.content import Content
from data.synthetic.people import Person, draw_people, supply_shares

END = dt.date(2026, 10, 31)


@pytest.fixture(scope="module")
def people(content: Content) -> Sequence[Person]:
    roles = list(content.roles.values())
    shares = supply_shares([role.heads for role in roles], [role.tightness for role in roles])
    return draw_people(content, roles, shares, 3000, end=END, rng=np.random.default_rng(1))


def test_demand_per_seeker_is_the_tightness_up_to_a_constant() -> None:
    shares = supply_shares([10.0, 10.0, 40.0], [0.0, 1.0, -0.5])
    assert shares.sum() == pytest.approx(1)
    assert np.diff(np.log(np.array([10.0, 10.0, 40.0]) / shares)) == pytest.approx([1.0, -1.5])


def test_every_role_gets_its_share_to_within_one_person(content: Content, people: Sequence[Person]) -> None:
    roles = list(content.roles.values())
    shares = supply_shares([role.heads for role in roles], [role.tightness for role in roles])
    counts = Counter(person.role.id for person in people)
    assert len(people) == 3000
    for role, share in zip(roles, shares, strict=True):
        assert abs(counts[role.id] - 3000 * share) <= 1


def test_nobody_is_drawn_when_nobody_is_asked_for(content: Content) -> None:
    roles = list(content.roles.values())[:2]
    assert draw_people(content, roles, np.array([0.5, 0.5]), 0, end=END, rng=np.random.default_rng(1)) == []


def test_some_look_for_work_near_their_own(people: Sequence[Person]) -> None:
    changers = [person for person in people if person.wanted is not person.role]
    assert 0.08 < len(changers) / len(people) < 0.16
    assert all(person.wanted.id in person.role.near and person.years for person in changers)


def test_a_tenth_are_beginners(people: Sequence[Person]) -> None:
    assert np.mean([person.years == 0 for person in people]) == pytest.approx(0.10, abs=0.02)


def test_education_and_levels_are_varied(people: Sequence[Person]) -> None:
    assert {person.education for person in people} >= set(Education) - {Education.ANY, Education.PRIMARY}
    levels = [person.level for person in people]
    assert set(levels) >= {None, SkillLevel.JUNIOR, SkillLevel.SENIOR, SkillLevel.SENIOR_TECHNICIAN}


def test_high_levels_take_years_and_belong_to_trades(people: Sequence[Person]) -> None:
    for person in people:
        if person.level is not None:
            assert person.role.level is not None
            assert person.level is not SkillLevel.SENIOR_TECHNICIAN or person.years >= 15


def test_most_people_live_in_the_city_and_some_elsewhere(content: Content, people: Sequence[Person]) -> None:
    inside = np.mean([person.place_code in content.phrases.county_names for person in people])
    assert inside == pytest.approx(0.84, abs=0.03)
    assert {len(person.willing) for person in people} == {0, 1, 2, 3}


def test_pay_floors_rise_with_experience_and_stay_near_the_usual_pay(people: Sequence[Person]) -> None:
    set_floors = [person for person in people if person.pay_floor is not None]
    assert np.mean([person.pay_floor is None for person in people]) == pytest.approx(0.12, abs=0.02)
    for person in set_floors:
        assert person.pay_floor is not None
        assert 0.6 * person.wanted.pay[0] <= person.pay_floor <= 1.3 * person.wanted.pay[1]
    old = np.mean([p.pay_floor / p.wanted.pay[0] for p in set_floors if p.pay_floor and p.years > 12])
    new = np.mean([p.pay_floor / p.wanted.pay[0] for p in set_floors if p.pay_floor and p.years == 0])
    assert old > new + 0.2


def test_licences_are_those_of_the_trade_and_some_lack_one(people: Sequence[Person]) -> None:
    licensed = [person for person in people if person.role.licences]
    assert all(set(person.licences) <= set(person.role.licences) for person in licensed)
    assert 0.1 < np.mean([person.licences != person.role.licences for person in licensed]) < 0.35


def test_only_experienced_people_offer_other_forms_and_nobody_at_a_machine(people: Sequence[Person]) -> None:
    others = [person for person in people if person.engagement != (Engagement.FULL_TIME,)]
    assert 0.02 < len(others) / len(people) < 0.06
    assert all(person.years >= 7 for person in others)
    assert all(person.role.flexible or person.role.kind != "operator" for person in others)
    assert any(Engagement.FULL_TIME not in person.engagement for person in others)


def test_profiles_were_confirmed_before_the_end_and_not_all_are_fresh(people: Sequence[Person]) -> None:
    ages = np.array([(END - person.active_on).days for person in people])
    assert ages.min() >= 0
    assert 0.03 < (ages > 183).mean() < 0.25
    assert all(person.available_on >= person.active_on for person in people)
