"""Titles that wait for a person's decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from data.store.schema import coding_review
from data.store.store import Store, upsert

__all__ = ["read_reviews", "write_reviews"]


def write_reviews(store: Store, rows: Sequence[dict[str, Any]]) -> None:
    """Keep open cases: kind, text, count and suggestions; a case known already is brought up to date."""
    with store.begin() as connection:
        upsert(connection, coding_review, rows)


def read_reviews(store: Store, *, kind: str, limit: int = 100) -> list[dict[str, Any]]:
    """Return open cases of one kind, the most frequent first."""
    query = (
        sa.select(coding_review)
        .where(coding_review.c.kind == kind)
        .order_by(coding_review.c.count.desc(), coding_review.c.text)
        .limit(limit)
    )
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
