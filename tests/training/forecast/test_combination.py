from __future__ import annotations

import datetime as dt

import numpy as np

from training.forecast.combination import choose, named
from training.forecast.demand import Floats
from training.forecast.points import Panel
from training.forecast.season import Calendar
from training.forecast.smoothing import Method

MONTHS = 30
COLUMNS = 30 - 13  # origins 13 to 29 for one month ahead, then now
TRUTH = np.full((2, MONTHS), 100.0)


def panel(groups: list[int]) -> Panel:
    calendar = Calendar(dt.date(2021, 1, 1))
    return Panel(TRUTH, TRUTH.sum(axis=0), np.array(groups, dtype=np.int64), calendar, 1)


def said(*values: float) -> Floats:
    """The same forecast at every origin, one value per series."""
    return np.tile(np.array(values)[:, None, None], (1, COLUMNS + 1, 1))


def test_the_default_stands_until_eight_origins_are_known() -> None:
    points = {Method.LAST: said(100, 100), Method.SHARED: said(110, 110)}
    steps, names = choose(panel([0, 0]), points)
    assert steps[0, :, 0].tolist() == [110.0] * 8 + [100.0] * 10
    assert names.tolist() == ["last_value"] * 2


def test_a_small_gain_changes_nothing() -> None:
    points = {Method.LAST: said(109.6, 109.6), Method.SHARED: said(110, 110)}
    steps, names = choose(panel([0, 0]), points)
    assert (steps == 110).all()
    assert names.tolist() == ["shared_total"] * 2


def test_two_methods_that_err_on_either_side_are_averaged() -> None:
    points = {Method.LAST: said(92, 92), Method.SHARED: said(110, 110), Method.MEAN3: said(150, 150)}
    steps, names = choose(panel([0, 0]), points)
    assert steps[0, -1, 0] == 101
    assert names[0] == named((Method.LAST, Method.SHARED)) == "last_value+shared_total"


def test_groups_choose_on_their_own() -> None:
    points = {Method.LAST: said(100, 150), Method.SHARED: said(110, 110)}
    _, names = choose(panel([0, 1]), points)
    assert names.tolist() == ["last_value", "shared_total"]


def test_a_series_that_a_method_cannot_forecast_keeps_the_default() -> None:
    points = {Method.ETS: said(100, np.nan), Method.SHARED: said(110, 110)}
    steps, names = choose(panel([0, 0]), points)
    assert names.tolist() == ["auto_ets", "shared_total"]
    assert steps[:, -1, 0].tolist() == [100, 110]


def test_without_shares_the_smoothed_level_is_the_default() -> None:
    points = {Method.LAST: said(120, 120), Method.SES: said(100, 100)}
    assert choose(panel([0, 0]), points).names.tolist() == ["ses"] * 2


def test_a_faultless_default_is_not_left() -> None:
    points = {Method.LAST: said(100, 100), Method.SHARED: said(100, 100)}
    assert choose(panel([0, 0]), points).names.tolist() == ["shared_total"] * 2


def test_months_ahead_that_came_count_before_the_whole_horizon_has() -> None:
    # Six months ahead the first whole horizon is known at origin 19, its first month at 14: eight at 21.
    calendar = Calendar(dt.date(2021, 1, 1))
    longer = Panel(TRUTH, TRUTH.sum(axis=0), np.zeros(2, dtype=np.int64), calendar, 6)
    points = {
        method: np.full((2, 13, 6), value) for method, value in ((Method.LAST, 100.0), (Method.SHARED, 110.0))
    }
    assert choose(longer, points).steps[0, :, 0].tolist() == [110.0] * 8 + [100.0] * 5
