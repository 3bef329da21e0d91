"""What a hard rule is: whose it is, what it reads, and how it judges one pair."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

__all__ = ["Judgement", "Rule", "Side", "Values", "Verdict"]

Values = tuple[Any, ...]
"""Values of the fields that a rule reads of one row."""


class Verdict(StrEnum):
    """Outcome of one rule for one pair."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    """The requirement is met."""
    FAIL = "fail"
    """The requirement is not met: the pair is excluded."""
    UNKNOWN = "unknown"
    """Nobody said: shown, and neutral."""


class Side(StrEnum):
    """Whose requirement a rule holds up."""

    EMPLOYER = "employer"
    """A requirement of the employer, who alone may relax it."""
    PERSON = "person"
    """A condition that the person set: nobody else may touch it."""
    BOTH = "both"
    """Both sides name what they accept, and the two must meet."""


class Judgement(NamedTuple):
    """A verdict with its reason in Chinese."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Rule:
    """One hard rule."""

    name: str
    """Stable identifier."""
    label: str
    """Name in Chinese."""
    side: Side
    """Whose requirement it is."""
    vacancy_fields: tuple[str, ...]
    """Fields of the vacancy that it reads."""
    profile_fields: tuple[str, ...]
    """Fields of the profile that it reads."""
    judge: Callable[[Values, Values], Judgement | None]
    """Judges the values of one pair; None where the vacancy or the person requires nothing."""
    sift: Callable[[Values], tuple[Callable[[Any], Hashable], ...]] | None = None
    """For a rule whose fields combine in very many ways: returns, for the vacancy's values, what the rule
    tells apart of each profile field. Profiles that agree in it get the same verdict."""

    def of_vacancy(self, row: Mapping[str, Any]) -> Values:
        """Return what the rule reads of a vacancy; None for a field that the row lacks."""
        return tuple(row.get(field) for field in self.vacancy_fields)

    def of_profile(self, row: Mapping[str, Any]) -> Values:
        """Return what the rule reads of a profile; None for a field that the row lacks."""
        return tuple(row.get(field) for field in self.profile_fields)
