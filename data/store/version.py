"""What tells that a store changed since a service loaded it."""

from __future__ import annotations

import sqlalchemy as sa

from data.store.schema import batch, batch_part, change, tombstone
from data.store.store import Store

__all__ = ["store_version"]


def store_version(store: Store) -> str:
    """Return a text that differs once files came in, rows changed or a person was erased.

    It costs five look-ups at the ends of small indexes: a service may ask before every search, and must load
    its pools anew when the answer is another.
    """
    measures = (
        sa.select(sa.func.max(batch.c.batch_id)),
        sa.select(sa.func.max(batch.c.finished_at)),
        sa.select(sa.func.count()).select_from(batch_part),
        sa.select(sa.func.max(change.c.change_id)),
        sa.select(sa.func.count()).select_from(tombstone),
    )
    query = sa.select(*(measure.scalar_subquery() for measure in measures))
    with store.read() as connection:
        return "/".join("-" if value is None else str(value) for value in connection.execute(query).one())
