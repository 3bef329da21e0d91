"""Bulletins in the store: added, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from data.canonical import json_sha256
from data.errors import UnknownName
from data.jobs import Moment
from data.records import Record
from data.store.schema import bulletin
from data.store.store import Store, inserted_id

__all__ = ["BulletinHeader", "WrittenBulletin", "list_bulletins", "read_bulletin", "write_bulletin"]


class WrittenBulletin(NamedTuple):
    """A bulletin that was handed in."""

    bulletin_id: int
    """Its number."""
    repeated: bool
    """True when the same one was there."""


class BulletinHeader(Record):
    """What a bulletin is of, without its tables."""

    bulletin_id: int
    """Its number."""
    quarter: str
    """The quarter."""
    industry: str
    """Key industry; empty for the whole region."""
    as_of: dt.date
    """Last day of the quarter."""
    method: str
    """Version of the method."""
    snapshot: str
    """The vacancies that were counted."""
    synthetic: bool
    """True when it rests on generated data (合成数据)."""
    sha256: str
    """Hash of the document."""
    created_at: Moment
    """When it was built, UTC."""


def write_bulletin(store: Store, content: Mapping[str, Any], *, now: dt.datetime) -> WrittenBulletin:
    """Keep a bulletin; the same one is kept once.

    Parameters
    ----------
    store
        The store.
    content
        region, quarter, industry (None for the whole region), as_of, method, snapshot, synthetic and
        document, as plain JSON.
    now
        The moment, UTC.
    """
    sha256 = json_sha256(content)
    industry = content["industry"] or ""
    same = (
        (bulletin.c.region == content["region"])
        & (bulletin.c.quarter == content["quarter"])
        & (bulletin.c.industry == industry)
        & (bulletin.c.sha256 == sha256)
    )
    values = {
        **content,
        "industry": industry,
        "as_of": dt.date.fromisoformat(content["as_of"]),
        "sha256": sha256,
        "created_at": now,
    }
    try:
        with store.begin() as connection:
            made = inserted_id(connection.execute(bulletin.insert().values(**values)))
    except IntegrityError:
        with store.read() as connection:
            found = connection.execute(sa.select(bulletin.c.bulletin_id).where(same)).scalar_one()
        return WrittenBulletin(found, repeated=True)
    return WrittenBulletin(made, repeated=False)


def list_bulletins(
    store: Store, region: str, *, quarter: str | None = None, industry: str | None = None
) -> list[BulletinHeader]:
    """Return the bulletins in force, the newest quarter first, the whole region before its industries.

    Parameters
    ----------
    store
        The store.
    region
        Name of the region pack.
    quarter
        Of this quarter only.
    industry
        Of this key industry only; empty for those of the whole region, None for all.

    Returns
    -------
    list of BulletinHeader
        Of each quarter and industry the one that was built last.
    """
    newest = (
        sa.select(sa.func.max(bulletin.c.bulletin_id))
        .where(bulletin.c.region == region)
        .group_by(bulletin.c.quarter, bulletin.c.industry)
    )
    columns = [bulletin.c[name] for name in BulletinHeader.model_fields]
    query = sa.select(*columns).where(bulletin.c.bulletin_id.in_(newest))
    if quarter is not None:
        query = query.where(bulletin.c.quarter == quarter)
    if industry is not None:
        query = query.where(bulletin.c.industry == industry)
    query = query.order_by(bulletin.c.quarter.desc(), bulletin.c.industry)
    with store.read() as connection:
        return [BulletinHeader(**row) for row in connection.execute(query).mappings()]


def read_bulletin(store: Store, region: str, bulletin_id: int) -> tuple[BulletinHeader, dict[str, Any]]:
    """Return a bulletin and its document, also one that was built anew since.

    Raises
    ------
    UnknownName
        ``bulletin_unknown``.
    """
    query = sa.select(bulletin).where(bulletin.c.region == region, bulletin.c.bulletin_id == bulletin_id)
    with store.read() as connection:
        row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise UnknownName("bulletin_unknown", f"没有编号为 {bulletin_id} 的通报", hint="编号见通报列表")
    header = BulletinHeader(**{name: row[name] for name in BulletinHeader.model_fields})
    return header, dict(row["document"])
