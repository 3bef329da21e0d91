"""Who did what to whom and why: noted before an answer is given, told to the person, never altered."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from data.errors import StoreError
from data.store.audit_chain import AuditEntry, append_entry, entries_of
from data.store.schema import access_log, access_person
from data.store.store import Store, chunked

__all__ = [
    "Access",
    "AccessOutcome",
    "Action",
    "AuditQuery",
    "Circumstance",
    "current_circumstance",
    "read_accesses",
    "read_audit",
    "record_access",
    "record_crowd",
    "under",
    "write_access",
]

_PEOPLE_AN_ENTRY: Final = 1000


class AccessOutcome(StrEnum):
    """How it ended."""

    DONE = "done"
    """It was done, or the answer was given."""
    REFUSED = "refused"
    """The caller was turned away, or asked for something that cannot be."""
    FAILED = "failed"
    """It went wrong on our side."""

    @property
    def label(self) -> str:
        """The outcome in Chinese."""
        return _OUTCOMES[self]


_OUTCOMES: Final = {AccessOutcome.DONE: "已办", AccessOutcome.REFUSED: "被拒", AccessOutcome.FAILED: "出错"}


class Action(StrEnum):
    """What somebody did."""

    MATCH_PROFILES = "match.profiles"
    """People for a vacancy."""
    MATCH_VACANCIES = "match.vacancies"
    """Vacancies for a person."""
    MATCH_PAIR = "match.pair"
    """One person judged for one vacancy."""
    MATCH_RELAXATIONS = "match.relaxations"
    """What an employer could relax, with people who are one step short."""
    MATCH_TEAM = "match.team"
    """People found or judged as a team for an open challenge."""
    READ_NEWS = "match.news"
    """Who is new or gone in what a saved search finds."""
    EXPORT_SHORTLISTS = "export.shortlists"
    """Lists of people for many vacancies written to a file."""
    EXPORT_MATCHES = "export.matches"
    """Results of a match job taken by another caller than the one whom the job was run for."""
    COPY_PROFILES = "copy.profiles"
    """Profiles copied out: a snapshot of them, or those that changed."""
    EXPORT_PERSON = "export.person"
    """Everything held on a person."""
    READ_CONSENTS = "person.consents"
    """What a person agreed to."""
    RECORD_CONSENT = "person.consent"
    """A consent recorded."""
    WITHDRAW_CONSENT = "person.withdraw"
    """A consent withdrawn."""
    ERASE_PERSON = "person.erase"
    """A person erased."""
    UNMASK_PERSON = "person.unmask"
    """Whom to turn to for a person, told to an agency that the person agreed to."""
    READ_PERSON = "person.read"
    """What is held on a person, or part of it, read."""
    CORRECT_PERSON = "person.correct"
    """A person's own words corrected."""
    CHANGE_PERSON = "person.change"
    """Another change that a person asked for: a dispute, no automated matching, a request answered."""
    ISSUE_TOKEN = "person.token"  # noqa: S105 - what is done, not what is issued
    """A code issued with which a person opens what is held on them."""
    READ_AUDIT = "audit.read"
    """The audit queried."""
    RUN_RETENTION = "retention.run"
    """What had been kept long enough deleted."""
    REQUEST_READ = "request.read"
    """A request that reads what may concern people."""
    REQUEST_CHANGE = "request.change"
    """A request that changes something."""


@dataclass(frozen=True)
class Access:
    """One look, as it is noted."""

    actor: str
    """The holder of the API key, or ``cli:`` and the user of the machine."""
    action: Action
    """What was done."""
    results: int
    """Number of results in the answer."""
    vacancy_id: str | None = None
    """The vacancy asked for; None for one given in full."""
    profile_id: str | None = None
    """The person asked for; None for one given in full. Only a keyed hash is kept."""
    shown: Collection[str] = ()
    """Ids of the profiles in the answer; only keyed hashes are kept."""
    index_version: str = ""
    """The vectors searched; empty where nothing was searched."""
    model_version: str = ""
    """What made the scores; empty where there are none."""
    resource_id: str | None = None
    """What else the address names; only a keyed hash is kept."""
    purpose: str = ""
    """What for; only words that the office has on record, never a caller's own."""
    outcome: AccessOutcome = AccessOutcome.DONE
    """How it ended."""


@dataclass
class Circumstance:
    """What surrounds every entry made within one request."""

    request_id: str = ""
    """Number of the request."""
    agency_id: str | None = None
    """The agency that asks, once it is known."""
    noted: int = 0
    """Number of entries made so far."""

    @property
    def route(self) -> str:
        """Method and template of the address; never the address itself, which may hold anything."""
        return ""


_circumstance: ContextVar[Circumstance | None] = ContextVar("circumstance", default=None)


@contextmanager
def under(circumstance: Circumstance) -> Iterator[None]:
    """Have every entry made within the block, and in threads started from it, bear its circumstance."""
    token = _circumstance.set(circumstance)
    try:
        yield
    finally:
        _circumstance.reset(token)


def current_circumstance() -> Circumstance | None:
    """Return the circumstance of the request that is being answered; None outside of one."""
    return _circumstance.get()


class AuditQuery(NamedTuple):
    """Which entries are wanted; what is None restricts nothing."""

    actor: str | None = None
    """Who did it, word for word."""
    agency_id: str | None = None
    """The agency of who did it."""
    subject: str | None = None
    """A person, vacancy or other id: entries that name or show it."""
    action: str | None = None
    """What was done."""
    request_id: str | None = None
    """The request."""
    since: dt.datetime | None = None
    """Not before, UTC."""
    until: dt.datetime | None = None
    """Before this moment, UTC."""


