"""Postings as received and typed."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import sqlalchemy as sa

from data.store.frames import read_frame, rows_of
from data.store.history import replace_rows
from data.store.schema import posting
from data.store.store import Store, chunked

__all__ = ["count_postings", "read_postings", "write_postings"]


def write_postings(
    connection: sa.Connection, batch_id: int, frame: pd.DataFrame, *, actor: str = "ingest"
) -> int:
    """Insert postings and replace those that differ; return how many were written.

    Parameters
    ----------
    connection
        An open transaction.
    batch_id
        The file that brought them.
    frame
        Columns of the table ``posting``; without ``end_employer_key`` every need is the employer's own.
    actor
        Who brought them, for the history.
    """
    if "end_employer_key" not in frame.columns:
        frame = frame.assign(end_employer_key=frame["employer_key"])
    rows = list(rows_of(frame, posting, batch_id=batch_id))
    return replace_rows(connection, posting, rows, actor=actor, batch_id=batch_id)


def read_postings(store: Store, *, ids: Collection[str] | None = None) -> pd.DataFrame:
    """Read postings: all, or those with the given ids."""
    query = sa.select(posting).order_by(posting.c.posting_id)
    with store.read(much=ids is None) as connection:
        if ids is None:
            return read_frame(connection, query)
        parts = [
            read_frame(connection, query.where(posting.c.posting_id.in_(chunk)))
            for chunk in chunked(sorted(ids))
        ]
        return (
            pd.concat(parts, ignore_index=True) if parts else read_frame(connection, query.where(sa.false()))
        )


def count_postings(store: Store) -> int:
    """Return the number of postings."""
    with store.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(posting)).scalar_one())
