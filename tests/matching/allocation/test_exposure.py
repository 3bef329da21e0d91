"""How many lists hold each person."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from matching.allocation.exposure import Exposure, congestion_of
from matching.allocation.shortlists import Shortlists

LISTS = Shortlists.from_lists(
    {
        "V1": [("P1", 90.0), ("P2", 88.0), ("P3", 87.0), ("P4", 80.0)],
        "V2": [("P1", 70.0), ("P2", 60.0)],
        "V3": [("P1", 50.0)],
    },
    ["P1", "P2", "P3", "P4", "P5"],
)


def test_the_first_places_of_every_list_are_counted():
    assert Exposure.from_shortlists(LISTS, k=2).counts.tolist() == [3, 2, 0, 0, 0]
    assert Exposure.from_shortlists(LISTS).counts.tolist() == [3, 2, 1, 1, 0]


def test_congestion_is_worked_out_over_the_people_on_any_list():
    spread = Exposure.from_shortlists(LISTS, k=2).congestion
    # places 3 and 2 of 5 over the four people on a list
    entropy = -(0.6 * math.log(0.6) + 0.4 * math.log(0.4)) / math.log(4)
    assert spread.congestion == pytest.approx(1 - entropy)
    assert (spread.reachable, spread.listed, spread.places, spread.largest) == (4, 2, 5, 3)
    assert spread.unlisted_share == 0.5
    assert spread.top_decile_share == 0.6
    # Gini of 0, 0, 2, 3: 2 * (3*2 + 4*3) / (4*5) - 5/4
    assert spread.gini == pytest.approx(0.55)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=12))
def test_gini_is_half_the_mean_difference_over_the_mean(counts):
    spread = congestion_of(np.array(counts))
    if not sum(counts):
        assert spread.gini is spread.congestion is spread.top_decile_share is None
        return
    mean = sum(counts) / len(counts)
    differences = sum(abs(a - b) for a in counts for b in counts) / len(counts) ** 2
    assert spread.gini == pytest.approx(differences / (2 * mean))
    assert 0 <= spread.congestion <= 1


def test_one_person_alone_is_no_congestion_and_nobody_is_nothing():
    assert congestion_of(np.array([4])).congestion == 0.0
    nobody = congestion_of(np.zeros(0, np.int64))
    assert (nobody.congestion, nobody.unlisted_share, nobody.largest) == (None, None, 0)


def test_an_employer_learns_how_sought_after_someone_is_and_who_else_would_do():
    told = Exposure.from_shortlists(LISTS).disclose("V1", "P1")
    assert told.sentence == (
        "此人现列于 3 个在招岗位的前十名；3 分以内另有 2 人：P3（列于 1 个）、P2（列于 2 个）。"
    )
    assert told.exposure == 3
    assert [(other.profile_id, other.score) for other in told.alternatives] == [("P3", 87.0), ("P2", 88.0)]
    alone = Exposure.from_shortlists(LISTS, k=1).disclose("V2", "P2")
    assert alone.sentence == "此人现列于 0 个在招岗位的前1名；3 分以内没有其他人选。"


def test_only_five_alternatives_are_named():
    many = Shortlists.from_lists({"V": [(f"P{n}", 80.0) for n in range(8)]})
    told = Exposure.from_shortlists(many).disclose("V", "P0")
    assert "另有 7 人" in told.sentence
    assert told.sentence.count("列于 1 个") == 6
    assert told.sentence.endswith("等。")


def test_a_stranger_and_an_empty_list_length_are_refused():
    with pytest.raises(InputError, match="P5"):
        Exposure.from_shortlists(LISTS).disclose("V1", "P5")
    with pytest.raises(InputError, match="k=0"):
        Exposure.from_shortlists(LISTS, k=0)
