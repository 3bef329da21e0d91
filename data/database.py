"""A database of our own: opened with the right settings, brought up to date, written in bulk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from data.copying import copies, copy_insert, copy_upsert
from data.errors import StoreError
from data.replica import Replica

__all__ = ["Database", "chunked", "insert_rows", "inserted_id", "upsert"]

_ROWS_A_STATEMENT = 500
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


class Database:
    """An engine with the migrations of its tables.

    Parameters
    ----------
    engine
        The engine; use :meth:`from_url` to make one with the right settings.
    """

    migrations: Path
    """Folder of the Alembic migrations; every kind of database has its own."""
    url_setting: str
    """Environment variable that names the database, for messages."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.replica: Replica | None = None

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Open a database, make its file's folder if it is SQLite, and upgrade the schema.

        Raises
        ------
        StoreError
            The database cannot be reached or opened.
        """
        made = cls.as_it_is(url)
        try:
            made.upgrade()
        except OperationalError as error:
            raise StoreError(
                "store_unreachable",
                f"打不开数据库 {made.engine.url.render_as_string(hide_password=True)}",
                hint=f"检查 {cls.url_setting} 与数据库服务",
            ) from error
        return made

    @classmethod
    def as_it_is(cls, url: str) -> Self:
        """Open a database without changing its schema."""
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url, hide_parameters=True, json_serializer=_json)
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _prepare_sqlite)
        return cls(engine)

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema to a version, the newest if none is named."""
        config = self._config()
        with self.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

    @property
    def revision(self) -> str | None:
        """Version of the schema as it is; None for a database without tables."""
        with self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def revisions(self) -> list[str]:
        """Return every version of the schema that this program knows, the newest first."""
        return list(_revisions(self.migrations))

    def _config(self) -> Config:
        return _config(self.migrations)

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """Open a transaction: committed at the end, rolled back on any error."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self, *, much: bool = False) -> Iterator[sa.Connection]:
        """Open a connection for reading.

        Parameters
        ----------
        much
            True for what reads a good part of a table: the replica answers, where there is one that has all
            that the database itself has at this moment.
        """
        there = self.replica.connect(self.engine) if much and self.replica is not None else None
        if there is None or self.replica is None:
            with self.engine.connect() as connection:
                yield connection
            return
        with there:
            try:
                yield there
            except sa.exc.OperationalError as error:
                self.replica.leave(str(error.orig).strip())
                raise

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """Open a connection that sees one moment of the database for as long as it is open."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                connection.exec_driver_sql("BEGIN")
            yield connection
            connection.rollback()


def _json(value: Any) -> str:
    """Return a value as JSON with its letters as they are: as escapes Chinese takes twice the room."""
    written = _ENCODE(value)
    try:
        written.encode()
    except UnicodeEncodeError:
        # Half a pair of surrogates, which is no letter: only the escape of it can be kept.
        return json.dumps(value)
    return written


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    return config


@cache
def _revisions(migrations: Path) -> tuple[str, ...]:
    """Read the scripts, which takes a tenth of a second: a service asks with every look at its readiness."""
    scripts = ScriptDirectory.from_config(_config(migrations))
    return tuple(script.revision for script in scripts.walk_revisions())


def upsert(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], *, replace: bool = True
) -> None:
    """Insert rows; where the primary key is there already, replace the row or leave it.

    Parameters
    ----------
    connection
        An open transaction.
    table
        The table.
    rows
        One mapping of column to value each, all with the same columns.
    replace
        False leaves existing rows as they are.
    """
    if copies(connection, rows):
        copy_upsert(connection, table, rows, replace=replace)
        return
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    keys = [column.name for column in table.primary_key]
    for chunk in chunked(rows):
        statement = dialect.insert(table)
        changed = {name: statement.excluded[name] for name in chunk[0] if name not in keys}
        if replace and changed:
            statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=keys)
        connection.execute(statement, [dict(row) for row in chunk])


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that are new.

    Parameters
    ----------
    connection
        An open transaction.
    table
        The table.
    rows
        One mapping of column to value each, all with the same columns; none inserts nothing.
    """
    if copies(connection, rows):
        copy_insert(connection, table, rows)
        return
    for chunk in chunked(rows):
        connection.execute(table.insert(), [dict(row) for row in chunk])


def chunked(values: Sequence[Any], size: int = _ROWS_A_STATEMENT) -> Iterator[Sequence[Any]]:
    """Cut a sequence into pieces that fit one statement's parameters."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def inserted_id(result: sa.CursorResult[Any]) -> int:
    """Return the number that the database gave to the row just inserted."""
    key = result.inserted_primary_key
    if key is None:
        raise StoreError("store_no_key", "数据库没有返回新行的编号", hint="检查数据库版本")
    return int(key[0])


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.close()
