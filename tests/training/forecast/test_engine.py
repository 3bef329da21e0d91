from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from training.forecast.demand import Floats
from training.forecast.engine import bottom_up, forecast_series
from training.forecast.points import Panel
from training.forecast.season import Calendar
from training.forecast.smoothing import Method


def panel(matrix: Floats, groups: list[int], parents: list[int]) -> Panel:
    calendar = Calendar(dt.date(2021, 1, 1))
    top = matrix[np.array(parents) < 0].sum(axis=0)
    return Panel(matrix, top, np.array(groups), calendar, 3, np.array(parents))


def test_parents_become_the_sum_of_their_children_at_any_depth() -> None:
    # 0 holds 1 and 2, 2 holds 3 and 4; 5 stands alone.
    sums = bottom_up(np.array([99.0, 1, 99, 2, 3, 4]), np.array([-1, 0, 0, 2, 2, -1]))
    assert sums.tolist() == [6, 1, 5, 2, 3, 4]


def test_without_parents_nothing_changes() -> None:
    assert bottom_up(np.array([[1.0], [2.0]]), np.array([-1, -1])).tolist() == [[1], [2]]


def test_children_add_up_whatever_was_chosen_for_them() -> None:
    # Six wandering leaves are followed by their last value, six noisy ones by their smoothed share.
    rng = np.random.default_rng(7)
    wandering = np.cumsum(rng.normal(0, 30, (6, 40)), axis=1) + 2000
    noisy = rng.poisson(200, (6, 40)).astype(float)
    leaves = np.vstack([wandering, noisy])
    matrix = np.vstack([leaves.sum(axis=0), wandering.sum(axis=0), noisy.sum(axis=0), leaves])
    parents = [-1, 0, 0] + [1] * 6 + [2] * 6
    found = forecast_series(panel(matrix, [0, 1, 1] + [2] * 6 + [3] * 6, parents))
    assert found.names.tolist()[:3] == ["bottom_up"] * 3
    assert len(set(found.names.tolist()[3:])) > 1
    steps = found.points[Method.COMBINED]
    assert steps[1:3].sum(axis=0) == pytest.approx(steps[0])
    assert steps[3:9].sum(axis=0) == pytest.approx(steps[1])
    assert found.residuals.errors[3:9].sum(axis=0) == pytest.approx(found.residuals.errors[1])


def test_too_short_a_history_has_points_and_no_intervals() -> None:
    found = forecast_series(panel(np.full((2, 3), 5.0), [0, 0], [-1, -1]))
    assert found.now(Method.COMBINED) == pytest.approx(np.full((2, 3), 5.0))
    assert found.bands is None
    assert Method.SEASONAL_NAIVE not in found.points


def test_a_row_of_nothing_is_forecast_as_nothing_and_disturbs_nobody() -> None:
    rng = np.random.default_rng(2)
    busy = rng.poisson(80, (60, 30)).astype(float)
    alone = forecast_series(panel(busy, [0] * 60, [-1] * 60))
    silent = np.vstack([busy, np.zeros((3, 30))])
    both = forecast_series(panel(silent, [0] * 63, [-1] * 63))
    assert (both.now(Method.COMBINED)[60:] == 0).all()
    assert both.now(Method.COMBINED)[:60] == pytest.approx(alone.now(Method.COMBINED))
    assert both.bands is not None
    assert alone.bands is not None
    assert both.bands.offsets[:60] == pytest.approx(alone.bands.offsets)
