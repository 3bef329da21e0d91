"""A learned ranker is a file that the matching reads and ranks by."""

from __future__ import annotations

import json

import numpy as np
import pytest

from data.errors import RefusedError
from data.feedback import Side
from matching.features import FEATURES
from matching.learned import LearnedRanker, read_curves
from matching.ranker import AdditiveRanker, suggested_weights
from training.ranker import BoostingConfig, RankerConfig, learn_ranker, learn_side, write_ranker

CONFIG = RankerConfig(boosting=BoostingConfig(trees=40, leaves=4, bins=16), fewest_successes=60)


@pytest.fixture(scope="module")
def files(biased):
    few = biased.pairs.take(np.arange(40))
    return learn_ranker(
        {Side.EMPLOYER: biased.pairs, Side.PERSON: few}, CONFIG, name="feedback", version="abc"
    )


def test_the_written_file_scores_as_it_was_learned(files, biased, tmp_path):
    written = write_ranker(files, tmp_path / "new", provenance={"commit": "c0ffee"})
    assert [path.name for path in written] == ["ranker.json", "report.json"]
    ranker = LearnedRanker(read_curves(written[0]))
    features = biased.pairs.features[:200]
    weights = np.array(list(suggested_weights(for_vacancy=True).values()))
    expected = 100 * learn_side(biased.pairs, CONFIG, for_vacancy=True).curves.decide(features)
    scores = ranker.score(features, weights, for_vacancy=True)
    np.testing.assert_allclose(scores, expected, atol=1e-3)
    likely = ranker.probabilities(scores, for_vacancy=True)
    assert likely is not None
    assert ((likely >= 0) & (likely <= 1)).all()


def test_the_report_names_what_it_was_made_from(files, tmp_path):
    _, report = write_ranker(files, tmp_path, provenance={"commit": "c0ffee", "data_sha256": "d"})
    read = json.loads(report.read_text("utf-8"))
    assert read["provenance"] == {"commit": "c0ffee", "data_sha256": "d"}
    assert read["digest"] == files.curves.digest
    assert read["config"]["success"] == 2
    assert read["sides"]["employer"]["learned"] is True


def test_a_side_without_feedback_keeps_the_suggested_weights(files, biased):
    told = files.report["sides"]["person"]
    assert told["learned"] is False
    assert "反馈太少" in told["reason"]
    weights = np.array(list(suggested_weights(for_vacancy=False).values()))
    features = np.round(biased.pairs.features[:50], 2)
    learned = LearnedRanker(files.curves).score(features, weights, for_vacancy=False)
    additive = AdditiveRanker().score(features, weights, for_vacancy=False)
    np.testing.assert_allclose(learned, additive, atol=1.01)  # a step is a hundredth of each feature
    assert LearnedRanker(files.curves).probabilities(learned, for_vacancy=False) is None


def test_nothing_is_learned_when_both_sides_are_thin(biased):
    few = biased.pairs.take(np.arange(40))
    with pytest.raises(RefusedError, match=r"用人单位一方.*人才一方") as refused:
        learn_ranker(dict.fromkeys(Side, few), name="feedback", version="abc")
    assert refused.value.code == "feedback_too_little"


def test_every_feature_has_its_curve_on_both_sides(files):
    for side in (files.curves.sides.vacancy, files.curves.sides.person):
        assert [curve.feature for curve in side.curves] == [each.name for each in FEATURES]
