"""Growing and shrinking without disturbing whoever is searching."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from matching.index import FlatIndex, SegmentedIndex

THREE = np.eye(3, dtype=np.float32)


def test_a_change_leaves_the_old_object_as_it_was(base_of):
    before = SegmentedIndex.from_base(base_of(THREE))
    after = before.appended(2 * THREE[:1]).without(np.array([0]))
    query, everyone = THREE[0], np.ones(4, bool)
    assert before.search(query, 1, allowed=np.ones(3, bool)).positions.tolist() == [0]
    assert after.search(query, 4, allowed=everyone).positions.tolist() == [3, 1, 2]
    assert (before.size, after.size) == (3, 4)


def test_the_base_is_shared_and_not_copied():
    rows = np.ones((1000, 4), np.float32)
    index = SegmentedIndex.from_vectors(rows).appended(rows[:1]).without(np.array([5]))
    assert np.shares_memory(index._base.vectors, rows)


def test_tombstones_cannot_be_changed_from_outside():
    with pytest.raises(ValueError, match="read-only"):
        SegmentedIndex.from_vectors(THREE).alive[0] = False


def test_rows_are_taken_from_base_and_tail_in_the_order_asked_for(base_of):
    index = SegmentedIndex.from_base(base_of(THREE)).appended(5 * THREE)
    assert index.take(np.array([5, 0, 3, 0])).tolist() == [[0, 0, 5], [1, 0, 0], [5, 0, 0], [1, 0, 0]]


def test_garbage_is_the_share_of_rows_outside_a_clean_base(base_of):
    index = SegmentedIndex.from_base(base_of(THREE))
    assert index.garbage == 0
    assert index.appended(THREE[:1]).without(np.array([0])).garbage == pytest.approx(2 / 4)
    assert index.appended(THREE[:1]).without(np.array([3])).garbage == pytest.approx(1 / 4)
    assert SegmentedIndex.from_vectors(THREE[:0]).garbage == 0


def test_an_index_that_began_empty_finds_what_was_appended():
    index = SegmentedIndex.from_vectors(THREE[:0]).appended(THREE)
    assert index.search(THREE[1], 1, allowed=np.ones(3, bool)).positions.tolist() == [1]


@pytest.fixture(scope="module")
def life(base_of):
    """Make the base of a life by its seed; one life only where making a base takes seconds."""
    made = {}

    def base(seed):
        rows = np.random.default_rng(seed).integers(-2, 3, size=(6, 3)).astype(np.float32)
        return made.setdefault(seed, base_of(rows))

    return base if base_of is FlatIndex else lambda _: base(0)


def test_any_sequence_of_changes_finds_what_a_dictionary_holds(life):
    class Lived(Life):
        base_of = staticmethod(life)

    run_state_machine_as_test(
        Lived, settings=settings(max_examples=25, stateful_step_count=12, deadline=None)
    )


class Life(RuleBasedStateMachine):
    """Any sequence of changes against a dictionary of rows."""

    @initialize(seed=st.integers(0, 99))
    def start(self, seed):
        self.rng = np.random.default_rng(seed)
        base = self.base_of(seed)
        self.index = SegmentedIndex.from_base(base)
        self.rows = dict(enumerate(base.vectors))

    @rule(count=st.integers(0, 4))
    def append(self, count):
        fresh = self.rng.integers(-2, 3, size=(count, 3)).astype(np.float32)
        self.rows |= {self.index.size + number: row for number, row in enumerate(fresh)}
        self.index = self.index.appended(fresh)

    @rule(count=st.integers(0, 3))
    def remove(self, count):
        gone = self.rng.integers(self.index.size, size=count)
        self.index = self.index.without(gone)
        for position in gone:
            self.rows.pop(position, None)

    @invariant()
    def finds_what_the_dictionary_holds(self):
        query = np.array([1, -1, 2], np.float32)
        expected = sorted(self.rows, key=lambda position: (-float(self.rows[position] @ query), position))
        hits = self.index.search(query, 5, allowed=np.ones(self.index.size, bool))
        assert hits.positions.tolist() == expected[:5]
        assert np.flatnonzero(self.index.alive).tolist() == sorted(self.rows)
