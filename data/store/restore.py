"""Take a backup into a store, without those who were erased since it was made."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data.errors import StoreError
from data.pseudonyms import key_id
from data.records import Record
from data.store.backup import Manifest, Step, backup_rows, quiet, read_manifest, verify_backup
from data.store.erasure import TextsOf, compact, erase_again
from data.store.schema import metadata, tombstone
from data.store.store import Store, insert_rows, upsert
from data.store.tombstones import read_tombstones

__all__ = ["Restored", "is_empty", "restore_backup"]

_CHUNK = 1000


class Restored(Record):
    """What a restore brought."""

    manifest: Manifest
    """The backup."""
    tombstones: int
    """Persons known to be erased, from the backup, the store and the list given."""
    erased_again: int
    """Persons who were in the backup but had been erased since."""


def is_empty(store: Store) -> bool:
    """Return whether a store holds nothing but tombstones."""
    with store.read() as connection:
        return not any(
            connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
            for table in metadata.sorted_tables
            if table is not tombstone and not table.info.get("derived")
        )


def restore_backup(
    store: Store,
    path: Path,
    *,
    key: bytes,
    texts_of: TextsOf,
    tombstones: Sequence[Mapping[str, Any]] = (),
    replace: bool = False,
    step: Step = quiet,
) -> Restored:
    """Fill a store from a backup: hashes first, rows in one transaction, then counts.

    A backup of an older version goes in as it was and is upgraded afterwards. The tombstones that the store
    has, those given and those of the backup are put together, and whoever they name is erased again.

    Parameters
    ----------
    store
        The store.
    path
        The backup.
    key
        The key that the tombstones were made with.
    texts_of
        The texts of a profile that were encoded, see :func:`data.store.erasure.erase_person`.
    tombstones
        Further tombstones, as from :func:`data.store.tombstones.read_tombstones`.
    replace
        Drop what the store holds; otherwise it must be empty.
    step
        Progress.

    Returns
    -------
    Restored
        What came in.

    Raises
    ------
    FileProblem
        The backup cannot be used.
    StoreError
        ``store_not_empty``, ``backup_newer``, ``tombstone_key`` or ``restore_incomplete``; only the last
        comes after the store was changed.
    """
    manifest = read_manifest(path)
    if manifest.revision not in store.revisions():
        raise StoreError(
            "backup_newer", f"备份的结构版本 {manifest.revision} 比本程序新", hint="先升级程序再恢复"
        )
    if not replace and not is_empty(store):
        raise StoreError(
            "store_not_empty", "库中已有内容，未恢复", hint="换一个空库，或加 --force（会先自动备份）"
        )
    verify_backup(path, manifest, step=step)
    known = [*read_tombstones(store), *tombstones]
    _require_key(path, known, key)
    _wipe(store)
    store.upgrade(manifest.revision)
    with zipfile.ZipFile(path) as archive, store.begin() as connection:
        _fill(connection, archive, manifest, step)
    store.upgrade()
    with store.begin() as connection:
        if known:
            upsert(connection, tombstone, known, replace=False)
    again = erase_again(store, key=key, texts_of=texts_of)
    if again or replace:
        compact(store)
    return Restored(manifest=manifest, tombstones=len(read_tombstones(store)), erased_again=again)


def _require_key(path: Path, known: Sequence[Mapping[str, Any]], key: bytes) -> None:
    keys = {str(row["key_id"]) for row in known}
    table = read_manifest(path).tables.get(tombstone.name)
    if table is not None:
        with zipfile.ZipFile(path) as archive:
            rows = backup_rows(archive, tombstone.name, tombstone, table.columns)
            keys |= {str(row["key_id"]) for row in rows}
    if keys - {key_id(key)}:
        raise StoreError(
            "tombstone_key",
            "删除记录用另一把密钥生成，认不出已删除的人，未恢复",
            hint="把原来的 pseudonym.key 放回数据目录",
        )


def _wipe(store: Store) -> None:
    """Drop every table, the version's included."""
    with store.begin() as connection:
        there = sa.MetaData()
        there.reflect(connection)
        there.drop_all(connection)


def _fill(connection: sa.Connection, archive: zipfile.ZipFile, manifest: Manifest, step: Step) -> None:
    there = sa.MetaData()
    there.reflect(connection)
    done = 0
    for name, described in manifest.tables.items():
        table = there.tables[name]
        for column in table.columns:
            if isinstance(column.type, sa.JSON):
                column.type.none_as_null = True
        rows = backup_rows(archive, name, table, described.columns)
        while chunk := list(islice(rows, _CHUNK)):
            insert_rows(connection, table, chunk)
            done += len(chunk)
            step("恢复", done, manifest.rows)
        count = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        if count != described.rows:
            raise StoreError(
                "restore_incomplete",
                f"表 {name} 应有 {described.rows} 行，实有 {count} 行",
                hint="用 --force 重新恢复",
            )
        _continue_numbers(connection, table)


def _continue_numbers(connection: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL number the next row after the last one restored."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    last = connection.execute(sa.select(sa.func.max(column))).scalar_one()
    if last is not None:
        sequence = sa.func.pg_get_serial_sequence(f'"{table.name}"', column.name)
        connection.execute(sa.select(sa.func.setval(sequence, last)).where(sequence.is_not(None)))
