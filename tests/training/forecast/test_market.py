from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from training.forecast.demand import Floats
from training.forecast.market import damped_trend, market_factors, market_steps
from training.forecast.season import Calendar

JANUARY = Calendar(dt.date(2021, 1, 1))
MANY = np.arange(13, 31)


def market(total: Floats, *, seasonal: bool = True, horizon: int = 3) -> Floats:
    return market_steps(total, JANUARY, origins=MANY, horizon=horizon, seasonal=seasonal)


def test_a_steady_total_is_forecast_as_it_is() -> None:
    assert market(np.full(30, 70.0)).ravel().tolist() == pytest.approx([70.0] * 18 * 3)


def test_the_trend_is_that_of_the_recursion() -> None:
    # Level (10 + 10 + 10)/3 = 10, trend 0, up to the last month: 0.5·20 + 0.5·10 = 15, trend 0.2·5 = 1.
    forecast = damped_trend(np.array([10.0, 10.0, 10.0, 20.0]), horizon=2)
    assert forecast.tolist() == pytest.approx([15.8, 15.8 + 0.64])


def test_the_first_forecast_weighs_level_year_before_and_trend() -> None:
    # Without a season the year before says what the level says: 4/5 of the level and 1/5 of the trend.
    total = np.full(13, 100.0)
    total[-1] = 120.0
    first = market_steps(total, JANUARY, origins=np.array([13]), horizon=1, seasonal=False)[0, 0]
    level = np.exp(0.5 * np.log(120) + 0.5 * np.log(100))
    assert first == pytest.approx(0.8 * level + 0.2 * (110 + 0.8 * 2))


def test_the_year_before_counts_where_there_is_a_season() -> None:
    total = np.full(14, 100.0)
    total[2] = 150.0  # March
    seasonal, plain = (
        market_steps(total, JANUARY, origins=np.array([14]), horizon=1, seasonal=season)[0, 0]
        for season in (True, False)
    )
    assert plain == pytest.approx(100, rel=0.02)
    assert seasonal > 105


def test_a_member_that_keeps_failing_loses_weight() -> None:
    # The year before lies far below a market that doubled at once and stays there.
    total = np.append(np.full(13, 100.0), np.full(17, 200.0))
    late = market(total)[-6:, 0]  # origins 25 to 30: the year before has caught up at the last ones
    early = market(total)[6:9, 0]  # origins 19 to 21
    assert late[-1] == pytest.approx(200, rel=0.03)
    # By its base weight of a fifth it would draw the forecast to 180.
    assert (early > 185).all()


def test_a_forecast_does_not_look_ahead() -> None:
    total = np.random.default_rng(5).uniform(500, 900, 30)
    later = total.copy()
    later[20:] = 1e6
    assert market(total)[:8].tolist() == market(later)[:8].tolist()


def test_months_of_nothing_do_not_break_it() -> None:
    total = np.full(30, 50.0)
    total[[3, 20, 29]] = 0
    assert np.isfinite(market(total)).all()
    assert market(np.zeros(30)).tolist() == np.zeros((18, 3)).tolist()


def test_without_a_season_all_factors_are_one() -> None:
    factors = market_factors(np.arange(1.0, 31), JANUARY, origin=24, horizon=3, seasonal=False)
    assert factors.tolist() == [1.0] * 27


def test_a_long_horizon_repeats_the_season() -> None:
    quarters = Calendar(dt.date(2021, 1, 1), 4)
    total = np.tile([50.0, 100, 200, 100], 8)
    steps = market_steps(total, quarters, origins=np.array([32]), horizon=8, seasonal=True)[0]
    assert steps[:4].tolist() == pytest.approx(steps[4:].tolist(), rel=0.02)
    assert steps[0] < steps[1] < steps[2]
