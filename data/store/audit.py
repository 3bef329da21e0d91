"""Who looked at whom: written before an answer is given, read for the person who asks, never altered."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from data.errors import StoreError
from data.store.schema import access_log, access_person
from data.store.store import Store, inserted_id

__all__ = ["Access", "Action", "read_accesses", "record_access"]


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
    EXPORT_SHORTLISTS = "export.shortlists"
    """Lists of people for many vacancies written to a file."""
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
    people = {*access.shown, *([access.profile_id] if access.profile_id else [])}
    hashes = sorted(_person_hash(each, key) for each in people)
    subject = access.vacancy_id
    if subject is None and access.profile_id is not None:
        subject = _person_hash(access.profile_id, key)
    try:
        with store.begin() as connection:
            access_id = inserted_id(
                connection.execute(
                    access_log.insert().values(
                        at=dt.datetime.now(dt.UTC),
                        actor=access.actor,
                        action=access.action.value,
                        subject=subject,
                        results=access.results,
                        index_version=access.index_version,
                        model_version=access.model_version,
                    )
                )
            )
            if hashes:
                rows = [{"access_id": access_id, "person_sha256": each} for each in hashes]
                connection.execute(access_person.insert(), rows)
    except sa.exc.SQLAlchemyError as error:
        raise StoreError(
            "audit_failed", "查看记录写不进数据库，未给出结果", hint="稍后重试；若仍失败，请管理员检查数据库"
        ) from error


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
        at, actor, action, vacancy_id (None where none was named), results, index_version and model_version;
        empty when nobody looked.
    """
    own = _person_hash(profile_id, key)
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
        }
        for row in rows
    ]


def _person_hash(profile_id: str, key: bytes) -> str:
    """Return the keyed hash of a person; a tombstone has another one, so that the tables cannot be joined."""
    return hmac.new(key, f"access/{profile_id}".encode(), hashlib.sha256).hexdigest()
