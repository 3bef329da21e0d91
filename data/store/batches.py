"""Files read: what each brought, how far its reading went, and whether it was read before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import sqlalchemy as sa

from data.owners import OFFICE
from data.store.schema import batch, batch_part, raw_row
from data.store.store import Store, chunked, inserted_id, upsert

__all__ = [
    "begin_batch",
    "committed_parts",
    "finish_batch",
    "finished_report",
    "read_raw_rows",
    "write_part",
    "write_raw_rows",
]

_RUNNING, _DONE = "running", "done"
_EMPTY = "{}"


def finished_report(store: Store, kind: str, file_sha256: str, parser_version: str) -> dict[str, Any] | None:
    """Return the report of an earlier, complete reading of the same content; None if there is none."""
    query = sa.select(batch.c.report).where(
        batch.c.kind == kind,
        batch.c.file_sha256 == file_sha256,
        batch.c.parser_version == parser_version,
        batch.c.status == _DONE,
    )
    with store.read() as connection:
        report: dict[str, Any] | None = connection.execute(query).scalar_one_or_none()
    return report


def begin_batch(
    store: Store, kind: str, file_name: str, file_sha256: str, parser_version: str, *, owner: str = OFFICE
) -> int:
    """Start reading a file, or take up a reading that was cut off, and return the batch's number.

    Parameters
    ----------
    store
        The store.
    kind
        What its rows are.
    file_name, file_sha256
        The file.
    parser_version
        What decides how it is read; the same file of another owner has another one.
    owner
        Whose rows it brings.
    """
    same = (
        (batch.c.kind == kind)
        & (batch.c.file_sha256 == file_sha256)
        & (batch.c.parser_version == parser_version)
    )
    with store.begin() as connection:
        known = connection.execute(sa.select(batch.c.batch_id).where(same)).scalar_one_or_none()
        if known is not None:
            return int(known)
        inserted = connection.execute(
            batch.insert().values(
                kind=kind,
                file_name=file_name,
                file_sha256=file_sha256,
                parser_version=parser_version,
                owner=owner,
                status=_RUNNING,
                started_at=dt.datetime.now(dt.UTC),
            )
        )
        return inserted_id(inserted)


def committed_parts(store: Store, batch_id: int) -> dict[int, dict[str, Any]]:
    """Return the parts of a file that are in the store whole: part to its report, in order."""
    query = (
        sa.select(batch_part.c.part, batch_part.c.report)
        .where(batch_part.c.batch_id == batch_id)
        .order_by(batch_part.c.part)
    )
    with store.read() as connection:
        return {int(row.part): row.report for row in connection.execute(query)}


def write_part(connection: sa.Connection, batch_id: int, part: int, report: Mapping[str, Any]) -> None:
    """Note in the transaction that writes a part's rows that the part is there.

    Parameters
    ----------
    connection
        The transaction of the part.
    batch_id
        The batch.
    part
        Number of the part, from 0; writing one a second time is refused by the database.
    report
        What the part brought, as JSON.
    """
    connection.execute(
        batch_part.insert().values(
            batch_id=batch_id, part=part, committed_at=dt.datetime.now(dt.UTC), report=dict(report)
        )
    )


def write_raw_rows(
    connection: sa.Connection,
    batch_id: int,
    frame: pd.DataFrame,
    *,
    subjects: Mapping[int, str] | None = None,
) -> None:
    """Keep the rows as received; a row that is there already stays, and one that was emptied stays empty.

    Parameters
    ----------
    connection
        The open transaction.
    batch_id
        The batch.
    frame
        The rows, numbered by its index.
    subjects
        Row number to the id of the posting or profile it speaks of, so that everything held on one person
        can be found.
    """
    known = subjects or {}
    if frame.empty:
        return
    emptied = _emptied_rows(connection, batch_id, int(frame.index.min()), int(frame.index.max()))
    rows = [
        {
            "batch_id": batch_id,
            "row": int(row),
            "content": {} if int(row) in emptied else content,
            "subject_id": None if int(row) in emptied else known.get(int(row)),
        }
        for row, content in zip(frame.index, frame.to_dict("records"), strict=True)
    ]
    upsert(connection, raw_row, rows, replace=False)


def read_raw_rows(store: Store, batch_id: int, rows: Collection[int]) -> dict[int, dict[str, str]]:
    """Return some rows of a batch as they were received, by number; those that are not kept are absent.

    Parameters
    ----------
    store
        The store.
    batch_id
        The batch.
    rows
        Numbers of the rows, as the user sees them in the file.
    """
    found: dict[int, dict[str, str]] = {}
    with store.read() as connection:
        for chunk in chunked(sorted(rows)):
            query = sa.select(raw_row.c.row, raw_row.c.content).where(
                raw_row.c.batch_id == batch_id, raw_row.c.row.in_(chunk)
            )
            found |= {int(row): content for row, content in connection.execute(query) if content}
    return dict(sorted(found.items()))


def finish_batch(store: Store, batch_id: int, report: dict[str, Any]) -> None:
    """Mark a file as completely read."""
    with store.begin() as connection:
        connection.execute(
            batch.update()
            .where(batch.c.batch_id == batch_id)
            .values(status=_DONE, finished_at=dt.datetime.now(dt.UTC), report=report)
        )


def _emptied_rows(connection: sa.Connection, batch_id: int, first: int, last: int) -> set[int]:
    """Return those rows of the same file, whenever it was read, whose content was erased."""
    same, this = batch.alias(), batch.alias()
    query = (
        sa.select(raw_row.c.row)
        .join(same, same.c.batch_id == raw_row.c.batch_id)
        .join(this, this.c.file_sha256 == same.c.file_sha256)
        .where(
            this.c.batch_id == batch_id,
            raw_row.c.row.between(first, last),
            sa.cast(raw_row.c.content, sa.Text) == _EMPTY,
        )
    )
    return set(connection.execute(query).scalars())
