"""Search in cells: the scores of an exact search, never a forbidden row, exact where cells would mislead."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from matching.index import CellEngine, FlatIndex, SegmentedIndex
from matching.index.cells import CellIndex


@pytest.fixture(scope="module")
def cells(vectors):
    index = CellIndex(vectors, least=1)
    index.prepare()
    return index


@pytest.fixture(scope="module")
def queries(vectors):
    rows = vectors[np.random.default_rng(8).integers(len(vectors), size=60)]
    rows = rows[np.isfinite(rows).all(axis=1) & rows.any(axis=1)]
    return [row for row in rows if not (row == vectors[7]).all()]


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_wide_filter_finds_nearly_all_with_the_scores_of_an_exact_search(share, vectors, cells, queries):
    allowed = np.flatnonzero(np.random.default_rng(9).random(len(vectors)) < share)
    found = 0
    for query in queries:
        exact = FlatIndex(vectors).search(query, 10, allowed=allowed)
        hits = cells.search(query, 10, allowed=allowed)
        assert len(hits.positions) == 10
        assert np.isin(hits.positions, allowed).all()
        assert hits.scores.tolist() == np.vecdot(vectors[hits.positions], query).tolist()
        found += len(np.intersect1d(hits.positions, exact.positions))
    assert found / (10 * len(queries)) > 0.95


def test_cells_read_a_small_part_of_the_rows(vectors, cells, queries):
    assert len(cells._cells.near(queries[0], cells._probes)) < len(vectors) / 4


def test_a_narrow_filter_is_exact(vectors, cells, queries):
    allowed = np.flatnonzero(np.random.default_rng(9).random(len(vectors)) < 0.02)
    for query in queries:
        exact = FlatIndex(vectors).search(query, 10, allowed=allowed)
        assert cells.search(query, 10, allowed=allowed).positions.tolist() == exact.positions.tolist()


def test_a_filter_that_leads_away_from_the_query_is_exact(vectors, cells, cluster_of, queries):
    """Half of all clusters are allowed and the query is of another: its nearest cells hold next to none."""
    tried = 0
    for query in queries:
        own = cluster_of[np.flatnonzero((vectors == query).all(axis=1))[0]]
        allowed = np.flatnonzero((cluster_of % 2 != own % 2) & vectors.any(axis=1))
        exact = FlatIndex(vectors).search(query, 10, allowed=allowed)
        near = np.isin(cells._cells.near(query, cells._probes), allowed).mean()
        hits = cells.search(query, 10, allowed=allowed)
        if near < 0.2:
            tried += 1
            assert hits.positions.tolist() == exact.positions.tolist()
        assert np.isin(hits.positions, allowed).all()
    assert tried


def test_rows_that_are_no_numbers_stand_in_no_cell(vectors, cells):
    assert np.isfinite(vectors[cells._cells.positions]).all()
    assert len(cells._cells.positions) == np.count_nonzero(np.isfinite(vectors).all(axis=1))


def test_few_rows_have_no_cells_and_another_process_reads_them_exactly(vectors, cells):
    small = CellIndex(vectors[:1000])
    small.prepare()
    assert not small.ready
    assert type(pickle.loads(pickle.dumps(cells))) is FlatIndex


def test_the_engine_searches_exactly_until_the_cells_are_made(vectors, begun):
    engine = CellEngine(least=1)
    index = engine.index("profiles", vectors[:2000], {})
    assert isinstance(index, SegmentedIndex)
    assert (engine.state, len(begun)) == ("exact", 1)
    begun[0].run()
    assert engine.state == "cells"
    engine.forget()
