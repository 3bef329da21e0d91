"""The life of an edition: its release, its versions, every step it took, and what was said against it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.store.schema.base import NO_ITEMS, metadata

__all__ = ["edition_release", "edition_step", "edition_ticket", "edition_version"]

edition_release = Table(
    "edition_release",
    metadata,
    Column("release_id", Integer, primary_key=True),
    Column("region", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(32), nullable=False),
    Column("candidate", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("snapshot_folder", Text),
    Column("seed", Integer, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index(None, "region", "kind"),
)
"""One catalogue on its way to print; ``state`` is the target of its last step.

``snapshot_folder`` names the folder under the snapshots that holds the input data; empty when none was kept.
"""

edition_version = Table(
    "edition_version",
    metadata,
    Column("release_id", ForeignKey("edition_release.release_id"), primary_key=True),
    Column("version", String(48), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("edition_id", ForeignKey("edition.edition_id"), nullable=False),
    Column("document_sha256", String(64), nullable=False),
    Column("errata", JSON, nullable=False, server_default=NO_ITEMS),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index(None, "edition_id"),
)
"""Documents of a release: candidate, publication, each erratum; the database refuses to alter them."""

edition_step = Table(
    "edition_step",
    metadata,
    Column("step_id", Integer, primary_key=True),
    Column("release_id", ForeignKey("edition_release.release_id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("source", String(16), nullable=False),
    Column("target", String(16), nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("taken_on", Date, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("previous_sha256", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("release_id", "seq"),
)
"""Steps of a release, each hashed together with the one before; the database refuses to alter them."""

edition_ticket = Table(
    "edition_ticket",
    metadata,
    Column("ticket_id", Integer, primary_key=True),
    Column("release_id", ForeignKey("edition_release.release_id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("entry_id", String(64)),
    Column("raised_by", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("outcome", String(16)),
    Column("answer", Text),
    Column("answered_by", Text),
    Column("answered_on", Date),
    Column("owner", String(16), nullable=False, server_default=""),
    Column("receipt", String(24)),
    Column("assigned_to", Text),
    Index(None, "release_id"),
    Index(None, "owner"),
    Index(None, "receipt", unique=True),
)
"""Objections and comments with their clocks; contacts are hidden before they get here.

``owner`` is the agency that raised it, empty for whoever came to the office; whoever knows ``receipt`` may
follow it.
"""
