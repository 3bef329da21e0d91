"""The expert route (专家认定) for cells too small to be computed: votes, evidence, a limit, a term."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from data.catalogue.panel import Headings, read_records
from data.errors import InputError
from data.records import Record

__all__ = ["EXPERT_LEVEL", "ExpertVote", "Nomination", "nominations_of", "read_votes", "within_limit"]

EXPERT_LEVEL = "专家认定"
"""Words that stand where a computed entry has its stars."""
MIN_EXPERTS = 5
MIN_SHARE = 2 / 3
MAX_ENTRY_SHARE = 0.15

_YES = {"是": True, "同意": True, "赞成": True, "否": False, "不同意": False, "反对": False}


class ExpertVote(Record):
    """One expert's vote on one occupation in one key industry."""

    edition: Annotated[str, Field(min_length=1)]
    """Edition for which it was cast; it says nothing of any other."""
    occ_code: str
    """Occupation."""
    key_industry: str | None = None
    """Key industry; empty outside the region's list."""
    expert: Annotated[str, Field(min_length=1)]
    """Cipher of the expert."""
    in_favour: bool
    """Whether the expert is for listing it."""
    evidence: str = ""
    """Written evidence; a vote in favour without any does not count as one."""


@dataclass(frozen=True)
class Nomination:
    """A cell that enough experts want listed."""

    occ_code: str
    """Occupation."""
    key_industry: str | None
    """Key industry."""
    experts: int
    """Experts who voted."""
    in_favour: int
    """Votes in favour that give written evidence."""

    @property
    def share(self) -> float:
        """Share in favour."""
        return self.in_favour / self.experts


class _Row(Record):
    """A vote as it stands in the table."""

    edition: Annotated[str, Field(min_length=1)]
    occ_code: str
    key_industry: str | None = None
    expert: Annotated[str, Field(min_length=1)]
    vote: Annotated[str, Field(pattern="^(是|同意|赞成|否|不同意|反对)$")]
    evidence: str = ""


_HEADINGS: Headings = {
    "edition": "版次",
    "occ_code": "职业编码",
    "key_industry": "重点产业",
    "expert": "专家代号",
    "vote": "表决",
    "evidence": "书面依据",
}


def read_votes(path: Path) -> tuple[ExpertVote, ...]:
    """Read the table of votes (.xlsx or .csv).

    Parameters
    ----------
    path
        One row per vote: 版次, 职业编码, 重点产业, 专家代号, 表决 (同意 or 不同意) and 书面依据.

    Returns
    -------
    tuple of ExpertVote
        In order of the table.

    Raises
    ------
    InputError
        When a column is missing or a cell cannot be used.
    """
    return tuple(
        ExpertVote(in_favour=_YES[row.vote], **row.model_dump(exclude={"vote"}))
        for row in read_records(path, _Row, _HEADINGS)
    )


def nominations_of(votes: Sequence[ExpertVote], edition: str) -> tuple[Nomination, ...]:
    """Count the votes of an edition.

    Parameters
    ----------
    votes
        Of any edition; those of others have expired and are left out.
    edition
        The edition.

    Returns
    -------
    tuple of Nomination
        Cells on which at least five experts voted and two thirds were in favour with written evidence, those
        with the largest share first.

    Raises
    ------
    InputError
        When an expert votes twice on a cell.
    """
    cast: dict[tuple[str, str | None], dict[str, bool]] = {}
    for vote in votes:
        if vote.edition != edition:
            continue
        own = cast.setdefault((vote.occ_code, vote.key_industry), {})
        if vote.expert in own:
            raise InputError(
                "voted_twice",
                f"专家 {vote.expert} 对 {vote.occ_code} {vote.key_industry or '其他产业'} 投了两票",
                hint="每名专家对每个条目只投一票",
            )
        own[vote.expert] = vote.in_favour and bool(vote.evidence.strip())
    found = [
        Nomination(code, industry, len(own), sum(own.values())) for (code, industry), own in cast.items()
    ]
    passed = [item for item in found if item.experts >= MIN_EXPERTS and item.share >= MIN_SHARE - 1e-9]
    return tuple(
        sorted(passed, key=lambda item: (-item.share, -item.experts, item.occ_code, item.key_industry or ""))
    )


def within_limit(nominations: Sequence[Nomination], computed: int) -> int:
    """How many of the nominations may be listed beside the computed entries.

    Parameters
    ----------
    nominations
        Cells that passed the vote.
    computed
        Entries listed by computation.

    Returns
    -------
    int
        As many as keep experts' entries at 15 % of all listed ones or below.

    Examples
    --------
    >>> within_limit([Nomination("2-02-01-01", None, 5, 5)] * 9, 17)
    3
    """
    most = math.floor(MAX_ENTRY_SHARE * computed / (1 - MAX_ENTRY_SHARE) + 1e-9)
    return min(len(nominations), most)
