"""A challenge (榜单): a problem, what counts as solved, until when, and which skills it takes."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from data.errors import FileProblem
from data.normalise.clauses import split_excluded, usable_terms
from data.normalise.contacts import mask_contacts
from data.records import Engagement, Finding, Record, TimeShare
from data.regions.faults import describe_faults
from matching.skills import fold

__all__ = ["FORMS", "Challenge", "Level", "RequiredSkill", "read_challenge"]

FORMS = (
    Engagement.CHALLENGE,
    Engagement.PROJECT,
    Engagement.JOINT_RESEARCH,
    Engagement.ADVISORY,
    Engagement.TRANSFER,
    Engagement.SERVICE,
    Engagement.EQUITY,
    Engagement.PART_TIME,
)
"""Forms of engagement under which people usually take up a challenge."""

_MOST_BYTES = 1_000_000
_HINT = "请对照 README 中的示例改写"


class Level(StrEnum):
    """How surely a person must have a skill."""

    NAMED = "明示"
    """The profile names it, by this or another name of the same skill."""
    NEAR = "相近"
    """A listed skill that is near in meaning is enough."""


class RequiredSkill(Record):
    """A skill that the team must have."""

    name: Annotated[str, Field(min_length=2, max_length=40)]
    """The skill."""
    level: Level = Level.NAMED
    """Least level of coverage."""
    people: Annotated[int, Field(ge=1, le=10)] = 1
    """Least number of members who have it."""


class Challenge(Record):
    """揭榜挂帅: an open challenge."""

    challenge_id: Annotated[str, Field(min_length=1, max_length=64)]
    """Identifier."""
    title: Annotated[str, Field(min_length=2, max_length=120)]
    """What it is about."""
    sponsor: str = ""
    """Who sets it."""
    problem: Annotated[str, Field(min_length=2, max_length=8000)]
    """The problem."""
    metric: Annotated[str, Field(min_length=1, max_length=400)]
    """What counts as solved."""
    deadline: dt.date
    """Last day for the result."""
    prize: Annotated[float, Field(gt=0)] | None = None
    """榜额, in yuan; empty when not stated."""
    skills: Annotated[tuple[RequiredSkill, ...], Field(min_length=1, max_length=20)]
    """What the team must be able to do."""
    engagement: Annotated[tuple[Engagement, ...], Field(min_length=1)] = FORMS
    """Forms of engagement offered; each member accepts one of them."""
    start_by: dt.date | None = None
    """Day on which every member must be available; the deadline when not stated."""
    time_share: TimeShare | None = None
    """Share of full time that each member must give; empty when not stated."""
    languages: tuple[Annotated[str, Field(pattern="^[a-z]{2}$")], ...] = ()
    """Languages that each member must speak, as ISO 639-1 codes."""
    max_members: Annotated[int, Field(ge=1, le=20)] | None = None
    """Most members; empty for no limit."""
    findings: tuple[Finding, ...] = ()
    """Demands of excluded attributes in the text: kept for the review, never applied."""
    synthetic: bool = False
    """True for an invented challenge (合成数据)."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        names = [fold(skill.name) for skill in self.skills]
        if len(set(names)) < len(names):
            raise ValueError("同一项能力写了两次")
        if self.start_by is not None and self.start_by > self.deadline:
            raise ValueError("start_by 晚于 deadline")
        return self

    @property
    def row(self) -> dict[str, Any]:
        """What the hard rules read of it; the place of a challenge is nowhere in particular."""
        return {
            "education": None,
            "skill_level": None,
            "licences": (),
            "place_code": None,
            "engagement": tuple(form.value for form in self.engagement),
            "time_share": self.time_share,
            "months": (),
            "start_by": self.start_by or self.deadline,
            "languages": self.languages,
            "salary_low": None,
            "salary_high": None,
        }

    @property
    def text(self) -> str:
        """What it is about, for the comparison with what people did."""
        return f"{self.title}；{self.problem}；{self.metric}"


def read_challenge(path: Path) -> Challenge:
    """Read a challenge from a YAML file with the fields of :class:`Challenge`.

    Parameters
    ----------
    path
        The file; contacts and clauses that may not be used are taken out of its texts.

    Returns
    -------
    Challenge
        What was taken out stands in its ``findings``.

    Raises
    ------
    FileProblem
        ``challenge_invalid``: the file is too large, no YAML, or not a challenge; the message names every
        field that is wrong.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise FileProblem("challenge_invalid", f"{path.name} 过大，不像一份榜单", hint=_HINT)
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
        return _usable(Challenge.model_validate(values))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FileProblem("challenge_invalid", f"{path.name} 不是有效的 YAML", hint=_HINT) from error
    except ValidationError as error:
        message = f"榜单 {path.name} 有误：{describe_faults(error)}"
        raise FileProblem("challenge_invalid", message, hint=_HINT) from error


def _usable(stated: Challenge) -> Challenge:
    """Return the challenge without contacts and excluded demands in what is compared."""
    texts = {
        field: split_excluded(mask_contacts(getattr(stated, field)), field)
        for field in ("title", "problem", "metric")
    }
    usable = [usable_terms((skill.name,), "skills") for skill in stated.skills]
    kept = tuple(skill for skill, (names, _) in zip(stated.skills, usable, strict=True) if names)
    found = [*(found for _, found in texts.values()), *(found for _, found in usable)]
    values = stated.model_dump() | {field: text for field, (text, _) in texts.items()}
    return Challenge.model_validate(
        values | {"skills": kept, "findings": tuple(each for some in found for each in some)}
    )
