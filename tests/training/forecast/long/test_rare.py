"""Series with one or two counts."""

from __future__ import annotations

import numpy as np
import pytest

from training.forecast.long.rare import forecast_rare, is_rare


def spikes(count: int, months: int, *, at: int, size: float = 8.0) -> np.ndarray:
    matrix = np.zeros((count, months))
    matrix[:, at] = size
    return matrix


def test_one_or_two_counts_six_months_old_are_rare():
    matrix = np.zeros((5, 12))
    matrix[0, 6] = 1  # first count six months back
    matrix[1, 7] = 1  # five months back
    matrix[2, [1, 11]] = 3
    matrix[3, [1, 2, 3]] = 3
    assert is_rare(matrix, 12).tolist() == [True, False, True, False, False]
    assert is_rare(matrix, 7).tolist() == [False, False, True, False, False]


def test_the_level_halves_every_month_after_the_count():
    matrix = spikes(1, 30, at=20)
    found = forecast_rare(matrix, np.array([True]), horizon=2)
    # 8 counts half at its month, then nine more months halve it.
    level = 8 * 0.5 * 0.5**9
    assert np.allclose(found.mean, [[level, level, 2 * level]])
    # One series over the origins 26 to 28: too little for an interval.
    assert (found.n_origins, found.n_cases) == (3, 3)
    assert np.isnan(found.bounds).all()


def test_the_interval_is_that_of_series_that_were_as_rare_in_the_size_of_the_counts():
    matrix = spikes(57, 32, at=2)
    matrix[np.arange(57), 13 + np.arange(57) % 19] = (
        8.0  # three of them count again in every month from 13 on
    )
    matrix = np.vstack([matrix, 10 * matrix[:1]])
    asked = np.zeros(58, dtype=bool)
    asked[[0, 57]] = True
    found = forecast_rare(matrix, asked, horizon=6)
    assert (found.n_origins, found.n_cases) == (14, 14 * 58)
    # At each of the origins 13 to 26 eighteen count within the six months; the large one at the first only.
    assert found.stayed == pytest.approx(1 - (14 * 18 + 1) / (14 * 58))
    # Three in ten count again, once and by the size of their counts.
    assert found.bounds[0, -1, 1] == pytest.approx(8.0, abs=0.1)
    assert np.isnan(found.bounds[:, :, 2:]).all()
    # The same series ten times as large has ten times the interval.
    assert np.allclose(found.bounds[1, :, :2], 10 * found.bounds[0, :, :2])


def test_where_nearly_all_stay_without_a_count_there_is_no_interval():
    found = forecast_rare(spikes(50, 32, at=2), np.ones(50, dtype=bool), horizon=3)
    assert found.stayed == 1.0
    assert np.isnan(found.bounds).all()


def test_without_rare_series_there_is_nothing():
    found = forecast_rare(np.ones((4, 30)), np.zeros(4, dtype=bool), horizon=3)
    assert found.mean.shape == (0, 4)
    assert found.n_cases == 0
