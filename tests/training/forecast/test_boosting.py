from __future__ import annotations

import numpy as np
import pytest

from training.forecast.boosting import boosted_steps
from training.forecast.demand import Floats, Integers
from training.forecast.shares import share_steps

# Two hundred series that take turns: 10 and 30 in one month, 30 and 10 in the next.
TURNS = np.where((np.arange(200)[:, None] + np.arange(24)) % 2 == 0, 10.0, 30.0)
TOTAL = TURNS.sum(axis=0)


def split(matrix: Floats, origins: Integers, *, seed: int = 0) -> Floats:
    market = np.full((len(origins), 1), 5000.0)
    total = matrix.sum(axis=0)
    return boosted_steps(matrix, total, market, origins=origins, rng=np.random.default_rng(seed))


def test_a_pattern_that_all_series_share_is_learnt() -> None:
    steps = split(TURNS, np.array([23]))[:, 0, 0] / 5000 * TOTAL[23]
    assert np.abs(steps - TURNS[:, 23]).mean() < 2  # the smoothed share lies in between, 10 off


def test_the_split_adds_up_to_the_total() -> None:
    assert split(TURNS, np.array([20, 24])).sum(axis=0) == pytest.approx(np.full((2, 1), 5000.0))


def test_with_little_to_learn_from_the_smoothed_share_stands() -> None:
    few, origins = TURNS[:20], np.array([13, 24])
    market = np.full((2, 1), 5000.0)
    plain = share_steps(few, few.sum(axis=0), market, origins=origins, groups=np.zeros(20, dtype=np.int64))
    assert split(few, origins) == pytest.approx(plain)


def test_it_does_not_look_ahead_and_says_the_same_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.forecast.boosting._MOST_ROWS", 2_100)
    later = TURNS.copy()
    later[:, 21:] = np.arange(200)[:, None] + 1
    origins = np.array([21])
    assert split(TURNS, origins).tolist() == split(later, origins).tolist()
    assert split(TURNS, origins, seed=1).tolist() != split(TURNS, origins).tolist()
