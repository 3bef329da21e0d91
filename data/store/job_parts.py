"""Parts of jobs: leased to one worker at a time, written once.

A worker takes a part for a short while and keeps extending the lease while it works. When it dies the lease
runs out and another takes the part. Every lease has a higher token than the one before, and every write names
it: a worker that was paused and comes back late changes nothing. The moments are the workers' own clocks;
clocks that differ cost time, never a result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from data.jobs import Answer, JobQuery, JobState
from data.store.audit import Access, write_access
from data.store.jobs import drop_pending, open_states
from data.store.schema import job, job_item, job_part, job_person
from data.store.store import Store, upsert

__all__ = ["Claim", "Lease", "claim_part", "extend_lease", "fail_job", "finish_part", "hand_back"]


class Lease(NamedTuple):
    """The right to write one part."""

    part_id: int
    """The part."""
    job_id: str
    """Its job."""
    worker: str
    """Who holds it."""
    token: int
    """Rises with every lease of the part."""
    attempts: int
    """Which attempt this is, from 1."""


class Claim(NamedTuple):
    """A part with what a worker needs to do it."""

    lease: Lease
    """The right to write it."""
    kind: str
    """What is to be done."""
    owner: str
    """The agency that the job belongs to; empty for the office."""
    actor: str
    """Who handed the job in."""
    payload: dict[str, Any]
    """Options of the job."""
    queries: dict[int, JobQuery]
    """Position in the job to query."""


def claim_part(
    store: Store,
    worker: str,
    *,
    kinds: Collection[str],
    lease: dt.timedelta,
    now: dt.datetime | None = None,
) -> Claim | None:
    """Take the next part that nobody holds.

    Parts of a low number go first, whichever job they are of: a short job does not wait for a long one.

    Parameters
    ----------
    store
        The store.
    worker
        Who takes it; every thread of every process has a name of its own.
    kinds
        Kinds of jobs that the worker can do.
    lease
        How long the part is the worker's unless it says more.
    now
        The moment, UTC; the clock's when left out.

    Returns
    -------
    Claim or None
        None when there is nothing to do now.
    """
    moment = now or dt.datetime.now(dt.UTC)
    free = _free(moment, kinds)
    with store.read() as connection:
        # Looking costs no lock: only who sees something writes.
        if connection.execute(free).first() is None:
            return None
    part = job_part.c
    taken = (
        job_part.update()
        .where(part.part_id == free.with_for_update(skip_locked=True, of=job_part).scalar_subquery())
        .values(
            token=part.token + 1,
            attempts=part.attempts + 1,
            lease_owner=worker,
            lease_until=moment + lease,
            not_before=None,
        )
        .returning(part.part_id, part.job_id, part.part, part.token, part.attempts)
    )
    with store.begin() as connection:
        row = connection.execute(taken).one_or_none()
        if row is None:
            return None
        begun = (job.c.job_id == row.job_id) & (job.c.state == JobState.QUEUED.value)
        connection.execute(job.update().where(begun).values(state=JobState.RUNNING.value, started_at=moment))
        held = Lease(row.part_id, row.job_id, worker, row.token, row.attempts)
        return _read_claim(connection, held, row.part)


def extend_lease(store: Store, lease: Lease, *, until: dt.datetime) -> bool:
    """Hold a part for longer; False when it is somebody else's by now or the job ended."""
    with store.begin() as connection:
        kept = connection.execute(job_part.update().where(_held(lease)).values(lease_until=until))
    return bool(kept.rowcount)


def finish_part(
    store: Store,
    lease: Lease,
    answers: Sequence[Answer],
    *,
    looks: Sequence[Access] = (),
    key: bytes = b"",
    now: dt.datetime | None = None,
) -> bool:
    """Write a part with its answers, the job's progress and the looks at people, all in one transaction.

    Parameters
    ----------
    store
        The store.
    lease
        The right to do so.
    answers
        One for each query of the part.
    looks
        Looks at people that the answers are.
    key
        The key of the pseudonyms, for the looks.
    now
        The moment, UTC; the clock's when left out.

    Returns
    -------
    bool
        False when nothing was written: the part is somebody else's, was written before, or the job ended.
    """
    moment = now or dt.datetime.now(dt.UTC)
    freed = {"lease_owner": None, "lease_until": None}
    with store.begin() as connection:
        written = connection.execute(job_part.update().where(_held(lease)).values(done_at=moment, **freed))
        if not written.rowcount or not _advance(connection, lease.job_id, answers, moment):
            return False
        connection.execute(
            job_item.update()
            .where(
                job_item.c.job_id == lease.job_id,
                job_item.c.position == sa.bindparam("place"),
            )
            .values(query=None, result=sa.bindparam("answer", type_=job_item.c.result.type)),
            [{"place": each.position, "answer": each.result} for each in answers],
        )
        people = [
            {"job_id": lease.job_id, "position": each.position, "profile_id": person}
            for each in answers
            for person in sorted(set(each.people))
        ]
        upsert(connection, job_person, people, replace=False)
        for look in looks:
            write_access(connection, look, key=key)
    return True


