"""The store keeps what it is given, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from data.errors import StoreError
from data.store.batches import begin_batch, finish_batch, finished_report, write_raw_rows
from data.store.documents import current_edition, current_forecast, write_edition, write_forecast
from data.store.postings import count_postings, read_postings, write_postings
from data.store.profiles import read_profiles, write_profiles
from data.store.reviews import read_reviews, write_reviews
from data.store.schema import metadata, posting, raw_row
from data.store.store import Store
from data.store.vacancies import merge_employers, read_vacancies

DAY = dt.date(2026, 3, 1)


def postings(count=2, **changes):
    row = {
        "row": 2,
        "source": "test",
        "source_row": 2,
        "title": "焊工",
        "employer": "示例装备",
        "employer_key": "示例装备",
        "employer_is_agency": False,
        "credit_code": None,
        "industry_raw": "",
        "place_raw": "",
        "place_code": "210811",
        "salary_low": 5000.0,
        "salary_high": np.nan,
        "skills": ("焊接", "切割"),
        "duties": "",
        "majors": (),
        "licences": (),
        "languages": (),
        "engagement": ("全职",),
        "posted_on": DAY,
        "outcome": "未知",
        "findings": (),
        "synthetic": False,
        "headcount": 3,
    } | changes
    return pd.DataFrame([{**row, "posting_id": f"p{i}"} for i in range(count)])


def write(store, batch_id, frame):
    with store.begin() as connection:
        return write_postings(connection, batch_id, frame)


def new_batch(store, name="a.csv", sha="0" * 64):
    return begin_batch(store, "postings", name, sha, "1")


# Alembic cannot compare indexes on expressions; those are for PostgreSQL alone.
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_migrations_make_exactly_the_declared_tables(store):
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_twice_changes_nothing(sqlite_store):
    new_batch(sqlite_store)
    again = Store.from_url(sqlite_store.engine.url.render_as_string())
    assert finished_report(again, "postings", "0" * 64, "1") is None
    again.engine.dispose()


def test_a_database_that_is_not_there_is_named_without_its_password():
    with pytest.raises(StoreError, match="打不开数据库") as caught:
        Store.from_url("postgresql+psycopg://u:secret@127.0.0.1:1/none?connect_timeout=2")
    assert "secret" not in str(caught.value)


def test_postings_come_back_as_they_went_in(store):
    write(store, new_batch(store), postings())
    frame = read_postings(store)
    assert frame["posting_id"].tolist() == ["p0", "p1"]
    assert frame["skills"].tolist() == [("焊接", "切割")] * 2
    assert frame["posted_on"].tolist() == [DAY, DAY]
    assert frame["salary_high"].isna().all()
    assert frame["headcount"].tolist() == [3, 3]
    assert read_postings(store, ids=["p1"])["posting_id"].tolist() == ["p1"]
    assert len(read_postings(store, ids=[])) == 0
    assert count_postings(store) == 2


def test_the_same_posting_again_replaces_the_row(store):
    batch_id = new_batch(store)
    write(store, batch_id, postings())
    write(store, batch_id, postings(title="高级焊工"))
    assert read_postings(store)["title"].tolist() == ["高级焊工"] * 2


def test_merging_again_replaces_what_was_merged_before(store):
    batch_id = new_batch(store)
    write(store, batch_id, postings())
    assert merge_employers(store, ["示例装备"]) == (2, 1, {"test": 1})
    write(store, batch_id, postings(3))
    assert merge_employers(store, ["示例装备", "示例装备"]) == (3, 1, {"test": 2})
    vacancies = read_vacancies(store)
    assert vacancies["posting_ids"].tolist() == [("p0", "p1", "p2")]
    assert vacancies["heads"].tolist() == [3.0]
    assert vacancies["opened_on"].tolist() == [DAY]
    assert merge_employers(store, ["不存在"]) == (0, 0, {})


def test_profiles_come_back_as_they_went_in(store):
    frame = pd.DataFrame(
        [
            {
                "profile_id": "P1",
                "row": 2,
                "title": "焊工",
                "summary": "",
                "skills": ("焊接",),
                "majors": (),
                "willing_codes": ("210800",),
                "engagement": ("全职",),
                "licences": (),
                "languages": ("zh",),
                "synthetic": True,
                "active_on": DAY,
            }
        ]
    )
    batch_id = begin_batch(store, "profiles", "b.csv", "1" * 64, "1")
    with store.begin() as connection:
        assert write_profiles(connection, batch_id, frame) == 1
    row = read_profiles(store).to_dict("records")[0]
    assert row["willing_codes"] == ("210800",)
    assert row["synthetic"] is True
    assert row["education"] is None


def test_a_reading_cut_off_is_taken_up_and_a_finished_one_is_remembered(store):
    first = new_batch(store)
    assert new_batch(store) == first
    assert finished_report(store, "postings", "0" * 64, "1") is None
    finish_batch(store, first, {"rows": 2})
    assert finished_report(store, "postings", "0" * 64, "1") == {"rows": 2}
    assert finished_report(store, "postings", "0" * 64, "2") is None


def test_raw_rows_are_kept_once(store):
    batch_id = new_batch(store)
    frame = pd.DataFrame([{"岗位": "焊工"}, {"岗位": "钳工"}], index=[2, 5])
    for _ in range(2):
        with store.begin() as connection:
            write_raw_rows(connection, batch_id, frame)
    with store.read() as connection:
        rows = connection.execute(sa.select(raw_row.c.row, raw_row.c.content).order_by(raw_row.c.row)).all()
    assert [tuple(row) for row in rows] == [(2, {"岗位": "焊工"}), (5, {"岗位": "钳工"})]


def test_a_failing_transaction_leaves_nothing(store):
    batch_id = new_batch(store)
    with pytest.raises(sa.exc.IntegrityError), store.begin() as connection:
        connection.execute(posting.insert(), [{"posting_id": "p", "batch_id": batch_id, "row": 1}])
    assert count_postings(store) == 0


def test_reviews_are_brought_up_to_date_and_read_by_frequency(store):
    case = {"kind": "occupation", "suggestions": []}
    write_reviews(store, [case | {"text": "甲", "count": 1}, case | {"text": "乙", "count": 5}])
    write_reviews(store, [case | {"text": "甲", "count": 9}])
    assert [row["text"] for row in read_reviews(store, kind="occupation")] == ["甲", "乙"]
    assert read_reviews(store, kind="major") == []


def test_the_newest_edition_is_the_current_one_with_entries_in_order(store):
    batch_id = new_batch(store)
    with store.begin() as connection:
        write_postings(connection, batch_id, postings())
    header = {
        "region": "yingkou",
        "kind": "demand",
        "edition": "2026Q1",
        "as_of": DAY,
        "snapshot": "s",
        "method_version": "1",
        "synthetic": True,
        "document": {"title": "目录"},
    }
    write_edition(store, header, [({"entry_id": "e1"}, ["p0", "p1"])])
    write_edition(
        store, header | {"edition": "2026Q2"}, [({"entry_id": "b"}, ["p0"]), ({"entry_id": "a"}, [])]
    )
    current = current_edition(store, "yingkou", "demand")
    assert current["edition"] == "2026Q2"
    assert [entry["entry_id"] for entry in current["entries"]] == ["b", "a"]
    assert current_edition(store, "yingkou", "shortage") is None


def test_the_newest_forecast_is_the_current_one(store):
    assert current_forecast(store, "yingkou") is None
    header = {"region": "yingkou", "as_of": DAY, "method": "m", "synthetic": False}
    write_forecast(store, header | {"document": {"n": 1}})
    write_forecast(store, header | {"document": {"n": 2}})
    assert current_forecast(store, "yingkou")["document"] == {"n": 2}


def test_time_share_and_months_come_back_as_written(store):
    batch_id = begin_batch(store, "posting", "m.csv", "m", "1")
    write(store, batch_id, postings(1, time_share=0.4, months=(1, 11, 12)))
    read = read_postings(store).iloc[0]
    assert (read["time_share"], read["months"]) == (0.4, (1, 11, 12))
    plain = write(store, batch_id, postings(1))
    assert plain == 0, "columns that a frame does not have are left as they are"
