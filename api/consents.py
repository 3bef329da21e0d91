"""Consents as a caller may see them, and looks at them as they are noted; for routes and pages alike."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from api.access.principal import Principal
from api.service import Service
from data.owners import OFFICE
from data.store.audit import Access, Action
from data.store.records import visible_profiles
from data.store.schema import consent

__all__ = ["note_consents", "own_consents"]


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
