"""Open the store, bring its schema up to date, and write rows that may already be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from data.errors import StoreError

__all__ = ["Store", "chunked", "inserted_id", "upsert"]

_ROWS_A_STATEMENT = 500


class Store:
    """A database with the product's tables.

    Parameters
    ----------
    engine
        The engine; use :meth:`from_url` to make one with the right settings.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @classmethod
    def from_url(cls, url: str) -> Store:
        """Open a database, make its file's folder if it is SQLite, and upgrade the schema.

        Raises
        ------
        StoreError
            The database cannot be reached or opened.
        """
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url)
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _prepare_sqlite)
        store = cls(engine)
        try:
            store.upgrade()
        except OperationalError as error:
            raise StoreError(
                "store_unreachable",
                f"打不开数据库 {parsed.render_as_string(hide_password=True)}",
                hint="检查 YINGCAI_DATABASE_URL 与数据库服务",
            ) from error
        return store

    def upgrade(self) -> None:
        """Bring the schema to the newest version."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """Open a transaction: committed at the end, rolled back on any error."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a connection for reading."""
        with self.engine.connect() as connection:
            yield connection


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
