from __future__ import annotations

import numpy as np
import pandas as pd

from data.synthetic.dirt import spoil

CLEAN = pd.DataFrame({"编号": ["a", "b", "c"], "人数": ["1", "2", "3"], "薪酬": ["x", "y", "z"]})
MISTAKES = {"人数": ("约{}",), "薪酬": ("不详",)}


def test_every_row_can_be_spoiled_in_one_cell_and_the_record_says_what_stood_there() -> None:
    dirty, record = spoil(CLEAN, MISTAKES, table="postings", share=1.0, rng=np.random.default_rng(1))
    assert [spoiled.row_id for spoiled in record] == ["a", "b", "c"]
    for spoiled in record:
        row = CLEAN.index[CLEAN["编号"] == spoiled.row_id][0]
        assert CLEAN.loc[row, spoiled.column] == spoiled.clean
        assert dirty.loc[row, spoiled.column] == spoiled.written
        assert spoiled.written in {f"约{spoiled.clean}", "不详"}
    assert int((dirty != CLEAN).to_numpy().sum()) == 3


def test_nothing_is_spoiled_at_a_share_of_zero_and_the_argument_is_left_alone() -> None:
    before = CLEAN.copy()
    dirty, record = spoil(CLEAN, MISTAKES, table="postings", share=0.0, rng=np.random.default_rng(1))
    assert record == []
    pd.testing.assert_frame_equal(dirty, before)
    spoil(CLEAN, MISTAKES, table="postings", share=1.0, rng=np.random.default_rng(1))
    pd.testing.assert_frame_equal(CLEAN, before)
