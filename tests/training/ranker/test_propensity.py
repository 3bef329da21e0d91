"""Positions are corrected for: what was shown first is not taken for what is wanted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kendalltau

from matching.features import FEATURES
from training.ranker.curves import Bins, BoostingConfig, fit_curves
from training.ranker.propensity import PositionBias, estimate_bias, inverse_weights

NAMES = [each.name for each in FEATURES]


def recovered(simulated, weights):
    """Rank correlation of the learned order with what people really want."""
    config = BoostingConfig(trees=100, leaves=4, bins=32)
    pairs = simulated.pairs
    curves = fit_curves(pairs.features, pairs.stages > 0, NAMES, weights=weights, config=config)
    return kendalltau(curves.decide(pairs.features), simulated.wanted).statistic


def gain(simulated):
    """How much better the weighted fit recovers the true order than the naive one."""
    pairs = simulated.pairs
    shares = Bins.from_values(pairs.features, bins=32).shares(pairs.features)
    estimated = estimate_bias(shares, pairs.stages > 0, pairs.positions)
    weights = inverse_weights(estimated.at(pairs.positions), pairs.stages > 0, largest=10)
    return recovered(simulated, weights) - recovered(simulated, None)


def test_weights_recover_the_true_order_and_more_so_the_stronger_the_bias(simulated_feedback, biased):
    weak, strong = gain(simulated_feedback(0.2)), gain(biased)
    assert strong > 0.05
    assert strong > weak + 0.03


def test_the_probability_of_being_seen_is_estimated(biased):
    shares = Bins.from_values(biased.pairs.features, bins=32).shares(biased.pairs.features)
    estimated = estimate_bias(shares, biased.pairs.stages > 0, biased.pairs.positions)
    assert estimated.seen[0] == 1
    assert (np.diff(estimated.seen) <= 0).all()
    np.testing.assert_allclose(estimated.seen[[1, 3, 9]], [1 / 2, 1 / 4, 1 / 10], atol=0.12)


@pytest.mark.parametrize("touched", [True, False])
def test_without_contrast_every_place_counts_the_same(touched):
    found = estimate_bias(np.ones((4, 1)), np.full(4, touched), np.array([1, 2, 3, 4]))
    assert found.at(np.array([1, 9, 0])).tolist() == [1, 1, 1]


def test_unknown_places_count_as_seen_and_far_ones_as_the_last():
    bias = PositionBias(np.array([1.0, 0.5, 0.25]))
    assert bias.at(np.array([0, 1, 2, 3, 50])).tolist() == [1, 1, 0.5, 0.25, 0.25]


def test_weights_of_successes_are_capped_and_one_on_average():
    seen, successes = np.array([1.0, 0.1, 0.001, 0.2]), np.array([True, True, True, False])
    weights = inverse_weights(seen, successes, largest=20)
    # 1, 10 and 20 (capped) have the mean 31/3.
    np.testing.assert_allclose(weights, [3 / 31, 30 / 31, 60 / 31, 1])


def test_nothing_but_failures_weigh_one_each():
    assert inverse_weights(np.array([0.5, 1.0]), np.zeros(2, bool), largest=5).tolist() == [1, 1]
