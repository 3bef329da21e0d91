"""What was computed and published."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from data.store.schema.base import metadata

__all__ = ["edition", "embedding", "entry", "entry_posting", "forecast_run"]

embedding = Table(
    "embedding",
    metadata,
    Column("encoder", String(96), primary_key=True),
    Column("text_sha256", LargeBinary(32), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)
"""Vectors by content hash, so that unchanged text is never encoded twice."""

edition = Table(
    "edition",
    metadata,
    Column("edition_id", Integer, primary_key=True),
    Column("region", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("edition", String(32), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("built_at", DateTime(timezone=True), nullable=False),
    Column("snapshot", String(96), nullable=False),
    Column("method_version", String(32), nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("document", JSON, nullable=False),
    Index(None, "region", "kind"),
)
"""Catalogues as built, whole; the newest of a region and kind is the current one."""

entry = Table(
    "entry",
    metadata,
    Column("edition_id", ForeignKey("edition.edition_id"), primary_key=True),
    Column("entry_id", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("content", JSON, nullable=False),
)
"""Entries of a catalogue in printing order."""

entry_posting = Table(
    "entry_posting",
    metadata,
    Column("edition_id", Integer, primary_key=True),
    Column("entry_id", String(64), primary_key=True),
    Column("posting_id", ForeignKey("posting.posting_id"), primary_key=True),
)
"""The postings that every figure of an entry rests on."""

forecast_run = Table(
    "forecast_run",
    metadata,
    Column("run_id", Integer, primary_key=True),
    Column("region", String(32), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("method", String(64), nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("document", JSON, nullable=False),
    Index(None, "region"),
)
"""Forecasts as made, with their back-test; never overwritten."""
