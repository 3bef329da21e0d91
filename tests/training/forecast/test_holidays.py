from __future__ import annotations

import datetime as dt

import pytest

from training.forecast.holidays import festival_shares, spring_festival


def test_the_festival_of_a_year_is_known() -> None:
    assert spring_festival(2021) == dt.date(2021, 2, 12)
    assert spring_festival(2023) == dt.date(2023, 1, 22)
    assert spring_festival(2050) == dt.date(2050, 1, 23)
    assert spring_festival(1999) is None
    assert spring_festival(2051) is None


def test_every_festival_lies_between_21_january_and_20_february() -> None:
    for year in range(2000, 2051):
        day = spring_festival(year)
        assert day is not None
        assert (1, 21) <= (day.month, day.day) <= (2, 20)


def test_shares_are_the_days_around_the_festival() -> None:
    # 2022-02-01: from 11 January to 8 February, 21 of 31 and 8 of 28 days.
    shares = festival_shares(dt.date(2021, 12, 1), 4)
    assert shares.tolist() == pytest.approx([0, 21 / 31, 8 / 28, 0])
    # 2023-01-22: from New Year's Day to 29 January.
    assert festival_shares(dt.date(2023, 1, 15), 2).tolist() == pytest.approx([29 / 31, 0])


def test_the_weeks_before_an_early_festival_reach_into_december() -> None:
    # No festival is earlier than 21 January, three weeks before which is 31 December.
    assert festival_shares(dt.date(2003, 12, 1), 1).tolist() == [0]  # 2004-01-22: 1 January
    assert festival_shares(dt.date(2000, 12, 1), 2)[1] == pytest.approx(29 / 31)  # 2001-01-24: 3 January


def test_in_unknown_years_there_is_no_festival() -> None:
    assert festival_shares(dt.date(1990, 1, 1), 24).tolist() == [0] * 24
    assert festival_shares(dt.date(2050, 12, 1), 3).tolist() == [0] * 3
    assert festival_shares(dt.date(2050, 1, 1), 0).tolist() == []
