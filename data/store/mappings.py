"""What a person confirmed that the columns of a header mean, for whenever that header comes again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from data.store.schema import column_mapping
from data.store.store import Store, upsert

__all__ = ["read_mapping", "read_mappings", "write_mapping"]


def read_mapping(store: Store, kind: str, header_sha256: str) -> dict[str, str | None] | None:
    """Return what was confirmed for a header.

    Parameters
    ----------
    store
        The store.
    kind
        What the table is about.
    header_sha256
        What :func:`data.sources.mapping.header_sha256` makes of the columns.

    Returns
    -------
    dict of str to str or None, or None
        Column of the file to the name of a field, or to nothing; nothing where nobody confirmed any.
    """
    query = sa.select(column_mapping.c.columns).where(
        column_mapping.c.kind == kind, column_mapping.c.header_sha256 == header_sha256
    )
    with store.read() as connection:
        found: dict[str, str | None] | None = connection.execute(query).scalar_one_or_none()
    return found


def read_mappings(store: Store) -> dict[str, dict[str, dict[str, str | None]]]:
    """Return all that was confirmed: kind to what identifies a header to the mapping."""
    query = sa.select(column_mapping.c.kind, column_mapping.c.header_sha256, column_mapping.c.columns)
    found: dict[str, dict[str, dict[str, str | None]]] = {}
    with store.read() as connection:
        for row in connection.execute(query):
            found.setdefault(row.kind, {})[row.header_sha256] = row.columns
    return found


def write_mapping(
    store: Store, kind: str, header_sha256: str, mapping: Mapping[str, str | None], *, confirmed_by: str
) -> None:
    """Keep what a person confirmed; an earlier word on the same header is replaced.

    Parameters
    ----------
    store
        The store.
    kind
        What the table is about.
    header_sha256
        What :func:`data.sources.mapping.header_sha256` makes of the columns.
    mapping
        Column of the file to the name of a field, or to nothing, checked before.
    confirmed_by
        Who said so.
    """
    row = {
        "kind": kind,
        "header_sha256": header_sha256,
        "columns": dict(mapping),
        "confirmed_by": confirmed_by,
        "confirmed_at": dt.datetime.now(dt.UTC),
    }
    with store.begin() as connection:
        upsert(connection, column_mapping, [row])
