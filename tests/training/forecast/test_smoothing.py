from __future__ import annotations

import numpy as np
import pytest

from training.forecast.smoothing import SIMPLE, Method, predict, smoothing_weights, with_sum


def slow_level(values: list[float]) -> float:
    """The recursion as it is written down."""
    level = values[0]
    for value in values[1:]:
        level = 0.5 * value + 0.5 * level
    return level


def test_the_weights_of_three_months_are_known() -> None:
    assert smoothing_weights(3, 0.5).tolist() == [0.25, 0.25, 0.5]
    assert smoothing_weights(2, 0.3).tolist() == pytest.approx([0.7, 0.3])
    assert smoothing_weights(3, 1.0).tolist() == [0, 0, 1]
    assert smoothing_weights(1, 0.5).tolist() == [1]


def test_levels_agree_with_the_recursion() -> None:
    matrix = np.random.default_rng(3).poisson(20, (6, 37)).astype(float)
    forecast = predict(matrix, Method.SES, horizon=1)[:, 0]
    assert forecast.tolist() == pytest.approx([slow_level(row) for row in matrix.tolist()])


def test_the_pooled_forecast_takes_the_season_off_and_puts_it_back() -> None:
    # 4/2 = 2; (8/1 + 2)/2 = 5; (16/4 + 5)/2 = 4.5; then 4.5·3 and 4.5·0.5.
    factors = np.array([2.0, 1.0, 4.0, 3.0, 0.5])
    forecast = predict(np.array([[4.0, 8.0, 16.0]]), Method.POOLED, horizon=2, factors=factors)
    assert forecast.tolist() == [[13.5, 2.25]]


def test_baselines_are_what_their_names_say() -> None:
    matrix = np.arange(1.0, 14.0)[None, :]
    assert predict(matrix, Method.LAST, horizon=2).tolist() == [[13.0, 13.0]]
    assert predict(matrix, Method.MEAN3, horizon=2).tolist() == [[12.0, 12.0]]
    assert predict(matrix, Method.SEASONAL_NAIVE, horizon=2).tolist() == [[2.0, 3.0]]
    without_factors = predict(matrix, Method.POOLED, horizon=2)
    assert without_factors.tolist() == predict(matrix, Method.SES, horizon=2).tolist()


def test_the_year_before_is_repeated_beyond_a_season() -> None:
    matrix = np.arange(1.0, 9.0)[None, :]
    forecast = predict(matrix, Method.SEASONAL_NAIVE, horizon=6, season_length=4)
    assert forecast.tolist() == [[5, 6, 7, 8, 5, 6]]
    assert predict(matrix, Method.SEASONAL_NAIVE, horizon=2, season_length=1).tolist() == [[8, 8]]


def test_the_trend_fades() -> None:
    # One step of 10: a trend of 0.3·10 = 3, which fades by a fifth: 110 + 2.4, + 2.4 + 1.92.
    forecast = predict(np.array([[100.0, 110.0], [5.0, 5.0]]), Method.TREND, horizon=2)
    assert forecast[0].tolist() == pytest.approx([112.4, 114.32])
    assert forecast[1].tolist() == [5, 5]
    # A second step: 0.3·10 + 0.7·0.8·3 = 4.68.
    assert predict(np.array([[100.0, 110.0, 120.0]]), Method.TREND, horizon=1)[0, 0] == pytest.approx(123.744)


@pytest.mark.parametrize(
    ("method", "n_months"),
    [(Method.LAST, 0), (Method.SES, 0), (Method.TREND, 0), (Method.MEAN3, 2), (Method.SEASONAL_NAIVE, 11)],
)
def test_a_method_without_enough_months_says_nothing(method: Method, n_months: int) -> None:
    assert np.isnan(predict(np.ones((2, n_months)), method, horizon=3)).all()


@pytest.mark.parametrize("method", SIMPLE)
def test_forecasts_of_children_add_up_to_the_forecast_of_the_parent(method: Method) -> None:
    leaves = np.random.default_rng(8).poisson(30, (5, 26)).astype(float)
    matrix = np.vstack([leaves.sum(axis=0), leaves])
    factors = np.random.default_rng(9).uniform(0.5, 1.5, 32)
    forecast = predict(matrix, method, horizon=6, factors=factors)
    assert forecast[1:].sum(axis=0).tolist() == pytest.approx(forecast[0].tolist())


def test_the_sum_stands_last() -> None:
    assert with_sum(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist() == [[1.0, 2.0, 3.0], [3.0, 4.0, 7.0]]
