"""A store of the first version is brought up to date with its rows in it."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from data.store.checks import State, check_store
from data.store.history import read_changes
from data.store.schema import metadata

DAY = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def first_version(store):
    """Return the store as the first version left it, with a row in every table that later ones touch."""
    with store.begin() as connection:
        there = sa.MetaData()
        there.reflect(connection)
        there.drop_all(connection)
    store.upgrade("0001")
    old = sa.MetaData()
    old.reflect(store.engine)
    texts = {
        column.name: "文字"
        for column in old.tables["posting"].columns
        if not column.nullable and isinstance(column.type, sa.String)
    }
    lists = {name: ["焊接"] for name in ("skills", "majors", "licences", "languages", "engagement")}
    row = texts | lists | {"batch_id": 1, "source_row": 2, "employer_is_agency": False, "synthetic": False}
    profile = {
        name: row[name] for name in ("title", "skills", "majors", "licences", "languages", "engagement")
    }
    batch = {"kind": "posting", "file_name": "a", "parser_version": "1", "status": "done", "started_at": DAY}
    with store.begin() as connection:
        insert = lambda name, *rows: connection.execute(old.tables[name].insert(), list(rows))  # noqa: E731
        insert(
            "batch",
            batch | {"batch_id": 1, "file_sha256": "a"},
            batch | {"batch_id": 2, "file_sha256": "b", "kind": "profile"},
        )
        insert("raw_row", *({"batch_id": n, "row": r, "content": {"a": "b"}} for n in (1, 2) for r in (2, 3)))
        insert(
            "posting",
            row | {"posting_id": "p0", "row": 2, "excluded_clauses": ["限男性"], "employer_key": "甲"},
            row | {"posting_id": "p1", "row": 3, "excluded_clauses": [], "employer_key": "乙"},
        )
        insert(
            "profile",
            profile
            | {
                "profile_id": "P1",
                "batch_id": 2,
                "row": 2,
                "summary": "",
                "willing_codes": [],
                "synthetic": True,
            },
        )
        vacancies = [{"vacancy_id": f"v{i}", "posting_id": f"p{i}", "outcome": "未知"} for i in (0, 1)]
        insert("vacancy", *(each | {"synthetic": False} for each in vacancies))
        insert(
            "vacancy_posting",
            *(
                {**each, "relation": "only"}
                for each in (
                    {"vacancy_id": "v0", "posting_id": "p0"},
                    {"vacancy_id": "v1", "posting_id": "p1"},
                )
            ),
        )
    return store


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_rows_of_the_first_version_survive_and_get_what_is_new(first_version):
    store = first_version
    store.upgrade()
    now = sa.MetaData()
    now.reflect(store.engine)
    tables = now.tables
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        postings = connection.execute(sa.select(tables["posting"]).order_by("posting_id")).mappings().all()
        keys = connection.execute(
            sa.select(tables["vacancy"].c.employer_key).order_by(tables["vacancy"].c.vacancy_id)
        ).scalars()
        assert list(keys) == ["甲", "乙"]
        subjects = connection.execute(
            sa.select(tables["raw_row"].c.subject_id).order_by("batch_id", "row")
        ).scalars()
        assert list(subjects) == ["p0", "p1", "P1", None]
    assert [row["end_employer_key"] for row in postings] == ["甲", "乙"]
    assert [[finding["text"] for finding in row["findings"]] for row in postings] == [["限男性"], []]
    assert postings[0]["major_codes"] == []
    assert read_changes(store, table_name="posting", row_key="p0") == []
    assert [check.name for check in check_store(store) if check.state is State.WRONG] == []


def test_a_store_of_an_older_version_is_told_what_to_do_and_nothing_else(first_version):
    *_, check = check_store(first_version)
    assert check.name == "schema"
    assert check.state is State.WRONG
    assert "0001" in check.message
    assert "db upgrade" in check.message
