from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from data.records import Outcome
from data.synthetic.spells import Spell, draw_spell, fill_share, median_days

OPENED = dt.date(2025, 3, 3)
FAR = dt.date(2030, 1, 1)


def spells(tightness: float, *, premium: float = 0.0, end: dt.date = FAR, count: int = 3000) -> list[Spell]:
    rng = np.random.default_rng(5)
    return [
        draw_spell(rng, opened_on=OPENED, end=end, tightness=tightness, premium=premium) for _ in range(count)
    ]


def test_half_of_ordinary_vacancies_are_filled_by_the_median() -> None:
    days = [spell.days_to_fill for spell in spells(0.0)]
    assert np.median(days) == pytest.approx(median_days(0.0), rel=0.05)


@pytest.mark.parametrize("tightness", [-1.0, 0.0, 1.0])
def test_the_share_filled_in_ninety_days_is_the_stated_probability(tightness: float) -> None:
    days = np.array([spell.days_to_fill for spell in spells(tightness)])
    assert (days <= 90).mean() == pytest.approx(fill_share(tightness), abs=0.03)


def test_tight_work_fills_later_and_better_pay_fills_sooner() -> None:
    assert fill_share(-1.0) > 0.8 > 0.5 > fill_share(1.0)
    assert median_days(0.5) > median_days(0.0) > median_days(0.0, premium=0.2)


def test_a_filled_vacancy_closes_on_the_day_it_is_full() -> None:
    filled = [spell for spell in spells(0.0) if spell.outcome is Outcome.FILLED]
    for spell in filled:
        assert spell.closed_on is not None
        assert (spell.closed_on - OPENED).days - 1 < spell.days_to_fill <= (spell.closed_on - OPENED).days


def test_an_unfilled_vacancy_closes_when_its_validity_ends() -> None:
    unfilled = [spell for spell in spells(1.0) if spell.outcome is Outcome.UNFILLED]
    assert len(unfilled) > 500
    assert all(spell.closed_on == spell.valid_until for spell in unfilled)
    assert all(spell.days_to_fill > (spell.valid_until - OPENED).days for spell in unfilled)


def test_a_few_vacancies_are_withdrawn_before_anything_else_ends_them() -> None:
    drawn = spells(0.0)
    withdrawn = [spell for spell in drawn if spell.outcome is Outcome.WITHDRAWN]
    assert 0.01 < len(withdrawn) / len(drawn) < 0.08
    assert all(spell.closed_on and spell.closed_on < spell.valid_until for spell in withdrawn)


def test_a_vacancy_open_at_the_end_is_censored() -> None:
    end = OPENED + dt.timedelta(days=20)
    drawn = spells(0.0, end=end)
    opened = [spell for spell in drawn if spell.outcome is Outcome.OPEN]
    assert len(opened) / len(drawn) > 0.8
    assert all(spell.closed_on is None and spell.days_open(end) == 20 for spell in opened)
    closed = [spell.closed_on for spell in drawn if spell.closed_on]
    assert max(closed) <= end


def test_days_open_of_a_closed_spell_end_with_its_close() -> None:
    spell = Spell(OPENED, 12.0, OPENED, OPENED + dt.timedelta(days=12), Outcome.FILLED)
    assert spell.days_open(FAR) == 12
