"""Calibrated probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from matching.coding.calibration import Calibration


def test_a_clear_signal_is_learnt_and_measured_on_the_other_half():
    strength = np.linspace(0, 1, 400)
    curve = Calibration.fit(strength[:, None], strength > 0.5, threshold=0.9)
    low, high = curve.probability(np.array([[0.1], [0.9]]))
    assert low < 0.1 < 0.9 < high
    assert curve.measured.cases == 200
    assert curve.measured.error == 0.0
    assert curve.measured.accuracy == pytest.approx(0.5)


def test_the_stated_error_is_the_share_of_wrong_codes_over_the_threshold():
    # Everything looks equally sure, and every fifth is wrong: all are taken, one fifth in error.
    right = np.arange(1000) % 5 != 4
    curve = Calibration.fit(np.ones((1000, 1)), right, threshold=0.5)
    assert curve.measured.share == 1.0
    assert curve.measured.error == pytest.approx(0.2)


@pytest.mark.parametrize("cases", [0, 40, 400])
def test_too_little_or_one_sided_evidence_is_never_sure(cases):
    curve = Calibration.fit(np.ones((cases, 1)), [True] * cases, threshold=0.5)
    assert curve.probability(np.ones((2, 1))).tolist() == [0.0, 0.0]
    assert curve.measured.as_dict()["error"] is None


def test_a_threshold_that_nothing_reaches_has_no_error():
    noise = np.random.default_rng(0).random((400, 1))
    curve = Calibration.fit(noise, np.arange(400) % 4 < 2, threshold=0.99)
    assert curve.measured.share == 0.0
    assert curve.measured.error is None
