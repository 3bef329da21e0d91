from __future__ import annotations

import datetime as dt

import pandas as pd
import sqlalchemy as sa

from data.demand import of_one_nature, read_adverts, read_registrations
from data.store.batches import begin_batch, write_raw_rows
from data.store.schema import batch, posting

DAY = dt.date(2026, 3, 1)
PLAIN = {
    "row": 2,
    "source_row": 2,
    "title": "焊工",
    "employer": "甲",
    "employer_key": "甲",
    "employer_is_agency": False,
    "industry_raw": "",
    "place_raw": "",
    "skills": [],
    "duties": "",
    "majors": [],
    "licences": [],
    "languages": [],
    "engagement": [],
    "outcome": "未知",
    "synthetic": False,
}


def test_real_rows_leave_the_generated_ones_out() -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "synthetic": [True, False]})
    assert of_one_nature(frame)["id"].tolist() == ["b"]
    assert of_one_nature(frame[frame["synthetic"]])["id"].tolist() == ["a"]
    assert of_one_nature(frame.iloc[:0]).empty


def test_adverts_tell_the_source_and_day_of_every_posting_of_a_vacancy(store) -> None:
    batch_id = begin_batch(store, "posting", "a.csv", "a" * 64, "1")
    days = [{"posted_on": DAY, "observed_on": None}, {"posted_on": None, "observed_on": DAY}]
    rows = [
        {**PLAIN, **days[n], "posting_id": f"p{n}", "batch_id": batch_id, "source": source}
        for n, source in enumerate(("甲网", "乙网"))
    ]
    with store.begin() as connection:
        for row in rows:
            connection.execute(posting.insert(), [row])
    vacancies = pd.DataFrame({"vacancy_id": ["v"], "posting_ids": [("p0", "p1")]})
    assert read_adverts(store, vacancies).to_dict("list") == {
        "vacancy_id": ["v", "v"],
        "posting_id": ["p0", "p1"],
        "source": ["甲网", "乙网"],
        "posted_on": [DAY, DAY],
    }
    assert read_adverts(store, vacancies.iloc[:0]).empty


def test_registrations_tell_the_first_and_the_last_file_of_each_profile(store) -> None:
    for number, month in enumerate((1, 5)):
        batch_id = begin_batch(store, "profile", "p.csv", str(number) * 64, "1")
        subjects = {2: "P1", 3: "P2"} if month == 5 else {2: "P1"}
        raw = pd.DataFrame({"编号": list(subjects.values())}, index=list(subjects))
        with store.begin() as connection:
            write_raw_rows(connection, batch_id, raw, subjects=subjects)
            started = dt.datetime(2026, month, 1, 12, tzinfo=dt.UTC)
            connection.execute(
                sa.update(batch).where(batch.c.batch_id == batch_id).values(started_at=started)
            )
    assert read_registrations(store).to_dict("list") == {
        "profile_id": ["P1", "P2"],
        "first_on": [dt.date(2026, 1, 1), dt.date(2026, 5, 1)],
        "last_on": [dt.date(2026, 5, 1), dt.date(2026, 5, 1)],
    }


def test_files_of_other_kinds_register_nobody(sqlite_store) -> None:
    batch_id = begin_batch(sqlite_store, "posting", "p.csv", "0" * 64, "1")
    with sqlite_store.begin() as connection:
        write_raw_rows(connection, batch_id, pd.DataFrame({"a": ["b"]}, index=[2]), subjects={2: "p0"})
    assert read_registrations(sqlite_store).empty
