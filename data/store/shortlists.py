"""Lists that were issued, kept so that they can be made again."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from pydantic import Field

from data.errors import UnknownName
from data.records import Record
from data.store.schema import shortlist, shortlist_item
from data.store.store import Store

__all__ = [
    "Shortlist",
    "ShortlistItem",
    "erase_from_shortlists",
    "list_shortlists",
    "prune_shortlists",
    "read_shortlist",
    "record_shortlist",
    "shortlist_sources",
    "shortlists_of",
]


class ShortlistItem(Record):
    """One place on a list."""

    rank: int = Field(ge=1)
    """1 is best."""
    vacancy_id: str | None
    """The vacancy, on a list of vacancies."""
    profile_id: str | None
    """Pseudonym of the person, on a list of people; empty for one who was erased since."""
    score_forward: float | None
    """How well the item serves who asked, 0 to 100; empty for a person who was erased."""
    score_reverse: float | None
    """How well who asked serves the item."""
    score_mutual: float | None
    """Harmonic mean of both."""
    features: dict[str, float | None] | None
    """Value of each feature, 0 to 1, empty where not judged; nothing of a person who was erased."""

    @property
    def item_id(self) -> str | None:
        """Who or what stands here; None for a person who was erased."""
        return self.vacancy_id or self.profile_id


class Shortlist(Record):
    """One list as it was issued."""

    list_id: str
    """Identifier."""
    issued_at: dt.datetime
    """When, UTC."""
    actor: str
    """The holder of the API key, or ``cli:`` and the user of the machine."""
    direction: str
    """``vacancies`` for a person, ``profiles`` for a vacancy."""
    vacancy_id: str | None
    """The vacancy that asked; empty for one given in full."""
    profile_id: str | None
    """The person who asked; empty where a vacancy asked, and once the person was erased."""
    content: dict[str, Any] | None
    """What was given in full, with the occupation it was coded to; empty where an id was given."""
    k: int
    """Length that was asked for."""
    weights: dict[str, float] | None
    """Weights that were asked for; empty for the suggested ones."""
    rank_by: str
    """Which score the list was sorted by."""
    as_of: dt.date
    """Day the list was made for."""
    pool: int
    """Candidates in the pool."""
    allowed: int
    """Candidates that no hard rule excluded."""
    excluded: dict[str, int]
    """Candidates that each hard rule excluded."""
    bundle_id: str
    """The bundle that answered; empty for the packaged default."""
    model_version: str
    """Encoder and ranker."""
    index_version: str
    """The vectors that were searched."""
    taxonomy_version: str
    """Editions of the code tables."""
    data_sha256: str
    """Names the frozen pools."""
    degraded: bool
    """True when meaning could not be compared."""
    synthetic: bool
    """True when who asked or anything listed is generated data (合成数据)."""
    asker_erased: bool = False
    """True once the person who asked was erased: nothing of the list is left."""
    items: tuple[ShortlistItem, ...] = ()
    """What stood on it, best first; empty where only the lists themselves were read."""

    @property
    def erased(self) -> int:
        """How many people on it were erased since."""
        return sum(item.item_id is None for item in self.items)


def record_shortlist(store: Store, issued: Shortlist) -> str:
    """Keep a list as it is issued, in one transaction.

    Parameters
    ----------
    store
        The store.
    issued
        The list; with an empty ``list_id`` it is given one.

    Returns
    -------
    str
        Its identifier.
    """
    list_id = issued.list_id or f"L{secrets.token_hex(8)}"
    row = issued.model_dump(exclude={"items"}) | {"list_id": list_id}
    items = [item.model_dump() | {"list_id": list_id} for item in issued.items]
    with store.begin() as connection:
        connection.execute(shortlist.insert().values(_nulls(row, "content", "weights")))
        if items:
            connection.execute(shortlist_item.insert(), items)
    return list_id


def read_shortlist(store: Store, list_id: str) -> Shortlist:
    """Return one list with its items.

    Parameters
    ----------
    store
        The store.
    list_id
        Its identifier.

    Returns
    -------
    Shortlist
        As it was issued, less those who were erased since.

    Raises
    ------
    UnknownName
        ``shortlist_unknown``: no list of that name was recorded, or it has been pruned.
    """
    with store.read() as connection:
        query = sa.select(shortlist).where(shortlist.c.list_id == list_id)
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise UnknownName(
                "shortlist_unknown",
                f"没有编号为 {list_id} 的名单记录",
                hint="用 yingcai replay list 查看已记录的名单",
            )
        listed = (
            sa.select(shortlist_item)
            .where(shortlist_item.c.list_id == list_id)
            .order_by(shortlist_item.c.rank)
        )
        items = [dict(item) for item in connection.execute(listed).mappings()]
    return _shortlist(row, [{k: v for k, v in item.items() if k != "list_id"} for item in items])


def list_shortlists(store: Store, *, limit: int = 20) -> list[Shortlist]:
    """Return the newest lists without their items, the newest first.

    Parameters
    ----------
    store
        The store.
    limit
        Most lists to return, at least 1.

    Returns
    -------
    list of Shortlist
        Empty where none was recorded.
    """
    query = sa.select(shortlist).order_by(shortlist.c.issued_at.desc(), shortlist.c.list_id).limit(limit)
    with store.read() as connection:
        return [_shortlist(row, []) for row in connection.execute(query).mappings()]


def shortlists_of(connection: sa.Connection, profile_id: str) -> list[dict[str, Any]]:
    """Return where a person stands on recorded lists, and lists made for the person, for the person to read.

    Parameters
    ----------
    connection
        An open connection.
    profile_id
        The person.

    Returns
    -------
    list of dict
        list_id, issued_at, actor, vacancy_id, rank and score of each, the oldest first; rank and score are
        None for a list made for the person.
    """
    named = (shortlist.c.list_id, shortlist.c.issued_at, shortlist.c.actor, shortlist.c.vacancy_id)
    on = (
        sa.select(*named, shortlist_item.c.rank, shortlist_item.c.score_forward.label("score"))
        .join(shortlist_item, shortlist_item.c.list_id == shortlist.c.list_id)
        .where(shortlist_item.c.profile_id == profile_id)
    )
    nothing = (sa.null().label("rank"), sa.null().label("score"))
    own = sa.select(*named, *nothing).where(shortlist.c.profile_id == profile_id)
    rows = [dict(row) for query in (on, own) for row in connection.execute(query).mappings()]
    return sorted(rows, key=lambda row: (row["issued_at"], row["list_id"]))


def erase_from_shortlists(connection: sa.Connection, profile_id: str) -> int:
    """Take a person out of every recorded list; return from how many places.

    Parameters
    ----------
    connection
        The transaction that erases.
    profile_id
        Whose data it is. On lists of people only the rank is left; of lists made for the person neither
        the asking nor the answers.

    Returns
    -------
    int
        Places on lists of people, and lists made for the person.
    """
    nothing = dict.fromkeys(("profile_id", "score_forward", "score_reverse", "score_mutual"))
    cleared = connection.execute(
        shortlist_item.update()
        .where(shortlist_item.c.profile_id == profile_id)
        .values(**nothing, features=sa.null())
    )
    own = sa.select(shortlist.c.list_id).where(shortlist.c.profile_id == profile_id)
    connection.execute(shortlist_item.delete().where(shortlist_item.c.list_id.in_(own)))
    asked = connection.execute(
        shortlist.update()
        .where(shortlist.c.profile_id == profile_id)
        .values(profile_id=None, content=sa.null(), asker_erased=True)
    )
    return cleared.rowcount + asked.rowcount


def prune_shortlists(store: Store, *, before: dt.date) -> int:
    """Delete the lists issued before a day (UTC); return how many.

    Parameters
    ----------
    store
        The store.
    before
        First day that is kept.

    Returns
    -------
    int
        Lists deleted; the pools they were made from stay until they are pruned as well.
    """
    moment = dt.datetime.combine(before, dt.time(), dt.UTC)
    old = sa.select(shortlist.c.list_id).where(shortlist.c.issued_at < moment)
    with store.begin() as connection:
        connection.execute(shortlist_item.delete().where(shortlist_item.c.list_id.in_(old)))
        return connection.execute(shortlist.delete().where(shortlist.c.issued_at < moment)).rowcount


def shortlist_sources(store: Store) -> set[str]:
    """Return the names of the frozen pools that some recorded list still needs."""
    with store.read() as connection:
        return set(connection.execute(sa.select(shortlist.c.data_sha256).distinct()).scalars())


def _shortlist(row: Any, items: Sequence[dict[str, Any]]) -> Shortlist:
    moment = row["issued_at"]
    known = dict(row) | {"issued_at": moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)}
    return Shortlist(**known, items=tuple(ShortlistItem(**item) for item in items))


def _nulls(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Write an empty JSON column as NULL and not as the JSON text null."""
    return {name: sa.null() if value is None and name in names else value for name, value in row.items()}
