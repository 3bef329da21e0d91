"""Releases of editions in the store: versions and steps are added, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from data.errors import StoreError
from data.store.schema import edition_release, edition_step, edition_version
from data.store.store import Store, inserted_id

__all__ = [
    "append_step",
    "append_version",
    "insert_release",
    "read_release",
    "read_releases",
    "read_steps",
    "read_versions",
    "set_validity",
]


def insert_release(connection: sa.Connection, values: Mapping[str, Any]) -> int:
    """Begin a release and return its number.

    Parameters
    ----------
    connection
        The open transaction.
    values
        region, kind, name, candidate, state, snapshot_folder and seed.
    """
    row = {**values, "created_at": dt.datetime.now(dt.UTC)}
    return inserted_id(connection.execute(edition_release.insert().values(**row)))


def append_version(connection: sa.Connection, values: Mapping[str, Any]) -> None:
    """Add a document to a release: release_id, version, position, edition_id, document_sha256, errata."""
    connection.execute(edition_version.insert().values(**values, created_at=dt.datetime.now(dt.UTC)))


def append_step(connection: sa.Connection, values: Mapping[str, Any]) -> None:
    """Add a step and set the state of its release.

    Raises
    ------
    StoreError
        Somebody else took a step in the meantime.
    """
    try:
        connection.execute(edition_step.insert().values(**values))
    except IntegrityError as error:
        raise StoreError(
            "release_changed",
            f"版次 {values['release_id']} 刚被他人推进",
            hint="用 yingcai edition history 查看后重试",
        ) from error
    connection.execute(
        edition_release.update()
        .where(edition_release.c.release_id == values["release_id"])
        .values(state=values["target"])
    )


def set_validity(connection: sa.Connection, release_id: int, first: dt.date, last: dt.date) -> None:
    """Set the first and the last day of validity of a release."""
    connection.execute(
        edition_release.update()
        .where(edition_release.c.release_id == release_id)
        .values(valid_from=first, valid_to=last)
    )


def read_release(store: Store, release_id: int) -> dict[str, Any] | None:
    """Return one release; None when there is none of that number."""
    rows = _rows(store, sa.select(edition_release).where(edition_release.c.release_id == release_id))
    return rows[0] if rows else None


def read_releases(store: Store, region: str, *, kind: str | None = None) -> list[dict[str, Any]]:
    """Return the releases of a region, the newest first; of one kind when it is given."""
    query = sa.select(edition_release).where(edition_release.c.region == region)
    if kind is not None:
        query = query.where(edition_release.c.kind == kind)
    return _rows(store, query.order_by(edition_release.c.release_id.desc()))


def read_versions(store: Store, release_id: int) -> list[dict[str, Any]]:
    """Return the versions of a release, the oldest first."""
    query = sa.select(edition_version).where(edition_version.c.release_id == release_id)
    return _rows(store, query.order_by(edition_version.c.position))


def read_steps(store: Store, release_id: int) -> list[dict[str, Any]]:
    """Return the steps of a release in order."""
    query = sa.select(edition_step).where(edition_step.c.release_id == release_id)
    return _rows(store, query.order_by(edition_step.c.seq))


def _rows(store: Store, query: sa.Select[Any]) -> list[dict[str, Any]]:
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
