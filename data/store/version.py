"""What tells that a store changed since a service loaded it."""

from __future__ import annotations

import sqlalchemy as sa

from data.store.schema import batch, batch_part, change, promotion, tombstone
from data.store.store import Store

__all__ = ["store_version"]

_SHOWN = 12
"""Digits of the ledger's head: enough to tell two heads apart, short enough for a person to read."""


def store_version(store: Store) -> str:
    """Return a text that differs once what a service answers from is another.

    It does when files came in, rows changed, a person was erased or another bundle was put in service.

    It costs six look-ups at the ends of small indexes: a service may ask before every search, and must load
    its pools anew when the answer is another.
    """
    measures = (
        sa.select(sa.func.max(batch.c.batch_id)),
        sa.select(sa.func.max(batch.c.finished_at)),
        sa.select(sa.func.count()).select_from(batch_part),
        sa.select(sa.func.max(change.c.change_id)),
        sa.select(sa.func.count()).select_from(tombstone),
        sa.select(sa.func.substr(promotion.c.sha256, 1, _SHOWN)).order_by(promotion.c.number.desc()).limit(1),
    )
    query = sa.select(*(measure.scalar_subquery() for measure in measures))
    with store.read() as connection:
        return "/".join("-" if value is None else str(value) for value in connection.execute(query).one())
