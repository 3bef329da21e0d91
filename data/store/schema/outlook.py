"""What forecasts of supply and plan targets rest on besides vacancies and profiles: the office's figures."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Float, String, Table, Text

from data.store.schema.base import metadata

__all__ = ["office_figure"]

office_figure = Table(
    "office_figure",
    metadata,
    Column("region", String(32), primary_key=True),
    Column("kind", String(24), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("major_code", String(16), primary_key=True),
    Column("occupation_code", String(16), primary_key=True),
    Column("key_industry", String(64), primary_key=True),
    Column("synthetic", Boolean, primary_key=True),
    Column("low", Float, nullable=False),
    Column("value", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("unit", String(8), nullable=False),
    Column("source", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
)
"""Aggregate figures that the office supplies with their range and source; never about one person.

``period`` is a year (``2026``) or a month (``2026-07``); an empty code or industry means all of them.
"""
