"""Jobs that run in the background, as they are handed in and as they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator

from data.records import Record
from data.store.moments import utc

__all__ = ["Answer", "Job", "JobPage", "JobQuery", "JobRequest", "JobState", "Submitted"]

PART_SIZE = 50
"""Queries that a worker answers in one transaction: few enough to lose little, enough to cost little."""


class JobState(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    """No worker has begun."""
    RUNNING = "running"
    """Some part was begun."""
    DONE = "done"
    """Every query has an answer or an error of its own."""
    FAILED = "failed"
    """Given up; what was answered before can still be read."""
    CANCELLED = "cancelled"
    """Stopped on request; what was answered before can still be read."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will be done."""
        return self not in {JobState.QUEUED, JobState.RUNNING}

    @property
    def chinese(self) -> str:
        """The state in Chinese."""
        return _STATES[self]


_STATES = {
    JobState.QUEUED: "排队中",
    JobState.RUNNING: "处理中",
    JobState.DONE: "已完成",
    JobState.FAILED: "已失败",
    JobState.CANCELLED: "已取消",
}


Moment = Annotated[dt.datetime, AfterValidator(utc)]


class Job(Record):
    """A job as it stands."""

    job_id: str
    """Identifier."""
    kind: str
    """What is done, such as ``match``."""
    owner: str
    """The agency that it belongs to; empty for the office."""
    actor: str
    """Who handed it in, as the audit names callers."""
    state: JobState
    """How far it is."""
    payload: dict[str, Any]
    """Options that hold for all of its queries."""
    total: int
    """Number of queries."""
    done: int
    """Those that are answered, with an error or without."""
    failed: int
    """Those that were answered with an error."""
    created_at: Moment
    """When it was handed in, UTC."""
    started_at: Moment | None
    """When the first part was begun."""
    progressed_at: Moment | None
    """When the last part so far was finished."""
    finished_at: Moment | None
    """When it ended, whichever way."""
    error_code: str | None
    """Why it was given up, for programs."""
    error_message: str | None
    """Why it was given up, in Chinese."""

    @property
    def queries_per_second(self) -> float | None:
        """Speed observed since it was begun; None before the first part is finished."""
        if self.started_at is None or self.progressed_at is None or not self.done:
            return None
        seconds = (self.progressed_at - self.started_at).total_seconds()
        return self.done / seconds if seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """What is left at the speed observed; None where none was observed or nothing more will be done."""
        speed = self.queries_per_second
        return None if self.state.ended or not speed else (self.total - self.done) / speed


class JobQuery(NamedTuple):
    """One query of a job."""

    query: dict[str, Any]
    """What is asked, as plain JSON; it is kept until it is answered."""
    profile_id: str | None = None
    """The person it names, so that erasing finds it."""


@dataclass(frozen=True)
class JobRequest:
    """A job to be handed in."""

    kind: str
    """What is to be done."""
    owner: str
    """The agency that it belongs to; empty for the office."""
    actor: str
    """Who hands it in."""
    queries: Sequence[JobQuery]
    """At least one."""
    payload: dict[str, Any]
    """Options that hold for all queries, as plain JSON."""
    idempotency_key: str | None = None
    """The caller's own name of the request: sent again, it makes no second job."""
    part_size: int = PART_SIZE
    """Queries that are answered in one transaction."""


class Submitted(NamedTuple):
    """A job that was handed in."""

    job: Job
    """As it stands."""
    repeated: bool
    """True when it was here already, under the same idempotency key."""


class JobPage(NamedTuple):
    """Some jobs of an owner."""

    jobs: tuple[Job, ...]
    """The newest first."""
    cursor: str | None
    """Where the next page begins; None on the last."""


@dataclass(frozen=True)
class Answer:
    """What one query got."""

    position: int
    """The query."""
    result: dict[str, Any]
    """The answer as plain JSON; people that it shows stand in ``results``, each under ``id``."""
    people: Collection[str] = ()
    """The people that it shows."""
    failed: bool = False
    """Whether the answer is an error."""
