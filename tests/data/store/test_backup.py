"""A backup holds every row of one moment, and any of our databases takes it in."""

from __future__ import annotations

import datetime as dt
import json
import threading
import zipfile

import pytest
import sqlalchemy as sa

from data.errors import FileProblem, StoreError
from data.store.backup import read_manifest, verify_backup, write_backup
from data.store.batches import begin_batch
from data.store.consents import record_consent
from data.store.documents import write_edition
from data.store.erasure import erase_person, read_tombstone_file
from data.store.history import replace_rows
from data.store.keys import create_key, verify_key
from data.store.profiles import read_profiles
from data.store.restore import is_empty, restore_backup
from data.store.schema import coding_alias, metadata
from data.store.store import Store

KEY = b"k" * 32
DAY = dt.date(2026, 3, 1)


def texts_of(row):
    return [row["title"], row["summary"]]


def rows_of_all(store):
    """Return every row of every table that a backup holds, moments as UTC."""
    found = {}
    with store.read() as connection:
        for table in (each for each in metadata.sorted_tables if not each.info.get("derived")):
            rows = connection.execute(sa.select(table).order_by(*table.primary_key))
            found[table.name] = [tuple(plain(value) for value in row) for row in rows]
    return found


def plain(value):
    if isinstance(value, dt.datetime):
        return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.fixture
def other(tmp_path):
    """Return a second, empty store."""
    made = Store.from_url(f"sqlite:///{tmp_path / 'other.db'}")
    yield made
    made.engine.dispose()


@pytest.fixture
def full(store, write_people, write_needs):
    """Return a store with a row in most tables."""
    write_people(store)
    write_needs(store)
    agree(store)
    header = {"region": "yingkou", "kind": "demand", "edition": "2026Q1", "as_of": DAY, "snapshot": "s"}
    header |= {"method_version": "1", "synthetic": True, "document": {"title": "目录\n第二行"}}
    write_edition(store, header, [({"entry_id": "e1"}, ["p0", "p1"])])
    alias = {
        "kind": "occupation",
        "key": "焊工",
        "text": "焊工",
        "code": None,
        "decided_by": "甲",
        "note": "",
    }
    for code in ("1", "2"):
        with store.begin() as connection:
            row = alias | {"code": code, "decided_at": dt.datetime(2026, 3, 1, tzinfo=dt.UTC)}
            replace_rows(connection, coding_alias, [row], actor="甲", batch_id=None)
    return store


def agree(store, profile_id="P1"):
    period = {"valid_from": DAY, "valid_to": DAY, "recorded_by": "甲"}
    record_consent(store, profile_id, agency="机构", purpose="面试", **period)


def restore(store, path, **more):
    return restore_backup(store, path, **{"key": KEY, "texts_of": texts_of, **more})


def test_a_backup_of_either_database_restores_into_either(full, other, tmp_path):
    path = tmp_path / "b.zip"
    there = tmp_path / "there.zip"
    steps = []
    manifest = write_backup(full, path, step=lambda *step: steps.append(step))
    assert manifest == read_manifest(path)
    assert manifest.tables["profile"].rows == 2
    assert steps[-1] == ("备份", manifest.rows, manifest.rows)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.glob(".*")] == []
    before = rows_of_all(full)
    restored = restore(other, path, step=lambda *step: steps.append(step))
    assert restored.erased_again == 0
    assert steps[-1] == ("恢复", manifest.rows, manifest.rows)
    assert rows_of_all(other) == before
    write_backup(other, there)
    restore(full, there, replace=True)
    assert rows_of_all(full) == before
    assert read_manifest(there).tables == manifest.tables


def test_a_restored_store_goes_on_where_it_was(full, other, tmp_path):
    key = create_key(full, "机构")
    path = tmp_path / "b.zip"
    write_backup(full, path)
    restore(full, path, replace=True)
    assert verify_key(full, key).holder == "机构"
    assert begin_batch(full, "posting", "new.csv", "f" * 64, "1") == 3
    agree(full, "P2")
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), full.begin() as connection:
        connection.execute(metadata.tables["change"].delete())


def test_a_backup_shows_one_moment_while_others_write(sqlite_store, write_needs, tmp_path):
    write_needs(sqlite_store, 50)

    def write_meanwhile(_name, _done, _total):
        if not written:
            written.append(True)
            thread = threading.Thread(target=begin_batch, args=(sqlite_store, "posting", "n", "n" * 64, "1"))
            thread.start()
            thread.join()

    written = []
    manifest = write_backup(sqlite_store, tmp_path / "b.zip", step=write_meanwhile)
    assert written
    verify_backup(tmp_path / "b.zip", manifest)
    with sqlite_store.read() as connection:
        assert len(connection.execute(sa.select(metadata.tables["batch"])).all()) == 2
    assert manifest.tables["batch"].rows == 1


