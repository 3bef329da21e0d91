"""Exactness of the search under every filter."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from matching.index import FlatIndex, SegmentedIndex

SHARES = [0.0001, 0.001, 0.01, 0.1, 0.5, 1.0]


def cases():
    return st.fixed_dictionaries(
        {
            "share": st.sampled_from(SHARES),
            "clustered": st.booleans(),
            "k": st.sampled_from([1, 10, 100]),
            "seed": st.integers(0, 2**32 - 1),
            "own": st.booleans(),
            "changed": st.booleans(),
        }
    )


def choose(case, vectors, cluster_of, rng):
    """Draw an allowed set and a query: a row of the matrix, or a vector near none."""
    if case["clustered"]:
        chosen = np.flatnonzero(cluster_of < max(1, int(case["share"] * cluster_of.max())))
    else:
        chosen = np.flatnonzero(rng.random(len(vectors)) < case["share"])
    query = np.nan_to_num(vectors[rng.integers(len(vectors))]) if case["own"] else rng.normal(size=32)
    return chosen, query.astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(case=cases())
def test_recall_is_one_under_any_filter_whatever_was_appended_or_removed(
    case, vectors, mapped, cluster_of, twin, base_of
):
    rng = np.random.default_rng(case["seed"])
    chosen, query = choose(case, vectors, cluster_of, rng)
    index, rows = SegmentedIndex.from_base(base_of(mapped)), vectors
    if case["changed"]:
        fresh = vectors[rng.integers(len(vectors), size=700)]
        dead = rng.integers(len(vectors) + 700, size=5000)
        index = index.appended(fresh[:300]).appended(fresh[300:]).without(dead)
        rows = np.concatenate([vectors, fresh])
        chosen = np.concatenate([chosen, len(vectors) + np.flatnonzero(rng.random(700) < case["share"])])
    mask = np.zeros(len(rows), bool)
    mask[chosen] = True
    living = chosen[index.alive[chosen]]
    positions, scores = twin(rows, query, case["k"], living)
    for hits in (
        index.search(query, case["k"], allowed=mask),
        index.search(query, case["k"], allowed=chosen),
    ):
        assert hits.positions.tolist() == positions.tolist()
        assert hits.scores.tolist() == scores.tolist()


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("clustered", [False, True])
def test_recall_at_100_is_one_at_every_selectivity(
    share, clustered, vectors, mapped, cluster_of, twin, base_of
):
    case = {"share": share, "clustered": clustered, "own": False}
    chosen, query = choose(case, vectors, cluster_of, np.random.default_rng(5))
    hits = base_of(mapped).search(query, 100, allowed=chosen)
    positions, scores = twin(vectors, query, 100, chosen)
    assert len(positions) == min(100, np.count_nonzero(~np.isnan(vectors[chosen]).any(axis=1)))
    assert hits.positions.tolist() == positions.tolist()
    assert hits.scores.tolist() == scores.tolist()


def test_equal_rows_come_in_order_of_position_also_where_the_list_is_cut(vectors, base_of):
    index = base_of(vectors)
    equal = np.flatnonzero((vectors == vectors[7]).all(axis=1))
    hits = index.search(vectors[7], 100, allowed=np.arange(len(vectors)))
    assert hits.positions.tolist() == equal[:100].tolist()
    without_first = np.delete(np.arange(len(vectors)), equal[0])
    assert index.search(vectors[7], 100, allowed=without_first).positions.tolist() == equal[1:101].tolist()


def test_a_query_of_zeros_finds_the_first_rows_that_are_numbers(vectors, base_of):
    hits = base_of(vectors).search(np.zeros(32, np.float32), 5, allowed=np.arange(len(vectors)))
    whole = np.flatnonzero(~np.isnan(vectors).any(axis=1))
    assert hits.positions.tolist() == whole[:5].tolist()
    assert not hits.scores.any()


def test_a_query_that_is_no_number_finds_nothing(vectors, base_of):
    query = np.full(32, np.nan, np.float32)
    assert len(base_of(vectors).search(query, 5, allowed=np.arange(len(vectors))).positions) == 0


def test_a_row_that_is_no_number_is_not_found_even_alone(base_of):
    rows = np.array([[np.nan, 1], [0, 1]], np.float32)
    index = base_of(rows)
    assert index.search(np.ones(2, np.float32), 2, allowed=np.array([0])).positions.tolist() == []
    assert index.search(np.ones(2, np.float32), 2, allowed=np.array([0, 1])).positions.tolist() == [1]


def test_nothing_allowed_or_nothing_asked_gives_nothing(base_of):
    index = base_of(np.eye(3, dtype=np.float32))
    assert len(index.search(np.ones(3, np.float32), 5, allowed=np.empty(0, np.int64)).positions) == 0
    assert len(index.search(np.ones(3, np.float32), 0, allowed=np.arange(3)).scores) == 0


def test_fewer_allowed_than_asked_for_gives_all_of_them(base_of):
    hits = base_of(np.eye(3, dtype=np.float32)).search(
        np.array([1, 3, 2], np.float32), 5, allowed=np.array([0, 1])
    )
    assert hits.positions.tolist() == [1, 0]
    assert hits.scores.tolist() == [3, 1]


def test_an_empty_index_answers_with_nothing(base_of):
    index = base_of(np.empty((0, 3), np.float32))
    assert len(index.search(np.ones(3, np.float32), 5, allowed=np.empty(0, np.int64)).scores) == 0
    assert index.largest == 0
    many = index.search_many(np.ones((2, 3), np.float32), 2, allowed=lambda _: np.empty(0, bool))
    assert many.positions.tolist() == [[-1, -1], [-1, -1]]


@pytest.mark.parametrize("position", [-1, 3])
def test_a_position_outside_is_refused_before_memory_is_read(position, base_of):
    with pytest.raises(IndexError, match="3 rows"):
        base_of(np.eye(3, dtype=np.float32)).search(np.ones(3, np.float32), 1, allowed=np.array([position]))


def test_an_infinite_vector_is_refused_in_chinese(base_of):
    with pytest.raises(InputError, match="无穷大") as caught:
        base_of(np.full((1, 2), np.inf, np.float32)).search(np.ones(2, np.float32), 1, allowed=np.arange(1))
    assert caught.value.code == "vectors_not_finite"


def test_vectors_are_not_copied(mapped):
    assert np.shares_memory(FlatIndex(mapped).vectors, mapped)


@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_number_of_threads_changes_nothing_and_stays_as_it_was(threads):
    code = (
        "import numpy as np, faiss\n"
        "from matching.index import FlatIndex\n"
        "rows = np.random.default_rng(0).normal(size=(70_000, 8)).astype(np.float32)\n"
        "hits = FlatIndex(rows).search(rows[9], 50, allowed=np.arange(0, 70_000))\n"
        "print(faiss.omp_get_max_threads(), hits.positions.tolist() == "
        "np.argsort(-np.vecdot(rows, rows[9]), kind='stable')[:50].tolist())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"OMP_NUM_THREADS": threads},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == [threads, "True"]


def test_two_threads_find_what_one_finds(vectors, monkeypatch, twin):
    import faiss

    monkeypatch.setattr(faiss, "omp_get_max_threads", lambda: 2)
    allowed = np.arange(len(vectors))
    hits = FlatIndex(vectors).search(vectors[11], 100, allowed=allowed)
    assert hits.positions.tolist() == twin(vectors, vectors[11], 100, allowed)[0].tolist()
