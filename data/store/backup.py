"""A backup: every row of the store in one zip file that any of our databases can take in.

``manifest.json`` names the version of the schema, the moment, and for each table its columns, rows and
SHA-256; ``<table>.jsonl`` holds one JSON array a row. Times are UTC, bytes are base64. The hashes of API keys
are in it, so that a restored store answers the same callers; the key of the pseudonyms is not.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import ValidationError

from data.errors import FileProblem, StoreError
from data.records import Record
from data.store.schema import metadata
from data.store.store import Store

__all__ = [
    "BackupTable",
    "Manifest",
    "Step",
    "backup_rows",
    "quiet",
    "read_manifest",
    "verify_backup",
    "write_backup",
]

Step = Callable[[str, int, int], None]
"""Called with what is being done in Chinese, the number of rows done and the total."""

_MANIFEST = "manifest.json"
_KEPT = frozenset(table.name for table in metadata.sorted_tables if not table.info.get("derived"))
"""Tables of a backup: all but what the database derives from them itself."""
_FETCH = 1000
_STEP = 5000


class BackupTable(Record):
    """One table of a backup."""

    columns: tuple[str, ...]
    """Columns in the order of each row."""
    rows: int
    """Number of rows."""
    sha256: str
    """Hash of the table's file, unpacked."""


class Manifest(Record):
    """What a backup holds."""

    format: Literal["yingcai-backup-1"] = "yingcai-backup-1"
    """Name of the format."""
    revision: str
    """Version of the schema the rows belong to."""
    made_at: dt.datetime
    """When the snapshot was taken."""
    tables: dict[str, BackupTable]
    """Tables, those that others refer to first."""

    @property
    def rows(self) -> int:
        """Rows in all."""
        return sum(table.rows for table in self.tables.values())


def quiet(_name: str, _done: int, _total: int) -> None:
    """Show no progress."""


def write_backup(store: Store, path: Path, *, step: Step = quiet) -> Manifest:
    """Write a backup while others go on reading and writing: it shows one moment of the store.

    Parameters
    ----------
    store
        The store.
    path
        Where to write; the file appears when it is whole, readable by its owner only.
    step
        Progress.

    Returns
    -------
    Manifest
        What was written; a store of an older version is written as it is.

    Raises
    ------
    StoreError
        ``store_blank``: the database has no tables yet.
    """
    if store.revision is None:
        raise StoreError(
            "store_blank", "数据库还没有建表，没有可备份的内容", hint="先运行 yingcai db upgrade"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with (
            os.fdopen(descriptor, "w+b") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
            store.snapshot() as connection,
        ):
            manifest = _write_tables(connection, archive, step)
            archive.writestr(_MANIFEST, manifest.model_dump_json(indent=2))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def read_manifest(path: Path) -> Manifest:
    """Return what a backup says it holds.

    Raises
    ------
    FileProblem
        ``backup_unreadable``: no backup of ours.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return Manifest.model_validate_json(archive.read(_MANIFEST))
    except (OSError, zipfile.BadZipFile, KeyError, ValidationError) as error:
        raise FileProblem(
            "backup_unreadable", f"{path} 不是完好的备份文件", hint="换用 yingcai db backup 生成的文件"
        ) from error


def verify_backup(path: Path, manifest: Manifest, *, step: Step = quiet) -> None:
    """Read a backup through and compare it with its manifest.

    Raises
    ------
    FileProblem
        ``backup_damaged``: a table is missing, cut off or altered.
    """
    done = 0
    with zipfile.ZipFile(path) as archive:
        for name, table in manifest.tables.items():
            digest, rows = hashlib.sha256(), 0
            try:
                with archive.open(f"{name}.jsonl") as lines:
                    for line in lines:
                        digest.update(line)
                        rows += 1
            except (KeyError, zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
                raise _damaged(path, name) from error
            if (rows, digest.hexdigest()) != (table.rows, table.sha256):
                raise _damaged(path, name)
            done += rows
            step("核对备份", done, manifest.rows)


def backup_rows(
    archive: zipfile.ZipFile, name: str, table: sa.Table, columns: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """Return the rows of one table of a backup one by one, as the database takes them.

    Parameters
    ----------
    archive
        The open backup.
    name
        Table.
    table
        The table in the database, for the types of its columns.
    columns
        The columns of each row, from the manifest.
    """
    readers = [_reader(table.c[column].type) for column in columns]
    with archive.open(f"{name}.jsonl") as lines:
        for line in lines:
            values = json.loads(line)
            yield {
                column: None if value is None else read(value)
                for column, read, value in zip(columns, readers, values, strict=True)
            }


def _write_tables(connection: sa.Connection, archive: zipfile.ZipFile, step: Step) -> Manifest:
    there = sa.MetaData()
    there.reflect(connection, only=lambda name, _: name in _KEPT)
    revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
    counts = [
        int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
        for table in there.sorted_tables
    ]
    total, done = sum(counts), 0
    tables = {}
    for table in there.sorted_tables:
        with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as file:
            digest, rows = hashlib.sha256(), 0
            for line in _lines(connection, table):
                digest.update(line)
                file.write(line)
                rows += 1
                if not rows % _STEP:
                    step("备份", done + rows, total)
        tables[table.name] = BackupTable(
            columns=tuple(column.name for column in table.columns), rows=rows, sha256=digest.hexdigest()
        )
        done += rows
        step("备份", done, total)
    return Manifest(revision=revision, made_at=dt.datetime.now(dt.UTC), tables=tables)


def _lines(connection: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    query = sa.select(table).order_by(*table.primary_key).execution_options(yield_per=_FETCH)
    for row in connection.execute(query):
        values = [_plain(value) for value in row]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        # SQLite gives back UTC without saying so.
        moment = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
        return moment.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    return value


def _reader(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any]:
    if isinstance(kind, sa.DateTime):
        return dt.datetime.fromisoformat
    if isinstance(kind, sa.Date):
        return dt.date.fromisoformat
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode
    return lambda value: value


def _damaged(path: Path, name: str) -> FileProblem:
    return FileProblem(
        "backup_damaged", f"备份 {path} 的表 {name} 缺失或被改动，未写入任何内容", hint="换用另一份备份"
    )
