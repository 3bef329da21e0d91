"""What changed last, in order, for those who keep a copy; written by the database itself."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.store.schema.base import LONG, metadata

__all__ = ["feed_row", "feed_state"]

feed_row = Table(
    "feed_row",
    metadata,
    Column("seq", LONG, primary_key=True),
    Column("table_name", String(16), nullable=False),
    Column("row_key", Text, nullable=False),
    Column("owner", String(16), nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("xid", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("table_name", "row_key", "owner"),
    Index(None, "table_name", "xid", "seq"),
    info={"derived": True},
    sqlite_autoincrement=True,
)
"""When a posting, vacancy, profile or entry changed last; triggers write it, so that no writer can forget.

A row that changes again moves to the end: what is rewritten over and over is here once. ``owner`` is whose
the row was: one that moves from an owner to another is ``removed`` for the first and new for the second.
Entries are the office's (``*``) until their edition is put before the public. ``xid`` is the transaction on
PostgreSQL, where numbers are given out before the commit and must not be read in their order alone; it is
0 on SQLite, which has one writer at a time.

Of a profile the key is its pseudonymous id. Where a person is erased it becomes a hash of the id, which
tells those who keep a copy what to delete and nobody else whom; it goes with the rows of what was removed,
as retention says. A backup leaves the table out: a restored store begins a new feed.
"""

feed_state = Table(
    "feed_state",
    metadata,
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("purged_xid", BigInteger, nullable=False),
    Column("purged_seq", BigInteger, nullable=False),
    info={"derived": True},
)
"""One row: which life of the database the feed belongs to, and up to where removals were forgotten."""
