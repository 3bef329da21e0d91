"""Catalogues and forecasts as built: whole documents, kept for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from data.store.schema import edition, edition_release, edition_version, entry, entry_posting, forecast_run
from data.store.store import Store, inserted_id, upsert

__all__ = [
    "current_edition",
    "current_edition_id",
    "current_forecast",
    "insert_edition",
    "newest_edition",
    "read_edition_headers",
    "read_edition_row",
    "release_of",
    "write_edition",
    "write_forecast",
]

_PUBLIC = ("published", "corrected")
_OUT = ("withdrawn", "rejected")


def write_edition(
    store: Store, header: Mapping[str, Any], entries: Sequence[tuple[dict[str, Any], Sequence[str]]]
) -> int:
    """Keep a catalogue and return its number.

    Parameters
    ----------
    store
        The store.
    header
        region, kind, edition, as_of, snapshot, method_version, synthetic and ``document``, the
        catalogue without its entries.
    entries
        Each entry's content, which has an ``entry_id``, and the ids of its postings.
    """
    with store.begin() as connection:
        return insert_edition(connection, header, entries)


def insert_edition(
    connection: sa.Connection,
    header: Mapping[str, Any],
    entries: Sequence[tuple[dict[str, Any], Sequence[str]]],
) -> int:
    """Keep a catalogue within a transaction, as :func:`write_edition` does, and return its number."""
    inserted = connection.execute(edition.insert().values(**header, built_at=dt.datetime.now(dt.UTC)))
    number = inserted_id(inserted)
    upsert(
        connection,
        entry,
        [
            {"edition_id": number, "entry_id": content["entry_id"], "position": position, "content": content}
            for position, (content, _) in enumerate(entries)
        ],
    )
    upsert(
        connection,
        entry_posting,
        [
            {"edition_id": number, "entry_id": content["entry_id"], "posting_id": posting_id}
            for content, posting_ids in entries
            for posting_id in posting_ids
        ],
    )
    return number


def current_edition(store: Store, region: str, kind: str) -> dict[str, Any] | None:
    """Return the catalogue of a region and kind that is to be shown, with its ``entries``.

    Which one that is, :func:`current_edition_id` tells. None if there is none.
    """
    found = current_edition_id(store, region, kind)
    return None if found is None else read_edition_row(store, found)


def current_edition_id(store: Store, region: str, kind: str) -> int | None:
    """Return the number of the catalogue of a region and kind that is to be shown; None if there is none.

    That is the newest published one with its errata; without any, the newest candidate that was neither
    withdrawn nor rejected.
    """
    public = _of(region, kind).where(edition_release.c.state.in_(_PUBLIC))
    drafts = _of(region, kind).where(
        edition_release.c.release_id.is_(None) | edition_release.c.state.not_in(_OUT)
    )
    order = (edition_release.c.release_id.desc(), edition_version.c.position.desc())
    queries = (public.order_by(*order), drafts.order_by(edition.c.edition_id.desc()))
    with store.read() as connection:
        found = (connection.execute(_number(query)).scalar_one_or_none() for query in queries)
        return next((int(number) for number in found if number is not None), None)


def newest_edition(store: Store, region: str, kind: str) -> dict[str, Any] | None:
    """Return the catalogue of a region and kind that was built last, with its ``entries``; None if none."""
    query = sa.select(edition).where(edition.c.region == region, edition.c.kind == kind)
    return _whole(store, query.order_by(edition.c.edition_id.desc()))


def read_edition_row(store: Store, edition_id: int) -> dict[str, Any] | None:
    """Return one catalogue by its number with its ``entries``; None if there is none."""
    return _whole(store, sa.select(edition).where(edition.c.edition_id == edition_id))


def read_edition_headers(store: Store, edition_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return catalogues by number without their entries; numbers that are unknown are left out."""
    query = sa.select(edition).where(edition.c.edition_id.in_(edition_ids))
    with store.read() as connection:
        return {row["edition_id"]: dict(row) for row in connection.execute(query).mappings()}


def release_of(store: Store, edition_id: int) -> dict[str, Any] | None:
    """Return the release that a catalogue belongs to with its latest ``version``; None outside of any."""
    query = (
        sa.select(edition_release, edition_version.c.version)
        .join(edition_version, edition_version.c.release_id == edition_release.c.release_id)
        .where(edition_version.c.edition_id == edition_id)
        .order_by(edition_version.c.position.desc())
        .limit(1)
    )
    with store.read() as connection:
        row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _of(region: str, kind: str) -> sa.Select[Any]:
    return (
        sa.select(edition)
        .outerjoin(edition_version, edition_version.c.edition_id == edition.c.edition_id)
        .outerjoin(edition_release, edition_release.c.release_id == edition_version.c.release_id)
        .where(edition.c.region == region, edition.c.kind == kind)
    )


def _number(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.with_only_columns(edition.c.edition_id).limit(1)


def _whole(store: Store, query: sa.Select[Any]) -> dict[str, Any] | None:
    with store.read() as connection:
        row = connection.execute(query.limit(1)).mappings().one_or_none()
        if row is None:
            return None
        entries = connection.execute(
            sa.select(entry.c.content)
            .where(entry.c.edition_id == row["edition_id"])
            .order_by(entry.c.position)
        ).scalars()
        return {**row, "entries": list(entries)}


def write_forecast(store: Store, header: Mapping[str, Any]) -> int:
    """Keep a forecast run (region, as_of, method, synthetic, document) and return its number."""
    with store.begin() as connection:
        inserted = connection.execute(
            forecast_run.insert().values(**header, created_at=dt.datetime.now(dt.UTC))
        )
        return inserted_id(inserted)


def current_forecast(store: Store, region: str) -> dict[str, Any] | None:
    """Return the newest forecast run of a region; None if there is none."""
    query = (
        sa.select(forecast_run)
        .where(forecast_run.c.region == region)
        .order_by(forecast_run.c.run_id.desc())
        .limit(1)
    )
    with store.read() as connection:
        row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)
