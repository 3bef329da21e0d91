"""What chance does to employers, and what is more than chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from training.drift.compare import Quantity, compare_quantity, compare_vectors, control_discoveries
from training.drift.line import Group, Kind


def compare(values, employers, later, kind=Kind.CATEGORY, permutations=199, seed=0):
    quantity = Quantity("x", "某项", Group.INPUT, kind, pd.Series(values, dtype=object))
    return compare_quantity(
        quantity,
        pd.Series(employers),
        pd.Series(later),
        permutations=permutations,
        rng=np.random.default_rng(seed),
    )


def rows(count=200, employers=40):
    later = [i % 2 == 1 for i in range(count)]
    return [f"单位{(i // 2) % employers}" for i in range(count)], later


def test_a_category_that_takes_over_is_found_and_named():
    employers, later = rows()
    found = compare(["焊工" if flag else "会计" for flag in later], employers, later)
    assert found.p_value == pytest.approx(1 / 200)
    assert found.distance == pytest.approx(1.0)
    assert found.effect > 1
    assert {move.label for move in found.moves} >= {"焊工", "会计"}
    assert found.moves[0].before in (0.0, 1.0)


def test_one_employer_hiring_in_bulk_is_not_a_change_of_the_market():
    # 40 employers with one vacancy of either kind a period; in the later one a single works adds 150 welders.
    employers, later = rows(160, 40)
    values = ["会计" if i % 4 < 2 else "焊工" for i in range(160)]
    bulk = compare([*values, *["焊工"] * 150], [*employers, *["大厂"] * 150], [*later, *[True] * 150])
    spread = compare(
        [*values, *["焊工"] * 150], [*employers, *(f"新{i}" for i in range(150))], [*later, *[True] * 150]
    )
    assert bulk.p_value > 0.05
    assert spread.p_value < 0.05


def test_the_test_is_level_where_nothing_changed():
    # Under the null p-values are uniform: among 60 comparisons about 3 fall below .05, and more than 9 has
    # a probability of about .001.
    rng = np.random.default_rng(11)
    employers, later = rows(120, 30)
    found = [
        compare(rng.choice(list("甲乙丙"), 120).tolist(), employers, later, permutations=99, seed=seed)
        for seed in range(60)
    ]
    assert sum(each.p_value <= 0.05 for each in found) <= 9
    assert np.mean([each.effect for each in found]) < 0.1


def test_numbers_are_compared_by_distance_and_median():
    employers, later = rows()
    found = compare([5000.0 + 4000 * flag + i for i, flag in enumerate(later)], employers, later, Kind.NUMBER)
    assert found.distance == pytest.approx(1.0)
    assert (found.before, found.after) == (5099.0, 9100.0)
    assert found.moves == ()


def test_a_share_is_compared_by_its_difference():
    employers, later = rows()
    values = [(i // 2) % 4 == 0 if flag else (i // 2) % 2 == 0 for i, flag in enumerate(later)]
    found = compare(values, employers, later, Kind.SHARE)
    assert (found.before, found.after) == (0.5, 0.25)
    assert found.effect == pytest.approx(0.25)


def test_missing_values_are_left_out_and_a_period_without_any_cannot_be_compared():
    employers, later = rows(40, 20)
    found = compare([None if i < 4 else 1.0 for i in range(40)], employers, later, Kind.NUMBER)
    assert found.rows == (18, 18)
    assert compare([None if flag else 1.0 for flag in later], employers, later, Kind.NUMBER) is None


def test_rare_categories_are_put_together():
    employers, later = rows()
    found = compare([f"类{i}" if flag else "会计" for i, flag in enumerate(later)], employers, later)
    assert "其他" in {move.label for move in found.moves}


def test_the_same_seed_gives_the_same_comparison():
    employers, later = rows()
    values = [float(i % 7) for i in range(200)]
    assert compare(values, employers, later, Kind.NUMBER) == compare(values, employers, later, Kind.NUMBER)


def vectors(shift, count=160):
    rng = np.random.default_rng(5)
    points = rng.normal(size=(count, 12)).astype(np.float32)
    later = np.arange(count) % 2 == 1
    points[later, 0] += shift
    employers = [f"单位{(i // 2) % 40}" for i in range(count)]
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    return unit.astype(np.float32), employers, later


def test_vectors_that_moved_are_told_apart_and_others_are_not():
    moved = compare_vectors(*vectors(2.5), permutations=99, rng=np.random.default_rng(0))
    same = compare_vectors(*vectors(0.0), permutations=99, rng=np.random.default_rng(0))
    assert moved.p_value == pytest.approx(0.01)
    assert moved.effect > 0.8
    assert same.p_value > 0.05
    assert same.effect < same.chance + 0.05
    assert moved.distance > same.distance


def test_discoveries_are_controlled_over_all_lines():
    assert control_discoveries([]) == []
    # Benjamini-Hochberg by hand: .01*3/1, .02*3/2, .9.
    assert control_discoveries([0.01, 0.02, 0.9]) == pytest.approx([0.03, 0.03, 0.9])
