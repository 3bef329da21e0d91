"""Files read: what each brought, and whether it was read before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import sqlalchemy as sa

from data.store.schema import batch, raw_row
from data.store.store import Store, chunked, inserted_id, upsert

__all__ = ["begin_batch", "finish_batch", "finished_report", "write_raw_rows"]

_RUNNING, _DONE = "running", "done"


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


def begin_batch(store: Store, kind: str, file_name: str, file_sha256: str, parser_version: str) -> int:
    """Start reading a file, or take up a reading that was cut off, and return the batch's number."""
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
                status=_RUNNING,
                started_at=dt.datetime.now(dt.UTC),
            )
        )
        return inserted_id(inserted)


def write_raw_rows(store: Store, batch_id: int, frame: pd.DataFrame) -> None:
    """Keep the rows as received, numbered by the frame's index; a row that is there already stays."""
    rows = [
        {"batch_id": batch_id, "row": int(row), "content": content}
        for row, content in zip(frame.index, frame.to_dict("records"), strict=True)
    ]
    for chunk in chunked(rows, 5000):
        with store.begin() as connection:
            upsert(connection, raw_row, chunk, replace=False)


def finish_batch(store: Store, batch_id: int, report: dict[str, Any]) -> None:
    """Mark a file as completely read."""
    with store.begin() as connection:
        connection.execute(
            batch.update()
            .where(batch.c.batch_id == batch_id)
            .values(status=_DONE, finished_at=dt.datetime.now(dt.UTC), report=report)
        )
