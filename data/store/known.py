"""What the store knows already of rows that a file brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from data.store.schema import posting, raw_row
from data.store.store import Store, chunked

__all__ = ["ids_in_batch", "needs_in_batch", "read_known"]


def read_known(store: Store, table: sa.Table, ids: Sequence[str], *columns: str) -> dict[str, sa.Row[Any]]:
    """Return the given columns of those rows that are in the store, by their id.

    Parameters
    ----------
    store
        The store.
    table
        A table with one text column as its primary key.
    ids
        Identifiers; those that are not there are left out of the answer.
    *columns
        Names of the columns wanted.

    Returns
    -------
    dict of str to Row
        One row each, its values by name.
    """
    (key,) = table.primary_key.columns
    found: dict[str, sa.Row[Any]] = {}
    with store.read() as connection:
        for chunk in chunked(sorted(set(ids))):
            query = sa.select(key.label("known_id"), *(table.c[name] for name in columns))
            for row in connection.execute(query.where(key.in_(chunk))):
                found[row.known_id] = row
    return found


def ids_in_batch(store: Store, batch_id: int, ids: Sequence[str]) -> set[str]:
    """Return those of some ids that earlier rows of the same file have."""
    found: set[str] = set()
    with store.read() as connection:
        for chunk in chunked(sorted(set(ids))):
            query = sa.select(raw_row.c.subject_id).where(
                raw_row.c.subject_id.in_(chunk), raw_row.c.batch_id == batch_id
            )
            found.update(connection.execute(query).scalars())
    return found


def needs_in_batch(store: Store, batch_id: int) -> set[str]:
    """Return the employers whose need any posting of a file is."""
    query = (
        sa.select(posting.c.end_employer_key)
        .join(raw_row, raw_row.c.subject_id == posting.c.posting_id)
        .where(raw_row.c.batch_id == batch_id)
        .distinct()
    )
    with store.read() as connection:
        return set(connection.execute(query).scalars())
