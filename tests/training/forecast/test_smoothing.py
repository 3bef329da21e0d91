from __future__ import annotations

import numpy as np
import pytest

from training.forecast.smoothing import (
    Method,
    calendar_months,
    predict,
    predict_at,
    smoothed_levels,
    with_sum,
)


def slow_level(values: list[float]) -> float:
    """The recursion as it is written down."""
    level = values[0]
    for value in values[1:]:
        level = 0.5 * value + 0.5 * level
    return level


def test_the_level_of_three_numbers_is_known() -> None:
    # 4; (8 + 4)/2 = 6; (16 + 6)/2 = 11.
    assert smoothed_levels(np.array([[4.0, 8.0, 16.0]])).tolist() == [11.0]


def test_the_level_of_one_number_is_that_number() -> None:
    assert smoothed_levels(np.array([[4.0], [9.0]])).tolist() == [4.0, 9.0]


def test_levels_agree_with_the_recursion() -> None:
    matrix = np.random.default_rng(3).poisson(20, (6, 37)).astype(float)
    assert smoothed_levels(matrix).tolist() == pytest.approx([slow_level(row) for row in matrix.tolist()])


def test_a_level_is_taken_off_the_season() -> None:
    # 4/2 = 2; (8/1 + 2)/2 = 5; (16/4 + 5)/2 = 4.5.
    levels = smoothed_levels(np.array([[4.0, 8.0, 16.0]]), factors=np.array([2.0, 1.0, 4.0]))
    assert levels.tolist() == [4.5]


def test_the_pooled_forecast_puts_the_season_back() -> None:
    factors = np.ones(12)
    factors[:5] = [2.0, 1.0, 4.0, 3.0, 0.5]
    forecast = predict(np.array([[4.0, 8.0, 16.0]]), Method.POOLED, horizon=2, factors=factors)
    assert forecast.tolist() == [[13.5, 2.25]]


def test_months_are_counted_on_from_december() -> None:
    assert calendar_months(10, 4).tolist() == [10, 11, 0, 1]


def test_baselines_are_what_their_names_say() -> None:
    matrix = np.arange(1.0, 14.0)[None, :]
    assert predict(matrix, Method.LAST, horizon=2).tolist() == [[13.0, 13.0]]
    assert predict(matrix, Method.MEAN3, horizon=2).tolist() == [[12.0, 12.0]]
    assert predict(matrix, Method.SEASONAL_NAIVE, horizon=2).tolist() == [[2.0, 3.0]]
    assert predict(matrix, Method.SES, horizon=2)[0, 1] == pytest.approx(slow_level(matrix[0].tolist()))
    without_factors = predict(matrix, Method.POOLED, horizon=2)
    assert without_factors.tolist() == predict(matrix, Method.SES, horizon=2).tolist()


@pytest.mark.parametrize(
    ("method", "n_months"),
    [(Method.LAST, 0), (Method.SES, 0), (Method.MEAN3, 2), (Method.SEASONAL_NAIVE, 11)],
)
def test_a_method_without_enough_months_says_nothing(method: Method, n_months: int) -> None:
    assert np.isnan(predict(np.ones((2, n_months)), method, horizon=3)).all()


def test_a_forecast_at_a_past_origin_does_not_look_ahead() -> None:
    rng = np.random.default_rng(5)
    matrix = rng.uniform(10, 90, (4, 30))
    later = matrix.copy()
    later[:, 20:] = 1e6
    for method in Method:
        one, other = (
            predict_at(
                table, method, origin=20, horizon=3, first_month=2, city_row=0, with_season=True
            ).tolist()
            for table in (matrix, later)
        )
        assert one == other


def test_the_season_at_a_past_origin_can_be_left_out() -> None:
    matrix = np.tile([10.0, 90.0], (1, 12))
    plain, seasonal = (
        predict_at(matrix, Method.POOLED, origin=24, horizon=2, first_month=0, city_row=0, with_season=season)
        for season in (False, True)
    )
    assert plain[0, 0] == plain[0, 1]
    assert seasonal[0, 0] < seasonal[0, 1]


@pytest.mark.parametrize("method", list(Method))
def test_forecasts_of_children_add_up_to_the_forecast_of_the_parent(method: Method) -> None:
    leaves = np.random.default_rng(8).poisson(30, (5, 26)).astype(float)
    matrix = np.vstack([leaves.sum(axis=0), leaves])
    forecast = predict_at(matrix, method, origin=26, horizon=6, first_month=0, city_row=0, with_season=True)
    assert forecast[1:].sum(axis=0).tolist() == pytest.approx(forecast[0].tolist())


def test_the_sum_stands_last() -> None:
    assert with_sum(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist() == [[1.0, 2.0, 3.0], [3.0, 4.0, 7.0]]
