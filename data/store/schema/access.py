"""Who did what to whom, and what people ask for themselves: the audit, codes, requests, objections."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from data.store.schema.base import LONG, metadata

__all__ = [
    "access_log",
    "access_person",
    "matching_objection",
    "person_request",
    "person_token",
    "sealed_identity",
]

access_log = Table(
    "access_log",
    metadata,
    Column("access_id", LONG, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(64)),
    Column("results", Integer, nullable=False),
    Column("index_version", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("agency_id", String(16)),
    Column("route", Text, nullable=False, server_default=""),
    Column("purpose", Text, nullable=False, server_default=""),
    Column("request_id", String(64), nullable=False, server_default=""),
    Column("outcome", String(16), nullable=False, server_default="done"),
    Column("previous_sha256", String(64), nullable=False, server_default=""),
    Column("sha256", String(64), nullable=False, server_default=""),
    Index(None, "at"),
    Index(None, "request_id"),
    Index(None, "previous_sha256", unique=True),
    Index(None, "subject"),
    Index(None, "actor", "access_id"),
    Index(None, "agency_id", "access_id"),
    Index(None, "action", "access_id"),
)
"""The audit: looks at people, lists of them and changes; the database refuses to alter or delete one.

``subject`` is the vacancy asked for, or the keyed hash of the person or of what else the address named; empty
for content given in full. ``index_version`` and ``model_version`` are empty where nothing was searched,
``route`` (method and template of the address) where no request was made. ``sha256`` covers the row with the
people it showed and the hash of the row before.
"""

access_person = Table(
    "access_person",
    metadata,
    Column("access_id", ForeignKey("access_log.access_id"), primary_key=True),
    Column("person_sha256", String(64), primary_key=True),
    Index(None, "person_sha256"),
    postgresql_partition_by="RANGE (access_id)",
)
"""The people that a look showed, as keyed hashes: nothing here needs to be erased, nothing can be altered."""

_OF_PERSON = "profile.profile_id"

person_token = Table(
    "person_token",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("profile_id", ForeignKey(_OF_PERSON, ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index(None, "profile_id"),
    Index(None, "expires_at"),
)
"""Codes that the office handed to people, and the sessions opened with them: only hashes are kept."""

person_request = Table(
    "person_request",
    metadata,
    Column("request_id", String(32), primary_key=True),
    Column("profile_id", ForeignKey(_OF_PERSON, ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("status", String(16), nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_by", Text),
    Column("answered_at", DateTime(timezone=True)),
    Index(None, "profile_id"),
    Index(None, "status", "due_on"),
)
"""What people asked the office to do with what is held on them, with the day by which it must be answered."""

matching_objection = Table(
    "matching_objection",
    metadata,
    Column("profile_id", ForeignKey(_OF_PERSON, ondelete="CASCADE"), primary_key=True),
    Column("since", DateTime(timezone=True), nullable=False),
)
"""People who want no automated matching: they are in no pool that is searched."""

sealed_identity = Table(
    "sealed_identity",
    metadata,
    Column("profile_id", ForeignKey(_OF_PERSON, ondelete="CASCADE"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("sealed_by", Text, nullable=False),
    Column("sealed_at", DateTime(timezone=True), nullable=False),
)
"""Who a person is and how to reach them, encrypted with a key that is not in the database.

Nothing that matches, counts or publishes reads it.
"""
