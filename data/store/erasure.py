"""Erase a person: what the store and the folder of reports hold, so that no text of it is left.

Erasing is one short transaction, and SQLite overwrites what it deletes. Writing the database anew, so that
not even the log or a dead row holds it, locks everybody for seconds to minutes: that waits for the night.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data.errors import UnknownName
from data.shelves import Place
from data.store.feed import seal_person
from data.store.holdings import RawKey, find_raw_rows
from data.store.job_results import erase_from_jobs
from data.store.received import lock_records
from data.store.reports import remove_reports
from data.store.schema import (
    batch,
    batch_part,
    coding_review,
    consent,
    embedding,
    feed_row,
    feedback_event,
    idempotent_request,
    job_item,
    job_person,
    profile,
    raw_row,
    saved_search,
    search_hit,
    shortlist,
    shortlist_item,
    tombstone,
)
from data.store.searches import erase_from_searches
from data.store.shortlists import erase_from_shortlists
from data.store.store import Store, chunked
from data.store.tombstones import erased_ids, read_tombstones, write_tombstone

__all__ = ["TextsOf", "compact", "compact_erased", "erase_again", "erase_person", "read_tombstone_file"]

TextsOf = Callable[[Mapping[str, Any]], Iterable[str]]
"""Returns the texts of a profile whose vectors may be kept."""

_TABLES = (
    profile,
    raw_row,
    batch_part,
    consent,
    embedding,
    feed_row,
    coding_review,
    feedback_event,
    shortlist,
    shortlist_item,
    job_item,
    job_person,
    saved_search,
    search_hit,
)
_PERSONS = (
    profile.c.profile_id,
    raw_row.c.subject_id,
    consent.c.profile_id,
    feedback_event.c.profile_id,
    shortlist.c.profile_id,
    shortlist_item.c.profile_id,
    job_item.c.profile_id,
    job_person.c.profile_id,
    saved_search.c.profile_id,
)
"""Where a person is named."""


def erase_person(
    store: Store,
    profile_id: str,
    *,
    key: bytes,
    actor: str,
    reason: str,
    texts_of: TextsOf,
    reports: Place,
    tombstone_file: Path,
) -> dict[str, int]:
    """Erase everything held on a person and keep a tombstone, so that no file and no backup brings them back.

    Rows as received stay as empty rows; feedback on matches with the person goes; of vectors, those of the
    person's texts go, and a text that others share is simply encoded again. A service that is running must
    load its pools anew. The database's files hold the last of it until :func:`compact_erased`.

    Parameters
    ----------
    store
        The store.
    profile_id
        Whom to erase.
    key
        The key of the pseudonyms.
    actor
        Who does it.
    reason
        Why.
    texts_of
        The texts of the profile that were encoded.
    reports
        Folder of the error reports; those of the files the person was in are deleted.
    tombstone_file
        A list of tombstones outside the database, for the day a backup must replace it; a line is added.

    Returns
    -------
    dict
        Number of rows and files erased, by kind.

    Raises
    ------
    UnknownName
        ``profile_unknown``: nothing is held on such a person.
    """
    with store.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
        lock_records(connection, profile.c.profile_id, profile_id)
        raw = find_raw_rows(connection, profile_id, key)
        files = _files_of(connection, {found.batch_id for found in raw})
        erased = _erase_rows(connection, profile_id, raw, texts_of)
        if not any(erased.values()):
            raise UnknownName("profile_unknown", f"库中没有 {profile_id} 的任何数据", hint="核对档案编号")
        # Before the person is gone: were it broken off here, the person can be erased again.
        erased["report_files"] = remove_reports(reports, files)
        write_tombstone(connection, profile_id, key=key, actor=actor, reason=reason, erased=erased)
    _append(tombstone_file, read_tombstones(store)[-1])
    return erased


def erase_again(store: Store, *, key: bytes, texts_of: TextsOf) -> int:
    """Erase those whom the tombstones name but a backup brought back; return how many persons it were."""
    with store.read() as connection:
        ids = {
            each
            for column in _PERSONS
            for each in connection.execute(sa.select(column).where(column.is_not(None)).distinct()).scalars()
        }
    gone = sorted(erased_ids(store, ids, key=key))
    for profile_id in gone:
        with store.begin() as connection:
            _erase_rows(connection, profile_id, find_raw_rows(connection, profile_id, key), texts_of)
    return len(gone)


def compact(store: Store) -> None:
    """Write the database anew without what was deleted: on SQLite the file and its log, else the tables."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in _TABLES:
            connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')


