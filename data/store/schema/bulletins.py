"""Bulletins between the editions of the catalogues."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Index, Integer, String, Table, Text

from data.store.schema.base import metadata

__all__ = ["bulletin"]

bulletin = Table(
    "bulletin",
    metadata,
    Column("bulletin_id", Integer, primary_key=True),
    Column("region", String(32), nullable=False),
    Column("quarter", String(8), nullable=False),
    Column("industry", String(64), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("method", String(32), nullable=False),
    Column("snapshot", Text, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("document", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index(None, "region", "quarter", "industry", "sha256", unique=True),
)
"""What was counted of a quarter; an empty industry is the whole region.

Built again from the same data a bulletin is the same, by its hash; built from other data it is a further row,
and the newest one counts.
"""
