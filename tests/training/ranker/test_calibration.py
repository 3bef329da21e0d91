"""A score becomes a probability only where outcomes are many, and the probability is right."""

from __future__ import annotations

import numpy as np
import pytest

from training.ranker.calibration import calibrate, reliability


def drawn(count, *, seed=0, slope=1.0):
    """Scores whose true probability is (score/100)^2."""
    rng = np.random.default_rng(seed)
    scores = rng.random(count) * 100
    truth = (scores / 100) ** 2
    return scores, rng.random(count) < (truth if slope > 0 else 1 - truth), rng.integers(0, 50, count)


def test_many_outcomes_give_an_isotonic_map_near_the_truth():
    found = calibrate(*drawn(6000))
    assert found.method == "isotonic"
    at = np.interp([20, 50, 90], found.scores, found.probabilities)
    np.testing.assert_allclose(at, [0.04, 0.25, 0.81], atol=0.07)
    assert (np.diff(found.scores) > 0).all()
    assert (np.diff(found.probabilities) >= 0).all()
    assert found.reliability.ece < 0.04
    assert found.reliability.brier < 0.8 * found.reliability.brier_of_base_rate


def test_fewer_outcomes_give_a_sigmoid():
    found = calibrate(*drawn(500))
    assert found.method == "platt"
    assert (np.diff(found.probabilities) > 0).all()
    assert np.interp(90, found.scores, found.probabilities) == pytest.approx(0.81, abs=0.15)


def test_a_score_that_misleads_gets_the_overall_share_only():
    scores, outcomes, queries = drawn(500, slope=-1)
    found = calibrate(scores, outcomes, queries)
    assert set(np.round(found.probabilities, 9)) == {round(float(outcomes.mean()), 9)}


@pytest.mark.parametrize(
    ("outcomes", "queries"), [([True] * 20 + [False] * 200, range(220)), ([True, False] * 100, [1] * 200)]
)
def test_too_little_gives_no_probability_and_says_why(outcomes, queries):
    found = calibrate(np.arange(len(outcomes)) / 10, np.array(outcomes), np.array(list(queries)))
    assert found.scores == ()
    assert found.reliability is None
    assert "不给概率" in found.reason


def test_reliability_by_hand():
    # Certain and right, then certain and wrong: error 0 and 1 in groups of one.
    measured = reliability(np.array([0.0, 1.0, 1.0, 0.0]), np.array([False, True, False, True]))
    assert measured.ece == pytest.approx(0.5)
    assert measured.brier == pytest.approx(0.5)
    assert measured.brier_of_base_rate == pytest.approx(0.25)
