"""What employers themselves expect to hire: every report kept as it was made."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Integer, String, Table, Text

from data.store.schema.base import metadata

__all__ = ["self_forecast"]

self_forecast = Table(
    "self_forecast",
    metadata,
    Column("region", String(32), primary_key=True),
    Column("period", String(6), primary_key=True),
    Column("employer_key", Text, primary_key=True),
    Column("occupation_code", String(16), primary_key=True),
    Column("target_quarter", String(6), primary_key=True),
    Column("synthetic", Boolean, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("key_industry", String(64), nullable=False),
    Column("low", Integer, nullable=False),
    Column("likely", Integer, nullable=False),
    Column("high", Integer, nullable=False),
    Column("certainty", String(8), nullable=False),
    Column("note", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
)
"""Expected hires by employer, occupation, target quarter and quarter of the report.

Rows are only added: a later period stands beside the earlier one, a correction of the same period gets the
next version, and what was expected first can be judged when the quarter is over.
"""
