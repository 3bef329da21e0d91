"""The first page of an agency, and its keys and usage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal
from api.dependencies import ServiceDependency
from api.pages.agency_asking import Reading
from api.pages.agency_lists import chosen_by_vacancy
from api.pages.agency_shortlists import kept_searches
from api.pages.fields import shown_time
from api.pages.frame import back_to, render
from api.pages.visitor import home_of
from api.routes.usage import UsageDay, show_usage
from api.service import Service
from data.permissions import Scope, known_scopes
from data.store.agencies import read_agency
from data.store.keys import list_keys
from data.store.moments import beijing_day, beijing_today, utc
from data.store.records import POSTINGS, PROFILES, VACANCIES, Kind, Wanted, Whose, count_values
from data.store.schema import vacancy
from data.store.usage import RouteClass

__all__ = ["Bar", "KeyShown", "bars_of", "inside", "keys_of"]

inside = APIRouter(prefix="/agency", include_in_schema=False)

_DAYS: Final = 31
_SHOWN: Final = 5
_HEIGHT: Final = 120.0
_STEP: Final = 20.0


class Bar(NamedTuple):
    """Usage of one day as it is drawn."""

    day: dt.date
    """The day, Beijing time."""
    units: int
    """Units used."""
    matches: int
    """Units of them that were matches."""
    x: float
    """Left edge."""
    height: float
    """Height of all units."""
    match_height: float
    """Height of those of matches."""


class KeyShown(NamedTuple):
    """A key as its agency may see it: never the key itself."""

    key_id: str
    """Its number, which is how the key begins."""
    scopes: tuple[str, ...]
    """What it allows, in Chinese."""
    created_on: dt.date
    """Day on which it was made."""
    expires_on: dt.date | None
    """Day on which it ends; None never."""
    used: str
    """When it was last used, Beijing time; empty for never."""
    standing: str
    """``valid``, ``expired`` or ``revoked``."""


@inside.get("", response_class=HTMLResponse)
def show_home(request: Request, service: ServiceDependency, caller: Reading) -> Response:
    """Show what is the agency's own, what is new and what is left of the day."""
    if caller.agency_id is None:
        return back_to(home_of(caller))
    searches = kept_searches(service, caller) if Scope.SEARCHES_READ in caller.scopes else []
    chosen = chosen_by_vacancy(service, caller)
    return render(
        request,
        service,
        "agency_home.html",
        "工作台",
        own={
            "postings": _count(service, caller, POSTINGS),
            "vacancies": _count(service, caller, VACANCIES),
            "profiles": _count(service, caller, PROFILES),
        },
        news=[each for each in searches if each.new or each.gone][:_SHOWN],
        searches=len(searches),
        chosen=sum(len(people) for people in chosen.values()),
        usage=show_usage(service, caller, days=1),
        cost=RouteClass.MATCH.units,
        region_name=service.region.name_zh,
    )


@inside.get("/access", response_class=HTMLResponse)
def show_access(request: Request, service: ServiceDependency, caller: Reading) -> Response:
    """Show keys, usage by day and limits."""
    if caller.agency_id is None:
        return back_to("/account")
    usage = show_usage(service, caller, days=_DAYS)
    settings = service.settings
    return render(
        request,
        service,
        "agency_access.html",
        "密钥与用量",
        agency=read_agency(service.store, caller.agency_id),
        keys=keys_of(service, caller.agency_id, now=dt.datetime.now(dt.UTC)),
        usage=usage,
        bars=bars_of(usage.days, today=beijing_today()),
        limits={
            "读取": (settings.rate_reads, RouteClass.READ.units),
            "报送": (settings.rate_writes, RouteClass.WRITE.units),
            "匹配": (settings.rate_matches, RouteClass.MATCH.units),
        },
        address=settings.public_url or str(request.base_url).rstrip("/"),
    )


def keys_of(service: Service, agency_id: str, *, now: dt.datetime) -> list[KeyShown]:
    """Return the keys of an agency, the newest first.

    Parameters
    ----------
    service
        The service.
    agency_id
        The agency: no other's are among them.
    now
        The moment, UTC.
    """
    return [
        KeyShown(
            key_id=row["key_id"],
            scopes=tuple(scope.label for scope in sorted(known_scopes(row["scopes"]))),
            created_on=beijing_day(row["created_at"]),
            expires_on=None if row["expires_at"] is None else beijing_day(row["expires_at"]),
            used=shown_time(row["last_used_at"]),
            standing=_standing(row["revoked_at"], row["expires_at"], now),
        )
        for row in reversed(list_keys(service.store))
        if row["agency_id"] == agency_id
    ]


def bars_of(days: Sequence[UsageDay], *, today: dt.date) -> tuple[Bar, ...]:
    """Return the usage of the last days as bars, the oldest first; days without use are empty.

    Parameters
    ----------
    days
        Days with use.
    today
        The last day drawn.
    """
    used = {each.day: each for each in days}
    most = max([each.units for each in days], default=0) or 1
    bars = []
    for place in range(_DAYS):
        day = today - dt.timedelta(days=_DAYS - 1 - place)
        each = used.get(day)
        units = each.units if each else 0
        matches = each.matches * RouteClass.MATCH.units if each else 0
        height, match_height = (round(_HEIGHT * value / most, 1) for value in (units, matches))
        bars.append(Bar(day, units, matches, place * _STEP, height, match_height))
    return tuple(bars)


def _count(service: Service, caller: Principal, kind: Kind) -> int:
    conditions = (vacancy.c.closed_on.is_(None),) if kind is VACANCIES else ()
    total, _ = count_values(service.store, kind, Wanted(caller.owner, Whose.MINE, conditions), {})
    return total


def _standing(revoked_at: dt.datetime | None, expires_at: dt.datetime | None, now: dt.datetime) -> str:
    if revoked_at is not None:
        return "revoked"
    return "expired" if expires_at is not None and utc(expires_at) <= now else "valid"
