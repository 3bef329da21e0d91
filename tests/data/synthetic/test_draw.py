from __future__ import annotations

from collections import Counter

import numpy as np

from data.synthetic.draw import chance, pick, some, weighted


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_certain_and_impossible_events() -> None:
    source = rng()
    assert all(chance(source, 1.0) for _ in range(50))
    assert not any(chance(source, 0.0) for _ in range(50))


def test_every_item_is_picked_about_equally_often() -> None:
    source = rng()
    counts = Counter(pick(source, "abcd") for _ in range(4000))
    assert set(counts) == set("abcd")
    assert min(counts.values()) > 850


def test_some_takes_different_items_and_never_more_than_there_are() -> None:
    taken = some(rng(), "abcdef", 4)
    assert len(set(taken)) == 4
    assert sorted(some(rng(), "abc", 9)) == ["a", "b", "c"]
    assert some(rng(), [], 3) == []


def test_weights_are_kept_and_a_weight_of_zero_is_never_drawn() -> None:
    source = rng()
    counts = Counter(weighted(source, {"x": 3.0, "never": 0.0, "y": 1.0}) for _ in range(4000))
    assert counts["never"] == 0
    assert 0.70 < counts["x"] / 4000 < 0.80
