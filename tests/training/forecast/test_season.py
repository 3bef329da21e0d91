from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from training.forecast.demand import Floats
from training.forecast.holidays import festival_shares
from training.forecast.season import (
    Calendar,
    IndexStatus,
    Profile,
    seasonal_index,
    seasonal_profile,
)

JANUARY = Calendar(dt.date(2020, 1, 1))
SHAPE = np.array([0.9, 0.9, 1.3, 1.1, 1.0, 1.0, 0.8, 0.9, 1.1, 1.0, 1.0, 0.9])


def total(months: int, *, festival: float = 0.0, first: dt.date = dt.date(2020, 1, 1)) -> Floats:
    """A season without chance, and a festival where asked for."""
    places = (first.month - 1 + np.arange(months)) % 12
    return np.asarray(1000 * SHAPE[places] * np.exp(festival * festival_shares(first, months)), dtype=float)


def test_a_long_steady_season_is_found() -> None:
    factors = np.exp(seasonal_profile(total(120), JANUARY).effects)
    expected = SHAPE / np.exp(np.log(SHAPE).mean())
    # Ten years are believed to ten elevenths.
    assert factors.tolist() == pytest.approx((expected ** (10 / 11)).tolist(), rel=0.03)


def test_a_moving_festival_is_told_from_the_months() -> None:
    series = total(48, festival=-0.8)
    profile = seasonal_profile(series, JANUARY)
    assert profile.festival == pytest.approx(-0.8, abs=0.12)
    # January 2024 lies around the festival of 10 February by 11 of 31 days, January 2023 by 29.
    factors = profile.factors(JANUARY, 50)
    assert factors[48] / factors[36] == pytest.approx(np.exp(-0.8 * (11 - 29 + 1) / 31), rel=0.15)


def test_a_season_that_keeps_no_festival_has_none() -> None:
    rng = np.random.default_rng(3)
    series = total(40)[::-1] * rng.lognormal(0, 0.02, 40)  # January and February are ordinary months
    assert seasonal_profile(series, JANUARY).festival == 0


def test_a_flat_year_has_no_season() -> None:
    assert seasonal_profile(np.full(30, 7.0), JANUARY).effects.tolist() == pytest.approx([0.0] * 12)


def test_effects_follow_the_calendar_and_not_the_position() -> None:
    may = dt.date(2020, 5, 1)
    late = seasonal_profile(total(116, first=may), Calendar(may))
    assert late.effects.tolist() == pytest.approx(
        seasonal_profile(total(120), JANUARY).effects.tolist(), abs=0.02
    )


def test_effects_average_to_nothing() -> None:
    series = np.random.default_rng(1).uniform(50, 200, 36)
    assert seasonal_profile(series, JANUARY).effects.sum() == pytest.approx(0)


def test_one_month_that_stands_out_hardly_moves_the_season() -> None:
    series = total(40) * np.random.default_rng(2).lognormal(0, 0.02, 40)
    hit = series.copy()
    hit[30] *= 0.5
    moved = np.abs(seasonal_profile(hit, JANUARY).effects - seasonal_profile(series, JANUARY).effects)
    assert moved.max() < 0.08  # believed as it stands, the month would move by 0.69 / 3 and more


def test_a_month_without_any_demand_is_passed_over() -> None:
    series = np.full(30, 50.0)
    series[14] = 0
    assert seasonal_profile(series, JANUARY).effects.tolist() == pytest.approx([0.0] * 12)


def test_quarters_have_a_season_of_four() -> None:
    quarters = Calendar(dt.date(2020, 7, 1), 4)
    assert quarters.phases(6).tolist() == [0, 1, 2, 3, 0, 1]
    assert quarters.festival(3).tolist() == [0, 0, 0]
    effects = seasonal_profile(np.tile([50.0, 100, 200, 100], 10), quarters).effects
    assert effects.argmin() == 0
    assert effects.argmax() == 2


@pytest.mark.parametrize("series", [np.array([]), np.array([5.0, 9.0]), np.zeros(40)])
def test_too_little_to_estimate_from_gives_nothing(series: Floats) -> None:
    assert seasonal_profile(series, JANUARY).effects.tolist() == [0.0] * 12
    assert seasonal_profile(series, Calendar(dt.date(2020, 1, 1), 1)).effects.tolist() == [0.0]


def test_factors_reach_beyond_what_was_seen() -> None:
    profile = Profile(np.log(np.arange(1.0, 13.0)), -1.0)
    factors = profile.factors(Calendar(dt.date(2022, 4, 1)), 11)
    assert factors[:9].tolist() == pytest.approx([4, 5, 6, 7, 8, 9, 10, 11, 12])
    assert factors[9] == pytest.approx(np.exp(-29 / 31))  # January 2023


def test_a_published_index_needs_24_months_of_demand() -> None:
    short = seasonal_index(total(23), JANUARY)
    assert (short.status, short.n_months) == (IndexStatus.TOO_SHORT, 23)
    assert short.factors.tolist() == [1.0] * 12
    enough = seasonal_index(total(24), JANUARY)
    assert (enough.status, enough.n_months) == (IndexStatus.ESTIMATED, 24)
    assert enough.factors[6] < 1 < enough.factors[2]


def test_months_without_demand_do_not_count_as_history() -> None:
    series = total(24)
    series[5] = 0
    assert seasonal_index(series, JANUARY).status is IndexStatus.TOO_SHORT
