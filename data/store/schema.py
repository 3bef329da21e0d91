"""The tables of the store, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

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
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "api_key",
    "batch",
    "coding_review",
    "edition",
    "embedding",
    "entry",
    "entry_posting",
    "forecast_run",
    "metadata",
    "posting",
    "profile",
    "raw_row",
    "vacancy",
    "vacancy_posting",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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
    UniqueConstraint("kind", "file_sha256", "parser_version"),
)
"""One file read: the unit of provenance and of idempotence."""

raw_row = Table(
    "raw_row",
    metadata,
    Column("batch_id", ForeignKey("batch.batch_id"), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("content", JSON, nullable=False),
)
"""Rows as received, accepted or refused."""


def _provenance() -> tuple[Column[Any], ...]:
    return (
        Column("batch_id", ForeignKey("batch.batch_id"), nullable=False),
        Column("row", Integer, nullable=False),
    )


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
    Column("posted_on", Date),
    Column("observed_on", Date),
    Column("start_by", Date),
    Column("valid_until", Date),
    Column("closed_on", Date),
    Column("outcome", String(16), nullable=False),
    Column("excluded_clauses", JSON, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("occupation_code", String(16)),
    Column("occupation_method", String(16)),
    Column("occupation_score", Float),
    Column("occupation_margin", Float),
    Index(None, "place_code"),
    Index(None, "occupation_code"),
    Index(None, "batch_id"),
)
"""Typed postings with their code."""

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
    Index(None, "occupation_code"),
    Index(None, "batch_id"),
)
"""Pseudonymous profiles with their code."""

vacancy = Table(
    "vacancy",
    metadata,
    Column("vacancy_id", String(64), primary_key=True),
    Column("posting_id", ForeignKey("posting.posting_id"), nullable=False),
    Column("heads", Integer),
    Column("opened_on", Date),
    Column("closed_on", Date),
    Column("outcome", String(16), nullable=False),
    Column("synthetic", Boolean, nullable=False),
)
"""Needs counted once; ``posting_id`` names the posting that speaks for the vacancy."""

vacancy_posting = Table(
    "vacancy_posting",
    metadata,
    Column("vacancy_id", ForeignKey("vacancy.vacancy_id"), primary_key=True),
    Column("posting_id", ForeignKey("posting.posting_id"), primary_key=True),
    Column("relation", String(16), nullable=False),
    Index(None, "posting_id"),
)
"""Which postings were merged into which vacancy, and why."""

coding_review = Table(
    "coding_review",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("text", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("suggestions", JSON, nullable=False),
)
"""Titles that no method could code with enough margin, with the best suggestions."""

embedding = Table(
    "embedding",
    metadata,
    Column("encoder", String(96), primary_key=True),
    Column("text_sha256", LargeBinary(32), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)
"""Vectors by content hash, so that unchanged text is never encoded twice."""

edition = Table(
    "edition",
    metadata,
    Column("edition_id", Integer, primary_key=True),
    Column("region", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("edition", String(32), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("built_at", DateTime(timezone=True), nullable=False),
    Column("snapshot", String(96), nullable=False),
    Column("method_version", String(32), nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("document", JSON, nullable=False),
    Index(None, "region", "kind"),
)
"""Catalogues as built, whole; the newest of a region and kind is the current one."""

entry = Table(
    "entry",
    metadata,
    Column("edition_id", ForeignKey("edition.edition_id"), primary_key=True),
    Column("entry_id", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("content", JSON, nullable=False),
)
"""Entries of a catalogue in printing order."""

entry_posting = Table(
    "entry_posting",
    metadata,
    Column("edition_id", Integer, primary_key=True),
    Column("entry_id", String(64), primary_key=True),
    Column("posting_id", ForeignKey("posting.posting_id"), primary_key=True),
)
"""The postings that every figure of an entry rests on."""

forecast_run = Table(
    "forecast_run",
    metadata,
    Column("run_id", Integer, primary_key=True),
    Column("region", String(32), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("method", String(64), nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("document", JSON, nullable=False),
    Index(None, "region"),
)
"""Forecasts as made, with their back-test; never overwritten."""

api_key = Table(
    "api_key",
    metadata,
    Column("key_id", String(16), primary_key=True),
    Column("key_sha256", String(64), nullable=False),
    Column("holder", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
)
"""Keys of the HTTP API: only the hash is kept."""
