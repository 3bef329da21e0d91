"""One side is learned from lists that were shown, measured on later ones, and refused when thin."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import RefusedError
from matching.features import FEATURES
from matching.ranker import CREDENTIAL_CAP
from training.ranker import BoostingConfig, RankerConfig, ShownPairs, learn_side

CONFIG = RankerConfig(boosting=BoostingConfig(trees=40, leaves=4, bins=16), fewest_successes=60)


@pytest.fixture(scope="module")
def learned(biased):
    return learn_side(biased.pairs, CONFIG, for_vacancy=True)


def test_what_people_want_has_most_of_the_score(learned):
    shares = learned.report["share_of_score"]
    assert sorted(shares, key=shares.get)[-2:] in (["duties", "skills"], ["skills", "duties"])
    assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    assert sum(shares[each.name] for each in FEATURES if each.credential) <= CREDENTIAL_CAP + 1e-4


def test_the_report_compares_with_every_other_ranker_on_later_lists(learned, biased):
    report = learned.report
    assert report["fitted"] + report["held_out"] == len(biased.pairs) == report["pairs"]
    assert set(report["gain@10"]) == {
        "learned_curves",
        "additive",
        "curves_without_propensity",
        "logistic",
        "pairwise",
    }
    for system, cell in report["gain@10"].items():
        assert cell["low"] <= cell["mean"] <= cell["high"]
        assert ("learned_better_by" in cell) == (system != "learned_curves")


def test_a_side_whose_lists_are_read_from_the_top_has_its_propensities_estimated(learned):
    seen = learned.report["propensity_by_position"]
    assert learned.report["propensity_recorded"] == 0
    assert seen[0] == 1 > 0.5 > seen[9]


def test_recorded_propensities_are_used_where_there_are_some(biased):
    pairs = biased.pairs
    recorded = ShownPairs(
        pairs.features, pairs.stages, pairs.queries, np.zeros_like(pairs.positions), biased.seen
    )
    report = learn_side(recorded, CONFIG, for_vacancy=False).report
    assert report["propensity_recorded"] == 1
    assert report["propensity_by_position"] == [1.0]
    assert report["share_of_score"]["skills"] > 2 * report["share_of_score"]["title"]


@pytest.mark.parametrize("queries", [5, 30])
def test_too_little_feedback_is_refused_with_what_is_missing(biased, queries):
    with pytest.raises(RefusedError, match=f"{queries} 个查询") as refused:
        learn_side(biased.pairs.take(biased.pairs.queries < queries), RankerConfig(), for_vacancy=True)
    assert refused.value.code == "feedback_too_little"


def test_the_lists_shown_last_are_the_ones_held_out(biased):
    # Only the last lists come to a good end: the earlier ones alone have nothing to learn from.
    pairs = biased.pairs
    late = pairs.queries >= 290
    only_late = ShownPairs(
        pairs.features, np.where(late, 2, 0), pairs.queries, pairs.positions, pairs.propensities
    )
    with pytest.raises(RefusedError) as refused:
        learn_side(only_late, CONFIG, for_vacancy=True)
    assert refused.value.code == "one_outcome"
