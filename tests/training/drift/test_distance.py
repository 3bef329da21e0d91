"""Distances worked out by hand, and against scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import ks_2samp

from training.drift.distance import (
    jensen_shannon,
    kolmogorov_smirnov,
    mean_discrepancy,
    population_stability,
)


def test_equal_shares_are_no_distance_apart():
    before, after = np.array([[10.0, 30.0]]), np.array([[20.0, 60.0]])
    assert jensen_shannon(before, after) == pytest.approx([0.0], abs=1e-9)
    assert kolmogorov_smirnov(before, after) == pytest.approx([0.0])
    assert population_stability(before, after)[0] < 1e-3


def test_psi_is_as_worked_out_by_hand():
    # With half a row added to each bin: shares .5/.5 against .75/.25 of 2 and 2: (.25 ln 1.5) + (-.25 ln .5).
    before, after = np.array([[99.5, 99.5]]), np.array([[149.5, 49.5]])
    expected = 0.25 * math.log(1.5) - 0.25 * math.log(0.5)
    assert population_stability(before, after) == pytest.approx([expected])


def test_distances_agree_with_scipy_for_every_division():
    rng = np.random.default_rng(3)
    before, after = rng.integers(1, 50, (6, 8)).astype(float), rng.integers(0, 50, (6, 8)).astype(float)
    ours = jensen_shannon(before, after)
    theirs = [jensenshannon(left, right, base=2) for left, right in zip(before, after, strict=True)]
    assert ours == pytest.approx(theirs)
    values = [np.repeat(np.arange(8), row.astype(int)) for row in (before[0], after[0])]
    assert kolmogorov_smirnov(before, after)[0] == pytest.approx(ks_2samp(*values).statistic)


def test_nothing_in_common_is_as_far_apart_as_can_be():
    before, after = np.array([[5.0, 0.0]]), np.array([[0.0, 5.0]])
    assert jensen_shannon(before, after) == pytest.approx([1.0])
    assert kolmogorov_smirnov(before, after) == pytest.approx([1.0])


def test_mean_discrepancy_is_the_distance_of_the_means_under_a_linear_kernel():
    points = np.array([[0.0, 0.0], [2.0, 0.0], [4.0, 4.0]], np.float32)
    later = np.array([[False, False, True], [True, False, False]])
    # Means (1, 0) and (4, 4): 5 apart. Then (0, 0) and (3, 2): the root of 13.
    assert mean_discrepancy(points @ points.T, later) == pytest.approx([5.0, math.sqrt(13)])