def record_access(store: Store, access: Access, *, key: bytes) -> None:
    """Note a look at people; whoever answers does so only after this has returned.

    Parameters
    ----------
    store
        The store.
    access
        The look.
    key
        The key of :func:`data.pseudonyms.read_key`.

    Raises
    ------
    StoreError
        ``audit_failed``: the look could not be noted, so it must not be answered.
    """
    try:
        with store.begin() as connection:
            write_access(connection, access, key=key)
    except sa.exc.SQLAlchemyError as error:
        raise StoreError(
            "audit_failed", "查看记录写不进数据库，未给出结果", hint="稍后重试；若仍失败，请管理员检查数据库"
        ) from error


def record_crowd(store: Store, access: Access, *, key: bytes) -> None:
    """Note a look at more people than one entry should name, as several entries in their own transactions.

    The people come in order of their hashes: every entry then writes one stretch of the index by person,
    where it would else touch all of it.

    Parameters
    ----------
    store
        The store.
    access
        The look; how many results an entry tells is how many people it names.
    key
        The key of :func:`data.pseudonyms.read_key`.

    Raises
    ------
    StoreError
        ``audit_failed``: not all of it could be noted, so none of it must be answered.
    """
    people = sorted(access.shown, key=lambda each: _keyed_hash(each, key))
    for part in chunked(people, _PEOPLE_AN_ENTRY):
        record_access(store, replace(access, results=len(part), shown=part), key=key)


def write_access(connection: sa.Connection, access: Access, *, key: bytes) -> None:
    """Note a look in an open transaction: it is noted if and only if what it showed is kept.

    Parameters
    ----------
    connection
        The transaction.
    access
        The look.
    key
        The key of :func:`data.pseudonyms.read_key`.
    """
    people = {*access.shown, *([access.profile_id] if access.profile_id else [])}
    named = access.profile_id or access.resource_id
    around = _circumstance.get() or Circumstance()
    append_entry(
        connection,
        people=[_keyed_hash(each, key) for each in people],
        actor=access.actor,
        agency_id=around.agency_id,
        action=access.action.value,
        route=around.route,
        subject=access.vacancy_id or (_keyed_hash(named, key) if named else None),
        purpose=access.purpose,
        request_id=around.request_id,
        outcome=access.outcome.value,
        results=access.results,
        index_version=access.index_version,
        model_version=access.model_version,
    )
    around.noted += 1


def read_audit(
    store: Store, query: AuditQuery, *, key: bytes, before: int | None = None, limit: int = 100
) -> list[AuditEntry]:
    """Return entries of the audit, the newest first.

    Parameters
    ----------
    store
        The store.
    query
        Which.
    key
        The key of :func:`data.pseudonyms.read_key`; with another one no subject is recognised.
    before
        Only entries with a smaller number, for the next page.
    limit
        At most so many.
    """
    wanted = [
        column == value
        for column, value in (
            (access_log.c.actor, query.actor),
            (access_log.c.agency_id, query.agency_id),
            (access_log.c.action, query.action),
            (access_log.c.request_id, query.request_id),
        )
        if value is not None
    ]
    if query.since is not None:
        wanted.append(access_log.c.at >= sa.literal(query.since, access_log.c.at.type))
    if query.until is not None:
        wanted.append(access_log.c.at < sa.literal(query.until, access_log.c.at.type))
    if before is not None:
        wanted.append(access_log.c.access_id < before)
    if query.subject is not None:
        hashed = _keyed_hash(query.subject, key)
        shown = sa.select(access_person.c.access_id).where(access_person.c.person_sha256 == hashed)
        about = access_log.alias()
        named = sa.select(about.c.access_id).where(about.c.subject.in_([query.subject, hashed]))
        wanted.append(access_log.c.access_id.in_(sa.union(shown, named)))
    newest = sa.select(access_log.c.access_id).where(*wanted).order_by(access_log.c.access_id.desc())
    with store.read() as connection:
        numbers = connection.execute(newest.limit(limit)).scalars().all()
        return entries_of(connection, numbers)[::-1]


def read_accesses(store: Store, profile_id: str, *, key: bytes) -> list[dict[str, Any]]:
    """Return who looked at a person, the oldest first.

    Parameters
    ----------
    store
        The store.
    profile_id
        The person; of someone who was erased it still answers whoever knows the id and holds the key.
    key
        The key of :func:`data.pseudonyms.read_key`.

    Returns
    -------
    list of dict
        at, actor, action, vacancy_id (None where none was named), results, index_version, model_version,
        purpose and outcome; empty when nobody looked.
    """
    own = _keyed_hash(profile_id, key)
    query = (
        sa.select(access_log)
        .join(access_person, access_person.c.access_id == access_log.c.access_id)
        .where(access_person.c.person_sha256 == own)
        .order_by(access_log.c.access_id)
    )
    with store.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        {
            "at": row["at"],
            "actor": row["actor"],
            "action": row["action"],
            "vacancy_id": None if row["subject"] == own else row["subject"],
            "results": row["results"],
            "index_version": row["index_version"],
            "model_version": row["model_version"],
            "purpose": row["purpose"],
            "outcome": row["outcome"],
        }
        for row in rows
    ]


def _keyed_hash(profile_id: str, key: bytes) -> str:
    """Return the keyed hash of an id; a tombstone has another one, so that the tables cannot be joined."""
    return hmac.new(key, f"access/{profile_id}".encode(), hashlib.sha256).hexdigest()
