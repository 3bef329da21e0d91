"""Rows that go in by COPY are the rows that INSERT would have written."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from data import copying
from data.database import insert_rows, upsert
from data.store.batches import begin_batch
from data.store.history import replace_rows
from data.store.schema import batch_part, change, entry_posting, feed_row, posting, raw_row
from data.store.store import Store

DAY = dt.date(2026, 3, 1)
MANY = 150


@pytest.fixture
def postgres(lend_postgres):
    """Return an empty store on PostgreSQL."""
    with lend_postgres() as url:
        made = Store.as_it_is(url)
        yield made
        made.engine.dispose()


def rows(batch, count=MANY, **changes):
    """Return postings with every kind of value: none, texts that need quoting, lists, numbers, days."""
    plain = {
        "batch_id": batch,
        "source": "试",
        "title": "焊工\t二级\\N\n",
        "employer": '示例"装备"',
        "employer_key": "示例装备",
        "employer_is_agency": False,
        "credit_code": None,
        "industry_raw": "",
        "place_raw": "营口，鲅鱼圈",
        "salary_low": 5000.5,
        "headcount": 3,
        "skills": ["焊接", "C++", '"引号"', "\\"],
        "duties": "\\.",
        "majors": [],
        "licences": [],
        "languages": [],
        "engagement": ["全职"],
        "posted_on": DAY,
        "outcome": "未知",
        "synthetic": True,
    }
    return [
        plain | {"posting_id": f"p{i:04}", "row": i + 2, "source_row": i + 2} | changes for i in range(count)
    ]


def everything(store, table):
    """Return a table row by row."""
    with store.read() as connection:
        query = sa.select(table).order_by(*table.primary_key.columns)
        return [dict(row) for row in connection.execute(query).mappings()]


def write(store, monkeypatch, fewest, table, written, **options):
    """Write rows in a transaction, by COPY from a number of rows on."""
    monkeypatch.setattr(copying, "COPY_FROM", fewest)
    with store.begin() as connection:
        upsert(connection, table, written, **options)


def test_what_is_copied_is_what_would_be_inserted(store, monkeypatch):
    batch_id = begin_batch(store, "posting", "a.csv", "a" * 64, "1")
    written = rows(batch_id)
    write(store, monkeypatch, 10**9, posting, written)
    inserted = everything(store, posting)
    with store.begin() as connection:
        connection.execute(posting.delete())
    write(store, monkeypatch, 1, posting, written)
    assert everything(store, posting) == inserted
    assert [row["months"] for row in inserted[:2]] == [[], []]
    assert inserted[0] | written[0] == inserted[0]


@pytest.mark.postgres
@pytest.mark.parametrize("replace", [True, False])
def test_conflicts_end_as_they_do_without_copying(postgres, monkeypatch, replace):
    batch_id = begin_batch(postgres, "posting", "a.csv", "a" * 64, "1")
    first, second = rows(batch_id, 4), rows(batch_id, 6, title="电工")
    second.append(second[1] | {"title": "钳工"})
    found = []
    for fewest in (10**9, 1):
        with postgres.begin() as connection:
            connection.execute(posting.delete())
        write(postgres, monkeypatch, fewest, posting, first)
        write(postgres, monkeypatch, fewest, posting, second, replace=replace)
        found.append(everything(postgres, posting))
    assert found[0] == found[1]
    titles = [row["title"] for row in found[1]]
    kept = first[0]["title"]
    assert titles == (["电工", "钳工", *["电工"] * 4] if replace else [*[kept] * 4, "电工", "电工"])


@pytest.mark.postgres
def test_rows_that_are_keys_alone_stay_as_they_are(postgres, monkeypatch):
    batch_id = begin_batch(postgres, "posting", "a.csv", "a" * 64, "1")
    write(postgres, monkeypatch, 1, posting, rows(batch_id, 3))
    keys = [{"edition_id": 1, "entry_id": "e", "posting_id": f"p{i:04}"} for i in range(3)]
    for written in (keys[:2], keys):
        write(postgres, monkeypatch, 1, entry_posting, written)
    assert everything(postgres, entry_posting) == keys


@pytest.mark.postgres
def test_triggers_and_history_see_what_is_copied(postgres):
    batch_id = begin_batch(postgres, "posting", "a.csv", "a" * 64, "1")
    with postgres.begin() as connection:
        assert replace_rows(connection, posting, rows(batch_id), actor="甲", batch_id=batch_id) == MANY
        assert replace_rows(connection, posting, rows(batch_id), actor="甲", batch_id=batch_id) == 0
        again = rows(batch_id, title="电工")
        assert replace_rows(connection, posting, again, actor="乙", batch_id=batch_id) == MANY
    assert len(everything(postgres, feed_row)) == MANY
    noted = everything(postgres, change)
    assert len(noted) == MANY
    assert noted[0]["fields"] == {"title": [rows(batch_id, 1)[0]["title"], "电工"]}


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"source": "长" * 65}, sa.exc.DataError),
        ({"batch_id": 999}, sa.exc.IntegrityError),
        ({"title": None}, sa.exc.IntegrityError),
    ],
)
def test_what_the_database_refuses_is_told_as_ever_and_nothing_is_kept(postgres, changes, error):
    batch_id = begin_batch(postgres, "posting", "a.csv", "a" * 64, "1")
    with pytest.raises(error), postgres.begin() as connection:
        upsert(connection, posting, rows(batch_id, **changes))
    assert everything(postgres, posting) == []


@pytest.mark.postgres
def test_inserting_a_key_twice_is_refused(postgres):
    batch_id = begin_batch(postgres, "posting", "a.csv", "a" * 64, "1")
    parts = [
        {"batch_id": batch_id, "part": part, "committed_at": dt.datetime.now(dt.UTC), "report": {}}
        for part in range(MANY)
    ]
    with postgres.begin() as connection:
        insert_rows(connection, batch_part, parts)
        insert_rows(connection, batch_part, [])
        copying.copy_insert(connection, batch_part, [])
        copying.copy_upsert(connection, batch_part, [], replace=True)
    with pytest.raises(sa.exc.IntegrityError), postgres.begin() as connection:
        insert_rows(connection, batch_part, parts)
    assert len(everything(postgres, batch_part)) == MANY


def test_letters_of_json_are_kept_as_they_are_and_what_is_no_letter_as_an_escape(store):
    batch_id = begin_batch(store, "posting", "a.csv", "a" * 64, "1")
    contents = [{"岗位": "焊工"}, {"岗位": "\ud83d"}, {"岗位": "\x00😀"}]
    with store.begin() as connection:
        held = [{"batch_id": batch_id, "row": row, "content": each} for row, each in enumerate(contents)]
        upsert(connection, raw_row, held)
        query = sa.select(raw_row.c.content, sa.cast(raw_row.c.content, sa.Text)).order_by(raw_row.c.row)
        found = connection.execute(query).all()
    assert [row[0] for row in found] == contents
    assert [row[1] for row in found][:2] == ['{"岗位": "焊工"}', '{"\\u5c97\\u4f4d": "\\ud83d"}']
