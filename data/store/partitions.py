"""Partitions of the tables that only grow on PostgreSQL: there are always some made ahead.

A table is cut by the number that its rows are given in turn, so that only its newest partition, with small
indexes, is written; the older ones are read, vacuumed once and can be archived one by one. What no partition
was made for stands in the one of the rest until there is room again.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from data.store.schema import access_person, change
from data.store.store import Store

__all__ = ["AHEAD", "GROWING", "Growing", "extend_partitions"]

AHEAD: Final = 4
"""Partitions kept empty in front of the newest row."""


class Growing(NamedTuple):
    """A table that only grows."""

    table: sa.Table
    """The table."""
    number: sa.Column[Any]
    """The number that its rows are given in turn."""
    step: int
    """How many numbers a partition holds."""


GROWING: Final = (
    Growing(access_person, access_person.c.access_id, 1_000_000),
    Growing(change, change.c.change_id, 10_000_000),
)
"""As the migrations made them."""

_BOUND: Final = r"TO \('(\d+)'\)"


def extend_partitions(store: Store, *, growing: tuple[Growing, ...] = GROWING) -> list[str]:
    """Make the partitions that will be needed next; a service may write meanwhile.

    Parameters
    ----------
    store
        The store; on SQLite there is nothing to do.
    growing
        The tables.

    Returns
    -------
    list of str
        Names of the partitions made, empty where there are enough.
    """
    if store.engine.dialect.name != "postgresql":
        return []
    made: list[str] = []
    for each in growing:
        with store.begin() as connection:
            made += _extend(connection, each)
    return made


def _extend(connection: sa.Connection, growing: Growing) -> list[str]:
    table, step = growing.table.name, growing.step
    newest = connection.execute(sa.select(sa.func.coalesce(sa.func.max(growing.number), 0))).scalar_one()
    reached = connection.exec_driver_sql(_REACHED, {"table": table, "bound": _BOUND}).one()
    # Rows that stand in the partition of the rest stay there: the next one begins behind them.
    first = max(reached.top, (newest // step + 1) * step if newest >= reached.top else 0)
    made = []
    for start in range(first, (newest // step + 1 + AHEAD) * step, step):
        name = f"{reached.parts}.{table}_from_{start}"
        bounds = f"FROM ({start}) TO ({start + step})"
        connection.exec_driver_sql(f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES {bounds}")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_part_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_{table}()"
        )
        made.append(name)
    return made


_REACHED: Final = """
SELECT current_schema() || '_parts' AS parts,
    COALESCE(max((regexp_match(pg_get_expr(part.relpartbound, part.oid), %(bound)s))[1]::bigint), 0) AS top
FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid
WHERE inhparent = %(table)s::regclass
"""
"""Where the partitions of a table stand and the number behind their last."""
