"""Bulk writes on PostgreSQL: rows go in by ``COPY``, at first into a table that lasts one transaction.

What is written is what ``INSERT`` would write: the same values, defaults, constraints and triggers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

__all__ = ["COPY_FROM", "copies", "copy_insert", "copy_upsert"]

COPY_FROM: Final = 100
"""Fewest rows that are copied: for fewer the temporary table costs more than it saves."""

_Convert = Callable[[Any], Any]


def copies(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether rows are many enough, and the database one, for ``COPY``."""
    return connection.dialect.name == "postgresql" and len(rows) >= COPY_FROM


def copy_insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that are new.

    Parameters
    ----------
    connection
        An open transaction on PostgreSQL.
    table
        The table.
    rows
        One mapping of column to value each, all with the same columns; none inserts nothing.

    Raises
    ------
    sqlalchemy.exc.IntegrityError
        A key is there already, or refers to nothing.
    """
    if rows:
        _copy(connection, _format(connection).format_table(table), _columns(table, rows), rows)


def copy_upsert(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], *, replace: bool
) -> None:
    """Insert rows; where the primary key is there already, replace the row or leave it.

    Parameters
    ----------
    connection
        An open transaction on PostgreSQL.
    table
        The table.
    rows
        As for :func:`copy_insert`. Of two with one key the later counts where rows are replaced, else the
        earlier.
    replace
        False leaves existing rows as they are.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    columns = _columns(table, rows)
    there = sa.table(f"copied_{table.name}", *(sa.column(each.name, each.type) for each in columns))
    name = _format(connection).format_table(there)
    alike = sa.select(*columns).with_only_columns(*columns).compile(connection)
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {alike} WITH NO DATA")
    _copy(connection, name, columns, _one_a_key(rows, keys, last=replace))
    statement = postgresql.insert(table).from_select([each.name for each in columns], sa.select(there))
    changed = {each.name: statement.excluded[each.name] for each in columns if each.name not in keys}
    if replace and changed:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    connection.execute(statement)
    connection.exec_driver_sql(f"DROP TABLE {name}")


def _copy(
    connection: sa.Connection,
    name: str,
    columns: Sequence[sa.Column[Any]],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    names = ", ".join(_format(connection).format_column(each) for each in columns)
    statement = f"COPY {name} ({names}) FROM STDIN"
    converts = [(each.name, _convert(each, connection.dialect)) for each in columns]
    driver: Any = connection.connection.driver_connection
    failure = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([convert(row[key]) for key, convert in converts])
    except failure as error:
        # The driver was used without SQLAlchemy, which would have told the error in its own words.
        raise sa.exc.DBAPIError.instance(
            statement, None, error, failure, hide_parameters=True, dialect=connection.dialect
        ) from error


def _convert(column: sa.Column[Any], dialect: sa.Dialect) -> _Convert:
    """Return what makes a value of Python one that the driver writes, as for a statement's parameter."""
    return column.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _columns(table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> list[sa.Column[Any]]:
    return [table.c[name] for name in rows[0]]


def _one_a_key(
    rows: Sequence[Mapping[str, Any]], keys: Sequence[str], *, last: bool
) -> list[Mapping[str, Any]]:
    """Return one row a key: one statement cannot write a row twice."""
    found: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if last or key not in found:
            found[key] = row
    return list(found.values())


def _format(connection: sa.Connection) -> Any:
    return connection.dialect.identifier_preparer