def test_a_store_with_rows_is_not_overwritten_unless_told_to(full, tmp_path):
    write_backup(full, tmp_path / "b.zip")
    assert not is_empty(full)
    with pytest.raises(StoreError, match="已有内容"):
        restore(full, tmp_path / "b.zip")


def test_a_store_without_tables_has_nothing_to_back_up(tmp_path):
    blank = Store.as_it_is(f"sqlite:///{tmp_path / 'blank.db'}")
    with pytest.raises(StoreError, match="还没有建表"):
        write_backup(blank, tmp_path / "b.zip")
    blank.engine.dispose()


def rewritten(path, change):
    """Rewrite a backup with one of its files altered."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    target = path.with_name("rewritten.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def alter_manifest(**changes):
    def changed(files):
        files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | changes).encode()

    return changed


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda files: files.update({"profile.jsonl": files["profile.jsonl"].replace(b"P1", b"P9")}),
            "damaged",
        ),
        (lambda files: files.update({"profile.jsonl": b""}), "damaged"),
        (lambda files: files.pop("posting.jsonl"), "damaged"),
        (lambda files: files.pop("manifest.json"), "unreadable"),
        (alter_manifest(format="other"), "unreadable"),
    ],
)
def test_an_altered_backup_is_refused_before_anything_is_written(full, other, tmp_path, change, code):
    write_backup(full, tmp_path / "b.zip")
    with pytest.raises(FileProblem) as caught:
        restore(other, rewritten(tmp_path / "b.zip", change))
    assert caught.value.code == f"backup_{code}"
    assert is_empty(other)


def test_a_file_that_is_no_backup_is_refused(other, tmp_path):
    (tmp_path / "b.zip").write_bytes(b"PK nothing")
    for name in ("b.zip", "none.zip"):
        with pytest.raises(FileProblem, match=name):
            restore(other, tmp_path / name)


def test_a_backup_of_a_newer_program_is_refused(full, other, tmp_path):
    write_backup(full, tmp_path / "b.zip")
    with pytest.raises(StoreError, match="9999"):
        restore(other, rewritten(tmp_path / "b.zip", alter_manifest(revision="9999")))


def test_a_backup_of_an_older_version_goes_in_and_is_upgraded(store, tmp_path):
    old = Store.as_it_is(f"sqlite:///{tmp_path / 'old.db'}")
    old.upgrade("0001")
    with old.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO batch (batch_id, kind, file_name, file_sha256, parser_version, status, started_at)"
            " VALUES (7, 'posting', 'a', 'a', '1', 'done', '2026-03-01 00:00:00')"
        )
    manifest = write_backup(old, tmp_path / "old.zip")
    old.engine.dispose()
    assert manifest.revision == "0001"
    restore(store, tmp_path / "old.zip")
    assert store.revision == store.revisions()[0]
    assert begin_batch(store, "posting", "b", "b", "1") == 8


@pytest.mark.parametrize("known_from", ["the store", "a list"])
def test_who_was_erased_after_the_backup_does_not_come_back(full, other, tmp_path, known_from):
    path, listed = tmp_path / "b.zip", tmp_path / "tombstones.jsonl"
    write_backup(full, path)
    erase_person(
        full,
        "P1",
        key=KEY,
        actor="甲",
        reason="本人要求",
        texts_of=texts_of,
        reports=tmp_path,
        tombstone_file=listed,
    )
    if known_from == "the store":
        target, restored = full, restore(full, path, replace=True)
    else:
        target, restored = other, restore(other, path, tombstones=read_tombstone_file(listed))
    assert (restored.tombstones, restored.erased_again) == (1, 1)
    assert read_profiles(target)["profile_id"].tolist() == ["P2"]
    rows = rows_of_all(target)
    assert rows["consent"] == []
    assert [row[2] for row in rows["raw_row"] if row[0] == 1] == [{}, {"编号": "P2", "简介": "焊接"}]
    write_backup(target, tmp_path / "again.zip")
    assert restore(target, tmp_path / "again.zip", replace=True).erased_again == 0


def test_without_the_key_of_the_tombstones_nothing_is_restored(full, other, tmp_path):
    erase_person(
        full,
        "P1",
        key=KEY,
        actor="甲",
        reason="本人要求",
        texts_of=texts_of,
        reports=tmp_path,
        tombstone_file=tmp_path / "t.jsonl",
    )
    write_backup(full, tmp_path / "b.zip")
    with pytest.raises(StoreError, match="另一把密钥"):
        restore(other, tmp_path / "b.zip", key=b"other")
    assert is_empty(other)
