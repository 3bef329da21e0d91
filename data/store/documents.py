"""Catalogues and forecasts as built: whole documents, kept for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from data.store.schema import edition, entry, entry_posting, forecast_run
from data.store.store import Store, inserted_id, upsert

__all__ = ["current_edition", "current_forecast", "write_edition", "write_forecast"]


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
        inserted = connection.execute(edition.insert().values(**header, built_at=dt.datetime.now(dt.UTC)))
        number = inserted_id(inserted)
        upsert(
            connection,
            entry,
            [
                {
                    "edition_id": number,
                    "entry_id": content["entry_id"],
                    "position": position,
                    "content": content,
                }
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
    """Return the newest catalogue of a region and kind with its ``entries``; None if there is none."""
    query = (
        sa.select(edition)
        .where(edition.c.region == region, edition.c.kind == kind)
        .order_by(edition.c.edition_id.desc())
        .limit(1)
    )
    with store.read() as connection:
        row = connection.execute(query).mappings().one_or_none()
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
