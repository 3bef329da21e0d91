import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from data.catalogue.suppression import TOTAL, cross_table, hidden_counts


def least_freedom(counts, hidden):
    """Solve for every hidden count: the narrowest range that the shown counts and totals leave."""
    wide = np.column_stack([counts, counts.sum(axis=1)])
    table = np.vstack([wide, wide.sum(axis=0)])
    number = -np.ones(table.shape, dtype=int)
    number[hidden] = np.arange(hidden.sum())
    equations, sums = [], []
    rows, columns = (range(size) for size in table.shape)
    lines = [[(r, c) for c in columns] for r in rows] + [[(r, c) for r in rows] for c in columns]
    for places in lines:
        factors, total = np.zeros(hidden.sum()), 0.0
        for place in places:
            sign = -1.0 if place == places[-1] else 1.0
            if hidden[place]:
                factors[number[place]] += sign
            else:
                total -= sign * table[place]
        equations.append(factors)
        sums.append(total)
    ranges = []
    for unknown in np.eye(hidden.sum()):
        low = linprog(unknown, A_eq=equations, b_eq=sums, bounds=(0, None))
        high = linprog(-unknown, A_eq=equations, b_eq=sums, bounds=(0, None))
        ranges.append(np.inf if high.status == 3 else -high.fun - low.fun)
    return min(ranges, default=np.inf)


def test_one_hidden_count_takes_three_others_with_it():
    counts = np.array([[2.0, 9, 9], [8, 7, 9], [9, 9, 9]])
    hidden = hidden_counts(counts, counts < 3)
    # the cheapest rectangle through the 2: 8, 9 and 7
    assert hidden[:2, :2].all()
    assert hidden.sum() == 4
    assert least_freedom(counts, hidden) >= 1


def test_primary_suppression_alone_would_give_the_count_away():
    counts = np.array([[2.0, 9], [8, 7]])
    alone = np.zeros((3, 3), dtype=bool)
    alone[0, 0] = True
    assert least_freedom(counts, alone) == pytest.approx(0)


def test_without_a_rectangle_totals_are_hidden():
    hidden = hidden_counts(np.array([[2.0]]), np.array([[True]]))
    assert hidden.tolist() == [[True, True], [True, True]]


def test_nothing_is_hidden_for_nothing_and_zeros_stay():
    counts = np.array([[0.0, 9], [8, 7]])
    assert not hidden_counts(counts, counts < 3).any()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_no_hidden_count_can_be_solved_for(seed):
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(1, 6, size=2)
    counts = rng.poisson(3, (rows, columns)) * (rng.random((rows, columns)) < 0.7) * 1.0
    primary = (counts > 0) & (counts < 3)
    hidden = hidden_counts(counts, primary)
    assert hidden[:-1, :-1][primary].all()
    assert not hidden[:-1, :-1][counts == 0].any()
    assert least_freedom(counts, hidden) >= 1 - 1e-6


def test_a_table_hides_what_rests_on_few_employers():
    rows = [
        ("镁材料深加工", "老边区", name, 2.0) for name in ("甲", "乙", "丙", "丁")
    ] + [("港口物流", "鲅鱼圈区", name, 3.0) for name in ("戊", "己", "庚")] + [
        ("镁材料深加工", "鲅鱼圈区", "甲", 5.0),
        *(("港口物流", "老边区", name, 1.0) for name in ("戊", "己", "庚", "辛")),
        ("港口物流", "西市区", "戊", np.nan),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["industry", "county", "employer", "heads"])
    shown, hidden = cross_table(
        frame["heads"], rows=frame["industry"], columns=frame["county"], employers=frame["employer"]
    )
    # one employer's five places go, and with two rows and two columns so do the other three counts
    assert hidden.loc["镁材料深加工", "鲅鱼圈区"]
    assert np.isnan(shown.loc["镁材料深加工", "鲅鱼圈区"])
    assert hidden.iloc[:-1, :-1].to_numpy().all()
    assert (shown.loc[TOTAL, TOTAL], shown.loc["镁材料深加工", TOTAL]) == (26, 13)
    assert "西市区" not in shown.columns


def test_a_total_of_few_employers_is_confidential_like_any_count():
    rows = [("镁材料深加工", "老边区", "甲"), ("镁材料深加工", "鲅鱼圈区", "乙")] + [
        (industry, county, name)
        for industry in ("港口物流", "新能源")
        for county in ("老边区", "鲅鱼圈区")
        for name in ("丙", "丁", "戊", "己")
    ]
    frame = pd.DataFrame(rows, columns=["industry", "county", "employer"]).assign(heads=2.0)
    shown, hidden = cross_table(
        frame["heads"], rows=frame["industry"], columns=frame["county"], employers=frame["employer"]
    )
    # two employers have one place each of the industry's two; its total is hidden, and one more total with it
    assert hidden.loc["镁材料深加工", TOTAL]
    assert hidden.loc[["港口物流", "新能源"], TOTAL].any() or hidden.loc[TOTAL, TOTAL]
    assert np.isnan(shown.loc["镁材料深加工", "老边区"])


def test_counts_below_the_least_are_hidden_with_their_totals():
    frame = pd.DataFrame({"place": ["东"] * 4 + ["西"] * 9 + ["南"] * 9, "person": range(22)})
    shown, hidden = cross_table(
        pd.Series(1.0, index=frame.index),
        rows=frame["place"],
        columns=pd.Series("全部", index=frame.index),
        employers=frame["person"].astype(str),
        least=5,
    )
    assert hidden.loc["东"].all()
    assert np.isnan(shown.loc["东", TOTAL])
    assert hidden["全部"].sum() >= 2
