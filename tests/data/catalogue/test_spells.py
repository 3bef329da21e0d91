import datetime as dt

import numpy as np
import pytest

from data.catalogue.frames import read_spells
from data.catalogue.period import Period
from data.catalogue.spells import add_timing
from data.records import Outcome

PERIOD = Period(dt.date(2026, 12, 31))
DAY = dt.date
NAN = float("nan")


@pytest.fixture
def timing(make_vacancies):
    def of(**row):
        frame = add_timing(read_spells(make_vacancies(row), PERIOD).frame, PERIOD)
        return next(frame.itertuples())

    return of


def opened(**row):
    return {"opened_on": DAY(2026, 3, 1), **row}


@pytest.mark.parametrize(
    ("row", "days", "filled"),
    [
        pytest.param(opened(outcome=Outcome.FILLED, closed_on=DAY(2026, 3, 31)), 30, True, id="filled"),
        pytest.param(
            opened(outcome=Outcome.FILLED, closed_on=DAY(2026, 3, 31), start_by=DAY(2026, 3, 11)),
            20, True, id="counted from the desired start",
        ),
        pytest.param(
            opened(outcome=Outcome.FILLED, closed_on=DAY(2026, 3, 31), start_by=DAY(2026, 5, 1)),
            0, True, id="filled before the desired start",
        ),
        pytest.param(
            opened(outcome=Outcome.FILLED, closed_on=DAY(2026, 3, 31), start_by=DAY(2026, 1, 1)),
            30, True, id="a desired start before the opening is ignored",
        ),
        pytest.param(
            opened(outcome=Outcome.FILLED, closed_on=DAY(2026, 9, 1)), 180, False, id="filled after the cap"
        ),
        pytest.param(opened(outcome=Outcome.FILLED), NAN, False, id="filled on an unknown day"),
        pytest.param(
            opened(outcome=Outcome.FILLED, closed_on=DAY(2026, 2, 1)), NAN, False, id="closed before opened"
        ),
        pytest.param(
            opened(outcome=Outcome.UNFILLED, closed_on=DAY(2026, 3, 31)), 180, False, id="given up: never"
        ),
        pytest.param(
            opened(outcome=Outcome.WITHDRAWN, closed_on=DAY(2026, 3, 31)), 30, False, id="withdrawn: censored"
        ),
        pytest.param(
            opened(outcome=Outcome.UNKNOWN, closed_on=DAY(2026, 3, 31)), 30, False, id="unknown: censored"
        ),
        pytest.param(opened(outcome=Outcome.UNKNOWN), NAN, False, id="nothing reported says nothing"),
        pytest.param(
            {"opened_on": DAY(2026, 12, 1), "outcome": Outcome.OPEN}, 30, False, id="open: censored today"
        ),
        pytest.param(
            {"opened_on": DAY(2026, 12, 1), "outcome": Outcome.OPEN, "start_by": DAY(2027, 2, 1)},
            NAN, False, id="open and not yet wanted",
        ),
        pytest.param(
            opened(outcome=Outcome.OPEN, valid_until=DAY(2026, 3, 11)), 10, False, id="open until it expired"
        ),
    ],
)  # fmt: skip
def test_days_to_filled_or_censored(timing, row, days, filled):
    spell = timing(**row)
    assert spell.days == pytest.approx(days, nan_ok=True)
    assert spell.filled == filled


@pytest.mark.parametrize(
    ("row", "known", "filled"),
    [
        (opened(outcome=Outcome.FILLED, closed_on=DAY(2026, 5, 30)), True, True),  # day 90
        (opened(outcome=Outcome.FILLED, closed_on=DAY(2026, 5, 31)), True, False),  # day 91
        (opened(outcome=Outcome.UNFILLED, closed_on=DAY(2026, 3, 5)), True, False),
        (opened(outcome=Outcome.OPEN), True, False),  # still open after ninety days
        (opened(outcome=Outcome.OPEN, valid_until=DAY(2026, 4, 1)), False, False),
        (opened(outcome=Outcome.UNKNOWN, closed_on=DAY(2026, 11, 1)), False, False),
        (opened(outcome=Outcome.WITHDRAWN, closed_on=DAY(2026, 11, 1)), False, False),
        # younger than ninety days: only the quick ones could be known
        (
            {"opened_on": DAY(2026, 10, 2), "outcome": Outcome.FILLED, "closed_on": DAY(2026, 10, 5)},
            False, False,
        ),
        ({"opened_on": DAY(2026, 10, 1), "outcome": Outcome.OPEN}, True, False),
    ],
)  # fmt: skip
def test_unknown_outcomes_are_censored_and_never_failures(timing, row, known, filled):
    spell = timing(**row)
    assert (spell.known90, spell.filled90) == (known, filled)


def test_a_verdict_is_what_the_employer_reported(timing):
    outcomes = [Outcome.FILLED, Outcome.UNFILLED, Outcome.WITHDRAWN, Outcome.OPEN, Outcome.UNKNOWN]
    assert [timing(outcome=outcome).verdict for outcome in outcomes] == [True, True, True, False, False]


def test_a_vacancy_that_ended_before_the_half_year_is_not_current(timing):
    assert not timing(**opened(closed_on=DAY(2026, 6, 30))).current
    assert timing(**opened(closed_on=DAY(2026, 7, 1))).current


def test_places_that_are_not_stated_are_marked(timing):
    assert timing(heads=3.0).stated
    assert not timing(heads=np.nan).stated
