"""Curves are what the boosting decides, and stay fair when shaped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from data.errors import RefusedError
from training.ranker.curves import AdditiveCurves, Bins, BoostingConfig, Curve, fit_boosting, fit_curves

SMALL = BoostingConfig(trees=30, bins=16)


@pytest.fixture(scope="module")
def examples():
    rng = np.random.default_rng(0)
    features = rng.random((2000, 4))
    features[:, 2] = np.round(features[:, 2] * 3)
    features[rng.random(features.shape) < 0.15] = np.nan
    odds = 4 * np.nan_to_num(features[:, 0], nan=0.2) + np.nan_to_num(features[:, 2], nan=1) - 3.5
    return features, rng.random(2000) < 1 / (1 + np.exp(-odds))


def test_the_sum_of_the_curves_is_what_the_boosting_decides(examples):
    features, outcomes = examples
    curves = fit_curves(features, outcomes, list("abcd"), config=SMALL, seed=3)
    bins = Bins.from_values(features, bins=SMALL.bins)
    model = fit_boosting(bins.numbers(features), outcomes, config=SMALL, interactions=False, seed=3)
    np.testing.assert_allclose(
        curves.decide(features), model.decision_function(bins.numbers(features)), atol=1e-9
    )
    added = curves.contributions(features).sum(axis=1) + curves.constant
    np.testing.assert_allclose(added, curves.decide(features), atol=1e-12)


def test_every_curve_rises_and_the_one_that_matters_most_rises_most(examples):
    curves = fit_curves(*examples, list("abcd"), config=SMALL).curves
    assert all((np.diff(curve.values) >= 0).all() for curve in curves)
    heights = [curve.values[-1] - curve.values[0] for curve in curves]
    assert np.argmax(heights) == 0
    assert heights[2] > 2 * max(heights[1], heights[3])


def test_with_interactions_the_boosting_is_not_a_sum(examples):
    features, _ = examples
    filled = np.nan_to_num(features, nan=0.5)
    both = (filled[:, 0] > 0.5) & (filled[:, 1] > 0.5)
    numbers = Bins.from_values(filled, bins=16).numbers(filled)
    free, additive = (
        fit_boosting(numbers, both, config=SMALL, interactions=interactions, seed=0).predict_proba(numbers)[
            :, 1
        ]
        for interactions in (True, False)
    )
    assert ((free > 0.5) == both).mean() > 0.95
    assert np.abs(free - both).mean() < 0.7 * np.abs(additive - both).mean()


def test_bins_keep_few_values_apart_and_put_an_edge_value_above():
    bins = Bins.from_values(np.array([[1.0, np.nan], [2.0, np.nan], [2.0, np.nan], [3.0, np.nan]]), bins=8)
    assert bins.edges[0].tolist() == [2.0, 3.0]
    assert bins.edges[1].tolist() == []
    numbers = bins.numbers(np.array([[0.0, 1.0], [2.0, np.nan], [9.0, 5.0]]))
    np.testing.assert_array_equal(numbers, [[0, 0], [1, np.nan], [2, 0]])
    np.testing.assert_array_equal(bins.shares(np.array([[2.0, np.nan]])), [[0.5, 0.5]])


def test_many_values_are_cut_at_quantiles():
    values = np.arange(1000.0)[:, None]
    numbers = Bins.from_values(values, bins=10).numbers(values)
    assert numbers.max() >= 9
    assert np.bincount(numbers.ravel().astype(int))[1:].min() >= 90


def curves_of(*heights: tuple[float, ...], missing: float = 0.0) -> AdditiveCurves:
    return AdditiveCurves(
        tuple(
            Curve(str(at), np.arange(1, len(values)) / len(values), np.array(values), missing)
            for at, values in enumerate(heights)
        ),
        0.7,
    )


def test_shaping_starts_at_nothing_and_ends_at_one():
    shaped = curves_of((-2.0, 0.0, 1.0), (0.5, 1.5)).shaped([False, False], cap=0.1)
    assert shaped.constant == 0
    assert [curve.values[0] for curve in shaped.curves] == [0, 0]
    assert sum(curve.largest for curve in shaped.curves) == pytest.approx(1)
    # 3 of 4 parts are the first feature's.
    assert shaped.curves[0].largest == pytest.approx(0.75)


@hypothesis_settings(max_examples=50)
@given(
    heights=st.lists(st.floats(0, 5), min_size=2, max_size=4),
    credential=st.floats(0, 50),
    missing=st.floats(-3, 60),
)
def test_credentials_never_pass_their_cap_and_the_unknown_never_beats_the_best(heights, credential, missing):
    curves = curves_of(*[(0.0, 0.1 + height) for height in heights], (0.0, credential), missing=missing)
    shaped = curves.shaped([False] * len(heights) + [True], cap=0.1)
    assert shaped.curves[-1].largest <= 0.1 + 1e-9
    assert sum(curve.largest for curve in shaped.curves) == pytest.approx(1)
    assert all(0 <= curve.missing <= curve.values[-1] + 1e-12 for curve in shaped.curves)


def test_equal_steps_are_joined_without_changing_the_function():
    curve = Curve("a", np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, 1.0, 1.0]), 0.5)
    simple = curve.simplified()
    assert simple.edges.tolist() == [2.0]
    values = np.array([0.0, 1.5, 2.0, 3.5, np.nan])
    np.testing.assert_array_equal(simple.at(values), curve.at(values))
    assert simple.at(values).tolist() == [0, 0, 1, 1, 0.5]


def test_what_only_credentials_tell_is_refused():
    with pytest.raises(RefusedError) as refused:
        curves_of((1.0, 1.0), (0.0, 2.0)).shaped([False, True], cap=0.1)
    assert refused.value.code == "nothing_learned"


@pytest.mark.parametrize("outcome", [True, False])
def test_one_outcome_alone_is_refused(outcome):
    with pytest.raises(RefusedError) as refused:
        fit_curves(np.ones((5, 1)), np.full(5, outcome), ["a"])
    assert refused.value.code == "one_outcome"


def test_a_feature_that_is_never_known_adds_nothing(examples):
    features, outcomes = examples
    unknown = features.copy()
    unknown[:, 1] = np.nan
    curve = fit_curves(unknown, outcomes, list("abcd"), config=SMALL).curves[1]
    assert curve.values.tolist() == [0.0]
    assert curve.missing == pytest.approx(0, abs=1e-9)


def test_the_same_seed_gives_the_same_curves(examples):
    first, second = (fit_curves(*examples, list("abcd"), config=SMALL, seed=7) for _ in range(2))
    for one, other in zip(first.curves, second.curves, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
