"""Jobs that run in the background: handed in, watched, cancelled, read, and gone after a while.

A job is a list of queries with options. Workers take it part by part (:mod:`data.store.job_parts`); what they
answer (:mod:`data.store.job_results`) lies in the store until it expires.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from data.canonical import json_sha256
from data.errors import InputError, UnknownName
from data.jobs import Job, JobPage, JobRequest, JobState, Submitted
from data.store.schema import job, job_item, job_part, job_person
from data.store.store import Store, insert_rows

__all__ = ["cancel_job", "drop_pending", "list_jobs", "open_states", "purge_jobs", "read_job", "submit_job"]

MOST_OPEN = 20
"""Jobs that one owner may have unfinished at a time."""


def submit_job(
    store: Store,
    request: JobRequest,
    *,
    now: dt.datetime | None = None,
    keep: Callable[[sa.Connection, str], None] | None = None,
) -> Submitted:
    """Keep a job for the workers, whole or not at all.

    Parameters
    ----------
    store
        The store.
    request
        The job.
    now
        The moment, UTC; the clock's when left out.
    keep
        Called with the identifier within the transaction that keeps a new job; what it raises leaves no job
        behind.

    Returns
    -------
    Submitted
        The new job, or the one that the same request made before.

    Raises
    ------
    InputError
        ``idempotency_key_reused``: the key named another request; ``jobs_too_many``: the owner has as many
        unfinished jobs as may be.
    """
    sha256 = json_sha256(
        {
            "kind": request.kind,
            "payload": request.payload,
            "queries": [each.query for each in request.queries],
        }
    )
    known = _repeated(store, request, sha256)
    if known is not None:
        return known
    job_id = f"J{secrets.token_hex(8)}"
    try:
        with store.begin() as connection:
            _insert_job(connection, request, job_id, sha256, now or dt.datetime.now(dt.UTC))
            _refuse_too_many(connection, request.owner)
            if keep is not None:
                keep(connection, job_id)
    except IntegrityError:
        # The same request came twice at one moment: the other one was first.
        known = _repeated(store, request, sha256)
        if known is None:
            raise
        return known
    return Submitted(read_job(store, job_id, owner=request.owner), repeated=False)


def read_job(store: Store, job_id: str, *, owner: str, kind: str | None = None) -> Job:
    """Return a job of an owner.

    Parameters
    ----------
    store
        The store.
    job_id
        The job.
    owner
        Whose.
    kind
        Which: a job of another kind is none. None where any will do.

    Raises
    ------
    UnknownName
        ``job_unknown``: there is none with this identifier, or it belongs to somebody else.
    """
    query = sa.select(*_shown()).where(job.c.job_id == job_id, job.c.owner == owner)
    if kind is not None:
        query = query.where(job.c.kind == kind)
    with store.read() as connection:
        row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise UnknownName("job_unknown", "没有这个编号的任务", hint="检查编号；到期的任务及其结果已经删除")
    return Job(**row)


def list_jobs(
    store: Store, *, owner: str, kind: str | None = None, limit: int = 20, cursor: str | None = None
) -> JobPage:
    """Return jobs of an owner, the newest first.

    Parameters
    ----------
    store
        The store.
    owner
        Whose.
    kind
        Which; those of every kind when left out.
    limit
        At most so many, at least 1.
    cursor
        Of the page before; None for the first page.

    Raises
    ------
    InputError
        ``cursor_invalid``: no page ended there.
    """
    order = sa.tuple_(job.c.created_at, job.c.job_id)
    own = [job.c.owner == owner] + ([] if kind is None else [job.c.kind == kind])
    query = sa.select(*_shown()).where(*own)
    with store.read() as connection:
        if cursor is not None:
            here = sa.select(job.c.created_at).where(job.c.job_id == cursor, *own)
            moment = connection.execute(here).scalar_one_or_none()
            if moment is None:
                raise InputError("cursor_invalid", "没有这个翻页位置", hint="从第一页重新读起")
            query = query.where(order < sa.tuple_(sa.literal(moment, job.c.created_at.type), cursor))
        query = query.order_by(job.c.created_at.desc(), job.c.job_id.desc()).limit(limit + 1)
        jobs = [Job(**row) for row in connection.execute(query).mappings()]
    return JobPage(tuple(jobs[:limit]), jobs[limit - 1].job_id if len(jobs) > limit else None)


def cancel_job(
    store: Store, job_id: str, *, owner: str, kind: str | None = None, now: dt.datetime | None = None
) -> Job:
    """Stop a job; one that has ended stays as it is.

    Parameters
    ----------
    store
        The store.
    job_id
        The job.
    owner
        Whose.
    kind
        Which, as :func:`read_job`.
    now
        The moment, UTC; the clock's when left out.

    Raises
    ------
    UnknownName
        ``job_unknown``, as :func:`read_job`.
    """
    read_job(store, job_id, owner=owner, kind=kind)
    with store.begin() as connection:
        connection.execute(
            job.update()
            .where(job.c.job_id == job_id, job.c.state.in_(open_states()))
            .values(state=JobState.CANCELLED.value, finished_at=now or dt.datetime.now(dt.UTC))
        )
    cancelled = read_job(store, job_id, owner=owner)
    if cancelled.state is JobState.CANCELLED:
        drop_pending(store, job_id)
    return cancelled


def drop_pending(store: Store, job_id: str) -> None:
    """Forget what a job that ended has not answered: its parts, and what was given in full for them."""
    # In a transaction of its own: workers lock a part before its job, nobody may do it the other way round.
    with store.begin() as connection:
        connection.execute(job_part.delete().where(job_part.c.job_id == job_id, job_part.c.done_at.is_(None)))
        unanswered = (job_item.c.job_id == job_id) & job_item.c.result.is_(None)
        connection.execute(job_item.update().where(unanswered).values(query=None))


def purge_jobs(store: Store, *, before: dt.datetime) -> int:
    """Delete jobs with all they hold that nothing happened to since a moment; return how many.

    A job that no worker ever took expires as well: it may hold what was given in full.
    """
    last = sa.func.coalesce(job.c.finished_at, job.c.progressed_at, job.c.created_at)
    old = sa.select(job.c.job_id).where(last < sa.literal(before.astimezone(dt.UTC), job.c.created_at.type))
    with store.read() as connection:
        ids = list(connection.execute(old).scalars())
    for job_id in ids:
        with store.begin() as connection:
            for table in (job_part, job_person, job_item, job):
                connection.execute(table.delete().where(table.c.job_id == job_id))
    return len(ids)


def open_states() -> list[str]:
    """Return the states in which there is something left to do."""
    return [state.value for state in JobState if not state.ended]


def _shown() -> list[sa.Column[Any]]:
    return [job.c[name] for name in Job.model_fields]


def _repeated(store: Store, request: JobRequest, sha256: str) -> Submitted | None:
    """Return the job that the same request made before; None where there is none."""
    if request.idempotency_key is None:
        return None
    query = sa.select(job.c.job_id, job.c.request_sha256).where(
        job.c.owner == request.owner, job.c.idempotency_key == request.idempotency_key
    )
    with store.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if row.request_sha256 != sha256:
        raise InputError(
            "idempotency_key_reused",
            "这个 Idempotency-Key 已用于另一个内容不同的请求",
            hint="同一请求重发时用原键，新请求换一个键",
        )
    return Submitted(read_job(store, row.job_id, owner=request.owner), repeated=True)


def _refuse_too_many(connection: sa.Connection, owner: str) -> None:
    """Refuse, within the transaction that added it, one unfinished job too many."""
    query = sa.select(sa.func.count()).where(job.c.owner == owner, job.c.state.in_(open_states()))
    if connection.execute(query).scalar_one() > MOST_OPEN:
        raise InputError(
            "jobs_too_many", f"未完成的任务已有 {MOST_OPEN} 个", hint="等待完成，或取消不再需要的任务"
        )


def _insert_job(
    connection: sa.Connection, request: JobRequest, job_id: str, sha256: str, now: dt.datetime
) -> None:
    size = request.part_size
    connection.execute(
        job.insert().values(
            job_id=job_id,
            kind=request.kind,
            owner=request.owner,
            actor=request.actor,
            state=JobState.QUEUED.value,
            payload=request.payload,
            total=len(request.queries),
            done=0,
            failed=0,
            created_at=now,
            idempotency_key=request.idempotency_key,
            request_sha256=sha256,
        )
    )
    items = [
        {"job_id": job_id, "position": place, "part": place // size, **each._asdict()}
        for place, each in enumerate(request.queries)
    ]
    insert_rows(connection, job_item, items)
    parts = range(-(-len(items) // size))
    rows = [{"job_id": job_id, "part": part, "token": 0, "attempts": 0} for part in parts]
    connection.execute(job_part.insert(), rows)
