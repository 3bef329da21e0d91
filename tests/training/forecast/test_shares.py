from __future__ import annotations

import numpy as np
import pytest

from training.forecast.shares import SPEEDS, share_levels, share_steps

ONE_GROUP = np.zeros(2, dtype=np.int64)
ORIGINS = np.append(np.arange(13, 30), 30)


def test_a_share_is_smoothed_month_by_month() -> None:
    # Shares .2, .4 and .8: 0.25·0.2 + 0.25·0.4 + 0.5·0.8.
    matrix = np.array([[2.0, 8.0, 8.0], [8.0, 12.0, 2.0]])
    levels = share_levels(matrix, matrix.sum(axis=0), origin=3, alpha=0.5)
    assert levels.tolist() == pytest.approx([0.55, 0.45])


def test_a_month_without_any_total_is_passed_over() -> None:
    matrix = np.array([[2.0, 0.0, 8.0], [8.0, 0.0, 2.0]])
    # 0.25·0.2 + 0.5·0.8 over 0.75.
    assert share_levels(matrix, matrix.sum(axis=0), origin=3, alpha=0.5)[0] == pytest.approx(0.6)
    assert share_levels(matrix * 0, np.zeros(3), origin=3, alpha=0.5).tolist() == [0, 0]


def test_steady_shares_split_whatever_total_is_forecast() -> None:
    total = np.random.default_rng(1).uniform(50, 90, 30)
    matrix = np.array([[0.25], [0.75]]) * total
    market = np.random.default_rng(2).uniform(50, 90, (len(ORIGINS), 2))
    steps = share_steps(matrix, total, market, origins=ORIGINS, groups=ONE_GROUP)
    assert steps[0] == pytest.approx(0.25 * market)
    assert steps.sum(axis=0) == pytest.approx(market)


def test_shares_that_wander_are_followed_at_full_speed_once_that_has_proved_better() -> None:
    total = np.full(30, 100.0)
    drift = np.arange(30.0) + 20
    matrix = np.vstack([drift, 100 - drift])
    market = np.full((len(ORIGINS), 1), 100.0)
    steps = share_steps(matrix, total, market, origins=ORIGINS, groups=ONE_GROUP)[0, :, 0]
    # Origins 13 to 20 know fewer than eight past ones and follow at half speed, one month behind.
    assert steps[:8].tolist() == pytest.approx((drift[12:20] - 1).tolist(), abs=0.01)
    assert steps[8:].tolist() == pytest.approx(drift[20:30].tolist())


def test_the_default_speed_stands_first() -> None:
    assert SPEEDS[0] == 0.5


def test_a_share_does_not_look_ahead() -> None:
    matrix = np.random.default_rng(3).uniform(5, 9, (2, 30))
    later = matrix.copy()
    later[:, 20:] = [[1e6], [1.0]]
    first, second = (
        share_steps(table, table.sum(axis=0), np.ones((18, 2)), origins=ORIGINS, groups=ONE_GROUP)
        for table in (matrix, later)
    )
    assert first[:, :8].tolist() == second[:, :8].tolist()
