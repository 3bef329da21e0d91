"""A store with two months whose differences are known."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.regions import read_region
from data.store.batches import begin_batch, finish_batch
from data.store.profiles import write_profiles
from data.store.schema import posting, vacancy

POSTING = {
    "source": "test",
    "employer_is_agency": False,
    "industry_raw": "",
    "place_raw": "",
    "place_code": "210882",
    "duties": "负责电熔镁砂生产。",
    "majors": [],
    "licences": [],
    "languages": [],
    "skills": ["电熔镁砂"],
    "engagement": ["全职"],
    "education": "大专",
    "experience_low": 2.0,
    "outcome": "未知",
    "synthetic": False,
    "occupation_code": "2-02-17-01",
    "occupation_method": "embedding",
    "industry_code": "C3099",
    "salary_low": 6000.0,
    "salary_high": 9000.0,
}
TITLES = ("镁砂工艺工程师", "岸桥司机", "会计", "电气工程师")


@pytest.fixture(scope="session")
def region():
    return read_region("yingkou")


@pytest.fixture
def write_months():
    """Return a function that writes vacancies by month into a store, by 20 employers in turn."""

    def writes(store, months, *, employers=20, sha="c" * 64):
        batch_id = begin_batch(store, "posting", f"{sha[:4]}.csv", sha, "1")
        rows, needs = [], []
        rng = np.random.default_rng(1)
        for month, (count, changes) in months.items():
            first = dt.date.fromisoformat(f"{month}-01")
            for i in range(count):
                number = len(rows)
                own = changes(i) if callable(changes) else changes
                employer = f"单位{i % employers}"
                row = {
                    **POSTING,
                    "posting_id": f"{sha[0]}{number}",
                    "batch_id": batch_id,
                    "row": number + 2,
                    "source_row": number + 2,
                    "title": TITLES[i % 4],
                    "employer": employer,
                    "employer_key": employer,
                    "end_employer_key": employer,
                    "posted_on": first + dt.timedelta(days=i % 28),
                    "salary_low": float(6000 + 100 * rng.integers(10)),
                    **own,
                }
                rows.append(row)
                needs.append(
                    {
                        "vacancy_id": f"v{row['posting_id']}",
                        "posting_id": row["posting_id"],
                        "heads": 1 + i % 3,
                        "opened_on": row["posted_on"],
                        "outcome": "未知",
                        "synthetic": row["synthetic"],
                        "employer_key": row["employer_key"],
                    }
                )
        with store.begin() as connection:
            connection.execute(posting.insert(), rows)
            connection.execute(vacancy.insert(), needs)
        finish_batch(store, batch_id, {})

    return writes


@pytest.fixture
def write_people():
    """Return a function that writes profiles of a place into a store."""

    def writes(store, count=30):
        batch_id = begin_batch(store, "profile", "people.csv", "d" * 64, "1")
        frame = pd.DataFrame(
            [
                {
                    "profile_id": f"P{i}",
                    "row": i + 2,
                    "title": TITLES[i % 4],
                    "summary": "五年电熔镁砂生产。",
                    "skills": ("电熔镁砂",),
                    "majors": (),
                    "education": "本科",
                    "experience_years": 5.0,
                    "place_code": "210882",
                    "willing_codes": (),
                    "engagement": ("全职",),
                    "licences": (),
                    "languages": (),
                    "synthetic": False,
                }
                for i in range(count)
            ]
        )
        with store.begin() as connection:
            write_profiles(connection, batch_id, frame)
        finish_batch(store, batch_id, {})

    return writes
