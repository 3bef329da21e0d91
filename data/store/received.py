"""Records that come one at a time: the batch of the day that they belong to, and what is kept of them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

import sqlalchemy as sa

from data.normalise.contacts import mask_contacts
from data.store.schema import batch, entry_posting, posting, raw_row, vacancy, vacancy_posting
from data.store.store import inserted_id

__all__ = ["API", "RowPlace", "is_published", "lock_records", "needs_of", "receive_row", "remove_posting"]

API: Final = "api"
"""Parser version and file name of the batches of records that came one at a time."""

_FIRST_ROW: Final = 2
"""As in a file, where row 1 is the header."""


class RowPlace(NamedTuple):
    """Where a record as received stands."""

    batch_id: int
    """The batch: one for each owner, kind and day."""
    row: int
    """The row in it."""


def lock_records(connection: sa.Connection, key: sa.Column[str], record_id: str) -> bool:
    """Let nobody else write a record one at a time until the transaction ends; tell whether one is there.

    Parameters
    ----------
    connection
        The transaction, before it has read anything.
    key
        The column of the id.
    record_id
        The record: where it is there, whoever reads a file has to wait as well before changing it.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock('raw_row'::regclass::oid::bigint)")
    else:
        # SQLite has one writer at a time; a statement that writes nothing makes this transaction it.
        connection.exec_driver_sql("UPDATE batch SET status = status WHERE batch_id < 0")
    query = sa.select(key).where(key == record_id).with_for_update()
    return connection.execute(query).first() is not None


def receive_row(
    connection: sa.Connection,
    kind: str,
    content: Mapping[str, str],
    *,
    owner: str,
    subject_id: str,
    at: dt.datetime,
    on: dt.date,
) -> RowPlace:
    """Keep a record as it was received, contacts hidden, in the batch of its day.

    Parameters
    ----------
    connection
        A transaction that holds the lock of :func:`lock_records`.
    kind
        What it is.
    content
        Field to text.
    owner
        The agency that brought it; empty for the office.
    subject_id
        The posting or profile it speaks of.
    at, on
        The moment, UTC, and the day that it counts for.
    """
    batch_id = _batch_of(connection, kind, owner, at, on)
    last = sa.select(sa.func.max(raw_row.c.row)).where(raw_row.c.batch_id == batch_id)
    row = (connection.execute(last).scalar_one() or _FIRST_ROW - 1) + 1
    kept = {name: mask_contacts(text) for name, text in content.items()}
    connection.execute(
        raw_row.insert().values(batch_id=batch_id, row=row, content=kept, subject_id=subject_id)
    )
    return RowPlace(batch_id, row)


def needs_of(connection: sa.Connection, posting_id: str) -> set[str]:
    """Return the employers whose vacancies a posting has a part in; empty for one that is not there."""
    own = sa.select(posting.c.end_employer_key).where(posting.c.posting_id == posting_id)
    held = sa.select(vacancy_posting.c.vacancy_id).where(vacancy_posting.c.posting_id == posting_id)
    others = (
        sa.select(posting.c.end_employer_key)
        .join(vacancy_posting, vacancy_posting.c.posting_id == posting.c.posting_id)
        .where(vacancy_posting.c.vacancy_id.in_(held))
    )
    return {*connection.execute(own).scalars(), *connection.execute(others).scalars()}


def is_published(connection: sa.Connection, posting_id: str) -> bool:
    """Return whether an entry of an edition rests on a posting."""
    query = sa.select(entry_posting.c.posting_id).where(entry_posting.c.posting_id == posting_id).limit(1)
    return connection.execute(query).first() is not None


def remove_posting(connection: sa.Connection, posting_id: str) -> None:
    """Delete a posting with the vacancies that it has a part in: those of its employers are merged anew."""
    held = sa.select(vacancy_posting.c.vacancy_id).where(vacancy_posting.c.posting_id == posting_id)
    ids = list(connection.execute(held).scalars())
    connection.execute(vacancy_posting.delete().where(vacancy_posting.c.vacancy_id.in_(ids)))
    connection.execute(vacancy.delete().where(vacancy.c.vacancy_id.in_(ids)))
    connection.execute(posting.delete().where(posting.c.posting_id == posting_id))


def _batch_of(connection: sa.Connection, kind: str, owner: str, at: dt.datetime, on: dt.date) -> int:
    sha256 = hashlib.sha256(f"{API}/{owner}/{on}".encode()).hexdigest()
    here = (batch.c.kind == kind) & (batch.c.file_sha256 == sha256) & (batch.c.parser_version == API)
    known = connection.execute(sa.select(batch.c.batch_id).where(here)).scalar_one_or_none()
    if known is not None:
        return int(known)
    return inserted_id(
        connection.execute(
            batch.insert().values(
                kind=kind,
                file_name=API,
                file_sha256=sha256,
                parser_version=API,
                status="done",
                started_at=at,
                finished_at=at,
                owner=owner,
            )
        )
    )
