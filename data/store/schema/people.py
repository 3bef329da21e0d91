"""History, consent and erasure: what was done to what is held on people and rows."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, DateTime, ForeignKey, Index, Integer, String, Table, Text

from data.store.schema.base import LONG, metadata

__all__ = ["change", "consent", "tombstone"]

change = Table(
    "change",
    metadata,
    Column("change_id", LONG, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("batch_id", ForeignKey("batch.batch_id")),
    Column("table_name", String(32), nullable=False),
    Column("row_key", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("fields", JSON, nullable=False),
    Index(None, "table_name", "row_key"),
    postgresql_partition_by="RANGE (change_id)",
)
"""What changed of rows that were in the store already; the database refuses to alter or delete it.

``fields`` maps a field to its old and new value; of a profile only the names of fields are kept, and
``row_key`` is a hash, so that nothing here needs to be erased.
"""

consent = Table(
    "consent",
    metadata,
    Column("consent_id", Integer, primary_key=True),
    Column("profile_id", String(64), nullable=False),
    Column("agency", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    Index(None, "profile_id"),
)
"""What a person agreed to: for whom, for what and how long."""

tombstone = Table(
    "tombstone",
    metadata,
    Column("subject_sha256", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("erased_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("erased", JSON, nullable=False),
    Column("key_id", String(16), nullable=False),
)
"""That something was erased, and how much of it, without what it was; it does not come back by a file.

``subject_sha256`` is a keyed hash, ``key_id`` tells which key made it.
"""
