"""Background work: jobs, the parts that workers take, and what each query of a job asked and got."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.store.schema.base import LONG, metadata

__all__ = ["job", "job_item", "job_part", "job_person"]

job = Table(
    "job",
    metadata,
    Column("job_id", String(32), primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("actor", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("progressed_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("error_code", String(64)),
    Column("error_message", Text),
    Column("idempotency_key", String(255)),
    Column("request_sha256", String(64), nullable=False),
    UniqueConstraint("owner", "idempotency_key"),
    Index(None, "owner", "created_at"),
    Index(None, "finished_at"),
)
"""Work that outlives the request for it.

``owner`` is the agency it belongs to, empty for the office; ``payload`` are its options; it has ``total``
queries, of which ``done`` are answered, ``failed`` of them with an error. The hash tells whether a repeated
request with the same idempotency key is the same.
"""

job_part = Table(
    "job_part",
    metadata,
    Column("part_id", LONG, primary_key=True),
    Column("job_id", ForeignKey("job.job_id"), nullable=False),
    Column("part", Integer, nullable=False),
    Column("token", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_owner", String(128)),
    Column("lease_until", DateTime(timezone=True)),
    Column("not_before", DateTime(timezone=True)),
    Column("done_at", DateTime(timezone=True)),
    UniqueConstraint("job_id", "part"),
    Index(None, "done_at", "part"),
)
"""What one worker does at a time, written in one transaction.

``token`` rises with every lease: who holds an older one can write nothing. ``attempts`` counts the leases
that were not handed back. A job that ended keeps only the parts that were done.
"""

job_item = Table(
    "job_item",
    metadata,
    Column("job_id", ForeignKey("job.job_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("part", Integer, nullable=False),
    Column("profile_id", String(64)),
    Column("query", JSON(none_as_null=True)),
    Column("result", JSON(none_as_null=True)),
    Index(None, "job_id", "part"),
    Index(None, "profile_id"),
)
"""The queries of a job in their order.

``profile_id`` is the person that a query names. The query is emptied once it is answered: what was given in
full is kept no longer than it takes.
"""

job_person = Table(
    "job_person",
    metadata,
    Column("job_id", String(32), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("profile_id", ForeignKey("profile.profile_id"), primary_key=True),
    Index(None, "profile_id"),
)
"""The people that the result of a query shows; the database keeps a person from being deleted before them."""
