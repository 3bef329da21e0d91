"""What a feature is: a number between 0 and 1 that can be named to a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from matching.pairs import Pair, Stated

__all__ = ["Description", "Feature"]


class Description(NamedTuple):
    """A value of a feature in words."""

    sentence: str
    """The reason in Chinese."""
    evidence: tuple[Stated, ...] = ()
    """Texts that it rests on."""


@dataclass(frozen=True)
class Feature:
    """One part of the score."""

    name: str
    """Stable identifier."""
    label: str
    """Name in Chinese."""
    value: Callable[[Pair], float | None]
    """0 to 1, higher is better for the match; None when it cannot be judged."""
    describe: Callable[[Pair, float | None], Description]
    """Puts the value into words; called only for what is shown."""
    for_vacancy: float
    """Suggested weight when people are ranked for a vacancy."""
    for_person: float
    """Suggested weight when vacancies are ranked for a person."""
    credential: bool = False
    """True for 学历, 职称, 专业 and their like: the sum of their weights is capped."""
    of_skills: bool = False
    """True where the value changes with the skills that the profile shows; all others stay as they are."""
