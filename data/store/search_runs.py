"""Runs of saved searches: what each found, and what came or went since a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from data.errors import ConflictError
from data.store.audit import Access, write_access
from data.store.jobs import open_states
from data.store.schema import job, profile, saved_search, search_hit
from data.store.schema.access import matching_objection
from data.store.searches import SavedSearch
from data.store.store import Store, chunked

__all__ = [
    "Hit",
    "News",
    "Run",
    "due_searches",
    "matchable_people",
    "read_news",
    "record_run",
    "searches_of",
]

_RUNS_REMEMBERED: Final = 100
"""Runs after which it is forgotten that something is gone."""


class Hit(NamedTuple):
    """One item of a list that a run found."""

    item_id: str
    """Vacancy or pseudonym of the person."""
    rank: int
    """1 is best."""
    score: float
    """What the list is sorted by."""


class Run(NamedTuple):
    """What one run found that the run before did not, and the other way round."""

    number: int
    """The run, from 1."""
    new: tuple[str, ...]
    """Items that the run before did not find, best first."""
    gone: tuple[str, ...]
    """Items that only the run before found."""


class News(NamedTuple):
    """One item that came or went."""

    item_id: str
    """Vacancy or pseudonym of the person."""
    rank: int
    """Its last rank."""
    score: float
    """Its last score."""
    first_run: int
    """Run that first found it."""
    gone_run: int | None
    """Run that no longer found it; empty while it is found."""


def record_run(
    store: Store,
    search: SavedSearch,
    found: Sequence[Hit],
    *,
    now: dt.datetime,
    look: Access | None = None,
    key: bytes = b"",
    problem: str | None = None,
) -> Run:
    """Keep what a run found.

    Parameters
    ----------
    store
        The store.
    search
        The search as it was when it ran.
    found
        The list, best first; empty where the run ended with a problem.
    now
        The moment, UTC.
    look
        The look at people that the list is, noted if and only if the run is kept; None where it was noted.
    key
        The key of the pseudonyms, for the look.
    problem
        Code of the error that ended the run; what was found before stays as it is then.

    Raises
    ------
    ConflictError
        ``search_changed``: it was changed or deleted in the meantime.
    """
    with store.begin() as connection:
        same = saved_search.c.version == search.version
        here = same & (saved_search.c.search_id == search.search_id)
        values = {
            "run": saved_search.c.run + 1,
            "ran_at": now,
            "problem": problem,
            "expires_at": now + search.draft.kept_for,
        }
        update = saved_search.update().where(here).values(values).returning(saved_search.c.run)
        number = connection.execute(update).scalar_one_or_none()
        if number is None:
            raise ConflictError("search_changed", "这个检索刚被改过或删去", hint="重新读取后再运行")
        if look is not None:
            write_access(connection, look, key=key)
        if problem is not None:
            return Run(number, (), ())
        return _compared(connection, search.search_id, number, found)


def read_news(store: Store, search: SavedSearch, *, since: int) -> list[News]:
    """Return what came or went after a run.

    Parameters
    ----------
    store
        The store.
    search
        The search.
    since
        Number of a run; 0 for everything.

    Returns
    -------
    list of News
        By rank. What came after the run and went again is left out, and so is, after a hundred runs, what
        went. People who object to automated matching are among them until the next run: see
        :func:`matchable_people`.
    """
    hit = search_hit.c
    came = hit.gone_run.is_(None) & (hit.first_run > since)
    went = (hit.gone_run > since) & (hit.first_run <= since)
    query = sa.select(*(hit[name] for name in News._fields)).where(
        hit.search_id == search.search_id, came | went
    )
    with store.read() as connection:
        return [News(*row) for row in connection.execute(query.order_by(hit.rank, hit.item_id))]


def matchable_people(store: Store, ids: Collection[str]) -> set[str]:
    """Return those of some people who are in the store and do not object to automated matching."""
    objects = sa.exists().where(matching_objection.c.profile_id == profile.c.profile_id)
    found: set[str] = set()
    with store.read() as connection:
        for chunk in chunked(sorted(ids)):
            query = sa.select(profile.c.profile_id).where(profile.c.profile_id.in_(chunk), ~objects)
            found.update(connection.execute(query).scalars())
    return found


def due_searches(store: Store, *, kind: str) -> dict[str, list[str]]:
    """Return the searches of each owner for whom no job of a kind is unfinished.

    Parameters
    ----------
    store
        The store.
    kind
        Kind of the jobs that run searches.

    Returns
    -------
    dict
        Identifiers by owner, in order of owner; owners without searches are left out.
    """
    busy = sa.select(job.c.owner).where(job.c.kind == kind, job.c.state.in_(open_states()))
    query = (
        sa.select(saved_search.c.owner, saved_search.c.search_id)
        .where(saved_search.c.owner.not_in(busy))
        .order_by(saved_search.c.owner, saved_search.c.created_at, saved_search.c.search_id)
    )
    due: dict[str, list[str]] = {}
    with store.read() as connection:
        for owner, search_id in connection.execute(query):
            due.setdefault(owner, []).append(search_id)
    return due


def searches_of(connection: sa.Connection, profile_id: str) -> list[dict[str, Any]]:
    """Return the searches that are for a person or found the person, for the person to read.

    Parameters
    ----------
    connection
        An open connection.
    profile_id
        The person.

    Returns
    -------
    list of dict
        search_id, actor, created_at, direction and rank (None for a search for the person), the oldest first.
    """
    here = (search_hit.c.search_id == saved_search.c.search_id) & (search_hit.c.item_id == profile_id)
    columns = (
        saved_search.c.search_id, saved_search.c.actor, saved_search.c.created_at, saved_search.c.direction,
        search_hit.c.rank,
    )  # fmt: skip
    query = (
        sa.select(*columns)
        .outerjoin(search_hit, here)
        .where((saved_search.c.profile_id == profile_id) | search_hit.c.item_id.is_not(None))
        .order_by(saved_search.c.created_at, saved_search.c.search_id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _compared(connection: sa.Connection, search_id: str, number: int, found: Sequence[Hit]) -> Run:
    """Bring what is kept of the findings to what was found now."""
    hit, own = search_hit.c, search_hit.c.search_id == search_id
    rows = connection.execute(sa.select(hit.item_id, hit.gone_run).where(own))
    there = {row.item_id: row.gone_run for row in rows}
    new = tuple(each.item_id for each in found if there.get(each.item_id, 0) is not None)
    now_there = {each.item_id for each in found}
    gone = tuple(sorted(each for each, left in there.items() if left is None and each not in now_there))
    for chunk in chunked(gone):
        connection.execute(search_hit.update().where(own, hit.item_id.in_(chunk)).values(gone_run=number))
    for each in found:
        values: dict[str, Any] = {"rank": each.rank, "score": each.score}
        if each.item_id in new:
            values |= {"first_run": number, "gone_run": None}
        if each.item_id in there:
            here = own & (hit.item_id == each.item_id)
            connection.execute(search_hit.update().where(here).values(values))
        else:
            connection.execute(
                search_hit.insert().values(search_id=search_id, item_id=each.item_id, **values)
            )
    connection.execute(search_hit.delete().where(own, hit.gone_run <= number - _RUNS_REMEMBERED))
    return Run(number, new, gone)
