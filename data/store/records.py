"""Postings, vacancies and profiles one page, or one record, at a time, with counts; who may see them.

A page costs the same at any depth: it follows an index from the last id of the page before. What an agency
may see lies in two stretches of one index, the office's and its own; both are followed and merged, since a
database that is asked for both at once sorts everything.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.visitors import iterate

from data.errors import UnknownName
from data.owners import OFFICE, visible_to
from data.records import ENDED
from data.store.schema import codes_of, pieces_of, posting, profile, vacancy, vacancy_posting
from data.store.schema.access import matching_objection
from data.store.store import Store

__all__ = [
    "POSTINGS",
    "PROFILES",
    "VACANCIES",
    "Kind",
    "RecordPage",
    "Wanted",
    "Whose",
    "count_values",
    "holds_code",
    "holds_text",
    "open_on",
    "read_current",
    "read_record",
    "read_records",
    "visible_profiles",
]

_MOST_VALUES: Final = 200
"""Most values that are counted of one field; the rest are the rarest."""


@dataclass(frozen=True)
class Kind:
    """A resource: its table, what its records consist of and what a caller is told who asks for another."""

    table: sa.Table
    """Table with the id and the owner."""
    source: sa.FromClause
    """What is read."""
    columns: tuple[sa.ColumnElement[Any], ...]
    """The columns of a record."""
    unknown: tuple[str, str]
    """Code and Chinese name for an id that is not there, or not for the caller."""

    @property
    def key(self) -> sa.Column[str]:
        """The id."""
        return self.table.c[f"{self.table.name}_id"]


def _spoken() -> tuple[sa.ColumnElement[Any], ...]:
    return tuple(column for column in posting.columns if column.name not in vacancy.columns)


_objects: Final = sa.exists().where(matching_objection.c.profile_id == profile.c.profile_id)

POSTINGS: Final = Kind(posting, posting, tuple(posting.columns), ("posting_unknown", "招聘信息"))
VACANCIES: Final = Kind(
    vacancy,
    vacancy.join(posting, posting.c.posting_id == vacancy.c.posting_id),
    (*vacancy.columns, *_spoken()),
    ("vacancy_unknown", "需求"),
)
PROFILES: Final = Kind(
    profile,
    profile,
    (*profile.columns, _objects.label("objects_to_matching")),
    ("profile_unknown", "人才档案"),
)


class Whose(StrEnum):
    """Of whom records are wanted."""

    ALL = "all"
    """Of all that the caller may see."""
    MINE = "mine"
    """The caller's own."""
    OFFICE = "office"
    """The office's."""


@dataclass(frozen=True)
class Wanted:
    """Which records."""

    caller: str
    """The caller's agency; empty for the office."""
    whose: Whose = Whose.ALL
    """Of whom."""
    conditions: tuple[sa.ColumnElement[bool], ...] = ()
    """What they must meet besides."""


class RecordPage(NamedTuple):
    """Some records."""

    records: list[dict[str, Any]]
    """At most as many as wanted, in the order of their ids."""
    more: bool
    """Whether others follow."""


def read_records(
    store: Store, kind: Kind, wanted: Wanted, *, after: str | None = None, limit: int
) -> RecordPage:
    """Read a page of records in the order of their ids.

    Parameters
    ----------
    store
        The store.
    kind
        The resource.
    wanted
        Which.
    after
        Id of the last one of the page before; None for the first page.
    limit
        At most so many.

    Returns
    -------
    RecordPage
        A vacancy with ``posting_ids``, those of its postings that the caller may see.
    """
    conditions = [*wanted.conditions, *_shown(kind, wanted.caller)]
    if after is not None:
        conditions.append(kind.key > after)
    with store.read() as connection:
        ids = _ids(connection, kind, _owners(wanted), conditions, limit + 1)
        rows = _rows(connection, kind, ids[:limit], wanted.caller)
    return RecordPage(rows, len(ids) > limit)


def open_on(day: dt.date) -> sa.ColumnElement[bool]:
    """Return the condition that a vacancy can be filled on a day, as matching takes it.

    Parameters
    ----------
    day
        The day that matches are made for.
    """
    closed_on, valid_until = vacancy.c.closed_on, posting.c.valid_until
    return sa.and_(
        vacancy.c.outcome.not_in([each.value for each in ENDED]),
        closed_on.is_(None) | (closed_on > day),
        valid_until.is_(None) | (valid_until >= day),
    )


def count_values(
    store: Store, kind: Kind, wanted: Wanted, columns: Mapping[str, sa.ColumnElement[Any]]
) -> tuple[int, dict[str, list[tuple[Any, int]]]]:
    """Count the records wanted, and how often each value occurs in some columns.

    Parameters
    ----------
    store
        The store.
    kind
        The resource.
    wanted
        Which.
    columns
        Columns with one value each, by name.

    Returns
    -------
    tuple of int and dict
        How many records there are, and for every name value and count, the most frequent first, at most 200.
    """
    owners = _owners(wanted)
    conditions = [*wanted.conditions, *_shown(kind, wanted.caller)]
    if owners is not None:
        conditions.append(kind.table.c.owner.in_(owners))
    values = tuple(columns.values())
    source = _counted(kind, (*conditions, *values))
    # One pass for all columns: each combination once with its number, to be added up here.
    query = sa.select(sa.func.count(), *values).select_from(source).where(*conditions).group_by(*values)
    total, found = 0, {name: Counter[Any]() for name in columns}
    with store.read(much=True) as connection:
        for number, *combination in connection.execute(query):
            total += number
            for counter, value in zip(found.values(), combination, strict=True):
                counter[value] += number
    return total, {name: _most_frequent(counter) for name, counter in found.items()}


