"""Assignment is stable and fair; an interleaved list favours neither ranking; credit is counted right."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from data.errors import InputError
from matching.experiment import (
    Credit,
    Experiment,
    Interleaved,
    Team,
    assign,
    credit,
    interleave,
    preference,
)

UNITS = [f"V{i}" for i in range(20_000)]
L, R = Team.LEFT, Team.RIGHT
rankings = st.lists(st.sampled_from("ABCDEFGH"), unique=True)


@pytest.mark.parametrize("weights", [{"a": 1, "b": 1}, {"a": 8, "b": 1, "c": 1}, {"a": 0.2, "b": 0.5}])
@pytest.mark.parametrize("key", [b"", b"secret"])
def test_variants_get_their_shares(weights, key):
    counts = Counter(assign(unit, Experiment("e", weights), key=key) for unit in UNITS)
    total = sum(weights.values())
    expected = [weight / total * len(UNITS) for weight in weights.values()]
    assert chisquare([counts[name] for name in weights], expected).pvalue > 1e-4


def test_two_experiments_deal_independently():
    both = Counter(
        (assign(unit, Experiment("one", {"a": 1, "b": 1})), assign(unit, Experiment("two", {"a": 1, "b": 1})))
        for unit in UNITS
    )
    assert chisquare([both[pair] for pair in (("a", "a"), ("a", "b"), ("b", "a"), ("b", "b"))]).pvalue > 1e-4


def test_an_assignment_is_the_same_on_every_machine_and_day():
    experiment = Experiment("2026-ranker", {"additive": 1, "curves": 1})
    assert [assign(f"V{i}", experiment) for i in range(8)] == [
        "curves", "additive", "additive", "additive", "additive", "curves", "curves", "curves",
    ]  # fmt: skip
    keyed = [assign(unit, experiment, key=b"k") for unit in UNITS[:64]]
    assert keyed == [assign(unit, experiment, key=b"k") for unit in UNITS[:64]]
    assert keyed != [assign(unit, experiment, key=b"other") for unit in UNITS[:64]]


def test_raising_the_last_weight_moves_units_to_it_only():
    few, many = Experiment("e", {"a": 9, "b": 1}), Experiment("e", {"a": 5, "b": 5})
    moved = Counter((assign(unit, few), assign(unit, many)) for unit in UNITS)
    assert moved["b", "a"] == 0
    assert moved["a", "b"] > 0


def test_one_variant_answers_everybody():
    assert {assign(unit, Experiment("e", {"a": 3})) for unit in UNITS[:100]} == {"a"}


@pytest.mark.parametrize(
    ("name", "weights"),
    [("", {"a": 1}), ("e", {}), ("e", {"a": 1, "b": 0}), ("e", {"a": -1}), ("e", {"a": math.inf}),
     ("e", {"a": math.nan})],
)  # fmt: skip
def test_an_experiment_without_name_or_usable_weights_is_refused(name, weights):
    with pytest.raises(InputError) as caught:
        Experiment(name, weights)
    assert caught.value.code == "experiment_invalid"


@given(left=rankings, right=rankings, seed=st.integers(0, 2**32), k=st.none() | st.integers(0, 9))
def test_a_list_holds_what_the_rankings_hold_once_and_in_fair_turns(left, right, seed, k):
    made = interleave(left, right, np.random.default_rng(seed), k=k)
    assert len(set(made.ids)) == len(made.ids) == len(made.teams)
    assert set(made.ids) <= {*left, *right}
    assert len(made.ids) == min(len({*left, *right}), len(made.ids) if k is None else k)
    for end in range(0, len(made.teams) + 1, 2):
        turn = made.teams[:end]
        if None not in turn:
            assert turn.count(L) == turn.count(R)
    assert k is not None or made.teams.count(L) == made.teams.count(R)
    # Each team picks in its own order.
    for team, ranking in ((L, left), (R, right)):
        picked = [item for item, whose in zip(made.ids, made.teams, strict=True) if whose is team]
        assert picked == sorted(picked, key=ranking.index)


def test_both_rankings_open_the_list_equally_often():
    rng = np.random.default_rng(7)
    opened = Counter(interleave("ABC", "CBA", rng).ids[0] for _ in range(2000))
    assert set(opened) == {"A", "C"}
    assert chisquare([opened["A"], opened["C"]]).pvalue > 1e-4


def test_the_same_ranking_twice_is_shown_as_it_is_and_wins_and_loses_alike():
    rng = np.random.default_rng(7)
    credits_ = []
    for _ in range(1000):
        made = interleave("ABCDEF", "ABCDEF", rng)
        assert made.ids == tuple("ABCDEF")
        credits_.append(credit(made, ["A"]))
    assert preference(credits_).p_value > 1e-3


# Left ranks A B C D, right ranks B A E: whoever begins, A and B come first, then each side's own.
def test_a_small_list_worked_out_by_hand():
    made = interleave("ABCD", "BAE", np.random.default_rng(0))
    assert set(made.ids[:2]) == {"A", "B"}
    assert made.teams[made.ids.index("C")] is L
    assert made.teams[made.ids.index("E")] is R
    # E was the last of the right ranking: the rest of the left one earns nothing.
    assert (made.ids[-1], made.teams[-1]) == ("D", None)


def test_a_pick_that_the_other_ranking_cannot_answer_earns_nothing():
    made = [interleave("A", "AB", np.random.default_rng(seed)) for seed in range(20)]
    # Left first: A and B. Right first: it takes A, the only item of the left one.
    assert set(made) == {Interleaved(("A", "B"), (L, R)), Interleaved(("A", "B"), (None, None))}


def test_when_one_ranking_is_empty_the_other_is_shown_without_teams():
    made = interleave([], "AB", np.random.default_rng(0))
    assert made == Interleaved(("A", "B"), (None, None))
    assert interleave([], [], np.random.default_rng(0)) == Interleaved((), ())


def test_credit_goes_to_whose_pick_was_chosen():
    made = Interleaved(("A", "B", "C", "D"), (L, R, L, None))
    assert credit(made, ["A", "C", "D", "X", "A"]) == Credit(2, 0)
    assert credit(made, {"B"}) == Credit(0, 1)
    assert credit(made, []) == Credit(0, 0)


# Right wins 9 of 10 decided lists: two-sided p = 2 (1 + 10) / 1024 = 0.0215.
def test_the_sign_test_worked_out_by_hand():
    found = preference([Credit(0, 1)] * 9 + [Credit(2, 1)] + [Credit(1, 1), Credit(0, 0)])
    assert (found.left, found.right, found.ties, found.share) == (1, 9, 2, 0.9)
    assert found.p_value == pytest.approx(22 / 1024)
    assert (found.low, found.high) == pytest.approx((0.5550, 0.9975), abs=1e-4)


def test_without_a_decided_list_nothing_is_known():
    found = preference([Credit(1, 1)])
    assert math.isnan(found.share)
    assert (found.low, found.high, found.p_value, found.ties) == (0, 1, 1, 1)
