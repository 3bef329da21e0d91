"""Intervals of series that have been 0 throughout."""

from __future__ import annotations

import numpy as np

from training.forecast.long.zeros import zero_bounds


def test_what_came_after_a_time_of_zeros_is_the_interval():
    matrix = np.zeros((50, 40))
    # Two wake in every month from 15 on, as long as there are any.
    for row in range(50):
        matrix[row, min(15 + row // 2, 39) :] = 7.0
    found = zero_bounds(matrix, np.zeros(50, dtype=np.int64), horizon=6)
    # At the origins 13 to 34 the zeros are 50, 50, 50, 48, 46 ... 12; each then sees twelve of them wake.
    assert (found.n_origins, found.n_cases) == (22, 50 + 50 + sum(range(12, 51, 2)))
    assert 0.5 < found.stayed < 0.7
    assert found.bounds[-1].tolist()[:2] == [0, 35]
    assert (found.bounds[:, 0] == 0).all()


def test_where_nearly_all_stay_zero_an_interval_would_be_a_point():
    found = zero_bounds(np.zeros((50, 40)), np.zeros(50, dtype=np.int64), horizon=3)
    # Origins 13 to 37, every one with all 50 series.
    assert (found.n_origins, found.n_cases, found.stayed) == (25, 1250, 1.0)
    assert np.isnan(found.bounds).all()


def test_too_few_cases_give_no_interval():
    found = zero_bounds(np.zeros((5, 30)), np.zeros(5, dtype=np.int64), horizon=3)
    assert (found.n_origins, found.n_cases) == (15, 75)
    assert np.isnan(found.bounds).all()


def test_too_few_origins_give_no_interval():
    found = zero_bounds(np.zeros((500, 22)), np.zeros(500, dtype=np.int64), horizon=3)
    assert found.n_origins == 7
    assert np.isnan(found.bounds).all()


def test_below_nineteen_origins_there_is_only_the_narrow_interval():
    matrix = np.zeros((50, 30))
    for row in range(50):
        matrix[row, 13 + row // 4 :] = 1.0
    found = zero_bounds(matrix, np.zeros(50, dtype=np.int64), horizon=3)
    assert not np.isnan(found.bounds[:, :2]).any()
    assert np.isnan(found.bounds[:, 2:]).all()


def test_months_before_a_series_begins_are_no_zeros():
    found = zero_bounds(np.zeros((1, 30)), np.array([20]), horizon=3)
    # Only from month 26 on has it six months of its own; the last origin is 27.
    assert (found.n_origins, found.n_cases) == (2, 2)
