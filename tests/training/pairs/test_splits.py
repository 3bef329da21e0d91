"""The division into training, development and test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from training.pairs.leakage import check_leakage
from training.pairs.source import Pair, PairSource, pairs_frame
from training.pairs.splits import COMMON, components, split_pairs

LETTERS = st.text("abcdef", min_size=1, max_size=2)


def many(pair, count=400):
    return [pair(f"title {i}", f"other {i}", group=f"g{i}", concept=f"c{i}") for i in range(count)]


def test_about_a_tenth_is_kept_for_development_and_for_the_test(pair):
    shares = split_pairs(pairs_frame(many(pair, 2000)))["split"].value_counts(normalize=True)
    assert 0.77 < shares["train"] < 0.83
    assert 0.08 < shares["dev"] < 0.12
    assert 0.08 < shares["test"] < 0.12


def test_pairs_are_divided_alike_in_any_order_and_otherwise_by_another_seed(pair):
    frame = pairs_frame(many(pair))
    turned = split_pairs(frame.iloc[::-1].reset_index(drop=True)).sort_values("anchor", ignore_index=True)
    same = split_pairs(frame).sort_values("anchor", ignore_index=True)
    pd.testing.assert_frame_equal(turned, same)
    assert (split_pairs(frame, seed=1)["split"] != split_pairs(frame)["split"]).any()


def test_what_hangs_together_over_groups_and_texts_is_one_heap(pair):
    frame = pairs_frame(
        [
            pair("a", "b", group="1"),
            pair("c", "d", group="1"),
            pair("C!", "e", group="2"),
            pair("f", "g", group="3"),
        ]
    )
    labels = components(frame)
    assert labels[0] == labels[1] == labels[2] != labels[3]


def test_a_title_of_postings_does_not_join_their_employers(pair):
    frame = pairs_frame(
        [
            pair("会计", "负责记账", PairSource.TITLE_DESCRIPTION, group="employer:1"),
            pair("会计", "负责报税", PairSource.TITLE_DESCRIPTION, group="employer:2"),
            pair("出纳", "负责报税", PairSource.TITLE_DESCRIPTION, group="employer:3"),
        ]
    )
    labels = components(frame)
    assert labels[0] != labels[1] == labels[2]


def test_a_common_text_joins_nothing_and_its_pairs_leave_the_test(pair):
    frame = pairs_frame([*many(pair), *(pair("manager", f"m {i}", group=f"g{i}") for i in range(400))])
    assert len(np.unique(components(frame))) == 400
    divided = split_pairs(frame)
    assert set(divided.loc[divided["anchor"] == "manager", "split"]) == {"train"}
    assert check_leakage(divided).clean
    assert len(divided) < len(frame)


def test_a_text_of_few_groups_joins_them(pair):
    frame = pairs_frame([pair("manager", f"m {i}", group=f"g{i}") for i in range(COMMON)])
    assert len(np.unique(components(frame))) == 1


def test_by_time_the_newest_are_the_test_and_older_pairs_of_theirs_are_left_out(pair):
    old, new = pd.Timestamp("2026-01-05"), pd.Timestamp("2026-10-05")
    frame = pairs_frame(
        [
            *(pair(f"old {i}", f"x {i}", group=f"only old {i}", on=old) for i in range(50)),
            pair("both old", "y", group="both", on=old),
            pair("both new", "z", group="both", on=new),
            pair("new", "w", group="new", on=new),
            *many(pair, 50),
        ]
    )
    since = pd.Timestamp("2026-10-01")
    divided = split_pairs(frame, test_since=since).set_index("anchor")
    assert set(divided.index[divided["on"] >= since]) == {"both new", "new"}
    assert set(divided.loc[["both new", "new"], "split"]) == {"test"}
    assert "both old" not in divided.index
    assert (divided.loc[[f"old {i}" for i in range(50)], "split"] != "test").all()
    assert (divided.loc[[f"title {i}" for i in range(50)], "split"] == "test").any()
    assert check_leakage(divided.reset_index(), test_since=since).clean


def test_a_frame_without_groups_is_refused(pair):
    with pytest.raises(InputError, match="group"):
        split_pairs(pairs_frame([pair("a", "b")]).drop(columns="group"))


def test_no_pairs_are_divided_into_none():
    assert split_pairs(pairs_frame([])).empty


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(LETTERS, LETTERS, st.sampled_from(list(PairSource)), st.integers(0, 30), st.integers(1, 9)),
        max_size=60,
    )
)
def test_no_division_leaks(rows):
    pairs = [
        Pair(f"q {one}", f"a {other}", source, "c", f"g{group}", "zh", on=pd.Timestamp(2026, month, 1))
        for one, other, source, group, month in rows
    ]
    frame = pairs_frame(pairs).drop_duplicates(["anchor", "positive"], ignore_index=True)
    assert check_leakage(split_pairs(frame)).clean
    since = pd.Timestamp("2026-07-01")
    assert check_leakage(split_pairs(frame, test_since=since), test_since=since).late == 0
