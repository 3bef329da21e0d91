"""Parts of a file are committed whole and once; rows that were emptied stay empty."""

from __future__ import annotations

import pandas as pd
import pytest
import sqlalchemy as sa

from data.store.batches import begin_batch, committed_parts, write_part, write_raw_rows
from data.store.schema import raw_row


def rows_in(store):
    query = sa.select(raw_row.c.batch_id, raw_row.c.row, raw_row.c.content, raw_row.c.subject_id)
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(raw_row.c.batch_id, raw_row.c.row))]


def write(store, batch_id, **more):
    frame = pd.DataFrame({"岗位": ["焊工", "钳工"]}, index=[2, 3])
    with store.begin() as connection:
        write_raw_rows(connection, batch_id, frame, **more)


def test_parts_are_remembered_in_order_with_their_reports(store):
    batch_id = begin_batch(store, "posting", "a.csv", "0" * 64, "1")
    assert committed_parts(store, batch_id) == {}
    for part in (1, 0):
        with store.begin() as connection:
            write_part(connection, batch_id, part, {"rows": part})
    assert list(committed_parts(store, batch_id).items()) == [(0, {"rows": 0}), (1, {"rows": 1})]
    with pytest.raises(sa.exc.IntegrityError), store.begin() as connection:
        write_part(connection, batch_id, 1, {})


def test_a_part_that_fails_leaves_neither_rows_nor_a_mark(store):
    batch_id = begin_batch(store, "posting", "a.csv", "0" * 64, "1")
    with pytest.raises(ZeroDivisionError), store.begin() as connection:
        write_raw_rows(connection, batch_id, pd.DataFrame({"岗位": ["焊工"]}))
        write_part(connection, batch_id, 0, {"rows": 1 / 0})
    assert rows_in(store) == []
    assert committed_parts(store, batch_id) == {}


def test_rows_know_whom_they_speak_of(store):
    batch_id = begin_batch(store, "posting", "a.csv", "0" * 64, "1")
    write(store, batch_id, subjects={3: "p1"})
    assert [row[3] for row in rows_in(store)] == [None, "p1"]


def test_no_rows_are_no_trouble(store):
    batch_id = begin_batch(store, "posting", "a.csv", "0" * 64, "1")
    with store.begin() as connection:
        write_raw_rows(connection, batch_id, pd.DataFrame())
    assert rows_in(store) == []


def test_a_row_that_was_emptied_stays_empty_even_for_a_newer_parser(store):
    first = begin_batch(store, "posting", "a.csv", "0" * 64, "1")
    write(store, first)
    with store.begin() as connection:
        connection.execute(raw_row.update().where(raw_row.c.row == 3).values(content={}))
    write(store, first)
    second = begin_batch(store, "posting", "a.csv", "0" * 64, "2")
    write(store, second, subjects={2: "p0", 3: "p1"})
    other = begin_batch(store, "posting", "b.csv", "1" * 64, "1")
    write(store, other)
    full = {"岗位": "钳工"}
    assert [row[2] for row in rows_in(store) if row[1] == 3] == [{}, {}, full]
    assert (second, 3, {}, None) in rows_in(store)
