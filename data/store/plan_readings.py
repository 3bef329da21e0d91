"""What was reached of plans, as departments report it: kept with its source, replaced, taken out again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from data.errors import UnknownName
from data.store.history import record_change
from data.store.moments import utc
from data.store.schema import plan_reading
from data.store.store import Store, upsert

__all__ = ["KeptReading", "read_plan_values", "remove_plan_value", "write_plan_value"]

_C: Final = plan_reading.c


class KeptReading(NamedTuple):
    """A value as it is kept."""

    indicator: str
    """Identifier of the indicator."""
    year: int
    """Year."""
    value: Decimal
    """The value, in the indicator's unit."""
    source: str
    """Where it is taken from."""
    recorded_by: str
    """Who recorded it."""
    recorded_at: dt.datetime
    """When, UTC."""


def read_plan_values(store: Store, region: str) -> tuple[KeptReading, ...]:
    """Return the values of a region, by indicator, the newest year first."""
    query = sa.select(*(plan_reading.c[name] for name in KeptReading._fields)).where(_C.region == region)
    with store.read() as connection:
        rows = connection.execute(query.order_by(_C.indicator, _C.year.desc())).all()
    return tuple(
        KeptReading(row.indicator, row.year, Decimal(row.value), row.source, row.recorded_by, utc(row[-1]))
        for row in rows
    )


def write_plan_value(
    store: Store, region: str, indicator: str, year: int, *, value: Decimal, source: str, by: str
) -> None:
    """Keep a value; one that stands there already is replaced, and what it was goes into the history.

    Parameters
    ----------
    store
        The store.
    region
        Name of the region.
    indicator
        Identifier of the indicator.
    year
        Year.
    value
        The value, in the indicator's unit.
    source
        Where it is taken from.
    by
        Who records it.
    """
    told = {"value": str(value), "source": source.strip()}
    row = {"region": region, "indicator": indicator, "year": year, **told, "recorded_by": by}
    with store.begin() as connection:
        before = _before(connection, region, indicator, year)
        if before == told:
            return
        upsert(connection, plan_reading, [row | {"recorded_at": dt.datetime.now(dt.UTC)}])
        fields = {name: [before.get(name), text] for name, text in told.items() if before.get(name) != text}
        _note(connection, (region, indicator, year), "replaced" if before else "added", fields, by)


def remove_plan_value(store: Store, region: str, indicator: str, year: int, *, by: str) -> None:
    """Take a value out that should not be there; what it was stays in the history.

    Raises
    ------
    UnknownName
        ``reading_unknown``.
    """
    with store.begin() as connection:
        before = _before(connection, region, indicator, year)
        if not before:
            raise UnknownName("reading_unknown", f"没有 {year} 年的这个完成值", hint="可能已删除，刷新后再看")
        connection.execute(plan_reading.delete().where(_here(region, indicator, year)))
        fields = {name: [text, None] for name, text in before.items()}
        _note(connection, (region, indicator, year), "removed", fields, by)


def _here(region: str, indicator: str, year: int) -> sa.ColumnElement[bool]:
    return (_C.region == region) & (_C.indicator == indicator) & (_C.year == year)


def _before(connection: sa.Connection, region: str, indicator: str, year: int) -> dict[str, Any]:
    query = sa.select(_C.value, _C.source).where(_here(region, indicator, year)).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    return {} if row is None else dict(row)


def _note(
    connection: sa.Connection, key: tuple[object, ...], kind: str, fields: dict[str, Any], by: str
) -> None:
    row_key = "/".join(map(str, key))
    record_change(
        connection, actor=by, table_name=plan_reading.name, row_key=row_key, kind=kind, fields=fields
    )
