"""Ranking metrics worked out by hand."""

from __future__ import annotations

import math

import numpy as np
from sklearn.metrics import roc_auc_score

from training.metrics import (
    area_under_curve,
    average_precision,
    graded_ndcg,
    mean_with_interval,
    ndcg,
    precision,
    recall,
    reciprocal_rank,
)

RANKED = np.array([True, False, True, False])


def test_average_precision():
    # relevant at ranks 1 and 3: (1/1 + 2/3) / 2
    assert math.isclose(average_precision(RANKED), (1 + 2 / 3) / 2)
    # one more that was never ranked: divided by 3
    assert math.isclose(average_precision(RANKED, total=3), (1 + 2 / 3) / 3)


def test_area_under_curve():
    # of the four pairs of a relevant and another item, only the second and third stand the wrong way round
    assert area_under_curve(RANKED) == 0.75
    assert math.isnan(area_under_curve(np.array([True, True])))
    assert math.isnan(area_under_curve(np.array([], bool)))
    rng = np.random.default_rng(0)
    relevant, scores = rng.random(200) < 0.2, rng.random(200)
    ranked = relevant[np.argsort(-scores)]
    assert math.isclose(area_under_curve(ranked), roc_auc_score(relevant, scores))


def test_recall():
    assert recall(RANKED, 1) == 0.5
    assert recall(RANKED, 3) == 1.0
    assert recall(RANKED, 3, total=4) == 0.5


def test_precision():
    assert precision(RANKED, 2) == 0.5
    # only four were ranked: the fifth place is empty
    assert precision(RANKED, 5) == 0.4
    assert precision(np.array([False]), 1, total=2) == 0.0


def test_graded_ndcg():
    # gains 1 and 3 at ranks 1 and 2 of the three relevant ones; ideal: 3, 2, 1
    gains, ideal = np.array([1.0, 3.0]), np.array([1.0, 2.0, 3.0, 0.0])
    wanted = (1 + 3 / math.log2(3)) / (3 + 2 / math.log2(3) + 1 / 2)
    assert math.isclose(graded_ndcg(gains, 10, ideal=ideal), wanted)
    assert math.isclose(graded_ndcg(gains, 1, ideal=ideal), 1 / 3)
    assert graded_ndcg(RANKED.astype(float), 3, ideal=np.ones(2)) == ndcg(RANKED, 3)


def test_reciprocal_rank():
    assert reciprocal_rank(np.array([False, False, True])) == 1 / 3


def test_ndcg():
    # gains at ranks 1 and 3: 1 + 1/2; ideal at ranks 1 and 2: 1 + 1/log2(3)
    assert math.isclose(ndcg(RANKED, 3), 1.5 / (1 + 1 / math.log2(3)))
    assert ndcg(np.array([True]), 10) == 1.0


def test_nothing_relevant_is_nan_and_counted():
    nothing = np.array([False, False])
    for value in (
        average_precision(nothing),
        recall(nothing, 1),
        reciprocal_rank(nothing),
        ndcg(nothing, 2),
        precision(nothing, 1),
        graded_ndcg(np.zeros(2), 2, ideal=np.zeros(0)),
    ):
        assert math.isnan(value)
    mean = mean_with_interval(np.array([1.0, np.nan]), np.random.default_rng(0))
    assert (mean.mean, mean.low, mean.high, mean.queries, mean.dropped) == (1.0, 1.0, 1.0, 1, 1)
    assert math.isnan(mean_with_interval(np.array([np.nan]), np.random.default_rng(0)).mean)


def test_the_interval_covers_the_mean_and_narrows_with_more_queries():
    rng = np.random.default_rng(1)
    few = mean_with_interval(rng.random(20), rng)
    many = mean_with_interval(rng.random(2000), rng)
    assert few.low < few.mean < few.high
    assert many.high - many.low < few.high - few.low


def test_drawing_in_parts_gives_the_interval_of_drawing_at_once(monkeypatch):
    values = np.random.default_rng(2).random(30)
    whole = mean_with_interval(values, np.random.default_rng(0), draws=500)
    monkeypatch.setattr("training.metrics._DRAWN_AT_ONCE", 300)
    parts = mean_with_interval(values, np.random.default_rng(0), draws=500)
    assert whole == parts
