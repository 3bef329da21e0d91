from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from training.forecast.demand import Floats
from training.forecast.library import INTERMITTENT, LIBRARY
from training.forecast.points import Panel, origins_of, rolling_points
from training.forecast.season import Calendar
from training.forecast.smoothing import SIMPLE, Method

MANY = np.random.default_rng(1).poisson(30, (60, 26)).astype(float)


def panel(matrix: Floats, *, horizon: int = 2, parents: list[int] | None = None) -> Panel:
    above = None if parents is None else np.array(parents)
    groups = np.zeros(len(matrix), dtype=np.int64)
    return Panel(matrix, matrix.sum(axis=0), groups, Calendar(dt.date(2021, 1, 1)), horizon, above)


def test_origins_are_those_whose_horizon_was_observed_and_now() -> None:
    assert origins_of(panel(MANY[:, :16])).tolist() == [13, 14, 16]
    assert origins_of(panel(MANY[:, :5])).tolist() == [5]


def test_a_season_needs_two_years() -> None:
    assert panel(MANY[:, :24]).seasonal
    assert not panel(MANY[:, :23]).seasonal
    none = Panel(MANY, MANY.sum(axis=0), np.zeros(60, dtype=np.int64), Calendar(dt.date(2021, 1, 1), 1), 2)
    assert not none.seasonal


def test_large_groups_are_left_to_the_quick_methods() -> None:
    points = rolling_points(panel(MANY))
    assert set(points) == {*SIMPLE, Method.SHARED}
    assert all(steps.shape == (60, 13, 2) for steps in points.values())
    assert all(np.isfinite(steps).all() for steps in points.values())


def test_small_groups_are_tried_with_the_library_each_series_by_what_fits_it() -> None:
    matrix = MANY[:3, :16].copy()
    matrix[2] = np.arange(16) % 3 == 0
    points = rolling_points(panel(matrix))
    assert set(points) == {*SIMPLE, Method.SHARED, *LIBRARY, *INTERMITTENT}
    assert np.isfinite(points[Method.ETS]).all(axis=(1, 2)).tolist() == [True, True, False]
    assert np.isfinite(points[Method.TSB]).all(axis=(1, 2)).tolist() == [False, False, True]


def test_parents_are_left_out_of_the_library() -> None:
    matrix = np.vstack([MANY[:2, :16].sum(axis=0), MANY[:2, :16]])
    points = rolling_points(panel(matrix, parents=[-1, 0, 0]))
    assert np.isfinite(points[Method.ETS]).all(axis=(1, 2)).tolist() == [False, True, True]


def test_values_below_nothing_have_no_shares() -> None:
    matrix = MANY[:, :16] - 29
    points = rolling_points(panel(matrix - matrix.max()))
    assert Method.SHARED not in points
    assert Method.SHARED not in rolling_points(panel(np.zeros((60, 16))))


@pytest.mark.parametrize("method", [*SIMPLE, Method.SHARED])
def test_no_method_looks_ahead(method: Method) -> None:
    later = MANY.copy()
    later[:, 20:] = 1e6
    now = rolling_points(panel(MANY))[method][:, :8]
    assert now.tolist() == rolling_points(panel(later))[method][:, :8].tolist()


def test_boosting_is_tried_where_it_was_asked_for() -> None:
    asked = replace(panel(MANY[:, :16]), boosted=True)
    points = rolling_points(asked)
    assert points[Method.BOOSTED].shape == (60, 3, 2)
    assert points[Method.BOOSTED].sum(axis=0) == pytest.approx(points[Method.SHARED].sum(axis=0))
    nothing = MANY[:, :16].copy()
    nothing[:, 3] = 0
    assert Method.BOOSTED not in rolling_points(replace(panel(nothing), boosted=True))
