"""Clocks in working days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.releases.workdays import WorkCalendar, work_calendar

PLAIN = WorkCalendar(frozenset(), frozenset())


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (dt.date(2026, 9, 30), True),
        (dt.date(2026, 10, 1), False),  # National Day
        (dt.date(2026, 10, 10), True),  # a Saturday worked in exchange
        (dt.date(2026, 10, 11), False),  # a plain Sunday
        (dt.date(2025, 1, 26), True),  # a Sunday before the Spring Festival
        (dt.date(2025, 2, 4), False),
    ],
)
def test_holidays_and_moved_days_follow_the_notices(day, works):
    assert work_calendar().is_workday(day) is works


def test_the_notices_of_two_years_are_known_with_their_number_of_days_off():
    calendar = work_calendar()
    assert calendar.years == {2025, 2026}
    off = {year: sum(day.year == year for day in calendar.holidays) for year in calendar.years}
    worked = {year: sum(day.year == year for day in calendar.workdays) for year in calendar.years}
    # 1+8+3+5+3+8 and 3+9+3+5+3+3+7 days off; 5 and 6 weekend days worked.
    assert (off, worked) == ({2025: 28, 2026: 33}, {2025: 5, 2026: 6})


def test_moved_days_are_weekend_days_and_no_day_is_both():
    calendar = work_calendar()
    assert all(day.weekday() >= 5 for day in calendar.workdays)
    assert not calendar.holidays & calendar.workdays


def test_a_term_begins_the_day_after_and_skips_the_weekend():
    friday = dt.date(2027, 3, 5)
    assert PLAIN.add(friday, 1) == dt.date(2027, 3, 8)
    assert PLAIN.add(friday, 5) == dt.date(2027, 3, 12)
    assert PLAIN.add(friday, 0) == friday


def test_nothing_lies_between_a_day_and_an_earlier_one():
    assert PLAIN.between(dt.date(2027, 3, 5), dt.date(2027, 3, 5)) == 0
    assert PLAIN.between(dt.date(2027, 3, 5), dt.date(2027, 3, 1)) == 0


@given(st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)), st.integers(1, 60))
def test_a_term_ends_on_a_working_day_and_has_its_length(start, days):
    end = work_calendar().add(start, days)
    assert work_calendar().is_workday(end)
    assert work_calendar().between(start, end) == days
