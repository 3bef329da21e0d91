"""Batches: one source and language each, nothing that means the same, the same plan for the same seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from training.encoder import plan_batches
from training.encoder.batches import weights_of


def pairs_of(rows, **columns):
    frame = pd.DataFrame(rows, columns=["anchor", "positive", "source", "concept"])
    return frame.assign(**columns)


def plain(count, source="a"):
    return [(f"{source}{n}", f"{source}{n}'", source, f"{source}{n}") for n in range(count)]


def plan(pairs, *, seed=0, **options):
    options = {"size": 4, "epochs": 1, **options}
    return plan_batches(pairs, rng=np.random.default_rng(seed), **options)


@given(
    concepts=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 12)), min_size=8, max_size=80),
    seed=st.integers(0, 5),
)
def test_no_batch_mixes_sources_or_holds_two_pairs_of_one_meaning(concepts, seed):
    pairs = pairs_of(
        [(f"{source}{c}-{n}", f"{n}", source, f"{source}{c}") for n, (source, c) in enumerate(concepts)]
    )
    try:
        made = plan(pairs, seed=seed)
    except InputError:
        assert pairs.groupby("source")["concept"].nunique().min() < 2
        return
    for batch in made.batches:
        rows = pairs.iloc[batch]
        assert len(set(rows["source"])) == 1
        assert rows["concept"].is_unique
        assert 2 <= len(batch) <= 4
    used = np.concatenate(made.batches)
    assert len(set(used.tolist())) == len(used)
    assert len(used) + sum(made.left_out.values()) == len(pairs)
    assert sum(made.seen.values()) == len(used)


def test_pairs_that_share_a_text_never_meet_whatever_their_concept():
    # 会计 belongs to two concepts; 出纳 stands on either side. Letters' case tells no texts apart.
    rows = [("会计", "x", "s", "1"), ("会计", "y", "s", "2"), ("z", "出纳", "s", ""), ("出纳", "w", "s", "")]
    rows += [("Java", "u", "s", ""), ("JAVA", "v", "s", "")]
    for seed in range(5):
        for batch in plan(pairs_of(rows), seed=seed, size=3).batches:
            together = set(batch.tolist())
            assert not any(pair <= together for pair in ({0, 1}, {2, 3}, {4, 5}))


def test_an_empty_concept_is_nobodys():
    pairs = pairs_of([(f"a{n}", f"p{n}", "s", "") for n in range(4)])
    assert [len(batch) for batch in plan(pairs).batches] == [4]


def test_a_batch_keeps_to_one_language_where_languages_are_told():
    pairs = pairs_of(plain(16), language=["en-de", "de-de"] * 8)
    made = plan(pairs)
    assert len(made.batches) == 4
    assert all(len(set(pairs.iloc[batch]["language"])) == 1 for batch in made.batches)


def test_groups_are_kept_apart_when_asked_for():
    pairs = pairs_of(plain(16), group=[f"g{n % 4}" for n in range(16)])
    apart = plan(pairs, groups_apart=True)
    assert all(pairs.iloc[batch]["group"].is_unique for batch in apart.batches)
    assert not all(pairs.iloc[batch]["group"].is_unique for batch in plan(pairs).batches)


def test_equal_seeds_give_equal_plans_and_others_do_not():
    pairs = pairs_of(plain(40))
    one, two, other = plan(pairs), plan(pairs), plan(pairs, seed=1)
    assert [batch.tolist() for batch in one.batches] == [batch.tolist() for batch in two.batches]
    assert [batch.tolist() for batch in one.batches] != [batch.tolist() for batch in other.batches]


def test_every_epoch_sees_every_pair_in_another_order():
    made = plan(pairs_of(plain(8)), epochs=3)
    assert made.epoch == 2
    assert len(made.batches) == 6
    counts = np.bincount(np.concatenate(made.batches))
    assert counts.tolist() == [3] * 8
    assert len({tuple(sorted(batch.tolist())) for batch in made.batches}) > 2


def test_the_mix_divides_the_batches_and_leaves_unnamed_sources_out():
    pairs = pairs_of(plain(40, "a") + plain(8, "b") + plain(8, "c"))
    made = plan(pairs, mix={"a": 0.25, "b": 0.75})
    # 10 batches of a and 2 of b are an epoch: 3 go to a, 9 to b, which begins anew as often as it must.
    assert made.epoch == 12
    assert made.seen == {"a": 12, "b": 36}


def test_steps_take_the_place_of_epochs():
    pairs = pairs_of(plain(40, "a") + plain(8, "b"))
    assert len(plan(pairs, steps=6).batches) == 6
    assert plan(pairs, steps=6).seen == {"a": 20, "b": 4}
    assert plan(pairs, steps=24).seen == {"a": 80, "b": 16}
    assert plan(pairs, steps=8, mix={"a": 1, "b": 1}).seen == {"a": 16, "b": 16}


def test_a_source_of_the_mix_that_has_no_pairs_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="现有来源：a、b") as caught:
        weights_of(["a", "b"], {"a": 1.0, "esco": 1.0})
    assert caught.value.code == "source_absent"
    assert "esco" in caught.value.message
    assert weights_of(["a", "b"], {"a": 1.0, "b": 3.0, "esco": 0.0}) == {"a": 0.25, "b": 0.75}


def test_a_source_that_cannot_fill_a_batch_is_named():
    with pytest.raises(InputError, match="来源 b") as caught:
        plan(pairs_of([*plain(8), ("x", "y", "b", "1")]))
    assert caught.value.code == "pairs_too_few"


def test_a_short_last_batch_is_left_out_unless_half_full_or_the_only_one():
    assert plan(pairs_of(plain(9))).left_out == {"a": 1}
    assert sorted(len(batch) for batch in plan(pairs_of(plain(10))).batches) == [2, 4, 4]
    assert [len(batch) for batch in plan(pairs_of(plain(3)), size=64).batches] == [3]


def test_a_meaning_that_fills_the_data_is_left_out_and_counted():
    pairs = pairs_of([(f"a{n}", f"p{n}", "s", "one") for n in range(300)] + plain(300, "s"))
    made = plan(pairs)
    assert made.left_out["s"] > 0
    assert made.seen["s"] + made.left_out["s"] == 600
    for batch in made.batches:
        assert (pairs.iloc[batch]["concept"] == "one").sum() <= 1


def test_pairs_without_enough_hard_negatives_are_batched_apart():
    pairs = pairs_of(plain(16), negatives=[["n1", "n2"], []] * 8)
    for batch in plan(pairs, negatives=2).batches:
        assert len(set(pairs.iloc[batch]["negatives"].map(len))) == 1
    assert len(plan(pairs, negatives=2).batches) == 4


def test_nobodys_text_is_another_pairs_hard_negative():
    # The first pair's negative is the third's positive; the fourth takes no part in the count of two.
    rows = [("a", "b", "s", ""), ("c", "d", "s", ""), ("e", "f", "s", ""), ("g", "h", "s", "")]
    pairs = pairs_of(rows, negatives=[["f", "x"], ["y"], ["z"], ["w"]])
    for seed in range(5):
        for batch in plan(pairs, negatives=1, seed=seed, size=2).batches:
            assert {0, 2} != set(batch.tolist())
