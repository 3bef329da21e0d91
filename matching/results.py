"""What a match answers with."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from data.records import Finding, Record
from matching.rules import Verdict

__all__ = ["Category", "Evidence", "MatchList", "MatchResult", "MustHave"]

Share = Annotated[float, Field(ge=0, le=1)]


class Evidence(Record):
    """A piece of text that a score rests on."""

    field: str
    """Field it stands in, such as ``summary`` or ``duties``."""
    text: str
    """The text itself."""
    offset: int | None
    """Offset of its first character in the field; empty for whole fields and list items."""


class Category(Record):
    """One part of a score."""

    name: str
    """Stable identifier, such as ``skills``."""
    label: str
    """Name in Chinese."""
    score: Share | None
    """0 to 1; empty when it cannot be judged: it then counts as 0.5, for every candidate alike."""
    weight: Share
    """Weight in this request; the weights add up to 1."""
    contribution: float
    """What it adds to the score, 0 to 100; contributions add up to the score."""
    sentence: str
    """The reason in Chinese."""
    evidence: tuple[Evidence, ...]
    """Texts that the reason rests on."""


class MustHave(Record):
    """One hard rule with its verdict."""

    name: str
    """Stable identifier, such as ``education``."""
    label: str
    """Name in Chinese."""
    verdict: Verdict
    """pass or unknown; what fails is not among the results."""
    reason: str
    """The reason in Chinese."""


class MatchResult(Record):
    """One candidate of a match, explained."""

    id: str
    """Identifier of the vacancy or pseudonym of the profile."""
    rank: int
    """1 is best."""
    score: Annotated[float, Field(ge=0, le=100)]
    """0 to 100: the sum of the contributions."""
    item: dict[str, Any]
    """What may be shown of the candidate."""
    categories: tuple[Category, ...]
    """Parts of the score, in a fixed order."""
    must_have: tuple[MustHave, ...]
    """Hard rules that apply, with their verdicts."""
    missing: tuple[str, ...]
    """Skills asked for that the profile does not show, the rarest first."""
    synthetic: bool
    """True for generated data (合成数据)."""


class MatchList(Record):
    """Answer to one match request."""

    direction: str
    """``vacancies`` for a person, ``profiles`` for a vacancy."""
    query: dict[str, Any]
    """What was asked, as understood."""
    pool: int
    """Candidates in the pool."""
    allowed: int
    """Candidates that no hard rule excludes."""
    excluded: dict[str, int]
    """Candidates that each hard rule excludes, by its name; one may fail several."""
    results: tuple[MatchResult, ...]
    """Best first."""
    findings: tuple[Finding, ...]
    """Demands in the posting given that the match did not apply; empty for a stored one and for a person."""
    as_of: dt.date
    """Day the match was made for."""
    model_version: str
    """The encoder and its settings."""
    taxonomy_version: str
    """Editions of the code tables."""
    synthetic: bool
    """True when what was asked or any result is generated data (合成数据)."""
