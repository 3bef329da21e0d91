"""The shape of pairs and the key of a text."""

from __future__ import annotations

import pandas as pd
import pytest

from data.errors import InputError
from training.pairs.source import COLUMNS, PairSource, check_columns, pair_keys, pairs_frame, text_key


def test_a_frame_has_the_columns_even_without_pairs():
    frame = pairs_frame([])
    assert frame.columns.tolist() == list(COLUMNS)
    assert frame.empty
    assert frame["on"].dtype == "datetime64[ns]"


def test_a_pair_with_an_empty_text_or_twice_the_same_is_left_out(pair):
    frame = pairs_frame([pair("焊工", "电焊工"), pair("", "焊工"), pair("焊工", "——"), pair("焊 工", "焊工")])
    assert frame["positive"].tolist() == ["电焊工"]


def test_a_day_is_kept_and_a_missing_one_is_a_gap(pair):
    frame = pairs_frame([pair("a", "b", on=pd.Timestamp("2026-03-01")), pair("a", "c")])
    assert frame["on"].tolist()[0] == pd.Timestamp("2026-03-01")
    assert frame["on"].isna().tolist() == [False, True]


@pytest.mark.parametrize("missing", ["anchor", "concept", "split"])
def test_a_frame_without_a_column_is_refused_by_name(pair, missing):
    frame = pairs_frame([pair("a", "b")]).assign(split="train").drop(columns=missing)
    with pytest.raises(InputError, match=missing) as caught:
        check_columns(frame)
    assert caught.value.code == "pairs_columns_missing"


def test_a_frame_that_is_not_divided_yet_needs_no_split(pair):
    check_columns(pairs_frame([pair("a", "b")]), split=False)


def test_copies_of_a_text_share_a_key_and_languages_with_marks_stay_apart():
    assert text_key("ＪＡＶＡ　开发") == text_key("java开发")
    assert len({text_key(text) for text in ("C语言", "C++语言", "C#语言")}) == 3


def test_the_key_of_duties_leaves_benefits_and_the_order_of_clauses_out(duties):
    text = duties["炉前工"]
    turned = "；".join(reversed(text.split("；"))) + "；五险一金，双休，包吃住"
    assert text_key(turned) == text_key(f"岗位职责：{text}")
    assert text_key(duties["会计"] + "；出差较多，须常驻外地项目部") != text_key(duties["会计"])


def test_a_long_text_that_says_nothing_of_work_is_compared_letter_by_letter():
    assert text_key("-" * 81) == ""
    assert text_key("五险一金" * 20) == text_key("五险一金 " * 20)


def test_the_key_of_a_pair_does_not_depend_on_which_text_asks(pair):
    keys = pair_keys(pairs_frame([pair("焊工", "电焊工"), pair("电焊工", "焊工"), pair("焊工", "气焊工")]))
    assert keys[0] == keys[1] != keys[2]


def test_every_source_has_a_name_for_screens():
    assert len({source.chinese for source in PairSource}) == len(PairSource)
