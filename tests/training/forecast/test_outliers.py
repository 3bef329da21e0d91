from __future__ import annotations

import numpy as np
import pytest

from training.forecast.outliers import cleaned

CALM = np.exp(np.resize([0.02, -0.02], 12)) * 100


def test_an_ordinary_series_stays_as_it_is() -> None:
    assert cleaned(CALM).tolist() == pytest.approx(CALM.tolist())


def test_one_month_that_stands_out_is_drawn_in() -> None:
    series = np.append(CALM, 30.0)
    kept = cleaned(series)
    assert kept[:-1].tolist() == pytest.approx(CALM.tolist())
    assert 90 < kept[-1] < 100


def test_a_second_month_on_the_same_side_is_believed() -> None:
    kept = cleaned(np.append(CALM, [30.0, 30.0]))
    assert kept[-2] > 90
    assert kept[-1] == pytest.approx(30)


def test_a_month_of_nothing_takes_the_level() -> None:
    series = np.full(10, 50.0)
    series[4] = 0
    assert cleaned(series).tolist() == pytest.approx([50.0] * 10)


def test_nothing_before_the_first_value_is_made_up() -> None:
    assert cleaned(np.array([0.0, 0.0, 5.0, 5.0])).tolist() == pytest.approx([0, 0, 5, 5])
    assert cleaned(np.zeros(3)).tolist() == [0, 0, 0]
    assert cleaned(np.array([])).tolist() == []


def test_the_input_is_left_alone() -> None:
    series = np.append(CALM, 30.0)
    before = series.copy()
    cleaned(series)
    assert np.array_equal(series, before)
