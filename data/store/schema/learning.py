"""What comes back from people about matches, and which bundle was put in service when."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.store.schema.base import metadata

__all__ = ["feedback_event", "promotion"]

feedback_event = Table(
    "feedback_event",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("event_id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("side", String(16), nullable=False),
    Column("vacancy_id", String(64), nullable=False),
    Column("profile_id", ForeignKey("profile.profile_id", ondelete="CASCADE"), nullable=False),
    Column("list_id", String(64)),
    Column("position", Integer),
    Column("propensity", Float),
    Column("variant", String(64)),
    Column("model_version", Text),
    Column("reason", String(32)),
    Column("note", Text, nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Index(None, "vacancy_id", "profile_id"),
    Index(None, "profile_id"),
    Index(None, "happened_at"),
)
"""What employers and people did with a match; the database refuses to alter an event.

An event goes with its person and never otherwise. ``vacancy_id`` is what was known then: merging anew may
have given the need another id. ``event_id`` is the sender's own; ``synthetic`` is true where a party was
generated.
"""

promotion = Table(
    "promotion",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", String(16), nullable=False),
    Column("bundle_from", String(96)),
    Column("bundle_to", String(96)),
    Column("evidence", JSON, nullable=False),
    Column("previous_sha256", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("previous_sha256"),
)
"""Which bundle took over from which, each entry hashed together with the one before.

The database refuses to alter or delete an entry, and to hash two onto the same one. An empty bundle is the
packaged default.
"""