def compact_erased(store: Store, marker: Path) -> bool:
    """Write the database anew if somebody was erased since this was last done; return whether it was.

    Parameters
    ----------
    store
        The store; nobody else can use it meanwhile.
    marker
        File that tells up to which erasure it was done; written after it.
    """
    query = sa.select(sa.func.count(), sa.func.max(tombstone.c.erased_at))
    with store.read() as connection:
        count, last = connection.execute(query).one()
    state = f"{count} {last}\n"
    if not count or (marker.is_file() and marker.read_text(encoding="utf-8") == state):
        return False
    compact(store)
    marker.write_text(state, encoding="utf-8")
    return True


def read_tombstone_file(path: Path) -> list[dict[str, Any]]:
    """Return the tombstones listed outside the database; empty where there is no such file."""
    with contextlib.suppress(FileNotFoundError):
        lines = path.read_text(encoding="utf-8").splitlines()
        return [_tombstone(json.loads(line)) for line in lines if line]
    return []


def _erase_rows(
    connection: sa.Connection, profile_id: str, raw: list[RawKey], texts_of: TextsOf
) -> dict[str, int]:
    query = sa.select(profile).where(profile.c.profile_id == profile_id)
    row = connection.execute(query).mappings().one_or_none()
    texts = [] if row is None else list(dict.fromkeys(texts_of(dict(row))))
    for found in raw:
        here = (raw_row.c.batch_id == found.batch_id) & (raw_row.c.row == found.row)
        connection.execute(raw_row.update().where(here).values(content={}, subject_id=None))
    _erase_problems(connection, raw)
    # Before the profile: with it they would go uncounted.
    told = connection.execute(feedback_event.delete().where(feedback_event.c.profile_id == profile_id))
    answered = erase_from_jobs(connection, profile_id)
    gone = connection.execute(profile.delete().where(profile.c.profile_id == profile_id))
    seal_person(connection, profile_id)
    connection.execute(idempotent_request.delete().where(idempotent_request.c.resource_id == profile_id))
    agreed = connection.execute(consent.delete().where(consent.c.profile_id == profile_id))
    return {
        "profiles": gone.rowcount,
        "raw_rows": len(raw),
        "consents": agreed.rowcount,
        "feedback": told.rowcount,
        "shortlists": erase_from_shortlists(connection, profile_id),
        "job_queries": answered,
        "searches": erase_from_searches(connection, profile_id),
        **_erase_texts(connection, texts),
    }


def _erase_problems(connection: sa.Connection, raw: list[RawKey]) -> None:
    """Take the problems of some rows out of the reports of their parts: they quote cells."""
    query = sa.select(batch_part).where(batch_part.c.batch_id.in_({found.batch_id for found in raw}))
    for part in connection.execute(query).mappings().all():
        listed = part["report"].get("listed", [])
        kept = [each for each in listed if RawKey(part["batch_id"], each["row"]) not in raw]
        if len(kept) < len(listed):
            here = (batch_part.c.batch_id == part["batch_id"]) & (batch_part.c.part == part["part"])
            report = {**part["report"], "listed": kept}
            connection.execute(batch_part.update().where(here).values(report=report))


def _erase_texts(connection: sa.Connection, texts: list[str]) -> dict[str, int]:
    """Delete the vectors of texts, and the open reviews that only one row asked for."""
    vectors = reviews = 0
    for chunk in chunked(texts):
        hashes = [hashlib.sha256(text.encode()).digest() for text in chunk]
        vectors += connection.execute(embedding.delete().where(embedding.c.text_sha256.in_(hashes))).rowcount
        alone = coding_review.c.text.in_(chunk) & (coding_review.c.count <= 1)
        reviews += connection.execute(coding_review.delete().where(alone)).rowcount
    return {"vectors": vectors, "reviews": reviews}


def _files_of(connection: sa.Connection, batch_ids: set[int]) -> list[tuple[str, str | None]]:
    """Return the files of some batches with the names of their reports, which quote cells."""
    query = sa.select(batch.c.file_sha256, batch.c.report).where(batch.c.batch_id.in_(batch_ids))
    return [(sha256, (report or {}).get("report_file")) for sha256, report in connection.execute(query)]


def _append(path: Path, row: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(dict(row), ensure_ascii=False, default=str) + "\n")


def _tombstone(row: dict[str, Any]) -> dict[str, Any]:
    moment = dt.datetime.fromisoformat(row["erased_at"])
    return {**row, "erased_at": moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)}
