"""What changed since when: positions in the feed that triggers write, and what lies behind one.

A position is met by everybody's changes, so it counts what others do: it leaves the service sealed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from enum import StrEnum
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from data.errors import ExpiredError
from data.owners import visible_to
from data.store.history import kept_key
from data.store.moments import utc
from data.store.schema import feed_row, feed_state, profile
from data.store.store import Store

__all__ = [
    "Change",
    "Changes",
    "Position",
    "Resource",
    "key_of",
    "position_of",
    "purge_feed",
    "read_feed",
    "seal_person",
]

_SEALED: Final = "sha256:"
_PLACE: Final = sa.tuple_(feed_row.c.xid, feed_row.c.seq)


class Resource(StrEnum):
    """What can be copied."""

    POSTINGS = "postings"
    """Postings."""
    VACANCIES = "vacancies"
    """Vacancies."""
    PROFILES = "profiles"
    """Profiles of people who do not object to automated matching."""
    ENTRIES = "entries"
    """Entries of catalogues."""

    @property
    def table_name(self) -> str:
        """The table whose changes are meant."""
        return _TABLES[self]


_TABLES: Final = {
    Resource.POSTINGS: "posting",
    Resource.VACANCIES: "vacancy",
    Resource.PROFILES: "profile",
    Resource.ENTRIES: "entry",
}


class Position(NamedTuple):
    """A place in the feed: everything up to here has been seen."""

    epoch: int
    """The life of the database; a restored one has another."""
    xid: int
    """Transaction on PostgreSQL, 0 on SQLite."""
    seq: int
    """Number of the change."""


class Change(NamedTuple):
    """One record that may have changed."""

    id: str | None
    """Its id; None of a person who was erased."""
    key: str
    """What a copy is kept under: the id, of a profile its hash."""
    at: dt.datetime
    """When, UTC."""


class Changes(NamedTuple):
    """Some of what changed."""

    changes: list[Change]
    """The records, each once, those that changed first in front."""
    position: Position
    """Where to go on."""
    more: bool
    """True where more has changed already."""


def position_of(connection: sa.Connection) -> Position:
    """Return up to where a transaction that sees one moment of the store has seen everything.

    On PostgreSQL that is the oldest transaction still open then: those before it have all ended, and what
    those after it did is told once more.
    """
    if connection.dialect.name != "postgresql":
        # Not the largest number that is there: the newest change may have been forgotten.
        last = sa.text("SELECT max(seq) FROM sqlite_sequence WHERE name = 'feed_row'")
        return Position(_state(connection).epoch, 0, int(connection.execute(last).scalar() or 0))
    oldest = connection.execute(sa.text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
    return Position(_state(connection).epoch, int(oldest.scalar_one()), 0)


def read_feed(
    connection: sa.Connection, resource: Resource, since: Position, *, owner: str, limit: int
) -> Changes:
    """Return which records changed after a position, as far as a caller may know of them.

    Parameters
    ----------
    connection
        A transaction that sees one moment of the store, so that what is read of the records in it is no
        older than their changes.
    resource
        Which kind.
    since
        Up to where the caller has seen everything.
    owner
        The caller's agency; empty for the office.
    limit
        At most so many changes; a record that changed for two owners counts twice.

    Raises
    ------
    ExpiredError
        ``changes_expired``: removals after the position have been forgotten, or it is of another life of the
        database. Only a copy made anew is whole.
    """
    state, end = _state(connection), position_of(connection)
    known = (state.purged_xid, state.purged_seq) <= since[1:] <= end[1:]
    if since.epoch != end.epoch or not known:
        raise ExpiredError(
            "changes_expired",
            "since 之后的删除记录已不再保存，或数据库已换新，只给变更会漏",
            hint="重新取一次快照，再从快照给出的 position 取变更",
        )
    wanted = (
        sa.select(feed_row.c.row_key, feed_row.c.at, feed_row.c.xid, feed_row.c.seq)
        .where(feed_row.c.table_name == resource.table_name, sa.tuple_(since.xid, since.seq) < _PLACE)
        .where(visible_to(feed_row, owner))
        .order_by(feed_row.c.xid, feed_row.c.seq)
        .limit(limit + 1)
    )
    if connection.dialect.name == "postgresql":
        wanted = wanted.where(feed_row.c.xid < end.xid)
    rows = connection.execute(wanted).all()
    more = len(rows) > limit
    page = rows[:limit]
    latest = {row.row_key: row for row in page}
    last = Position(end.epoch, page[-1].xid, page[-1].seq) if more else end
    return Changes([_change(resource, row) for row in page if latest[row.row_key] is row], last, more)


def key_of(resource: Resource, row_key: str) -> str:
    """Return what a copy of a record is kept under: its id, of a profile a hash of it."""
    return kept_key(resource.table_name, row_key)


def seal_person(connection: sa.Connection, profile_id: str) -> None:
    """Have the feed name a person who is erased by a hash alone, within the transaction that erases."""
    sealed = _SEALED + kept_key(profile.name, profile_id)
    here = (feed_row.c.table_name == profile.name) & (feed_row.c.row_key == profile_id)
    of_these = feed_row.c.owner.in_(sa.select(feed_row.c.owner).where(here).scalar_subquery())
    connection.execute(feed_row.delete().where(feed_row.c.row_key == sealed, of_these))
    connection.execute(feed_row.update().where(here).values(row_key=sealed))


def purge_feed(store: Store, *, before: dt.datetime) -> int:
    """Forget what was removed before a moment; who saw less than that must copy anew.

    Parameters
    ----------
    store
        The store.
    before
        The moment, UTC.

    Returns
    -------
    int
        Number of removals forgotten.
    """
    due = feed_row.c.removed & (feed_row.c.at < sa.literal(before, feed_row.c.at.type))
    newest = sa.select(feed_row.c.xid, feed_row.c.seq).where(due).limit(1)
    with store.begin() as connection:
        last = connection.execute(newest.order_by(feed_row.c.xid.desc(), feed_row.c.seq.desc())).first()
        if last is None:
            return 0
        state = _state(connection)
        xid, seq = max((state.purged_xid, state.purged_seq), (last.xid, last.seq))
        connection.execute(feed_state.update().values(purged_xid=xid, purged_seq=seq))
        return connection.execute(feed_row.delete().where(due)).rowcount


class _State(NamedTuple):
    epoch: int
    purged_xid: int
    purged_seq: int


def _state(connection: sa.Connection) -> _State:
    """Return the life of the database and what was forgotten.

    A database of PostgreSQL begins another life where transactions are numbered otherwise: copied into
    another cluster, set back to an earlier moment, or taken over by a standby.
    """
    state = _State(*connection.execute(sa.select(feed_state)).one())
    if connection.dialect.name != "postgresql":
        return state
    life = connection.execute(
        sa.text("SELECT system_identifier, timeline_id FROM pg_control_system(), pg_control_checkpoint()")
    ).one()
    digest = hashlib.sha256(f"{state.epoch}/{life.system_identifier}/{life.timeline_id}".encode()).digest()
    return state._replace(epoch=int.from_bytes(digest[:8]) >> 1)


def _change(resource: Resource, row: Any) -> Change:
    if row.row_key.startswith(_SEALED):
        return Change(None, row.row_key.removeprefix(_SEALED), utc(row.at))
    return Change(row.row_key, key_of(resource, row.row_key), utc(row.at))
