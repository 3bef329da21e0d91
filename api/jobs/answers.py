"""What one query of a match job is answered with: the list in short, or why there is none."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from pydantic import Field

from data.errors import YingcaiError
from data.normalise.contacts import mask_contacts
from data.records import Finding, Record
from matching.results import MatchList, MatchResult
from matching.rules import Verdict

__all__ = [
    "BulkAnswer",
    "BulkError",
    "BulkResult",
    "BulkStatus",
    "answer_of",
    "error_of",
    "failure_of",
    "nature_of",
]


class BulkStatus(StrEnum):
    """What became of a query."""

    OK = "ok"
    """It was answered; the list may be empty."""
    FAILED = "failed"
    """It was not, for a reason of its own."""


class BulkError(Record):
    """Why a query has no answer."""

    code: str = Field(examples=["vacancy_unknown"])
    """Stable identifier, for programs."""
    message: str = Field(examples=["没有编号为 V0 的在招需求"])
    """What is wrong, in Chinese."""
    hint: str = Field(examples=["检查编号，或直接提交全文"])
    """What to do, in Chinese."""


class BulkResult(Record):
    """One candidate, in short; ``/v1/matches/pairs`` explains the pair in full."""

    id: str | None = Field(examples=["P000001"])
    """The vacancy, or the pseudonym of the person; empty for a person who was erased since."""
    rank: int = Field(examples=[1])
    """1 is best."""
    score: float = Field(examples=[71.4])
    """What the list is sorted by, 0 to 100."""
    score_forward: float = Field(examples=[71.4])
    """How well the candidate serves who asks."""
    score_reverse: float = Field(examples=[66.0])
    """How well who asks serves the candidate."""
    score_mutual: float = Field(examples=[68.6])
    """Harmonic mean of both."""
    probability: float | None = Field(examples=[0.12])
    """Probability of the outcome that the ranker was calibrated on; empty where it was not."""
    item: dict[str, Any] = Field(examples=[{"title": "岸桥司机", "place": "营口市鲅鱼圈区"}])
    """What may be shown of the candidate."""
    contributions: dict[str, float] = Field(examples=[{"skills": 30.0, "title": 22.5}])
    """Points that each part adds to ``score_forward``."""
    to_verify: tuple[str, ...] = Field(examples=[["资格证书未写明"]])
    """Hard rules that could not be judged, in Chinese."""
    missing_skills: tuple[str, ...] = Field(examples=[["集装箱"]])
    """Skills asked for that the profile does not show."""
    reasons: tuple[str, ...] = Field(examples=[["能力“岸桥”相符"]])
    """What the score rests on, in Chinese, the largest effect first."""
    synthetic: bool
    """True for generated data (合成数据)."""


class BulkAnswer(Record):
    """The answer to one query."""

    position: int = Field(examples=[0])
    """Place of the query in the request, from 0."""
    ref: str | None = Field(examples=["row-17"])
    """The caller's own name of the query."""
    status: BulkStatus
    """Whether there is a list."""
    direction: str | None = Field(examples=["profiles"])
    """``vacancies`` for a person, ``profiles`` for a vacancy; empty where it failed."""
    query: dict[str, Any] | None = Field(examples=[{"id": "V0123456789abcdef", "title": "岸桥司机"}])
    """What was asked, as understood; empty where it failed."""
    pool: int | None = Field(examples=[1600])
    """Candidates in the pool."""
    allowed: int | None = Field(examples=[25])
    """Candidates that no hard rule excludes."""
    excluded: dict[str, int] | None = Field(examples=[{"education": 120}])
    """Candidates that each hard rule excludes; one may fail several."""
    results: tuple[BulkResult, ...]
    """Best first."""
    findings: tuple[Finding, ...]
    """Demands in the vacancy given that the match did not apply."""
    as_of: dt.date | None
    """Day the match was made for."""
    model_version: str | None
    """Encoder and ranker."""
    index_version: str | None
    """The vectors that were searched."""
    taxonomy_version: str | None
    """Editions of the code tables."""
    degraded: bool
    """True when meaning could not be compared."""
    synthetic: bool
    """True when what was asked or any result is generated data."""
    nature: str = Field(examples=["合成数据"])
    """合成数据 or 真实数据; empty where the query failed."""
    error: BulkError | None
    """Why there is no list; empty where there is one."""


def nature_of(*, synthetic: bool) -> str:
    """Return what generated and real data are called wherever they are shown."""
    return "合成数据" if synthetic else "真实数据"


def answer_of(position: int, ref: str | None, found: MatchList) -> BulkAnswer:
    """Return a list in short."""
    same = (
        "direction", "query", "pool", "allowed", "excluded", "findings", "as_of", "model_version",
        "index_version", "taxonomy_version", "degraded", "synthetic",
    )  # fmt: skip
    return BulkAnswer(
        position=position,
        ref=ref,
        status=BulkStatus.OK,
        **{name: getattr(found, name) for name in same},
        results=tuple(_shortened(place, each) for place, each in enumerate(found.results, start=1)),
        nature=nature_of(synthetic=found.synthetic),
        error=None,
    )


def error_of(error: YingcaiError) -> BulkError:
    """Return an error as it stands in an answer."""
    return BulkError(code=error.code, message=mask_contacts(error.message), hint=error.hint)


def failure_of(position: int, ref: str | None, error: BulkError) -> BulkAnswer:
    """Return the answer to a query that cannot be answered."""
    empty = (
        "direction", "query", "pool", "allowed", "excluded", "as_of", "model_version", "index_version",
        "taxonomy_version",
    )  # fmt: skip
    return BulkAnswer(
        position=position,
        ref=ref,
        status=BulkStatus.FAILED,
        **dict.fromkeys(empty),
        results=(),
        findings=(),
        degraded=False,
        synthetic=False,
        nature="",
        error=error,
    )


def _shortened(rank: int, result: MatchResult) -> BulkResult:
    same = (
        "id", "score", "score_forward", "score_reverse", "score_mutual", "probability", "item", "synthetic",
    )  # fmt: skip
    return BulkResult(
        **{name: getattr(result, name) for name in same},
        rank=rank,
        contributions={each.name: each.contribution for each in result.categories},
        to_verify=tuple(rule.reason for rule in result.must_have if rule.verdict is Verdict.UNKNOWN),
        missing_skills=tuple(each.skill for each in result.missing),
        reasons=tuple(each.sentence for each in result.reasons),
    )