def hand_back(store: Store, lease: Lease, *, counted: bool, not_before: dt.datetime | None = None) -> None:
    """Give a part up so that another may take it at once, or from a moment on.

    Parameters
    ----------
    store
        The store.
    lease
        The right to it; nothing happens where it is somebody else's by now.
    counted
        Whether the attempt failed; a worker that merely stops takes nothing from the part.
    not_before
        When it may be taken again; None for at once.
    """
    attempts = job_part.c.attempts - (0 if counted else 1)
    freed = {"lease_owner": None, "lease_until": None, "not_before": not_before, "attempts": attempts}
    with store.begin() as connection:
        connection.execute(job_part.update().where(_held(lease)).values(freed))


def fail_job(store: Store, lease: Lease, code: str, message: str, *, now: dt.datetime | None = None) -> bool:
    """Give a whole job up because one part of it cannot be done; False where the part is somebody else's."""
    holds = sa.exists().where(_own(lease))
    with store.begin() as connection:
        ended = connection.execute(
            job.update()
            .where(job.c.job_id == lease.job_id, job.c.state.in_(open_states()), holds)
            .values(
                state=JobState.FAILED.value,
                finished_at=now or dt.datetime.now(dt.UTC),
                error_code=code,
                error_message=message,
            )
        )
    if ended.rowcount:
        drop_pending(store, lease.job_id)
    return bool(ended.rowcount)


def _free(moment: dt.datetime, kinds: Collection[str]) -> sa.Select[tuple[int]]:
    part = job_part.c
    return (
        sa.select(part.part_id)
        .join(job, job.c.job_id == part.job_id)
        .where(
            part.done_at.is_(None),
            sa.or_(part.lease_until.is_(None), part.lease_until < moment),
            sa.or_(part.not_before.is_(None), part.not_before <= moment),
            job.c.state.in_(open_states()),
            job.c.kind.in_(sorted(kinds)),
        )
        .order_by(part.part, job.c.created_at, part.part_id)
        .limit(1)
    )


def _own(lease: Lease) -> sa.ColumnElement[bool]:
    return sa.and_(
        job_part.c.part_id == lease.part_id,
        job_part.c.token == lease.token,
        job_part.c.lease_owner == lease.worker,
        job_part.c.done_at.is_(None),
    )


def _held(lease: Lease) -> sa.ColumnElement[bool]:
    """Tell whether a lease still holds: it is the newest one and its job goes on."""
    goes_on = sa.exists().where(job.c.job_id == lease.job_id, job.c.state.in_(open_states()))
    return sa.and_(_own(lease), goes_on)


def _advance(connection: sa.Connection, job_id: str, answers: Sequence[Answer], moment: dt.datetime) -> bool:
    """Add to what is done; who adds the last part ends the job. False when somebody ended it before."""
    done, failed = job.c.done + len(answers), sum(each.failed for each in answers)
    last = done >= job.c.total
    updated = connection.execute(
        job.update()
        .where(job.c.job_id == job_id, job.c.state == JobState.RUNNING.value)
        .values(
            done=done,
            failed=job.c.failed + failed,
            progressed_at=moment,
            state=sa.case((last, JobState.DONE.value), else_=job.c.state),
            finished_at=sa.case((last, moment), else_=None),
        )
    )
    return bool(updated.rowcount)


def _read_claim(connection: sa.Connection, lease: Lease, part: int) -> Claim:
    (head,) = connection.execute(
        sa.select(job.c.kind, job.c.owner, job.c.actor, job.c.payload).where(job.c.job_id == lease.job_id)
    )
    columns = (job_item.c.position, job_item.c.query, job_item.c.profile_id)
    query = (
        sa.select(*columns)
        .where(job_item.c.job_id == lease.job_id, job_item.c.part == part)
        .order_by(job_item.c.position)
    )
    queries = {row.position: JobQuery(row.query, row.profile_id) for row in connection.execute(query)}
    return Claim(lease, head.kind, head.owner, head.actor, head.payload, queries)
