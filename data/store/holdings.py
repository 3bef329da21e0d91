"""Everything that is held on one person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from data.errors import UnknownName
from data.normalise.text import clean
from data.pseudonyms import pseudonym
from data.store.consents import list_consents
from data.store.feedback import read_events
from data.store.history import read_changes
from data.store.job_results import jobs_of
from data.store.schema import batch, embedding, profile, raw_row
from data.store.search_runs import searches_of
from data.store.shortlists import shortlists_of
from data.store.store import Store, chunked

__all__ = ["RawKey", "find_raw_rows", "read_holdings"]


class RawKey(NamedTuple):
    """Where a row as received stands."""

    batch_id: int
    """The file."""
    row: int
    """Row of the file."""


def find_raw_rows(connection: sa.Connection, profile_id: str, key: bytes) -> list[RawKey]:
    """Return the rows as received that speak of a person.

    These are the rows noted as theirs, the row their profile was made of, and of rows noted as nobody's those
    with the person's identifier in a cell, plain or as what the pseudonym was made of.

    Parameters
    ----------
    connection
        An open connection.
    profile_id
        The person.
    key
        The key of the pseudonyms.
    """
    place = (raw_row.c.batch_id, raw_row.c.row)
    made_of = sa.select(profile.c.batch_id, profile.c.row).where(profile.c.profile_id == profile_id)
    emptied = sa.cast(raw_row.c.content, sa.Text) == "{}"
    # Two questions, each with its index: for one that joins them by "or" the whole table is read.
    noted = (raw_row.c.subject_id == profile_id, sa.tuple_(*place).in_(made_of))
    found = {
        RawKey(*row)
        for condition in noted
        for row in connection.execute(sa.select(*place).where(condition, ~emptied))
    }
    unclaimed = (
        sa.select(*place, raw_row.c.content)
        .join(batch, batch.c.batch_id == raw_row.c.batch_id)
        .where(raw_row.c.subject_id.is_(None), batch.c.kind.startswith("profile"), ~emptied)
        .execution_options(yield_per=1000)
    )
    for batch_id, row, content in connection.execute(unclaimed):
        if _names(content, profile_id, key):
            found.add(RawKey(batch_id, row))
    return sorted(found)


def read_holdings(
    store: Store,
    profile_id: str,
    *,
    key: bytes,
    texts_of: Callable[[Mapping[str, Any]], Iterable[str]],
) -> dict[str, Any]:
    """Return everything that is held on a person.

    Parameters
    ----------
    store
        The store.
    profile_id
        The person.
    key
        The key of the pseudonyms.
    texts_of
        The texts of the profile that may have been encoded.

    Returns
    -------
    dict
        profile, raw_rows, files, consents, shortlists, jobs, searches, feedback, changes and the number of
        vectors; matches are computed when asked for and kept only where a list was recorded, a job asked for
        many, or a search is saved.

    Raises
    ------
    UnknownName
        ``profile_unknown``: nothing is held.
    """
    with store.read() as connection:
        query = sa.select(profile).where(profile.c.profile_id == profile_id)
        row = connection.execute(query).mappings().one_or_none()
        raw = _read_raw_rows(connection, find_raw_rows(connection, profile_id, key))
        files = _read_files(connection, {each["batch_id"] for each in raw})
        vectors = 0 if row is None else _count_vectors(connection, texts_of(dict(row)))
        shortlists = shortlists_of(connection, profile_id)
        jobs = jobs_of(connection, profile_id)
        searches = searches_of(connection, profile_id)
    consents = list_consents(store, profile_id)
    if row is None and not raw and not consents:
        raise UnknownName("profile_unknown", f"库中没有 {profile_id} 的任何数据", hint="核对档案编号")
    return {
        "profile_id": profile_id,
        "profile": None if row is None else dict(row),
        "raw_rows": raw,
        "files": files,
        "consents": consents,
        "shortlists": shortlists,
        "jobs": jobs,
        "searches": searches,
        "feedback": _read_feedback(store, profile_id),
        "changes": read_changes(store, table_name=profile.name, row_key=profile_id),
        "vectors": vectors,
    }


def _names(content: Mapping[str, Any], profile_id: str, key: bytes) -> bool:
    texts = {value for value in content.values() if isinstance(value, str) and value}
    return any(clean(text) == profile_id or pseudonym(text, key) == profile_id for text in texts)


def _read_raw_rows(connection: sa.Connection, keys: list[RawKey]) -> list[dict[str, Any]]:
    columns = (raw_row.c.batch_id, raw_row.c.row, raw_row.c.content)
    rows: list[dict[str, Any]] = []
    for chunk in chunked(keys):
        query = sa.select(*columns).where(sa.tuple_(raw_row.c.batch_id, raw_row.c.row).in_(chunk))
        rows.extend(dict(row) for row in connection.execute(query).mappings())
    return rows


def _read_files(connection: sa.Connection, batch_ids: set[int]) -> list[dict[str, Any]]:
    columns = (batch.c.batch_id, batch.c.file_name, batch.c.file_sha256, batch.c.started_at)
    query = sa.select(*columns).where(batch.c.batch_id.in_(batch_ids)).order_by(batch.c.batch_id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _read_feedback(store: Store, profile_id: str) -> list[dict[str, Any]]:
    """Return what was told of matches with a person, without what was not given."""
    events = read_events(store, profile_id=profile_id).drop(columns="profile_id").to_dict("records")
    return [{str(name): value for name, value in row.items() if not pd.isna(value)} for row in events]


def _count_vectors(connection: sa.Connection, texts: Iterable[str]) -> int:
    hashes = [hashlib.sha256(text.encode()).digest() for text in dict.fromkeys(texts)]
    query = sa.select(sa.func.count()).select_from(embedding).where(embedding.c.text_sha256.in_(hashes))
    return int(connection.execute(query).scalar_one())
