"""What the entries of a catalogue rest on: which of the vacancies and postings a caller is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from data.catalogue.entries import ObsStatus
from data.owners import OFFICE, visible_to
from data.store.schema import posting, vacancy
from data.store.store import chunked

__all__ = ["entries_for"]

_SOURCES: Final = {"vacancy_ids": vacancy, "posting_ids": posting}
_IDS_A_STATEMENT: Final = 10_000


def entries_for(
    connection: sa.Connection, entries: Sequence[Mapping[str, Any]], owner: str
) -> list[dict[str, Any]]:
    """Return entries as they leave the office, with those of their sources that a caller may know of.

    Parameters
    ----------
    connection
        A connection to the store.
    entries
        What is kept of each entry, as plain values.
    owner
        The caller's agency; empty for the office.

    Returns
    -------
    list of dict
        The entries in the same order. Where a count is suppressed nobody gets the sources, which would give
        it away. The office gets all others; an agency those that are there still and are the office's or its
        own.
    """
    shown = [_unless_confidential(each) for each in entries]
    if owner == OFFICE:
        return shown
    for field, table in _SOURCES.items():
        named = {each for entry in shown for each in entry[field]}
        seen = _visible(connection, table, named, owner)
        shown = [{**entry, field: [each for each in entry[field] if each in seen]} for entry in shown]
    return shown


def _unless_confidential(entry: Mapping[str, Any]) -> dict[str, Any]:
    if ObsStatus.CONFIDENTIAL not in entry["obs_status"].values():
        return dict(entry)
    return {**entry, **{field: [] for field in _SOURCES}}


def _visible(connection: sa.Connection, table: sa.Table, ids: Collection[str], owner: str) -> set[str]:
    """Return which of these ids are of rows that an owner may see."""
    key = table.c[f"{table.name}_id"]
    seen: set[str] = set()
    for chunk in chunked(sorted(ids), _IDS_A_STATEMENT):
        seen.update(
            connection.execute(sa.select(key).where(key.in_(chunk), visible_to(table, owner))).scalars()
        )
    return seen
