"""Pairwise and listwise weights find what the good of a list have in common."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import RefusedError
from training.ranker.pairwise import fit_listwise, fit_pairwise


@pytest.fixture(scope="module")
def lists():
    """The best of each list by feature 0 is good; feature 1 differs between lists only; 2 is noise."""
    rng = np.random.default_rng(0)
    queries = np.repeat(np.arange(100), 10)
    features = rng.random((1000, 3))
    features[:, 1] = np.repeat(rng.random(100), 10)
    best = features[:, 0].reshape(100, 10).argmax(axis=1)
    outcomes = np.zeros(1000, bool)
    outcomes[np.arange(100) * 10 + best] = True
    return features, outcomes, queries


def test_pairwise_weights_rank_the_good_first(lists):
    features, outcomes, queries = lists
    weights = fit_pairwise(features, outcomes, queries, np.random.default_rng(1))
    assert weights[0] > 5 * np.abs(weights[1:]).max()
    assert weights[1] == pytest.approx(0, abs=1e-6)


def test_listwise_weights_rank_the_good_first(lists):
    weights = fit_listwise(*lists)
    assert weights[0] > 5 * np.abs(weights[1:]).max()


def test_the_gradient_is_that_of_the_loss(lists):
    # At its optimum a finite step in any direction does not lower a convex loss.
    features, outcomes, queries = lists
    learned = fit_listwise(features, outcomes, queries, l2=0.1)

    def loss(weights):
        scores = (features @ weights).reshape(100, 10)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return -logs.ravel()[outcomes].mean() + 0.1 * weights @ weights

    steps = np.eye(3) * 0.05
    assert all(loss(learned) <= loss(learned + sign * step) for step in steps for sign in (1, -1))


def test_heavy_examples_decide():
    # Two kinds of queries that contradict each other: the weights say which one counts.
    features = np.tile([[1.0], [0.0]], (40, 1))
    queries = np.repeat(np.arange(40), 2)
    outcomes = np.where(queries % 2 == 0, [True, False] * 40, [False, True] * 40)
    rng = np.random.default_rng(0)
    heavy = fit_pairwise(features, outcomes, queries, rng, weights=np.where(queries % 2 == 0, 10.0, 1.0))
    light = fit_pairwise(features, outcomes, queries, rng, weights=np.where(queries % 2 == 0, 1.0, 10.0))
    assert heavy[0] > 1 > -1 > light[0]


def test_queries_without_a_bad_example_teach_nothing():
    features, queries = np.ones((4, 1)), np.array([0, 0, 1, 1])
    with pytest.raises(RefusedError) as refused:
        fit_pairwise(features, np.array([True] * 4), queries, np.random.default_rng(0))
    assert refused.value.code == "no_pair"
    assert fit_listwise(features, np.zeros(4, bool), queries).tolist() == [0.0]
