"""Weights and the additive score."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from matching.features import FEATURES
from matching.ranker import (
    CREDENTIAL_CAP,
    AdditiveRanker,
    applied_weights,
    mutual,
    suggested_weights,
)

NAMES = [each.name for each in FEATURES]
CREDENTIALS = [each.name for each in FEATURES if each.credential]
SIDES = pytest.mark.parametrize("for_vacancy", [True, False])
unit = st.one_of(st.floats(0, 1), st.just(float("nan")))
rows = st.lists(unit, min_size=len(NAMES), max_size=len(NAMES))


@SIDES
def test_suggested_weights_add_up_and_respect_the_cap(for_vacancy):
    weights = suggested_weights(for_vacancy=for_vacancy)
    assert math.isclose(sum(weights.values()), 1)
    assert sum(weights[name] for name in CREDENTIALS) <= CREDENTIAL_CAP


def test_the_weights_of_a_caller_are_scaled():
    weights, array = applied_weights({"skills": 3, "title": 1}, for_vacancy=True)
    assert weights["skills"] == 0.75
    assert weights["pay"] == 0.0
    assert array[NAMES.index("skills")] == 0.75


@given(st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1e300), min_size=1), st.booleans())
def test_no_weights_make_credentials_dominate(weights, for_vacancy):
    largest = max(weights.values())
    others = sum(weight for name, weight in weights.items() if name not in CREDENTIALS)
    if others <= 0 or sum(w / largest for n, w in weights.items() if n not in CREDENTIALS) <= 0:
        with pytest.raises(InputError):
            applied_weights(weights, for_vacancy=for_vacancy)
        return
    scaled, _ = applied_weights(weights, for_vacancy=for_vacancy)
    assert sum(scaled[name] for name in CREDENTIALS) <= CREDENTIAL_CAP + 1e-12
    assert math.isclose(sum(scaled.values()), 1, rel_tol=1e-9)


@given(rows, st.sampled_from(CREDENTIALS), st.dictionaries(st.sampled_from(NAMES), st.floats(0.01, 99)))
def test_credentials_never_move_a_score_by_more_than_the_cap(row, credential, weights):
    _, applied = applied_weights({**weights, "skills": 1.0}, for_vacancy=True)
    features = np.array([row, row])
    features[0, NAMES.index(credential)] = 0.0
    features[1, NAMES.index(credential)] = 1.0
    low, high = AdditiveRanker().score(features, applied, for_vacancy=True)
    assert 0 <= high - low <= 100 * CREDENTIAL_CAP + 1e-3


@given(rows, st.integers(0, len(NAMES) - 1), st.floats(0, 1), st.floats(0, 1))
def test_a_feature_that_rises_never_lowers_a_score(row, column, first, second):
    _, applied = applied_weights(None, for_vacancy=True)
    features = np.array([row, row])
    features[:, column] = sorted((first, second))
    low, high = AdditiveRanker().score(features, applied, for_vacancy=True)
    assert low <= high


def test_what_is_not_judged_counts_one_half_and_contributions_add_up():
    _, applied = applied_weights(None, for_vacancy=False)
    features = np.full((1, len(NAMES)), np.nan)
    ranker = AdditiveRanker()
    assert ranker.score(features, applied, for_vacancy=False)[0] == 50.0
    assert ranker.contributions(features, applied, for_vacancy=False).sum() == pytest.approx(50.0)


def test_mutual_is_good_only_where_both_are():
    both = mutual(np.array([80.0, 100.0, 0.0]), np.array([80.0, 25.0, 0.0]))
    assert both.tolist() == [80.0, 40.0, 0.0]


@pytest.mark.parametrize(
    "weights", [{"school_tier": 1}, {"skills": -1}, {"skills": float("nan")}, {}, {"major": 1}]
)
def test_weights_that_make_no_sense_are_refused(weights):
    with pytest.raises(InputError):
        applied_weights(weights, for_vacancy=True)
