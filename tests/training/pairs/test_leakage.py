"""Leaks that were planted are found."""

from __future__ import annotations

import pandas as pd
import pytest

from data.errors import InputError
from training.pairs.leakage import check_leakage, overlap
from training.pairs.source import PairSource, pairs_frame


def divided(*pairs):
    """Return a frame whose first pair is for training and whose others are the test."""
    return pairs_frame(pairs).assign(split=["train", *["test"] * (len(pairs) - 1)])


def test_pairs_with_nothing_in_common_are_clean(pair):
    report = check_leakage(divided(pair("a", "b", group="1"), pair("c", "d", group="2")))
    assert report.clean
    assert report.to_json()["clean"] is True


def test_no_pairs_are_clean():
    assert check_leakage(pairs_frame([]).assign(split="")).clean


def test_a_group_in_two_splits_is_found(pair):
    report = check_leakage(divided(pair("a", "b", group="1"), pair("c", "d", group="1")))
    assert report.groups == ("1",)
    assert not report.clean


def test_an_employer_in_two_splits_is_found(pair):
    one = pair("a", "b", group="1", employer="示例港口")
    report = check_leakage(divided(one, pair("c", "d", group="2", employer="示例港口")))
    assert report.employers == ("示例港口",)
    assert report.groups == ()


@pytest.mark.parametrize(("left", "right"), [("Manager!", "x"), ("x", "manager")])
def test_a_tied_text_in_two_splits_is_found_on_either_side(pair, left, right):
    report = check_leakage(divided(pair("manager", "b", group="1"), pair(left, right, group="2")))
    assert report.texts == ("manager",)
    assert report.pairs == ()


def test_copied_duties_in_two_splits_are_found_under_other_titles(pair, duties):
    source, text = PairSource.TITLE_DESCRIPTION, duties["炉前工"]
    report = check_leakage(
        divided(
            pair("炉前工", text, source, group="1"), pair("出钢工", f"{text}。五险一金。", source, group="2")
        )
    )
    assert len(report.texts) == 1


def test_a_pair_in_two_splits_is_found_also_the_other_way_round(pair):
    source = PairSource.DECLARED_MAJOR
    report = check_leakage(
        divided(pair("会计", "会计学", source, group="1"), pair("会计学", "会计", source, group="2"))
    )
    assert report.pairs == ("会计 ¦ 会计学",)
    assert report.texts == ()


def test_the_title_of_two_employers_is_no_leak(pair):
    source = PairSource.DECLARED_MAJOR
    assert check_leakage(
        divided(pair("会计", "会计学", source, group="1"), pair("会计", "审计学", source, group="2"))
    ).clean


def test_a_new_pair_to_learn_from_is_found(pair):
    frame = divided(pair("a", "b", group="1", on=pd.Timestamp("2026-10-01")), pair("c", "d", group="2"))
    assert check_leakage(frame, test_since=pd.Timestamp("2026-10-01")).late == 1
    assert check_leakage(frame, test_since=pd.Timestamp("2026-10-02")).late == 0


def test_a_report_names_the_first_of_many(pair):
    pairs = [pair(f"{side} {i}", f"{side} x {i}", group=f"{i:02}") for side in "ab" for i in range(30)]
    frame = pairs_frame(pairs).assign(split=["train"] * 30 + ["test"] * 30)
    told = check_leakage(frame).to_json()
    assert told["groups"]["count"] == 30
    assert told["groups"]["first"] == [f"{i:02}" for i in range(20)]


def test_a_frame_without_splits_is_refused(pair):
    with pytest.raises(InputError, match="split"):
        check_leakage(pairs_frame([pair("a", "b")]))


def test_pairs_with_the_titles_of_a_foreign_test_are_told(pair):
    frame = pairs_frame(
        [pair("Java Developer", "coder"), pair("cook", "JAVA-developer"), pair("cook", "chef")]
    )
    assert overlap(frame, {"java developer"}).tolist() == [True, True, False]
    assert not overlap(frame, ()).any()
