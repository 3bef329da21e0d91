"""A store with one of everything that people can be held by."""

from __future__ import annotations

import datetime as dt
import hashlib

import numpy as np
import pandas as pd
import pytest

from data.store.batches import begin_batch, finish_batch, write_part, write_raw_rows
from data.store.profiles import write_profiles
from data.store.schema import posting, vacancy, vacancy_posting
from data.store.vectors import write_vectors

DAY = dt.date(2026, 3, 1)
KEY = b"k" * 32
SECRET = "深海钛合金载人球壳焊接"


def texts_of(row):
    """Return the texts of a profile that the tests encode."""
    return [row["title"], row["summary"]]


def profile_frame(ids=("P1", "P2"), **changes):
    """Return a frame of profiles; those after the first have nothing special."""
    row = {
        "title": "焊工",
        "summary": "焊接",
        "skills": ("焊接",),
        "majors": (),
        "willing_codes": (),
        "engagement": ("全职",),
        "licences": (),
        "languages": (),
        "synthetic": False,
        "active_on": DAY,
    }
    first = row | {"title": SECRET, "summary": SECRET + "二十年"} | changes
    return pd.DataFrame(
        [(first if i == 0 else row) | {"profile_id": each, "row": i + 2} for i, each in enumerate(ids)]
    )


@pytest.fixture
def write_people():
    """Return a function that reads a file of profiles into a store."""

    def writes(store, sha="a" * 64, version="1", **changes):
        frame = profile_frame(**changes)
        batch_id = begin_batch(store, "profile", "people.csv", sha, version)
        raw = pd.DataFrame(
            {"编号": frame["profile_id"].tolist(), "简介": frame["summary"].tolist()}, index=frame["row"]
        )
        subjects = dict(zip(frame["row"], frame["profile_id"], strict=True))
        with store.begin() as connection:
            write_raw_rows(connection, batch_id, raw, subjects=subjects)
            write_profiles(connection, batch_id, frame)
        texts = [text for row in frame.to_dict("records") for text in texts_of(row)]
        hashes = [hashlib.sha256(text.encode()).digest() for text in dict.fromkeys(texts)]
        write_vectors(store, "test", hashes, np.ones((len(hashes), 2), np.float32))
        finish_batch(store, batch_id, {"report_file": f"people-{sha[:8]}-问题清单.xlsx"})
        return batch_id

    return writes


@pytest.fixture
def write_needs():
    """Return a function that puts postings, each in a vacancy of its own, into a store."""

    def writes(store, count=2, sha="b" * 64, *, done=True):
        batch_id = begin_batch(store, "posting", "needs.csv", sha, "1")
        rows = [
            {
                "posting_id": f"p{i}",
                "batch_id": batch_id,
                "row": i + 2,
                "source": "test",
                "source_row": i + 2,
                "title": "焊工",
                "employer": "示例装备",
                "employer_key": "示例装备",
                "employer_is_agency": False,
                "industry_raw": "",
                "place_raw": "",
                "skills": ["焊接"],
                "duties": "",
                "majors": [],
                "licences": [],
                "languages": [],
                "engagement": ["全职"],
                "posted_on": DAY,
                "outcome": "未知",
                "synthetic": False,
                "salary_low": 5000.5,
            }
            for i in range(count)
        ]
        with store.begin() as connection:
            write_raw_rows(
                connection, batch_id, pd.DataFrame({"岗位": ["焊工"] * count}, index=range(2, count + 2))
            )
            connection.execute(posting.insert(), rows)
            connection.execute(
                vacancy.insert(),
                [
                    {"vacancy_id": f"v{i}", "posting_id": f"p{i}", "outcome": "未知", "synthetic": False}
                    for i in range(count)
                ],
            )
            connection.execute(
                vacancy_posting.insert(),
                [{"vacancy_id": f"v{i}", "posting_id": f"p{i}", "relation": "only"} for i in range(count)],
            )
            write_part(connection, batch_id, 0, {"rows": count})
        if done:
            finish_batch(store, batch_id, {"rows": count})
        return batch_id

    return writes
