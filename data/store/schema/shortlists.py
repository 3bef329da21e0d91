"""Lists that were issued: what was asked of which data and model, and what was answered."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from data.store.schema.base import metadata

__all__ = ["shortlist", "shortlist_item"]

shortlist = Table(
    "shortlist",
    metadata,
    Column("list_id", String(64), primary_key=True),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("direction", String(16), nullable=False),
    Column("vacancy_id", String(64)),
    Column("profile_id", String(64)),
    Column("content", JSON),
    Column("k", Integer, nullable=False),
    Column("weights", JSON),
    Column("rank_by", String(16), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("pool", Integer, nullable=False),
    Column("allowed", Integer, nullable=False),
    Column("excluded", JSON, nullable=False),
    Column("bundle_id", String(96), nullable=False),
    Column("model_version", Text, nullable=False),
    Column("index_version", Text, nullable=False),
    Column("taxonomy_version", Text, nullable=False),
    Column("data_sha256", String(64), nullable=False),
    Column("degraded", Boolean, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("asker_erased", Boolean, nullable=False, server_default=false()),
    Index(None, "issued_at"),
    Index(None, "profile_id"),
)
"""Shortlists as issued; ``data_sha256`` names the frozen pools they were made from.

``vacancy_id`` or ``profile_id`` says for whom; ``content`` holds what was given in full instead of an id. A
list for a person who was erased keeps neither, and no items.
"""

shortlist_item = Table(
    "shortlist_item",
    metadata,
    Column("list_id", ForeignKey("shortlist.list_id"), primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("vacancy_id", String(64)),
    Column("profile_id", String(64)),
    Column("score_forward", Float),
    Column("score_reverse", Float),
    Column("score_mutual", Float),
    Column("features", JSON),
    Index(None, "profile_id"),
)
"""What stood on a list, by rank; of a person who was erased only the rank is left."""
