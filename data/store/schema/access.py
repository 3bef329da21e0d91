"""Who looked at whom: every look at people, and the people that it showed."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Table, Text

from data.store.schema.base import metadata

__all__ = ["access_log", "access_person"]

access_log = Table(
    "access_log",
    metadata,
    Column("access_id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(64)),
    Column("results", Integer, nullable=False),
    Column("index_version", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Index(None, "at"),
)
"""Looks at people and lists of them; the database refuses to alter or delete one.

``subject`` is the vacancy asked for, or the keyed hash of the person; empty for content given in full.
``index_version`` and ``model_version`` are empty where nothing was searched.
"""

access_person = Table(
    "access_person",
    metadata,
    Column("access_id", ForeignKey("access_log.access_id"), primary_key=True),
    Column("person_sha256", String(64), primary_key=True),
    Index(None, "person_sha256"),
)
"""The people that a look showed, as keyed hashes: nothing here needs to be erased, nothing can be altered."""
