"""Consents as a caller may see them, and looks at them as they are noted; for routes and pages alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from api.access.principal import Principal
from api.idempotency import Keep
from api.service import Service
from data.owners import OFFICE
from data.store.audit import Access, Action
from data.store.consents import record_consent
from data.store.records import PROFILES, read_record, visible_profiles
from data.store.schema import consent

__all__ = ["Agreed", "note_consents", "own_consents", "take_consent"]


@dataclass(frozen=True)
class Agreed:
    """What a person agreed to."""

    profile_id: str
    """Who agreed."""
    agency: str
    """To whom the person may be named."""
    purpose: str
    """What for."""
    valid_from: dt.date
    """First day."""
    valid_to: dt.date
    """Last day."""


def own_consents(caller: Principal) -> Iterable[sa.ColumnElement[bool]]:
    """Return which consents a caller has to do with: an agency with those that name it, of whom it sees."""
    if caller.owner == OFFICE:
        return ()
    return (consent.c.agency == caller.agency_name, consent.c.profile_id.in_(visible_profiles(caller.owner)))


def note_consents(service: Service, caller: Principal, action: Action, *profile_ids: str) -> None:
    """Note what was done with the consents of people, before it is done or answered.

    Parameters
    ----------
    service
        The service.
    caller
        Who does it.
    action
        What is done.
    *profile_ids
        Whose consents, one for each result.
    """
    only = profile_ids[0] if len(profile_ids) == 1 else None
    service.note(
        Access(
            actor=caller.actor,
            action=action,
            results=len(profile_ids),
            profile_id=only,
            shown=() if only else profile_ids,
        )
    )


def take_consent(
    service: Service, caller: Principal, agreed: Agreed, *, keep: Keep = lambda _connection, _number: None
) -> int:
    """Record what a person whom a caller sees agreed to, and return its number; it is noted before.

    Parameters
    ----------
    service
        The service.
    caller
        Who takes it down.
    agreed
        What was agreed to.
    keep
        Called with the transaction and the number before it is committed.

    Raises
    ------
    UnknownName
        ``profile_unknown``.
    InputError
        ``consent_period`` or ``consent_blank``.
    """
    read_record(service.store, PROFILES, agreed.profile_id, caller=caller.owner)
    note_consents(service, caller, Action.RECORD_CONSENT, agreed.profile_id)
    return record_consent(
        service.store,
        agreed.profile_id,
        agency=agreed.agency,
        purpose=agreed.purpose,
        valid_from=agreed.valid_from,
        valid_to=agreed.valid_to,
        recorded_by=caller.actor,
        keep=keep,
    )
