"""What the queries of jobs were answered with: read as a stream, and cleared of a person who is erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from data.store.schema import job, job_item, job_person
from data.store.store import Store

__all__ = ["erase_from_jobs", "iter_results", "jobs_of", "people_of_job"]

_READ_AT_ONCE = 200
_ERASED: Final = {"code": "profile_erased", "message": "此人的档案已删除", "hint": "从名单中去掉此人"}


def iter_results(store: Store, job_id: str) -> Iterator[dict[str, Any]]:
    """Read the answers of a job in the order of its queries, a few hundred at a time.

    Parameters
    ----------
    store
        The store.
    job_id
        The job; whether the caller may read it is for :func:`data.store.jobs.read_job` to say.

    Yields
    ------
    dict
        One answer; of a job that did not finish those that are there.
    """
    after = -1
    while True:
        query = (
            sa.select(job_item.c.position, job_item.c.result)
            .where(job_item.c.job_id == job_id, job_item.c.position > after, job_item.c.result.is_not(None))
            .order_by(job_item.c.position)
            .limit(_READ_AT_ONCE)
        )
        with store.read() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return
        yield from (row.result for row in rows)
        after = rows[-1].position


def people_of_job(store: Store, job_id: str) -> list[str]:
    """Return every person whom the answers of a job show or are for, each once, in order."""
    shown = sa.select(job_person.c.profile_id).where(job_person.c.job_id == job_id)
    answered = job_item.c.profile_id.is_not(None) & job_item.c.result.is_not(None)
    asked = sa.select(job_item.c.profile_id).where(job_item.c.job_id == job_id, answered)
    with store.read() as connection:
        return sorted(connection.execute(shown.union(asked)).scalars())


def jobs_of(connection: sa.Connection, profile_id: str) -> list[dict[str, Any]]:
    """Return where the answers of jobs show a person or are for the person, for the person to read.

    Parameters
    ----------
    connection
        An open connection.
    profile_id
        The person.

    Returns
    -------
    list of dict
        job_id, position of the query, created_at, actor, query (what was asked, None where the person was
        asked for), rank and score (None there as well), the oldest first.
    """
    shown = sa.exists().where(
        job_person.c.job_id == job_item.c.job_id,
        job_person.c.position == job_item.c.position,
        job_person.c.profile_id == profile_id,
    )
    query = (
        sa.select(job.c.job_id, job_item.c.position, job.c.created_at, job.c.actor, job_item.c.result)
        .join(job_item, job_item.c.job_id == job.c.job_id)
        .where((job_item.c.profile_id == profile_id) | shown)
        .order_by(job.c.created_at, job.c.job_id, job_item.c.position)
    )
    rows = []
    for found in connection.execute(query).mappings():
        row = dict(found)
        result = row.pop("result") or {}
        place = next((each for each in result.get("results", ()) if each["id"] == profile_id), None)
        row["query"] = None if place is None else result.get("query")
        row |= {name: None if place is None else place.get(name) for name in ("rank", "score")}
        rows.append(row)
    return rows


def erase_from_jobs(connection: sa.Connection, profile_id: str) -> int:
    """Take a person out of every query and answer of the jobs that are here.

    Of a person who was shown, the rank alone stays; what was asked of the person becomes an error.

    Parameters
    ----------
    connection
        The transaction of the erasure, before the profile is deleted in it.
    profile_id
        Whom.

    Returns
    -------
    int
        Number of queries that named the person or whose answer did.
    """
    shown = sa.exists().where(
        job_person.c.job_id == job_item.c.job_id,
        job_person.c.position == job_item.c.position,
        job_person.c.profile_id == profile_id,
    )
    found = sa.select(job_item).where((job_item.c.profile_id == profile_id) | shown)
    rows = connection.execute(found).mappings().all()
    for row in rows:
        here = (job_item.c.job_id == row["job_id"]) & (job_item.c.position == row["position"])
        connection.execute(job_item.update().where(here).values(_without(row, profile_id)))
    connection.execute(job_person.delete().where(job_person.c.profile_id == profile_id))
    return len(rows)


def _without(row: sa.RowMapping, profile_id: str) -> dict[str, Any]:
    """Return the new columns of a query: nothing of the person is left in them."""
    query, result = row["query"], row["result"]
    if row["profile_id"] == profile_id:
        ref = {"ref": (query or result or {}).get("ref")}
        failed = {"position": row["position"], **ref, "status": "failed", "results": [], "error": _ERASED}
        return {
            "profile_id": None,
            "query": None if query is None else {**ref, "error": _ERASED},
            "result": None if result is None else failed,
        }
    kept = [
        {"id": None, "rank": each.get("rank")} if each["id"] == profile_id else each
        for each in result["results"]
    ]
    return {"result": {**result, "results": kept}}
