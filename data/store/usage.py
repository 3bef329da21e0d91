"""What callers used day by day, and the quota that ends a day's use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from data.store.schema import daily_usage
from data.store.store import Store

__all__ = ["DayUsage", "RouteClass", "count_use", "read_usage", "write_use"]


class RouteClass(StrEnum):
    """What a request costs."""

    units: int
    """Units of the daily quota."""

    def __new__(cls, value: str, units: int) -> Self:
        """Make a member that knows its cost."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.units = units
        return member

    READ = "reads", 1
    """Something is read."""
    WRITE = "writes", 2
    """Something is kept."""
    MATCH = "matches", 10
    """Everybody or every vacancy is compared."""


@dataclass(frozen=True)
class DayUsage:
    """What a caller was granted on one day."""

    day: dt.date
    """The day, Beijing time."""
    reads: int
    """Requests that read."""
    writes: int
    """Requests that kept something."""
    matches: int
    """Matches: single ones, queries of match jobs and runs of saved searches."""
    units: int
    """All of them, weighed."""


def count_use(
    store: Store, caller: str, route_class: RouteClass, *, day: dt.date, quota: int | None
) -> int | None:
    """Count a request if the day's quota allows it, in a transaction of its own: see :func:`write_use`."""
    with store.begin() as connection:
        return write_use(connection, caller, route_class, day=day, quota=quota)


def write_use(
    connection: sa.Connection,
    caller: str,
    route_class: RouteClass,
    *,
    day: dt.date,
    quota: int | None,
    times: int = 1,
) -> int | None:
    """Count a use if the day's quota allows it: one statement, so that many at once cannot pass it.

    Parameters
    ----------
    connection
        The open transaction.
    caller
        Who asks.
    route_class
        What one use costs.
    day
        The day, Beijing time.
    quota
        Units a day; None for no limit.
    times
        How many uses it is, at least 1; all of them are counted or none.

    Returns
    -------
    int or None
        Units used with this; None where it would pass the quota, and then it is not counted.
    """
    units = route_class.units * times
    if quota is not None and units > quota:
        return None
    names = [each.value for each in RouteClass]
    first = {name: times * (name == route_class.value) for name in names} | {"units": units}
    columns = daily_usage.c
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(daily_usage)
        .values(caller=caller, day=day, **first)
        .on_conflict_do_update(
            index_elements=["caller", "day"],
            set_={
                route_class.value: columns[route_class.value] + times,
                "units": columns.units + units,
            },
            where=None if quota is None else columns.units + units <= quota,
        )
        .returning(columns.units)
    )
    used: int | None = connection.execute(statement).scalar_one_or_none()
    return used


def read_usage(store: Store, caller: str, *, since: dt.date) -> list[DayUsage]:
    """Return what a caller used on each day since one, the newest first; days without use are left out."""
    query = (
        sa.select(daily_usage)
        .where(daily_usage.c.caller == caller, daily_usage.c.day >= since)
        .order_by(daily_usage.c.day.desc())
    )
    with store.read() as connection:
        return [
            DayUsage(row.day, reads=row.reads, writes=row.writes, matches=row.matches, units=row.units)
            for row in connection.execute(query)
        ]
