"""What the further lists of the catalogue rest on: named posts, employers' flow reports, unmet searches."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, DateTime, Index, Integer, String, Table, Text

from data.store.schema.base import NO_ITEMS, metadata

__all__ = ["flow_report", "key_talent_item", "unmet_search"]

key_talent_item = Table(
    "key_talent_item",
    metadata,
    Column("region", String(32), primary_key=True),
    Column("item_id", String(16), primary_key=True),
    Column("department", Text, nullable=False),
    Column("content", JSON, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Index(None, "region", "department"),
)
"""高精尖人才引进目录库: named posts and projects; a department owns its section and replaces it whole."""

flow_report = Table(
    "flow_report",
    metadata,
    Column("region", String(32), primary_key=True),
    Column("period", String(8), primary_key=True),
    Column("employer_key", Text, primary_key=True),
    Column("key_industry", String(64), primary_key=True),
    Column("talent_category", String(16), primary_key=True),
    Column("inflow", Integer, nullable=False),
    Column("outflow", Integer, nullable=False),
    Column("reasons", JSON, nullable=False, server_default=NO_ITEMS),
    Column("synthetic", Boolean, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
)
"""How many people came to and left an employer in a period, by cell; never who."""

unmet_search = Table(
    "unmet_search",
    metadata,
    Column("occupation_code", String(16), primary_key=True),
    Column("place_code", String(6), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("synthetic", Boolean, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""Searches for people that found nobody, counted by month; neither the text of a search nor who asked.

An empty code means that the search named none; ``synthetic`` is true where the pool searched was generated.
"""
