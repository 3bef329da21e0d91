"""A row's score does not depend on where it is met."""

from __future__ import annotations

import numpy as np

from matching.index.exact import best, exact_scores, rounding_error


def test_a_row_has_the_same_bits_whatever_stands_beside_it(vectors):
    query = np.nan_to_num(vectors[9])
    rng = np.random.default_rng(0)
    everyone = exact_scores(vectors, np.arange(len(vectors)), query)
    for size in (1, 3, 8, 4097):
        some = rng.choice(len(vectors), size, replace=False)
        assert np.array_equal(exact_scores(vectors, some, query), everyone[some], equal_nan=True)


def test_two_ways_to_sum_stay_within_the_bound():
    rng = np.random.default_rng(2)
    rows, query = rng.normal(size=(500, 384)).astype(np.float32), rng.normal(size=384).astype(np.float32)
    bound = rounding_error(float(np.linalg.norm(query)), float(np.linalg.norm(rows, axis=1).max()), 384)
    blas = rows @ query
    assert 0 < np.abs(blas - np.vecdot(rows, query)).max() <= bound


def test_equal_scores_stand_in_order_of_position():
    hits = best(np.array([4, 2, 9]), np.array([1, 1, 2], np.float32), 2)
    assert hits.positions.tolist() == [9, 2]
