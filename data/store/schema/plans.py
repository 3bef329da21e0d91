"""What was reached of the plans of a place, as departments report it."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, String, Table, Text

from data.store.schema.base import metadata

__all__ = ["plan_reading"]

plan_reading = Table(
    "plan_reading",
    metadata,
    Column("region", String(40), primary_key=True),
    Column("indicator", String(64), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("value", String(40), nullable=False),
    Column("source", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)
"""One value of one indicator and year, in the indicator's own unit and as it was written.

What stood there before is in ``change``, and so is a value that was taken out again.
"""
