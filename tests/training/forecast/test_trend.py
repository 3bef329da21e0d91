"""Pace and trend of figures known for a few years."""

from __future__ import annotations

import math

import pytest

from training.forecast.trend import (
    Observation,
    PaceRule,
    fit_trend,
    observed_pace,
    value_between,
    yearly_pace,
)


def points(*values, start=2020):
    return [Observation(year=start + place, value=value) for place, value in enumerate(values)]


def test_the_way_between_two_figures_is_even_in_units_or_in_percent():
    first, last = Observation(year=2020, value=100.0), Observation(year=2022, value=144.0)
    assert yearly_pace(first, last, PaceRule.LINEAR) == 22.0
    assert yearly_pace(first, last, PaceRule.GEOMETRIC) == 20.0
    assert value_between(first, last, 2021, PaceRule.LINEAR) == 122.0
    assert value_between(first, last, 2021, PaceRule.GEOMETRIC) == 120.0


def test_no_pace_without_a_year_between_or_a_percentage_of_nothing():
    nothing, later = Observation(year=2020, value=0.0), Observation(year=2025, value=5.0)
    assert yearly_pace(later, nothing, PaceRule.LINEAR) is None
    assert yearly_pace(nothing, later, PaceRule.GEOMETRIC) is None
    assert observed_pace([nothing, later], PaceRule.GEOMETRIC) is None
    assert observed_pace([later], PaceRule.LINEAR) is None
    # A percentage of nothing cannot be followed: the way is even in units.
    assert value_between(nothing, later, 2021, PaceRule.GEOMETRIC) == 1.0


def test_the_observed_pace_is_the_least_squares_line():
    # 1, 2, 6: slope (6 - 1) / 2
    assert observed_pace(points(1.0, 2.0, 6.0), PaceRule.LINEAR) == 2.5
    assert observed_pace(points(100.0, 110.0, 121.0), PaceRule.GEOMETRIC) == 10.0


def test_two_points_give_a_pace_but_no_trend():
    assert observed_pace(points(4.0, 5.0), PaceRule.LINEAR) == 1.0
    assert fit_trend(points(4.0, 5.0), 2025, PaceRule.LINEAR, printed_unit=0.1) is None
    assert fit_trend(points(0.0, 5.0, 6.0), 2025, PaceRule.GEOMETRIC, printed_unit=0.1) is None


def test_three_points_give_the_interval_of_the_regression():
    # 1, 2, 6 about the line 0.5, 3, 5.5: squares .25 + 1 + .25 on one degree of freedom.
    trend = fit_trend(points(1.0, 2.0, 6.0), 2023, PaceRule.LINEAR, printed_unit=1e-6)
    error = math.sqrt(1.5 * (1 + 1 / 3 + 4 / 2))
    assert trend.value == 8.0
    assert trend.hi80 == pytest.approx(8.0 + 3.0777 * error, abs=1e-3)
    assert trend.lo80 == pytest.approx(max(8.0 - 3.0777 * error, 0), abs=1e-3)
    assert trend.hi95 > trend.hi80


def test_points_on_a_line_are_no_surer_than_their_rounding():
    exact = fit_trend(points(1.0, 2.0, 3.0), 2023, PaceRule.LINEAR, printed_unit=0.1)
    half = 3.0777 * math.sqrt(0.01 / 12 * (1 + 1 / 3 + 2))
    assert exact.hi80 - exact.value == pytest.approx(half, abs=1e-3)


def test_money_is_led_on_by_percent_and_stays_finite():
    trend = fit_trend(points(100.0, 110.0, 121.0), 2023, PaceRule.GEOMETRIC, printed_unit=0.1)
    assert trend.value == pytest.approx(133.1, abs=0.01)
    assert 0 < trend.lo95 < trend.lo80 < trend.value < trend.hi80 < trend.hi95
    wild = fit_trend(points(1.0, 1e9, 2.0), 2090, PaceRule.GEOMETRIC, printed_unit=1.0)
    assert math.isfinite(wild.hi95)
