"""Candidate lists of many vacancies."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import InputError
from matching.allocation.shortlists import Shortlists

LISTS = {"V1": [("P2", 80.0), ("P1", 90.0), ("P3", 80.0)], "V2": [("P3", 70.0)], "V3": []}


@pytest.fixture
def lists():
    return Shortlists.from_lists(LISTS, ["P1", "P2", "P3", "P4"])


def test_lists_are_best_first_and_filled_up(lists):
    assert lists.positions.tolist() == [[0, 1, 2], [2, -1, -1], [-1, -1, -1]]
    assert lists.scores[0].tolist() == [90.0, 80.0, 80.0]
    assert lists.lengths.tolist() == [3, 1, 0]
    assert lists.reachable.tolist() == [True, True, True, False]
    assert lists.row("V2") == 1


def test_edges_are_the_candidates_list_by_list(lists):
    rows, persons, scores = lists.edges
    assert list(zip(rows.tolist(), persons.tolist(), scores.tolist(), strict=True)) == [
        (0, 0, 90.0),
        (0, 1, 80.0),
        (0, 2, 80.0),
        (1, 2, 70.0),
    ]


def test_the_others_move_up_where_people_are_left_out(lists):
    kept = lists.only(np.array([True, False, True, True])).checked()
    assert kept.positions.tolist() == [[0, 2, -1], [2, -1, -1], [-1, -1, -1]]
    assert np.isneginf(kept.scores[0, 2])


def test_no_lists_at_all_are_lists_too():
    none = Shortlists.from_lists({})
    assert none.positions.shape == (0, 0)
    assert none.only(np.zeros(0, dtype=bool)).lengths.tolist() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"vacancy_ids": ["V1"]}, "不一致"),
        ({"profile_ids": ["P1"]}, "超出人才库"),
        ({"scores": np.full((3, 3), np.nan, np.float32)}, "缺失"),
        (
            {"positions": np.zeros((3, 1), np.int64), "scores": np.full((3, 1), 101, np.float32)},
            "0到100",
        ),
        (
            {"positions": np.array([[0, 1]] * 3), "scores": np.array([[1, 2]] * 3, np.float32)},
            "从高到低",
        ),
        (
            {"positions": np.array([[0, 0]] * 3), "scores": np.array([[2, 1]] * 3, np.float32)},
            "出现两次",
        ),
    ],
)
def test_lists_that_cannot_be_right_are_refused(lists, change, words):
    with pytest.raises(InputError, match=words) as caught:
        lists._replace(**change).checked()
    assert caught.value.code == "shortlist_invalid"


def test_a_stranger_on_a_list_and_a_vacancy_without_one_are_refused(lists):
    with pytest.raises(InputError, match="P9"):
        Shortlists.from_lists({"V1": [("P9", 1.0)]}, ["P1"])
    with pytest.raises(InputError, match="V9"):
        lists.row("V9")
