"""Small draws from one numpy Generator that is passed along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

__all__ = ["chance", "pick", "some", "weighted"]

T = TypeVar("T")


def chance(rng: np.random.Generator, probability: float) -> bool:
    """Whether an event of the given probability happens."""
    return bool(rng.random() < probability)


def pick(rng: np.random.Generator, items: Sequence[T]) -> T:
    """One item, all equally likely; the sequence must not be empty."""
    return items[int(rng.integers(len(items)))]


def some(rng: np.random.Generator, items: Sequence[T], count: int) -> list[T]:
    """Up to ``count`` different items in random order; empty for an empty sequence."""
    order = rng.permutation(len(items))
    return [items[int(place)] for place in order[:count]]


def weighted(rng: np.random.Generator, weights: Mapping[T, float]) -> T:
    """One key, drawn in proportion to its weight; at least one weight must be positive."""
    items = list(weights)
    sums = np.cumsum([weights[item] for item in items])
    place = int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))
    return items[min(place, len(items) - 1)]
