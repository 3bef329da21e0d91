"""Who may ask: agencies, keys, users of the office, their sessions, and what each of them used."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, DateTime, ForeignKey, Index, Integer, String, Table, Text

from data.store.schema.base import NO_ITEMS, metadata

__all__ = ["agency", "api_key", "daily_usage", "login_delay", "office_user", "user_session"]

agency = Table(
    "agency",
    metadata,
    Column("agency_id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("licence_number", String(64), nullable=False),
    Column("licence_from", Date, nullable=False),
    Column("licence_to", Date, nullable=False),
    Column("contact", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("daily_quota", Integer),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index(None, "name", unique=True),
)
"""Agencies that may use the API; ``contact`` is an office and its telephone, not a person.

``daily_quota`` is in units; without one the service's own setting holds.
"""

api_key = Table(
    "api_key",
    metadata,
    Column("key_id", String(16), primary_key=True),
    Column("key_sha256", String(64), nullable=False),
    Column("holder", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("agency_id", ForeignKey("agency.agency_id")),
    Column("scopes", JSON, nullable=False, server_default=NO_ITEMS),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    Index(None, "agency_id"),
)
"""Keys of the HTTP API: only the hash is kept. A key without an agency is the office's own."""

office_user = Table(
    "office_user",
    metadata,
    Column("user_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("password_at", DateTime(timezone=True)),
    Column("agency_id", String(16), nullable=False, server_default=""),
)
"""People who may log in: of an agency where one is named, else of the office.

An empty hash opens to no password (log-in elsewhere only).
"""

user_session = Table(
    "user_session",
    metadata,
    Column("session_sha256", String(64), primary_key=True),
    Column("user_id", ForeignKey("office_user.user_id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)
"""Sessions that are open: only the hash of what the cookie holds is kept."""

login_delay = Table(
    "login_delay",
    metadata,
    Column("subject_sha256", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failed_at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True)),
    Index(None, "failed_at"),
)
"""Attempts to log in that failed, by account (known or not) and by address, both as keyed hashes."""

daily_usage = Table(
    "daily_usage",
    metadata,
    Column("caller", String(96), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("reads", Integer, nullable=False),
    Column("writes", Integer, nullable=False),
    Column("matches", Integer, nullable=False),
    Column("units", Integer, nullable=False),
)
"""Requests that a caller was granted on one day (Beijing time); ``units`` weighs a match heavier."""
