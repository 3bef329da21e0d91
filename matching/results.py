"""What a match answers with."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from data.records import Finding, Record
from matching.relaxation import Change, Relaxation
from matching.rules import Verdict

__all__ = [
    "Advice",
    "Category",
    "Evidence",
    "MatchList",
    "MatchResult",
    "Missing",
    "MustHave",
    "NearMiss",
    "PairResult",
    "RankBy",
    "Reason",
]

Share = Annotated[float, Field(ge=0, le=1)]
Score = Annotated[float, Field(ge=0, le=100)]


class RankBy(StrEnum):
    """Which score a list is sorted by."""

    FORWARD = "forward"
    """How well the candidate serves who asks."""
    REVERSE = "reverse"
    """How well who asks serves the candidate."""
    MUTUAL = "mutual"
    """The harmonic mean of both: good only where both are."""


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
    """0 to 1; empty when it cannot be judged: it then counts the same for every candidate."""
    weight_suggested: Share
    """Weight that the product suggests in this direction."""
    weight_applied: Share
    """Largest share of the score that it can make in this request; the applied weights add up to 1."""
    contribution: float
    """What it adds to ``score_forward``; the contributions add up to it."""
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
    """pass or unknown; what fails is not among the results, only where one pair is judged by name."""
    reason: str
    """The reason in Chinese."""


class Missing(Record):
    """A skill asked for that the profile does not show, and what showing it would change."""

    skill: str
    """The skill."""
    nearest: str | None
    """The held skill that comes near to it; empty when none does."""
    gain: float
    """Points that the score rises by when the profile is scored again with the skill added."""
    rank_with: int | None
    """Rank with the skill added, everybody else as they are; empty where there is no list of people."""
    sentence: str
    """The same in Chinese."""


class Reason(Record):
    """Something that the score rests on, and what the score is without it."""

    name: str
    """A skill, or the name of a category."""
    kind: str
    """``skill`` or ``category``."""
    effect: float
    """Points that the score falls by when the pair is scored again without it; negative: it rises."""
    rank_without: int | None
    """Rank without it, everybody else as they are; empty where there is no list of people."""
    sentence: str
    """The same in Chinese."""


class MatchResult(Record):
    """One candidate of a match, explained."""

    id: str
    """Identifier of the vacancy or pseudonym of the profile."""
    rank: int | None
    """1 is best; empty where one pair is judged by name."""
    score: Score
    """The score that the list is sorted by."""
    score_forward: Score
    """How well the candidate serves who asks: the sum of the contributions."""
    score_reverse: Score
    """How well who asks serves the candidate, with the suggested weights of the other side."""
    score_mutual: Score
    """Harmonic mean of both."""
    probability: Share | None
    """Probability that the pair goes on as far as the outcome that the ranker was calibrated on, such as an
    interview, given ``score_forward``; empty where the ranker was not calibrated on outcomes that happened,
    and where other weights than the suggested ones were asked for."""
    item: dict[str, Any]
    """What may be shown of the candidate."""
    categories: tuple[Category, ...]
    """Parts of the score, in a fixed order."""
    must_have: tuple[MustHave, ...]
    """Hard rules that apply, with their verdicts."""
    missing: tuple[Missing, ...]
    """Skills asked for that the profile does not show, those that would change most first."""
    reasons: tuple[Reason, ...]
    """What the score rests on, the largest effect first; each was tested by scoring without it."""
    exposure: int | None
    """Open vacancies that have this person among their ten nearest; empty for vacancies."""
    synthetic: bool
    """True for generated data (合成数据)."""


class PairResult(MatchResult):
    """One pair judged by name."""

    as_of: dt.date
    """Day the pair was judged for."""
    model_version: str
    """The encoder and its settings, and the ranker."""
    index_version: str
    """The vectors that stored items were compared by."""
    taxonomy_version: str
    """Editions of the code tables."""
    degraded: bool
    """True when the encoder could not be used: meaning was not compared."""


class NearMiss(Record):
    """A person whom exactly one requirement of the employer excludes, by one step."""

    id: str
    """Pseudonym of the profile."""
    score: Score
    """The score the person would have."""
    rule: str
    """Name of the rule that excludes."""
    label: str
    """Its name in Chinese."""
    reason: str
    """Why it excludes, in Chinese."""
    change: Change
    """The one step of the employer's requirement that would let the person in."""
    synthetic: bool
    """True for generated data (合成数据)."""


class Advice(Record):
    """What an employer could relax of its own requirements, and whom one step would let in."""

    query: dict[str, Any]
    """The vacancy, as understood."""
    pool: int
    """People in the pool."""
    allowed: int
    """People whom no hard rule excludes now."""
    binding_rule: str | None
    """Name of the rule that excludes most people by itself; empty where none does."""
    relaxations: tuple[Relaxation, ...]
    """Changes of the employer's own requirements that add people, the cheapest first."""
    near_miss: tuple[NearMiss, ...]
    """People one step short of one requirement."""
    as_of: dt.date
    """Day the advice was made for."""
    model_version: str
    """The encoder and its settings, and the ranker."""
    index_version: str
    """The vectors that were compared."""
    degraded: bool
    """True when the encoder could not be used: who fits best was told by writing alone."""
    synthetic: bool
    """True when the vacancy or anybody in the pool is generated data (合成数据)."""


class MatchList(Record):
    """Answer to one match request."""

    direction: str
    """``vacancies`` for a person, ``profiles`` for a vacancy."""
    rank_by: RankBy
    """What the list is sorted by."""
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
    near_miss: tuple[NearMiss, ...]
    """People one step short of one requirement of the employer; excluded, and never among the results."""
    findings: tuple[Finding, ...]
    """Demands in the posting given that the match did not apply; empty for a stored one and for a person."""
    as_of: dt.date
    """Day the match was made for."""
    model_version: str
    """The encoder and its settings, and the ranker."""
    index_version: str
    """The vectors that were searched."""
    taxonomy_version: str
    """Editions of the code tables."""
    degraded: bool
    """True when the encoder could not be used: meaning was not compared, only writing and facts."""
    synthetic: bool
    """True when what was asked or any result is generated data (合成数据)."""
