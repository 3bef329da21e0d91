"""What the pages of an agency ask with: who may, what is the agency's own, and the texts of an answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import sqlalchemy as sa

from api.access.principal import Principal, require_scope
from api.dependencies import requires
from api.service import Service
from data.errors import InputError
from data.permissions import Scope
from data.reference import division_names
from data.store.audit import Access, Action
from data.store.records import PROFILES, VACANCIES, Kind, Wanted, Whose, read_records
from data.store.schema import vacancy
from matching.matcher import Matcher

__all__ = [
    "Matching",
    "Offered",
    "Reading",
    "caught",
    "may_match",
    "own_people",
    "own_vacancies",
    "places_of",
    "texts_of",
]

A = TypeVar("A")

Matching = Annotated[Principal, requires(Scope.MATCHES_READ)]
"""Who asks for a match: 10 units of the day's quota, as through the API."""
Reading = Annotated[Principal, requires(Scope.VACANCIES_READ)]
"""Who looks at a form or a count: 1 unit; no match is counted."""
_MOST_OFFERED: Final = 200


class Offered(NamedTuple):
    """Something of the caller's own that can be asked for."""

    id: str
    """Its number."""
    label: str
    """What it is called."""


def may_match(caller: Principal) -> None:
    """Refuse whoever may not match, without counting a match.

    Parameters
    ----------
    caller
        Who asks.

    Raises
    ------
    Forbidden
        ``scope_missing``.
    """
    require_scope(caller, Scope.MATCHES_READ)


def caught(work: Callable[[], A]) -> tuple[A | None, InputError | None]:
    """Return what some work makes, or why it cannot be done with what was filled in.

    Parameters
    ----------
    work
        What reads the form.
    """
    try:
        return work(), None
    except InputError as error:
        return None, error


def own_vacancies(service: Service, caller: Principal, matcher: Matcher) -> list[Offered]:
    """Return the caller's own open vacancies that can be matched now.

    Parameters
    ----------
    service
        The service.
    caller
        Who asks.
    matcher
        What the caller may see.
    """
    rows = _own(service, caller, VACANCIES, (vacancy.c.closed_on.is_(None),))
    there = (row for row in rows if matcher.vacancies.position(row["vacancy_id"]) is not None)
    return [Offered(row["vacancy_id"], f"{row['title']}（{row['employer']}）") for row in there]


def own_people(service: Service, caller: Principal, matcher: Matcher) -> list[Offered]:
    """Return the caller's own profiles that can be matched now; the look at them is noted.

    Parameters
    ----------
    service
        The service.
    caller
        Who asks.
    matcher
        What the caller may see.
    """
    if Scope.PROFILES_READ not in caller.scopes:
        return []
    rows = _own(service, caller, PROFILES, ())
    found = [
        Offered(row["profile_id"], f"{row['title']}　{row['reference'] or row['profile_id']}")
        for row in rows
        if matcher.profiles.position(row["profile_id"]) is not None
    ]
    if found:
        ids = [each.id for each in found]
        service.note(Access(caller.actor, Action.READ_PERSON, results=len(ids), shown=ids))
    return found


def texts_of(service: Service, caller: Principal, matcher: Matcher, ids: Collection[str]) -> dict[str, str]:
    """Return the experience of people without names and contacts, as the API shows it; the look is noted.

    Parameters
    ----------
    service
        The service.
    caller
        Who asks.
    matcher
        What the caller may see.
    ids
        The people.

    Returns
    -------
    dict
        Nothing where the caller may not read profiles.
    """
    if Scope.PROFILES_READ not in caller.scopes or not ids:
        return {}
    service.note(Access(caller.actor, Action.READ_PERSON, results=len(ids), shown=list(ids)))
    return duties_of(matcher, ids, people=True)


def duties_of(matcher: Matcher, ids: Collection[str], *, people: bool = False) -> dict[str, str]:
    """Return the free text of members of a pool by id."""
    pool = matcher.profiles if people else matcher.vacancies
    places = {each: pool.position(each) for each in ids}
    return {each: pool.rows[place]["text"] for each, place in places.items() if place is not None}


def places_of(service: Service) -> list[str]:
    """Return names of the places of the region, to choose from."""
    names = division_names()
    return [names[code] for code in service.region.place_codes if code in names]


def _own(
    service: Service, caller: Principal, kind: Kind, conditions: Sequence[sa.ColumnElement[bool]]
) -> list[dict[str, Any]]:
    wanted = Wanted(caller.owner, Whose.MINE, tuple(conditions))
    return read_records(service.store, kind, wanted, limit=_MOST_OFFERED).records
