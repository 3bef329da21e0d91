"""How much of full time and in which months flexible work is done, and people can come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from data.records import Engagement
from data.synthetic.draw import chance, weighted

__all__ = ["ALWAYS", "Presence", "draw_offered_presence", "draw_wanted_presence"]


class Presence(NamedTuple):
    """A share of full time and months of the year, each as a number and as it is written."""

    share: float | None = None
    """Share of full time; empty where none is stated."""
    share_text: str = ""
    """How it is written."""
    months: tuple[int, ...] = ()
    """Months of the year, rising; empty where none are stated."""
    months_text: str = ""
    """How they are written."""


ALWAYS = Presence()
"""Ordinary work: nothing is said of either."""

_WANTED_SHARES = {
    (0.2, "每周1天"): 3.0,
    (0.4, "每周2天"): 3.0,
    (0.2419, "每月5天"): 2.0,
    (0.121, "每年30天"): 1.0,
    (0.3, "30%"): 1.0,
    (0.5, "半职"): 1.0,
}
_OFFERED_SHARES = {
    (0.2, "每周1天"): 1.0,
    (0.4, "每周2天"): 3.0,
    (0.6, "每周3天"): 2.0,
    (0.2419, "每月5天"): 1.0,
    (0.3, "30%"): 1.0,
    (0.5, "半职"): 2.0,
}
_WANTED_MONTHS = {
    ((5, 6, 7, 8, 9, 10), "5月至10月"): 2.0,
    ((6, 7, 8), "6、7、8月"): 2.0,
    ((1, 2, 3, 11, 12), "11-次年3月"): 1.0,
    ((1, 2, 12), "冬季"): 1.0,
}
_OFFERED_MONTHS = {
    ((4, 5, 6, 7, 8, 9, 10, 11), "4月至11月"): 2.0,
    ((5, 6, 7, 8, 9, 10), "5月至10月"): 3.0,
    ((6, 7, 8), "夏季"): 1.0,
    ((1, 2, 3, 4, 11, 12), "11-次年4月"): 2.0,
}
_STATED = 0.8


def draw_wanted_presence(rng: np.random.Generator, forms: Sequence[Engagement]) -> Presence:
    """Draw what flexible work asks for; nothing where full-time work is offered too."""
    return _draw(rng, forms, _WANTED_SHARES, _WANTED_MONTHS)


def draw_offered_presence(rng: np.random.Generator, forms: Sequence[Engagement]) -> Presence:
    """Draw what a person can give; nothing for one who takes full-time work too."""
    return _draw(rng, forms, _OFFERED_SHARES, _OFFERED_MONTHS)


def _draw(
    rng: np.random.Generator,
    forms: Sequence[Engagement],
    shares: dict[tuple[float, str], float],
    months: dict[tuple[tuple[int, ...], str], float],
) -> Presence:
    if Engagement.FULL_TIME in forms or not chance(rng, _STATED):
        return ALWAYS
    if Engagement.SEASONAL in forms:
        span, text = weighted(rng, months)
        return Presence(1.0, "全职", span, text)
    return Presence(*weighted(rng, shares))
