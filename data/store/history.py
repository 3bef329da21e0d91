"""What happened to rows that were in the store already: appended, read, never altered."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from data.store.schema import change, profile
from data.store.store import Store, chunked, insert_rows, upsert

__all__ = ["kept_key", "read_changes", "record_change", "replace_rows"]

_PROVENANCE = frozenset({"batch_id", "row", "source_row"})
_Key = tuple[Any, ...]


def record_change(
    connection: sa.Connection,
    *,
    actor: str,
    table_name: str,
    row_key: str,
    kind: str,
    fields: Mapping[str, Any],
    batch_id: int | None = None,
) -> None:
    """Note that a row changed, in the transaction that changes it.

    Parameters
    ----------
    connection
        The open transaction.
    actor
        Who did it: a person, an agency or ``ingest``.
    table_name
        Table of the row.
    row_key
        Its primary key; the parts of a composite key joined by ``/``. Of a profile a hash of it is kept.
    kind
        What happened, at most 16 letters, such as ``replaced`` or ``decided``.
    fields
        Field to ``[old, new]``; of a profile only the names of the fields are kept.
    batch_id
        The file that brought it, if one did.
    """
    row = _change(actor, table_name, row_key, kind, fields, batch_id)
    connection.execute(change.insert().values(**row, at=dt.datetime.now(dt.UTC)))


def read_changes(store: Store, *, table_name: str, row_key: str) -> list[dict[str, Any]]:
    """Return what happened to one row, the oldest first.

    Parameters
    ----------
    store
        The store.
    table_name
        Table of the row.
    row_key
        Its primary key, as for :func:`record_change`.

    Returns
    -------
    list of dict
        at, actor, batch_id, kind and fields of each change; empty when nothing changed.
    """
    columns = (change.c.at, change.c.actor, change.c.batch_id, change.c.kind, change.c.fields)
    query = (
        sa.select(*columns)
        .where(change.c.table_name == table_name, change.c.row_key == kept_key(table_name, row_key))
        .order_by(change.c.change_id)
    )
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def replace_rows(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    actor: str,
    batch_id: int | None,
) -> int:
    """Insert rows, replace those that differ, and note one change for each that was replaced.

    A row that says the same as the one in the store is left alone and keeps the provenance it had.

    Parameters
    ----------
    connection
        An open transaction.
    table
        The table.
    rows
        One mapping of column to value each, all with the same columns; of two with one key the later counts.
    actor
        Who brings them.
    batch_id
        The file that brings them.

    Returns
    -------
    int
        Number of rows inserted or replaced.
    """
    keys = [column.name for column in table.primary_key]
    written: list[Mapping[str, Any]] = []
    noted: list[dict[str, Any]] = []
    now = dt.datetime.now(dt.UTC)
    for chunk in chunked(list({tuple(row[name] for name in keys): row for row in rows}.items())):
        known = _known_rows(connection, table, keys, chunk)
        differences = {key: _difference(known[key], row) for key, row in chunk if key in known}
        changed = {key: fields for key, fields in differences.items() if fields}
        written += [row for key, row in chunk if key not in known or key in changed]
        noted += [
            _change(actor, table.name, "/".join(map(str, key)), "replaced", fields, batch_id) | {"at": now}
            for key, fields in changed.items()
        ]
    upsert(connection, table, written)
    insert_rows(connection, change, noted)
    return len(written)


def kept_key(table_name: str, row_key: str) -> str:
    """Return the key under which a row is spoken of: its own, of a profile a hash of it."""
    if table_name != profile.name:
        return row_key
    return hashlib.sha256(f"{profile.name}/{row_key}".encode()).hexdigest()


def _known_rows(
    connection: sa.Connection,
    table: sa.Table,
    keys: list[str],
    chunk: Sequence[tuple[_Key, Mapping[str, Any]]],
) -> dict[_Key, Mapping[str, Any]]:
    """Read those of the rows that are in the store, by key."""
    names = list(dict.fromkeys([*keys, *chunk[0][1]]))
    if len(keys) == 1:
        wanted = table.c[keys[0]].in_([key[0] for key, _ in chunk])
    else:
        wanted = sa.tuple_(*(table.c[name] for name in keys)).in_([key for key, _ in chunk])
    result = connection.execute(sa.select(*(table.c[name] for name in names)).where(wanted)).mappings()
    return {tuple(row[name] for name in keys): dict(row) for row in result}


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the fields whose value is another now, with both values; provenance is not content."""
    return {
        name: [old[name], value]
        for name, value in new.items()
        if name not in _PROVENANCE and old[name] != value and not _same(old[name], value)
    }


def _same(old: Any, new: Any) -> bool:
    """Return whether the database would give back for the new value what it gave for the old one."""
    if isinstance(old, dt.datetime) and isinstance(new, dt.datetime):
        return _utc(old) == _utc(new)
    return isinstance(old, list | dict) and bool(old == json.loads(json.dumps(new)))


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _change(
    actor: str, table_name: str, row_key: str, kind: str, fields: Mapping[str, Any], batch_id: int | None
) -> dict[str, Any]:
    personal = table_name == profile.name
    return {
        "actor": actor,
        "batch_id": batch_id,
        "table_name": table_name,
        "row_key": kept_key(table_name, row_key),
        "kind": kind,
        "fields": dict.fromkeys(fields) if personal else json.loads(json.dumps(dict(fields), default=str)),
    }
