"""The forest of a long table."""

from __future__ import annotations

import pytest

from training.forecast.long.checking import check_long
from training.forecast.long.hierarchy import add_up, read_forest
from training.forecast.rules import Status


@pytest.fixture
def built(from_series, options):
    """Forest, panel, additive flags and the codes found of each series."""

    def build(series, parents):
        table = from_series(series, parents)
        forest = read_forest(table)
        panel, additive = add_up(forest, check_long(table, options))
        codes = {name: [] for name in forest.ids}
        for one in panel.noted:
            codes[forest.ids[one.row]].append(one.finding.reason["code"])
        return forest, panel, dict(zip(forest.ids, additive.tolist(), strict=True)), codes

    return build


def test_a_table_without_parents_is_a_row_of_roots(built):
    forest, panel, additive, codes = built({"a": [1] * 6, "b": [2] * 6}, None)
    assert len(forest.parents) == 0
    assert panel.usable.all()
    assert not any(additive.values())
    assert codes == {"a": [], "b": []}


def test_a_parent_without_rows_is_the_sum_of_its_children(built):
    parents = {"a": "p", "b": "p", "p": "all", "c": "all"}
    series = {"a": [1, 2, 3, 4, 5, 6], "b": [10] * 6, "c": [100] * 6}
    forest, panel, additive, codes = built(series, parents)
    # Only rows say whose child p is, and p has none: it is a root, and so is all.
    assert forest.ids == ("a", "b", "c", "p", "all")
    assert panel.matrix[3].tolist() == [11, 12, 13, 14, 15, 16]
    assert (additive["p"], codes["p"]) == (True, ["built_from_children"])


def test_three_levels_add_up_from_below(built):
    series = {"all": [111] * 6, "p": [11] * 6, "a": [1] * 6, "b": [10] * 6, "c": [100] * 6}
    parents = {"a": "p", "b": "p", "p": "all", "c": "all"}
    forest, panel, additive, codes = built(series, parents)
    assert [forest.ids[row] for row in forest.parents] == ["p", "all"]
    assert forest.depth.tolist() == [0, 1, 2, 2, 1]
    assert panel.usable.all()
    assert (additive["all"], additive["p"], additive["a"]) == (True, True, False)
    assert not any(codes.values())


def test_a_parent_that_its_children_do_not_make_up_is_refused_alone(built):
    series = {"p": [11, 11, 12, 11, 11, 11], "a": [1] * 6, "b": [10] * 6}
    _, panel, additive, codes = built(series, {"a": "p", "b": "p"})
    assert panel.usable.tolist() == [False, True, True]
    assert codes == {"p": ["children_mismatch"], "a": [], "b": []}
    assert not additive["p"]
    (one,) = panel.noted
    assert "2023-09 下级合计 11 与自身 12 不符" in one.finding.reason["message"]


def test_months_before_a_parent_begins_are_not_compared(built):
    series = {"p": [11] * 6, "a": [5] + [1] * 6, "b": [10] * 7}
    _, panel, additive, _ = built(series, {"a": "p", "b": "p"})
    assert panel.usable.all()
    assert additive["p"]


def test_rounding_is_no_mismatch(built):
    _, panel, _, _ = built({"p": [0.3] * 6, "a": [0.1] * 6, "b": [0.2] * 6}, {"a": "p", "b": "p"})
    assert panel.usable.all()


def test_with_a_child_that_cannot_be_used_a_parent_stands_on_its_own_rows(built):
    series = {"p": [11] * 6, "a": [-1] * 6, "b": [10] * 6}
    _, panel, additive, codes = built(series, {"a": "p", "b": "p"})
    assert panel.usable.tolist() == [True, False, True]
    assert (additive["p"], codes["p"]) == (False, ["children_missing"])


def test_without_rows_such_a_parent_is_refused(built):
    _, panel, _, codes = built({"a": [-1] * 6, "b": [10] * 6}, {"a": "p", "b": "p"})
    assert panel.usable.tolist() == [False, True, False]
    assert codes["p"] == ["children_missing"]
    assert panel.noted[-1].finding.status is Status.REFUSED
    assert "如 a" in panel.noted[-1].finding.reason["message"]


def test_a_parent_with_faults_of_its_own_is_not_built_from_its_children(built):
    _, panel, additive, codes = built({"p": [-1] * 6, "a": [1] * 6, "b": [10] * 6}, {"a": "p", "b": "p"})
    assert panel.usable.tolist() == [False, True, True]
    assert (additive["p"], codes["p"]) == (False, ["negative"])


def test_a_circle_is_refused_and_what_hangs_on_it_is_not(built):
    series = {"x": [1] * 6, "y": [1] * 6, "z": [1] * 6, "leaf": [1] * 6, "other": [1] * 6}
    parents = {"x": "y", "y": "z", "z": "x", "leaf": "x"}
    forest, panel, additive, codes = built(series, parents)
    assert panel.usable.tolist() == [False, False, False, True, True]
    assert [codes[name][0] for name in "xyz"] == ["parent_cycle"] * 3
    assert (codes["leaf"], codes["other"]) == ([], [])
    assert forest.parent[:3].tolist() == [-1, -1, -1]
    assert forest.depth[3] == 1
    assert not any(additive.values())


def test_a_series_above_itself_is_a_circle(built):
    _, panel, _, codes = built({"x": [1] * 6, "y": [1] * 6}, {"x": "x"})
    assert panel.usable.tolist() == [False, True]
    assert codes["x"][0] == "parent_cycle"


def test_rows_that_name_two_parents_are_refused_and_neither_parent_is_built(from_rows, options):
    months = [f"2023-{month:02d}" for month in range(7, 13)]
    rows = [("a", month, "1", "p" if month < "2023-10" else "q") for month in months]
    rows += [(name, month, "1", parent) for name, parent in (("b", "p"), ("c", "q")) for month in months]
    table = from_rows(rows)
    forest = read_forest(table)
    panel, additive = add_up(forest, check_long(table, options))
    assert forest.ids == ("a", "b", "c", "q", "p")
    assert panel.usable.tolist() == [False, True, True, False, False]
    assert not additive.any()
    assert [one.finding.reason["code"] for one in panel.noted] == [
        "parent_contradicted", "children_missing", "children_missing",
    ]  # fmt: skip


def test_a_very_deep_chain_is_followed(built):
    count = 3000
    series = {f"n{number}": [1.0] * 6 for number in range(count)}
    parents = {f"n{number}": f"n{number + 1}" for number in range(count - 1)}
    forest, panel, additive, _ = built(series, parents)
    assert panel.usable.all()
    assert forest.depth.max() == count - 1
    assert sum(additive.values()) == count - 1
