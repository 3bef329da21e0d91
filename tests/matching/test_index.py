"""Exactness of the search under every filter."""

from __future__ import annotations

import numpy as np
import pytest

from matching.index import FaissIndex


@pytest.mark.parametrize("share", [0.0001, 0.001, 0.02, 0.3, 1.0])
def test_the_search_equals_brute_force_within_the_allowed_set(share):
    rng = np.random.default_rng(int(share * 10000))
    vectors = rng.normal(size=(20_000, 16)).astype(np.float32)
    allowed = rng.random(20_000) < share
    query = rng.normal(size=16).astype(np.float32)
    hits = FaissIndex(vectors).search(query, 100, allowed)
    scores = np.where(allowed, vectors @ query, -np.inf)
    best = np.argsort(-scores)[: min(100, allowed.sum())]
    assert set(hits.positions) == set(best)
    assert np.allclose(hits.scores, scores[best], atol=1e-4)


def test_nothing_allowed_gives_nothing():
    index = FaissIndex(np.eye(3, dtype=np.float32))
    assert len(index.search(np.ones(3, np.float32), 5, np.zeros(3, bool)).positions) == 0


def test_an_empty_index_answers_with_nothing():
    index = FaissIndex(np.empty((0, 3), np.float32))
    assert len(index.search(np.ones(3, np.float32), 5, np.zeros(0, bool)).scores) == 0
