"""What a worker knows of the work that it does: one handler for each kind of job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from data.jobs import Answer, JobQuery
from data.store.audit import Access

__all__ = ["Abandoned", "Handler", "Outcome", "Work"]


class Abandoned(Exception):
    """The part is no longer this worker's to do: its lease was lost, its job ended, or the worker must go."""


@dataclass(frozen=True)
class Work:
    """One part of a job, as its handler gets it."""

    owner: str
    """The agency that the job belongs to; empty for the office. An agency gets what it may see."""
    actor: str
    """Who handed the job in, as the audit names callers."""
    payload: Mapping[str, Any]
    """Options of the job."""
    queries: Mapping[int, JobQuery]
    """Position in the job to query."""
    attempt: int
    """1 at first; higher where an earlier attempt failed or its worker died."""
    go_on: Callable[[], None]
    """To be called between queries; raises :class:`Abandoned` when the rest would be in vain."""


@dataclass(frozen=True)
class Outcome:
    """What came of a part; it is written whole or not at all."""

    answers: Sequence[Answer]
    """One for each query."""
    looks: Sequence[Access] = ()
    """Looks at people that the answers are, noted together with them."""


class Handler(Protocol):
    """Does the parts of one kind of job. It writes nothing itself: a part may be begun more than once."""

    @property
    def kind(self) -> str:
        """Which jobs."""

    def run(self, work: Work) -> Outcome:
        """Answer the queries of a part."""
