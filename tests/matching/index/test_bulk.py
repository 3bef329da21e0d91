"""Many queries at once find exactly what each finds alone."""

from __future__ import annotations

import numpy as np
import pytest

from matching.index import FlatIndex, SegmentedIndex


@pytest.fixture(scope="module")
def queries(vectors):
    rng = np.random.default_rng(3)
    own = np.nan_to_num(vectors[rng.integers(len(vectors), size=20)])
    far = rng.normal(size=(20, vectors.shape[1]))
    special = np.stack([vectors[7], np.zeros(32), np.full(32, np.nan)])
    return np.concatenate([own, far, special]).astype(np.float32)


@pytest.fixture(scope="module")
def masks(vectors, queries):
    rng = np.random.default_rng(4)
    shares = rng.choice([0, 0.0001, 0.001, 0.01, 0.3, 1], size=(len(queries), 1))
    made = rng.random((len(queries), len(vectors))) < shares
    made[-3:] = True
    return made


@pytest.mark.parametrize("k", [1, 100])
def test_every_row_of_a_bulk_search_is_the_single_search_to_the_last_bit(k, mapped, queries, masks, base_of):
    index = base_of(mapped)
    many = index.search_many(queries, k, allowed=lambda number: masks[number])
    for number, query in enumerate(queries):
        one = index.search(query, k, allowed=np.flatnonzero(masks[number]))
        found = len(one.positions)
        assert many.positions[number, :found].tolist() == one.positions.tolist()
        assert many.scores[number, :found].tolist() == one.scores.tolist()
        assert (many.positions[number, found:] == -1).all()
        assert np.isneginf(many.scores[number, found:]).all()


def test_bulk_finds_appended_rows_and_no_dead_ones(vectors, mapped, queries, base_of):
    rng = np.random.default_rng(6)
    index = SegmentedIndex.from_base(base_of(mapped)).appended(vectors[:1000] + vectors[1000:2000])
    index = index.without(rng.integers(51_000, size=5000))
    everyone = np.ones(51_000, bool)
    many = index.search_many(queries, 30, allowed=lambda _: everyone)
    for number, query in enumerate(queries):
        one = index.search(query, 30, allowed=everyone)
        assert many.positions[number, : len(one.positions)].tolist() == one.positions.tolist()
    found = many.positions[many.positions >= 0]
    assert index.alive[found].all()
    assert (found >= 50_000).any()


def test_more_asked_for_than_a_block_holds(vectors):
    small = vectors[:40]
    many = FlatIndex(small).search_many(small[:3], 60, allowed=lambda _: np.ones(40, bool))
    whole = np.count_nonzero(~np.isnan(small).any(axis=1))
    assert ((many.positions >= 0).sum(axis=1) == whole).all()


def test_progress_is_told_and_each_mask_is_asked_for_once(vectors):
    told, asked = [], []

    def allowed(number):
        asked.append(number)
        return np.ones(1000, bool)

    queries = np.nan_to_num(vectors[:600])
    FlatIndex(vectors[:1000]).search_many(
        queries, 3, allowed=allowed, progress=lambda done, total: told.append((done, total))
    )
    assert asked == list(range(600))
    assert told == [(256, 600), (512, 600), (600, 600)]


def test_no_queries_and_no_hits_give_empty_arrays(vectors):
    index = FlatIndex(vectors[:10])
    assert index.search_many(vectors[:0], 3, allowed=lambda _: np.ones(10, bool)).positions.shape == (0, 3)
    assert index.search_many(vectors[:2], 0, allowed=lambda _: np.ones(10, bool)).scores.shape == (2, 0)
