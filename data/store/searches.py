"""Saved searches: match requests that an owner keeps under a name until they expire."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from data.errors import InputError, StaleError, UnknownName
from data.jobs import Moment
from data.records import Record
from data.store.schema import saved_search, search_hit
from data.store.store import Store, chunked

__all__ = [
    "Direction",
    "SavedSearch",
    "SearchDraft",
    "add_search",
    "delete_search",
    "erase_from_searches",
    "list_searches",
    "read_search",
    "remove_searches",
    "replace_search",
]

MOST_SEARCHES: Final = 200
"""Searches that one owner may keep."""

KEPT_DAYS: Final = 365
"""Days from its last change or run after which a search expires."""

KEPT_DAYS_OF_A_PERSON: Final = 90
"""The same for a search that holds or names a person."""


class Direction(StrEnum):
    """What a search looks for."""

    PROFILES = "profiles"
    """People for a vacancy."""
    VACANCIES = "vacancies"
    """Vacancies for a person."""


class SearchDraft(NamedTuple):
    """What its owner says of a search."""

    name: str
    """Its name."""
    direction: Direction
    """What it looks for."""
    request: dict[str, Any]
    """The match request as plain JSON."""
    vacancy_id: str | None = None
    """The stored vacancy that it is for."""
    profile_id: str | None = None
    """The stored person whom it is for."""

    @property
    def kept_for(self) -> dt.timedelta:
        """How long it is kept after the last use of it."""
        personal = self.direction is Direction.VACANCIES
        return dt.timedelta(days=KEPT_DAYS_OF_A_PERSON if personal else KEPT_DAYS)


class SavedSearch(Record):
    """A search as kept."""

    search_id: str
    """Identifier."""
    owner: str
    """The agency that it belongs to; empty for the office."""
    actor: str
    """Who saved or last changed it, as the audit names callers."""
    name: str
    """Its name."""
    direction: Direction
    """What it looks for."""
    request: dict[str, Any]
    """The match request as plain JSON."""
    vacancy_id: str | None
    """The stored vacancy that it is for."""
    profile_id: str | None
    """The stored person whom it is for."""
    version: int
    """Number of the content, from 1; it rises with every change."""
    run: int
    """Number of runs so far."""
    problem: str | None
    """Code of the error that ended the last run; empty where it went well."""
    created_at: Moment
    """When it was saved, UTC."""
    changed_at: Moment
    """When it was last changed."""
    ran_at: Moment | None
    """When it last ran."""
    expires_at: Moment
    """When it is deleted unless it is changed or run before."""

    @property
    def draft(self) -> SearchDraft:
        """What its owner said of it."""
        return SearchDraft(self.name, self.direction, self.request, self.vacancy_id, self.profile_id)


def add_search(
    store: Store,
    owner: str,
    draft: SearchDraft,
    *,
    actor: str,
    now: dt.datetime,
    keep: Callable[[sa.Connection, str], None],
) -> str:
    """Keep a search and return its identifier.

    Parameters
    ----------
    store
        The store.
    owner
        Whose it is; empty for the office.
    draft
        The search.
    actor
        Who saves it, as the audit names callers.
    now
        The moment, UTC.
    keep
        Called with the identifier within the transaction that keeps the search.

    Raises
    ------
    InputError
        ``searches_too_many``: the owner keeps as many as may be.
    """
    search_id = f"S{secrets.token_hex(8)}"
    count = sa.select(sa.func.count()).where(saved_search.c.owner == owner)
    with store.begin() as connection:
        keep(connection, search_id)
        connection.execute(
            saved_search.insert().values(
                search_id=search_id,
                owner=owner,
                version=1,
                run=0,
                created_at=now,
                **_values(draft, actor=actor, now=now),
            )
        )
        if connection.execute(count).scalar_one() > MOST_SEARCHES:
            raise InputError(
                "searches_too_many", f"保存的检索已有 {MOST_SEARCHES} 个", hint="删去不再需要的检索"
            )
    return search_id


def read_search(store: Store, search_id: str, *, owner: str) -> SavedSearch:
    """Return a search of an owner.

    Raises
    ------
    UnknownName
        ``search_unknown``: there is none with this identifier, or it belongs to somebody else.
    """
    with store.read() as connection:
        row = connection.execute(sa.select(saved_search).where(_own(search_id, owner))).mappings().first()
    if row is None:
        raise _unknown()
    return SavedSearch(**row)


def list_searches(store: Store, *, owner: str) -> list[SavedSearch]:
    """Return the searches of an owner, the oldest first: at most :data:`MOST_SEARCHES`."""
    query = sa.select(saved_search).where(saved_search.c.owner == owner)
    order = (saved_search.c.created_at, saved_search.c.search_id)
    with store.read() as connection:
        return [SavedSearch(**row) for row in connection.execute(query.order_by(*order)).mappings()]


def replace_search(
    store: Store, known: SavedSearch, draft: SearchDraft, *, actor: str, now: dt.datetime
) -> SavedSearch:
    """Change a search; one that asks for something else forgets what it found.

    Parameters
    ----------
    store
        The store.
    known
        The search as the caller read it.
    draft
        What it is to be.
    actor
        Who changes it.
    now
        The moment, UTC.

    Raises
    ------
    StaleError
        ``content_changed``: somebody else changed it since it was read.
    """
    asked = draft.request != known.request or draft.direction != known.direction
    with store.begin() as connection:
        here = _own(known.search_id, known.owner) & (saved_search.c.version == known.version)
        values = _values(draft, actor=actor, now=now) | {"version": known.version + 1}
        if not connection.execute(saved_search.update().where(here).values(values)).rowcount:
            raise StaleError("content_changed", "内容在读取之后已被修改", hint="重新读取，核对后再改")
        if asked:
            connection.execute(search_hit.delete().where(search_hit.c.search_id == known.search_id))
    return read_search(store, known.search_id, owner=known.owner)


def delete_search(store: Store, search_id: str, *, owner: str) -> None:
    """Delete a search with what it found.

    Raises
    ------
    UnknownName
        ``search_unknown``, as :func:`read_search`.
    """
    read_search(store, search_id, owner=owner)
    with store.begin() as connection:
        _delete(connection, [search_id])


def remove_searches(store: Store, *, before: dt.datetime) -> int:
    """Delete the searches that expired before a moment; return how many."""
    expired = saved_search.c.expires_at < sa.literal(before, saved_search.c.expires_at.type)
    with store.begin() as connection:
        ids = connection.execute(sa.select(saved_search.c.search_id).where(expired)).scalars().all()
        for chunk in chunked(ids):
            _delete(connection, chunk)
    return len(ids)


def erase_from_searches(connection: sa.Connection, profile_id: str) -> int:
    """Delete the searches for a person, and the person from what others found; return how many it were.

    Parameters
    ----------
    connection
        The transaction of the erasure.
    profile_id
        Whom.
    """
    own = sa.select(saved_search.c.search_id).where(saved_search.c.profile_id == profile_id)
    ids = connection.execute(own).scalars().all()
    _delete(connection, ids)
    found = connection.execute(search_hit.delete().where(search_hit.c.item_id == profile_id))
    return len(ids) + found.rowcount


def _delete(connection: sa.Connection, ids: Collection[str]) -> None:
    for table in (search_hit, saved_search):
        connection.execute(table.delete().where(table.c.search_id.in_(ids)))


def _own(search_id: str, owner: str) -> sa.ColumnElement[bool]:
    return (saved_search.c.search_id == search_id) & (saved_search.c.owner == owner)


def _values(draft: SearchDraft, *, actor: str, now: dt.datetime) -> dict[str, Any]:
    return {**draft._asdict(), "actor": actor, "changed_at": now, "expires_at": now + draft.kept_for}


def _unknown() -> UnknownName:
    return UnknownName("search_unknown", "没有这个编号的检索", hint="检查编号；到期的检索已经删除")
