"""A check names what is wrong and what to do, and finds nothing in a store that is well."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from data.store.batches import write_part
from data.store.checks import State, check_store
from data.store.schema import batch, consent, posting, vacancy_posting
from data.store.store import Store


def wrong(store):
    return {check.name: check.message for check in check_store(store) if check.state is State.WRONG}


@pytest.fixture
def well(store, write_people, write_needs):
    """Return a store in which all is well."""
    write_people(store)
    write_needs(store)
    return store


def test_a_store_that_is_well_has_nothing_wrong(well):
    checks = check_store(well)
    assert {check.state for check in checks} == {State.GOOD}
    assert {"schema", "file", "references", "history", "batches", "vacancies", "separation"} < {
        check.name for check in checks
    }
    assert "posting 2" in checks[-1].message


def test_an_empty_store_is_well_and_a_blank_database_is_told(store, tmp_path):
    assert wrong(store) == {}
    blank = Store.as_it_is(f"sqlite:///{tmp_path / 'blank.db'}")
    assert "空库" in wrong(blank)["schema"]
    blank.engine.dispose()


def test_a_reading_cut_off_is_wrong_and_one_under_way_is_not(well, write_needs):
    with well.begin() as connection:
        connection.execute(batch.update().where(batch.c.kind == "profile").values(status="running"))
    (note,) = (check for check in check_store(well) if check.state is State.NOTE)
    assert "正在导入" in note.message
    started = dt.datetime.now(dt.UTC) - dt.timedelta(hours=30)
    with well.begin() as connection:
        connection.execute(batch.update().where(batch.c.kind == "profile").values(started_at=started))
    assert "people.csv" in wrong(well)["batches"]
    assert "30 小时" in wrong(well)["batches"]
    with well.begin() as connection:
        write_part(connection, 1, 0, {})
    assert wrong(well) == {}


@pytest.mark.parametrize(
    ("column", "told"), [("vacancy_id", "p0（0）、p1（2）"), ("posting_id", "p0（2）、p1（0）")]
)
def test_a_posting_in_no_vacancy_or_in_two_is_named(well, column, told):
    row = {"vacancy_id": "v0", "posting_id": "p1", "relation": "copy"}
    if column == "posting_id":
        row |= {"vacancy_id": "v1", "posting_id": "p0"}
    other = "p0" if column == "vacancy_id" else "p1"
    with well.begin() as connection:
        connection.execute(vacancy_posting.delete().where(vacancy_posting.c.posting_id == other))
        connection.execute(vacancy_posting.insert().values(**row))
    assert told in wrong(well)["vacancies"]


def test_postings_of_a_reading_under_way_need_no_vacancy_yet(store, write_needs):
    write_needs(store, done=False)
    with store.begin() as connection:
        connection.execute(vacancy_posting.delete())
    assert wrong(store) == {}


def test_a_row_that_refers_to_nothing_is_named(well):
    day = dt.date(2026, 3, 1)
    given = {"agency": "机构", "purpose": "面试", "recorded_by": "甲"}
    with well.begin() as connection:
        connection.execute(
            consent.insert().values(
                profile_id="P9",
                **given,
                valid_from=day,
                valid_to=day,
                recorded_at=dt.datetime.now(dt.UTC),
            )
        )
        connection.execute(posting.update().where(posting.c.posting_id == "p0").values(row=99))
    messages = [check.message for check in check_store(well) if check.state is State.WRONG]
    assert any("consent 有 1 行的 profile_id" in message for message in messages)
    assert any("posting 有 1 行的 batch_id、row" in message for message in messages)


def test_a_foreign_key_broken_behind_the_databases_back_is_found(sqlite_store, write_needs):
    write_needs(sqlite_store)
    with sqlite_store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.execute(sa.text("DELETE FROM vacancy WHERE vacancy_id = 'v0'"))
        connection.commit()
    assert "vacancy_posting" in wrong(sqlite_store)["references"]


def test_a_history_that_can_be_altered_is_wrong(store):
    name = "change_append_only ON change" if store.engine.dialect.name == "postgresql" else "change_no_update"
    with store.begin() as connection:
        connection.execute(sa.text(f"DROP TRIGGER {name}"))
    assert name.split(maxsplit=1)[0] in wrong(store)["history"]


def test_tables_of_a_survey_are_wrong_here(store):
    with store.begin() as connection:
        connection.execute(sa.text("CREATE TABLE form_return (id INTEGER)"))
    assert "form_return" in wrong(store)["separation"]


@pytest.mark.parametrize(("first", "last"), [(4096 * 30, 4096 * 40), (0, 100)])
def test_a_damaged_file_is_told_and_nothing_else_is_looked_at(
    sqlite_store, write_needs, tmp_path, first, last
):
    write_needs(sqlite_store, 300)
    with sqlite_store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    sqlite_store.engine.dispose()
    path = tmp_path / "test.db"
    content = bytearray(path.read_bytes())
    assert len(content) > 4096 * 50
    content[first:last] = b"\xa5" * (last - first)
    path.write_bytes(content)
    damaged = Store.as_it_is(f"sqlite:///{path}")
    (only,) = check_store(damaged)
    assert (only.name, only.state) == ("file", State.WRONG)
    assert "备份恢复" in only.message
    damaged.engine.dispose()


def test_another_journal_is_told(tmp_path):
    store = Store.from_url(f"sqlite:///{tmp_path / 'test.db'}")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    # Opened without the settings that would put the journal right.
    plain = Store(sa.create_engine(store.engine.url))
    store.engine.dispose()
    assert "delete" in wrong(plain)["journal"]
    plain.engine.dispose()
