"""Files handed in through the API, waiting to be read or read."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, DateTime, Index, String, Table, Text

from data.store.schema.base import metadata

__all__ = ["upload"]

upload = Table(
    "upload",
    metadata,
    Column("upload_id", String(32), primary_key=True),
    Column("owner", String(16), nullable=False),
    Column("actor", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("mapping", JSON(none_as_null=True)),
    Column("job_id", String(32), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("progress", JSON(none_as_null=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("reports", JSON(none_as_null=True)),
    Column("error", JSON(none_as_null=True)),
    Index(None, "owner", "created_at"),
    Index(None, "created_at"),
)
"""One file handed in, and what came of it.

``owner`` is the agency, empty for the office; ``kinds`` are what its rows may be. The file lies in a folder
named like it until ``finished_at`` is there, with the ``reports`` of its tables or the ``error`` for which it
was refused. ``job_id`` is the job that reads it; the job is deleted after a while, this row stays.
"""
