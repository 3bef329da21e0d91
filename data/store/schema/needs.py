"""Vacancies, and what people decided about merging and coding."""

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

from data.store.schema.base import NO_ITEMS, NOTHING, metadata

__all__ = ["coding_alias", "coding_review", "vacancy", "vacancy_decision", "vacancy_posting"]

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
    Column("employer_key", Text, nullable=False, server_default=""),
    Column("via_agency", Boolean, nullable=False, server_default=false()),
    Column("previous_id", String(64)),
    Column("refreshes", Integer, nullable=False, server_default="0"),
    Column("flags", JSON, nullable=False, server_default=NO_ITEMS),
    Column("owner", String(16), nullable=False, server_default=""),
    Column("counted_in", String(64)),
    Index(None, "employer_key"),
    Index(None, "owner"),
    Index(None, "owner", "vacancy_id"),
    Index(None, "posting_id"),
)
"""Needs counted once; ``posting_id`` names the posting that speaks for the vacancy.

``previous_id`` is the spell before this one; ``flags`` holds what makes it doubtful (evergreen, ghost), each
with its evidence; ``via_agency`` is true where only agencies posted it and named no employer.

``owner`` is whose postings alone it holds: empty for the office's, which everybody sees, else the agency
that sees them. It is ``*`` (:data:`data.owners.MIXED`), which is no agency's, where postings of several
owners were merged: the office alone sees that row. ``counted_in`` is empty for a need that is counted. Where
a counted vacancy is mixed, every owner, the office among them, has rows of its own postings merged by
themselves; these name in ``counted_in`` the vacancy that their first posting is counted in, and no count
reads them.
"""

vacancy_posting = Table(
    "vacancy_posting",
    metadata,
    Column("vacancy_id", ForeignKey("vacancy.vacancy_id"), primary_key=True),
    Column("posting_id", ForeignKey("posting.posting_id"), primary_key=True),
    Column("relation", String(16), nullable=False),
    Column("score", Float),
    Column("evidence", JSON, nullable=False, server_default=NOTHING),
    Index(None, "posting_id"),
)
"""Which postings were merged into which vacancy, and why: relation, similarity 0 to 1, what was compared."""

vacancy_decision = Table(
    "vacancy_decision",
    metadata,
    Column("left_posting_id", String(64), primary_key=True),
    Column("right_posting_id", String(64), primary_key=True),
    Column("same", Boolean, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("note", Text, nullable=False),
)
"""What a person said of two postings (the smaller id is the left one); every later merge obeys it."""

coding_review = Table(
    "coding_review",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("text", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("suggestions", JSON, nullable=False),
)
"""Texts that no method could code with enough margin, with the best suggestions."""

coding_alias = Table(
    "coding_alias",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("code", String(32)),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("note", Text, nullable=False),
)
"""Decisions of a person: what a text means from now on; without a code, that it means nothing."""
