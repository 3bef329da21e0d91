"""Saved searches, and what each of them found run after run."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Float, ForeignKey, Index, Integer, String, Table, Text

from data.store.schema.base import metadata

__all__ = ["saved_search", "search_hit"]

saved_search = Table(
    "saved_search",
    metadata,
    Column("search_id", String(32), primary_key=True),
    Column("owner", String(16), nullable=False),
    Column("actor", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("direction", String(16), nullable=False),
    Column("request", JSON, nullable=False),
    Column("vacancy_id", String(64)),
    Column("profile_id", String(64)),
    Column("version", Integer, nullable=False),
    Column("run", Integer, nullable=False),
    Column("problem", String(64)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("ran_at", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index(None, "owner", "created_at"),
    Index(None, "profile_id"),
    Index(None, "expires_at"),
)
"""Match requests that an owner keeps under a name; an empty owner is the office.

A person given in full is kept without contacts and without excluded attributes, and goes with the search:
when its owner deletes it or when it expires. ``run`` counts the runs so far, ``problem`` says why the last
one found nothing.
"""

search_hit = Table(
    "search_hit",
    metadata,
    Column("search_id", ForeignKey("saved_search.search_id"), primary_key=True),
    Column("item_id", String(64), primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("first_run", Integer, nullable=False),
    Column("gone_run", Integer),
    Index(None, "item_id"),
)
"""The vacancies or people that a search found, since which run, and the run that no longer found them."""
