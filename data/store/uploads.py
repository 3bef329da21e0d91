"""Files handed in through the API: received, read, and what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, Final

import sqlalchemy as sa

from data.errors import CellProblem, InputError, UnknownName
from data.jobs import JobState
from data.store.schema import batch, batch_part, job, upload
from data.store.store import Store
from data.uploads import NewUpload, Upload, UploadPage

__all__ = [
    "finish_upload",
    "insert_upload",
    "list_uploads",
    "listed_problems",
    "note_progress",
    "open_uploads",
    "read_here",
    "read_upload",
]

_LOST: Final = {
    "code": "upload_lost",
    "message": "文件没有读完，任务已被取消或删除",
    "hint": "重新提交；已入库的行不会重复",
}


def insert_upload(
    connection: sa.Connection, new: NewUpload, *, job_id: str, now: dt.datetime | None = None
) -> None:
    """Note a file that was received, in the transaction that keeps the job that reads it.

    Parameters
    ----------
    connection
        The transaction.
    new
        The file.
    job_id
        The job that reads it.
    now
        The moment, UTC; the clock's when left out.
    """
    row = {
        "upload_id": new.upload_id,
        "owner": new.owner,
        "actor": new.actor,
        "file_name": new.file_name,
        "size": new.size,
        "sha256": new.sha256,
        "kinds": [kind.value for kind in new.kinds],
        "mapping": None if new.mapping is None else dict(new.mapping),
        "job_id": job_id,
        "created_at": now or dt.datetime.now(dt.UTC),
    }
    connection.execute(upload.insert().values(row))


def read_upload(store: Store, upload_id: str, *, owner: str) -> Upload:
    """Return a file that an owner may see: its own, the office every one.

    Raises
    ------
    UnknownName
        ``batch_unknown``: there is none with this identifier, or it belongs to somebody else.
    """
    query = _query(owner).where(upload.c.upload_id == upload_id)
    with store.read() as connection:
        row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise UnknownName("batch_unknown", "没有这个编号的文件", hint="检查编号；列表在 /v1/batches")
    return _from_row(row)


def list_uploads(store: Store, *, owner: str, limit: int = 20, cursor: str | None = None) -> UploadPage:
    """Return the files that an owner may see, the newest first.

    Parameters
    ----------
    store
        The store.
    owner
        Whose; the office sees those of all.
    limit
        At most so many, at least 1.
    cursor
        Of the page before; None for the first page.

    Raises
    ------
    InputError
        ``cursor_invalid``: no page ended there.
    """
    order = sa.tuple_(upload.c.created_at, upload.c.upload_id)
    query = _query(owner)
    with store.read() as connection:
        if cursor is not None:
            here = _of_owner(sa.select(upload.c.created_at), owner).where(upload.c.upload_id == cursor)
            moment = connection.execute(here).scalar_one_or_none()
            if moment is None:
                raise InputError("cursor_invalid", "没有这个翻页位置", hint="从第一页重新读起")
            query = query.where(order < sa.tuple_(sa.literal(moment, upload.c.created_at.type), cursor))
        query = query.order_by(upload.c.created_at.desc(), upload.c.upload_id.desc()).limit(limit + 1)
        found = [_from_row(row) for row in connection.execute(query).mappings()]
    return UploadPage(tuple(found[:limit]), found[limit - 1].upload_id if len(found) > limit else None)


def note_progress(store: Store, upload_id: str, step: str, done: int, total: int) -> None:
    """Note what is being done with a file."""
    progress = {"step": step, "done": done, "total": total}
    with store.begin() as connection:
        connection.execute(upload.update().where(upload.c.upload_id == upload_id).values(progress=progress))


def finish_upload(
    store: Store,
    upload_id: str,
    *,
    reports: Sequence[dict[str, Any]] | None = None,
    error: dict[str, str] | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Note what came of a file, once: whoever comes second changes nothing.

    Parameters
    ----------
    store
        The store.
    upload_id
        The file.
    reports
        Report of each table, where it was read.
    error
        Code, message and hint, where it was refused.
    now
        The moment, UTC; the clock's when left out.
    """
    said = {"reports": None if reports is None else list(reports), "error": error, "progress": None}
    open_one = (upload.c.upload_id == upload_id) & upload.c.finished_at.is_(None)
    with store.begin() as connection:
        moment = now or dt.datetime.now(dt.UTC)
        connection.execute(upload.update().where(open_one).values(**said, finished_at=moment))


def open_uploads(store: Store, *, since: dt.datetime) -> set[str]:
    """Return the files that somebody is still going to read, or that were received after a moment."""
    going = sa.select(job.c.job_id).where(
        job.c.state.in_([state.value for state in JobState if not state.ended])
    )
    query = sa.select(upload.c.upload_id).where(
        upload.c.finished_at.is_(None),
        upload.c.job_id.in_(going) | (upload.c.created_at >= sa.literal(since, upload.c.created_at.type)),
    )
    with store.read() as connection:
        return set(connection.execute(query).scalars())


def read_here(store: Store, batch_ids: Collection[int], *, since: dt.datetime) -> set[int]:
    """Return those batches whose reading ended at a moment or after it."""
    moment = sa.literal(since, batch.c.finished_at.type)
    query = sa.select(batch.c.batch_id).where(batch.c.batch_id.in_(batch_ids), batch.c.finished_at >= moment)
    with store.read() as connection:
        return set(connection.execute(query).scalars())


def listed_problems(store: Store, batch_id: int, *, most: int) -> list[CellProblem]:
    """Return the problems of the rows of a batch as far as they are listed, by part, at most so many."""
    query = (
        sa.select(batch_part.c.report).where(batch_part.c.batch_id == batch_id).order_by(batch_part.c.part)
    )
    found: list[CellProblem] = []
    with store.read() as connection:
        for report in connection.execute(query).scalars():
            found += [CellProblem.model_validate(each) for each in report.get("listed", ())]
            if len(found) >= most:
                break
    return found[:most]


def _query(owner: str) -> sa.Select[Any]:
    columns = (*upload.c, job.c.state, job.c.error_code, job.c.error_message)
    query = sa.select(*columns).join(job, job.c.job_id == upload.c.job_id, isouter=True)
    return _of_owner(query, owner)


def _of_owner(query: sa.Select[Any], owner: str) -> sa.Select[Any]:
    return query if owner == "" else query.where(upload.c.owner == owner)


def _from_row(row: sa.RowMapping) -> Upload:
    told = dict(row)
    state, code, message = told.pop("state"), told.pop("error_code"), told.pop("error_message")
    if told["finished_at"] is not None:
        state = JobState.DONE if told["error"] is None else JobState.FAILED
    elif state is None or JobState(state).ended:
        given = {"code": code, "message": message, "hint": _LOST["hint"]}
        told["error"] = _LOST if code is None else given
        state = JobState.CANCELLED if state == JobState.CANCELLED.value else JobState.FAILED
    return Upload(**told, state=JobState(state))
