"""What a search for teams answers with."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from data.records import Record
from matching.results import Evidence, MustHave
from matching.teams.challenge import Challenge

__all__ = ["Brought", "Excluded", "Team", "TeamList", "TeamMember", "Uncovered"]

Share = Annotated[float, Field(ge=0, le=1)]


class Brought(Record):
    """A required skill that a member brings."""

    skill: str
    """The skill, as the challenge names it."""
    strength: Share
    """1 where the profile names it; less for a skill that is only near."""
    evidence: Evidence
    """Where the profile shows it."""


class TeamMember(Record):
    """A member with the role in the team."""

    profile_id: str
    """Pseudonymous identifier."""
    title: str
    """Occupation held or looked for."""
    fit: Share
    """Half the share of the required skills, by strength; half the nearness of the profile to the problem."""
    brings: tuple[Brought, ...]
    """The required skills that the member has."""
    alone: tuple[str, ...]
    """Those of them that nobody else in the team has."""
    must_have: tuple[MustHave, ...]
    """Hard rules that apply, with their verdicts."""
    synthetic: bool
    """True for generated data (合成数据)."""


class Uncovered(Record):
    """A skill that too few members have."""

    skill: str
    """The skill."""
    needed: int
    """Members who should have it."""
    found: int
    """Members who have it."""
    anywhere: int
    """People whom no rule excludes who have it."""
    sentence: str
    """The same in Chinese."""


class Excluded(Record):
    """A person whom a hard rule excludes."""

    profile_id: str
    """Pseudonymous identifier."""
    failed: tuple[MustHave, ...]
    """The rules that exclude."""


class Team(Record):
    """People who together cover the required skills as far as can be."""

    members: tuple[TeamMember, ...]
    """The members, those who bring most first."""
    uncovered: tuple[Uncovered, ...]
    """Skills that too few of them have."""
    excluded: tuple[Excluded, ...] = ()
    """People of a team that applies together whom a rule excludes; they count for nothing."""
    fit: Share
    """Mean fit of the members; 0 for nobody."""
    sentence: str
    """What there is to say of it, in Chinese."""
    synthetic: bool
    """True when any member or the challenge is generated data (合成数据)."""

    @property
    def eligible(self) -> bool:
        """True when no rule excludes anybody and there is somebody."""
        return bool(self.members) and not self.excluded


class TeamList(Record):
    """Answer to one challenge."""

    challenge: Challenge
    """The challenge as understood."""
    pool: int
    """People looked at."""
    allowed: int
    """People whom no hard rule excludes."""
    excluded: dict[str, int]
    """People that each hard rule excludes, by its name; one may fail several."""
    teams: tuple[Team, ...]
    """Best first: most skills covered, then fewest members, then the greatest total fit."""
    nobody: tuple[str, ...]
    """Required skills that nobody has whom the rules let through."""
    as_of: dt.date
    """Day the search was made for."""
    synthetic: bool
    """True when the challenge or any member is generated data (合成数据)."""
