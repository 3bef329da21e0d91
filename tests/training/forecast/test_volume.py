from __future__ import annotations

import numpy as np
import pytest

from training.forecast.volume import N_CLASSES, class_label, history_at, merged_classes, volume_classes


def test_history_counts_from_the_first_demand() -> None:
    matrix = np.array([[0.0, 0.0, 6.0, 0.0, 12.0, 99.0], [1.0, 1.0, 1.0, 1.0, 1.0, 99.0], [0.0] * 6])
    history = history_at(matrix, 5)
    assert history.own_months.tolist() == [3, 5, 0]
    assert history.nonzero_months.tolist() == [2, 5, 0]
    assert history.volume.tolist() == [6.0, 1.0, 0.0]


def test_volume_looks_at_twelve_months_only() -> None:
    matrix = np.array([[1000.0] * 5 + [24.0] * 12])
    assert history_at(matrix, 17).volume.tolist() == [24.0]


def test_without_months_there_is_no_history() -> None:
    history = history_at(np.zeros((2, 0)), 0)
    assert history.own_months.tolist() == [0, 0]
    assert not history.sufficient.any()


@pytest.mark.parametrize(
    ("row", "sufficient"),
    [([1.0, 0, 0, 0, 1, 1], True), ([0.0, 1, 1, 1, 1, 1], False), ([1.0, 0, 0, 0, 0, 1], False)],
)
def test_six_own_months_and_three_with_demand_suffice(row: list[float], sufficient: bool) -> None:
    assert history_at(np.array([row]), 6).sufficient.tolist() == [sufficient]


def test_a_volume_on_an_edge_belongs_to_the_upper_class() -> None:
    assert volume_classes(np.array([0.0, 0.99, 1.0, 19.9, 20.0, 50.0, 500.0])).tolist() == [
        0, 0, 1, 3, 4, 5, 7,
    ]  # fmt: skip


def test_classes_are_named_by_their_edges() -> None:
    assert [class_label(0, 0), class_label(4, 5), class_label(7, 7), class_label(0, N_CLASSES - 1)] == [
        "0-1", "20-100", "500+", "0+",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "groups"),
    [
        ([200, 300, 400], [(0, 0), (1, 1), (2, 2)]),
        # The 50 join the smaller neighbour.
        ([300, 50, 250], [(0, 0), (1, 2)]),
        ([250, 50, 300], [(0, 1), (2, 2)]),
        # Empty classes go along, the last one to the left.
        ([0, 0, 150, 250, 500, 18], [(0, 3), (4, 5)]),
        # Never enough: one group.
        ([10, 20, 30], [(0, 2)]),
        ([5], [(0, 0)]),
    ],
)
def test_small_classes_join_their_smaller_neighbour(counts: list[int], groups: list[tuple[int, int]]) -> None:
    assert merged_classes(np.array(counts), least=200) == groups
