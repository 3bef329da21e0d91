"""Which vacancies and people a fair is for."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from data.errors import InputError
from matching.allocation.fairs import Fair

ROWS = [
    {"id": "V1", "employer": "甲", "experience_low": None},
    {"id": "V2", "employer": "甲", "experience_low": 3.0},
    {"id": "V3", "employer": "乙", "experience_low": 1.0},
]
INDUSTRIES = {"V1": "港口物流", "V2": None, "V3": "港口物流"}
DAY = dt.date(2026, 12, 5)


def fair(**narrowed):
    return Fair(name="秋季招聘会", held_on=DAY, place="人才市场", **narrowed)


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({}, ["V1", "V2", "V3"]),
        ({"employers": ("甲",)}, ["V1", "V2"]),
        ({"key_industry": "港口物流"}, ["V1", "V3"]),
        ({"graduates": True}, ["V1", "V3"]),
        ({"employers": ("甲",), "graduates": True}, ["V1"]),
    ],
)
def test_what_is_set_narrows_the_vacancies(narrowed, expected):
    assert fair(**narrowed).vacancies(ROWS, industries=INDUSTRIES) == expected


def test_a_fair_without_any_vacancy_is_refused():
    with pytest.raises(InputError, match="秋季招聘会") as caught:
        fair(employers=("丙",)).vacancies(ROWS, industries={})
    assert caught.value.code == "fair_without_vacancies"


def test_who_states_no_years_is_not_kept_from_the_graduate_stream():
    people = [{"experience_years": None}, {"experience_years": 2.0}, {"experience_years": 9.0}, {}]
    assert fair(graduates=True).people(people).tolist() == [True, True, False, True]
    assert fair().people(people).all()


def test_a_fair_without_seats_is_no_fair():
    with pytest.raises(ValidationError):
        fair(seats=0)