def read_record(store: Store, kind: Kind, record_id: str, *, caller: str) -> dict[str, Any]:
    """Return one record that a caller may see.

    Raises
    ------
    UnknownName
        There is none with this id, or it is another agency's: the answer is the same.
    """
    with store.read() as connection:
        return read_current(connection, kind, record_id, caller=caller)


def read_current(connection: sa.Connection, kind: Kind, record_id: str, *, caller: str) -> dict[str, Any]:
    """Return one record as an open connection sees it; as :func:`read_record`."""
    here = (kind.key == record_id, visible_to(kind.table, caller), *_shown(kind, caller))
    found = connection.execute(sa.select(kind.key).where(*here)).scalars().all()
    if not found:
        code, label = kind.unknown
        raise UnknownName(code, f"没有编号为 {record_id} 的{label}", hint="检查编号")
    return _rows(connection, kind, found, caller)[0]


def visible_profiles(caller: str) -> sa.Select[tuple[str]]:
    """Return a query for the ids of the profiles that a caller may see."""
    return sa.select(profile.c.profile_id).where(visible_to(profile, caller), *_shown(PROFILES, caller))


def holds_code(store: Store, column: sa.Column[Any], code: str) -> sa.ColumnElement[bool]:
    """Return the condition that a JSON list of texts holds one.

    Parameters
    ----------
    store
        The store: databases differ in how they look into JSON.
    column
        The list.
    code
        The text.
    """
    if store.engine.dialect.name == "postgresql":
        return codes_of(column).contains([code])
    values = sa.func.json_each(column).table_valued("value")
    return sa.exists(sa.select(sa.literal(1)).select_from(values).where(values.c.value == code))


def holds_text(store: Store, column: sa.Column[str], words: str) -> sa.ColumnElement[bool]:
    """Return the condition that a text holds another anywhere, large and small letters alike.

    Parameters
    ----------
    store
        The store: PostgreSQL finds the texts with all characters and pairs of them by an index, and looks at
        these alone.
    column
        The text.
    words
        What it must hold.
    """
    holds = column.icontains(words, autoescape=True)
    if store.engine.dialect.name != "postgresql":
        return holds
    return pieces_of(column).op("@>", is_comparison=True)(pieces_of(words)) & holds


def _counted(kind: Kind, parts: Iterable[sa.ColumnElement[Any]]) -> sa.FromClause:
    """Return what must be read to count: without what is joined where only the table itself is asked."""
    columns = (each for part in parts for each in iterate(part) if isinstance(each, sa.Column))
    return kind.table if all(column.table is kind.table for column in columns) else kind.source


def _most_frequent(counts: Counter[Any]) -> list[tuple[Any, int]]:
    order = sorted(counts.items(), key=lambda each: (-each[1], each[0] is None, each[0]))
    return order[:_MOST_VALUES]


def _owners(wanted: Wanted) -> Sequence[str] | None:
    """Return the owners whose records are wanted; None for everybody's."""
    if wanted.whose is Whose.MINE:
        return (wanted.caller,)
    if wanted.whose is Whose.OFFICE:
        return (OFFICE,)
    return None if wanted.caller == OFFICE else (OFFICE, wanted.caller)


def _shown(kind: Kind, caller: str) -> Iterable[sa.ColumnElement[bool]]:
    """Return what besides the owner decides whether a caller sees a record."""
    if caller == OFFICE:
        return (visible_to(kind.table, caller),) if kind.table is vacancy else ()
    # Who wants no automated matching is shown to whoever keeps the profile, and to no other agency.
    return (~_objects | (profile.c.owner == caller),) if kind.table is profile else ()


def _ids(
    connection: sa.Connection,
    kind: Kind,
    owners: Sequence[str] | None,
    conditions: Collection[sa.ColumnElement[bool]],
    limit: int,
) -> list[str]:
    def stretch(*more: sa.ColumnElement[bool]) -> sa.Select[Any]:
        query = sa.select(kind.key.label("id")).select_from(kind.source)
        return query.where(*conditions, *more).order_by(kind.key).limit(limit)

    if owners is None:
        return list(connection.execute(stretch()).scalars())
    # Each stretch ends by itself, so that the database follows the index of each; it merges what is left.
    parts = (sa.select(stretch(kind.table.c.owner == owner).subquery()) for owner in owners)
    merged = sa.union_all(*parts).subquery()
    query = sa.select(merged.c.id).order_by(merged.c.id).limit(limit)
    return list(connection.execute(query).scalars())


def _rows(connection: sa.Connection, kind: Kind, ids: Sequence[str], caller: str) -> list[dict[str, Any]]:
    query = sa.select(*kind.columns).select_from(kind.source).where(kind.key.in_(ids)).order_by(kind.key)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    if kind.table is vacancy:
        held = _postings_of(connection, ids, caller)
        rows = [{**row, "posting_ids": held.get(row["vacancy_id"], [])} for row in rows]
    return rows


def _postings_of(connection: sa.Connection, ids: Sequence[str], caller: str) -> dict[str, list[str]]:
    query = (
        sa.select(vacancy_posting.c.vacancy_id, vacancy_posting.c.posting_id)
        .join(posting, posting.c.posting_id == vacancy_posting.c.posting_id)
        .where(vacancy_posting.c.vacancy_id.in_(ids), visible_to(posting, caller))
        .order_by(vacancy_posting.c.vacancy_id, vacancy_posting.c.posting_id)
    )
    found: dict[str, list[str]] = {}
    for vacancy_id, posting_id in connection.execute(query):
        found.setdefault(vacancy_id, []).append(posting_id)
    return found
