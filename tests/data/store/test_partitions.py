"""Large tables of PostgreSQL are cut into partitions; on SQLite nothing is different."""

from __future__ import annotations

import pandas as pd
import pytest
import sqlalchemy as sa

from data.store.audit import Access, Action, AuditQuery, read_accesses, read_audit, record_access
from data.store.audit_chain import verify_audit
from data.store.batches import begin_batch, read_raw_rows, write_raw_rows
from data.store.checks import State, check_store
from data.store.history import read_changes, record_change
from data.store.partitions import GROWING, extend_partitions
from data.store.schema import change
from data.store.store import Store

KEY = b"k" * 32
PARTS = """
SELECT inhparent::regclass::text AS parent, count(*) FROM pg_inherits
JOIN pg_class ON pg_class.oid = inhparent WHERE relkind = 'p' GROUP BY 1 ORDER BY 1
"""


@pytest.fixture
def postgres(lend_postgres):
    """Return an empty store on PostgreSQL."""
    with lend_postgres() as url:
        made = Store.as_it_is(url)
        yield made
        made.engine.dispose()


def look(store, *people):
    """Note a look at people."""
    shown = list(people)
    record_access(
        store, Access("甲", Action.MATCH_PROFILES, len(shown), vacancy_id="V1", shown=shown), key=KEY
    )


def note_change(store, number):
    """Note that a posting changed, under a number."""
    with store.begin() as connection:
        if number is not None:
            sequence = "SELECT setval('change_change_id_seq', %(last)s)"
            connection.exec_driver_sql(sequence, {"last": number - 1})
        record_change(
            connection, actor="甲", table_name="posting", row_key="p", kind="replaced", fields={"a": [1, 2]}
        )


@pytest.mark.postgres
def test_a_store_of_the_version_before_keeps_every_row_and_rule(postgres):
    with postgres.begin() as connection:
        there = sa.MetaData()
        there.reflect(connection)
        there.drop_all(connection)
    postgres.upgrade("0019")
    frame = pd.DataFrame({"岗位": ["焊工", "电工"]}, index=[2, 3])
    for number in range(20):
        batch_id = begin_batch(postgres, "posting", "a.csv", f"{number:064}", "1")
        with postgres.begin() as connection:
            write_raw_rows(connection, batch_id, frame, subjects={2: f"p{number}"})
    look(postgres, "P1", "P2")
    look(postgres, "P2")
    note_change(postgres, None)
    noted = read_changes(postgres, table_name="posting", row_key="p")
    postgres.upgrade()
    with postgres.read() as connection:
        parts = dict(map(tuple, connection.exec_driver_sql(PARTS)))
    assert parts == {"access_person": 6, "change": 6, "raw_row": 16}
    assert read_raw_rows(postgres, 20, [2, 3]) == {2: {"岗位": "焊工"}, 3: {"岗位": "电工"}}
    assert read_changes(postgres, table_name="posting", row_key="p") == noted
    look(postgres, "P2")
    note_change(postgres, None)
    assert len(read_accesses(postgres, "P2", key=KEY)) == 3
    assert [entry.number for entry in read_audit(postgres, AuditQuery(subject="P1"), key=KEY)] == [1]
    assert verify_audit(postgres).faults == ()
    assert [each.message for each in check_store(postgres) if each.state is State.WRONG] == []


@pytest.mark.postgres
def test_a_migration_that_is_cut_off_leaves_the_store_as_it_was(postgres):
    with postgres.begin() as connection:
        there = sa.MetaData()
        there.reflect(connection)
        there.drop_all(connection)
    postgres.upgrade("0019")
    note_change(postgres, None)
    with postgres.begin() as connection:
        # In the way of the last thing that the migration makes.
        connection.exec_driver_sql("CREATE INDEX ix_profile_skill_codes ON profile (profile_id)")
    with pytest.raises(sa.exc.ProgrammingError):
        postgres.upgrade()
    assert postgres.revision == "0019"
    assert len(read_changes(postgres, table_name="posting", row_key="p")) == 1
    with postgres.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_profile_skill_codes")
    postgres.upgrade()
    assert len(read_changes(postgres, table_name="posting", row_key="p")) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["change", "access_person"])
def test_neither_a_table_nor_a_partition_of_it_lets_a_row_be_altered(postgres, table):
    look(postgres, "P1")
    note_change(postgres, None)
    for name in (table, f"public_parts.{table}_from_0", f"public_parts.{table}_rest"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), postgres.begin() as connection:
            connection.exec_driver_sql(f"DELETE FROM {name}")


@pytest.mark.postgres
def test_numbers_go_on_behind_those_of_32_bits(postgres):
    note_change(postgres, 2**31 + 5)
    with postgres.read() as connection:
        assert connection.execute(sa.select(change.c.change_id)).scalars().all() == [2**31 + 5]


@pytest.mark.postgres
def test_there_are_always_partitions_ahead(postgres):
    changes = next(each for each in GROWING if each.table is change)
    assert extend_partitions(postgres) == []
    note_change(postgres, 2 * changes.step + 7)
    made = extend_partitions(postgres)
    assert made == [f"public_parts.change_from_{number * changes.step}" for number in (5, 6)]
    assert extend_partitions(postgres) == []
    # Far beyond the last one: into the rest, behind which the next ones begin.
    note_change(postgres, 12 * changes.step + 1)
    made = extend_partitions(postgres)
    assert made == [f"public_parts.change_from_{number * changes.step}" for number in range(13, 17)]
    note_change(postgres, 13 * changes.step)
    with postgres.read() as connection:
        found = connection.exec_driver_sql("SELECT tableoid::regclass::text FROM change ORDER BY change_id")
        assert [each.removeprefix("public_parts.") for each in found.scalars()] == [
            "change_from_20000000",
            "change_rest",
            "change_from_130000000",
        ]
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), postgres.begin() as connection:
        connection.exec_driver_sql("DELETE FROM public_parts.change_from_130000000")


def test_a_file_of_sqlite_has_no_partitions(sqlite_store):
    assert extend_partitions(sqlite_store) == []
