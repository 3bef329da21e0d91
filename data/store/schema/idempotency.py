"""Requests that made something, by the number that their caller gave them."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, String, Table, Text

from data.store.schema.base import metadata

__all__ = ["idempotent_request"]

idempotent_request = Table(
    "idempotent_request",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("route", Text, nullable=False),
    Column("request_sha256", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("resource_id", String(128), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index(None, "created_at"),
    Index(None, "resource_id"),
)
"""What a request made, written in the transaction that made it: there is one if and only if the other is.

``owner`` is the agency that asked, empty for the office. Nothing of request or answer is kept: the hash is
keyed, and the answer is read anew from the resource.
"""
