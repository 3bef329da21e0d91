"""A vacancy and a profile side by side, with all that a feature may look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from matching.skills import SkillLexicon
from matching.terms import TermSpace

__all__ = ["Background", "Pair", "Stated"]


class Stated(NamedTuple):
    """Where something is stated."""

    field: str
    """Field of the record, such as ``skills`` or ``summary``."""
    text: str
    """The words themselves."""
    offset: int | None
    """Offset of the first character in the field; None for list items."""


@dataclass(frozen=True)
class Background:
    """What all pairs of one matcher share."""

    lexicon: SkillLexicon
    """Gives the rarity of a skill."""
    skills: TermSpace
    """Vectors of the skill terms."""
    occupations: TermSpace
    """Vectors of the names of the occupations."""
    as_of: dt.date
    """Day the matches are made for."""


@dataclass(frozen=True)
class Pair:
    """A vacancy and a profile with what was computed for them together."""

    vacancy: Mapping[str, Any]
    """Row of the vacancy."""
    profile: Mapping[str, Any]
    """Row of the profile."""
    asked: Mapping[str, Stated]
    """Folded skills that the vacancy asks for, with where."""
    held: Mapping[str, Stated]
    """Folded skills that the profile shows, with where."""
    title: float | None
    """Calibrated similarity of the titles, 0 to 1; None when it could not be computed."""
    duties: float | None
    """Calibrated similarity of duties and experience, 0 to 1; None where one is empty or not computed."""
    wording: float
    """What the titles share in writing, 0 to 1."""
    background: Background
    """What all pairs share."""
    hidden: frozenset[str] = field(default=frozenset())
    """Folded skills that count as not shown whatever the texts say: for re-scoring without them."""

    def with_skill(self, term: str) -> Pair:
        """Return the pair as it would be if the profile listed one more skill."""
        held = {**self.held, term: Stated("profile.skills", term, None)}
        return replace(self, held=held, hidden=self.hidden - {term})

    def without_skills(self, terms: frozenset[str]) -> Pair:
        """Return the pair as it would be if the profile showed none of these skills."""
        held = {term: stated for term, stated in self.held.items() if term not in terms}
        return replace(self, held=held, hidden=self.hidden | terms)
