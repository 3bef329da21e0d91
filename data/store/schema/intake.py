"""Files, rows as received, typed postings and profiles."""

from __future__ import annotations

from typing import Any, Final

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
    UniqueConstraint,
    text,
)

from data.store.schema.base import NO_ITEMS, NOTHING, metadata

__all__ = ["batch", "batch_part", "column_mapping", "posting", "profile", "raw_row"]

batch = Table(
    "batch",
    metadata,
    Column("batch_id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("parser_version", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("report", JSON),
    Column("owner", String(16), nullable=False, server_default=""),
    UniqueConstraint("kind", "file_sha256", "parser_version"),
    Index(None, "owner"),
)
"""One file read: the unit of provenance and of idempotence.

``owner`` is the agency that brought it, empty for the office; the same file of two owners is two batches,
which ``parser_version`` tells apart.
"""

batch_part = Table(
    "batch_part",
    metadata,
    Column("batch_id", ForeignKey("batch.batch_id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("committed_at", DateTime(timezone=True), nullable=False),
    Column("report", JSON, nullable=False),
)
"""Pieces of a file that are in the store whole, each written in one transaction with its rows."""

column_mapping = Table(
    "column_mapping",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("header_sha256", String(64), primary_key=True),
    Column("columns", JSON, nullable=False),
    Column("confirmed_by", Text, nullable=False),
    Column("confirmed_at", DateTime(timezone=True), nullable=False),
)
"""What a person said the columns of a header mean; it wins whenever the same header comes again."""

raw_row = Table(
    "raw_row",
    metadata,
    Column("batch_id", ForeignKey("batch.batch_id"), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("content", JSON, nullable=False),
    Column("subject_id", String(64)),
    Index(None, "subject_id"),
    postgresql_partition_by="HASH (batch_id)",
)
"""Rows as received, accepted or refused; ``subject_id`` is the posting or profile a row speaks of.

The content of a row about an erased person is ``{}``.
"""


def _provenance() -> tuple[Column[Any], ...]:
    return (
        Column("batch_id", ForeignKey("batch.batch_id"), nullable=False),
        Column("row", Integer, nullable=False),
    )


_FOUND: Final = text("CAST(findings AS TEXT) <> '[]'")

posting = Table(
    "posting",
    metadata,
    Column("posting_id", String(64), primary_key=True),
    *_provenance(),
    Column("source", String(64), nullable=False),
    Column("source_row", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("employer", Text, nullable=False),
    Column("employer_key", Text, nullable=False),
    Column("employer_is_agency", Boolean, nullable=False),
    Column("end_employer", Text),
    Column("end_employer_key", Text, nullable=False, server_default=""),
    Column("credit_code", String(18)),
    Column("industry_raw", Text, nullable=False),
    Column("place_raw", Text, nullable=False),
    Column("place_code", String(6)),
    Column("salary_low", Float),
    Column("salary_high", Float),
    Column("salary_period", String(8)),
    Column("salary_months", Float),
    Column("salary_after_tax", Boolean),
    Column("salary_negotiable", Boolean),
    Column("education", String(16)),
    Column("skill_level", String(16)),
    Column("experience_low", Float),
    Column("experience_high", Float),
    Column("headcount", Integer),
    Column("skills", JSON, nullable=False),
    Column("duties", Text, nullable=False),
    Column("majors", JSON, nullable=False),
    Column("licences", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("engagement", JSON, nullable=False),
    Column("time_share", Float),
    Column("months", JSON, nullable=False, server_default=NO_ITEMS),
    Column("posted_on", Date),
    Column("observed_on", Date),
    Column("start_by", Date),
    Column("valid_until", Date),
    Column("closed_on", Date),
    Column("outcome", String(16), nullable=False),
    Column("findings", JSON, nullable=False, server_default=NO_ITEMS),
    Column("synthetic", Boolean, nullable=False),
    Column("occupation_code", String(16)),
    Column("occupation_method", String(16)),
    Column("occupation_score", Float),
    Column("occupation_margin", Float),
    Column("industry_code", String(8)),
    Column("industry_method", String(16)),
    Column("industry_score", Float),
    Column("industry_margin", Float),
    Column("major_codes", JSON, nullable=False, server_default=NO_ITEMS),
    Column("skill_codes", JSON, nullable=False, server_default=NO_ITEMS),
    Column("owner", String(16), nullable=False, server_default=""),
    Column("reference", String(128), nullable=False, server_default=""),
    Index(None, "place_code"),
    Index(None, "occupation_code"),
    Index(None, "batch_id"),
    Index(None, "end_employer_key"),
    Index(None, "owner"),
    Index(None, "owner", "posting_id"),
    Index(None, "synthetic"),
    Index("ix_posting_findings", "posting_id", postgresql_where=_FOUND, sqlite_where=_FOUND),
)
"""Typed postings with their codes.

``owner`` is the agency that brought it, empty for the office: an agency sees the office's and its own.
``reference`` is the number that the owner's own system gives it.

``end_employer_key`` is the employer whose need it is: the employer's own key, or that of the employer an
agency's text names (``end_employer``).
"""

profile = Table(
    "profile",
    metadata,
    Column("profile_id", String(64), primary_key=True),
    *_provenance(),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("skills", JSON, nullable=False),
    Column("majors", JSON, nullable=False),
    Column("education", String(16)),
    Column("skill_level", String(16)),
    Column("experience_years", Float),
    Column("place_code", String(6)),
    Column("willing_codes", JSON, nullable=False),
    Column("engagement", JSON, nullable=False),
    Column("time_share", Float),
    Column("months", JSON, nullable=False, server_default=NO_ITEMS),
    Column("pay_floor", Float),
    Column("available_on", Date),
    Column("active_on", Date),
    Column("licences", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("occupation_code", String(16)),
    Column("occupation_method", String(16)),
    Column("occupation_score", Float),
    Column("occupation_margin", Float),
    Column("major_codes", JSON, nullable=False, server_default=NO_ITEMS),
    Column("skill_codes", JSON, nullable=False, server_default=NO_ITEMS),
    Column("evidence", JSON, nullable=False, server_default=NOTHING),
    Column("owner", String(16), nullable=False, server_default=""),
    Column("reference", String(128), nullable=False, server_default=""),
    Index(None, "occupation_code"),
    Index(None, "batch_id"),
    Index(None, "owner"),
    Index(None, "owner", "profile_id"),
    Index(None, "synthetic"),
)
"""Pseudonymous profiles with their codes.

``owner`` and ``reference`` are as for postings.

``evidence`` maps a field to the spans of a résumé it was read from.
"""
