"""Vacancies of a few quarters whose counts can be worked out by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.records import Outcome
from data.regions import read_region

MAGNESIA, PETRO = "镁材料深加工", "石化与精细化工"
FIREBRICK, WELDER = "6-15-05-01", "6-18-02-04"


def need(
    employer, *, code=FIREBRICK, industry=MAGNESIA, place="210882", heads=10.0, opened="2026-08-01", **other
):
    """One vacancy."""
    row = {
        "employer": employer, "employer_is_agency": False, "title": "岗位", "occupation_code": code,
        "occupation_name": "职业", "key_industry": industry, "place_code": place, "heads": heads,
        "opened_on": dt.date.fromisoformat(opened), "closed_on": None, "outcome": Outcome.OPEN,
        "start_by": None, "valid_until": None, "salary_low": 5000.0, "salary_high": 7000.0,
        "education": None, "skill_level": None, "experience_low": None, "experience_high": None,
        "skills": (), "duties": "", "majors": (), "engagement": ("全职",), "synthetic": False,
        "posting_ids": (),
    }  # fmt: skip
    return row | other


@pytest.fixture(scope="session")
def region():
    return read_region("yingkou")


@pytest.fixture
def some_needs():
    """Six employers ask for 10 makers of fire bricks each in Q3 and for 5 each in Q2, another for welders."""
    return [
        *(need(name) for name in "甲乙丙丁戊己"),
        *(
            need(name, heads=5.0, opened="2026-05-01", closed_on=dt.date(2026, 6, 1))
            for name in "甲乙丙丁戊己"
        ),
        need("庚", code=WELDER, industry=PETRO, heads=40.0),
    ]


@pytest.fixture
def frame_of():
    """Return a function that numbers rows."""
    return lambda rows: pd.DataFrame([{"vacancy_id": f"v{i:03d}", **row} for i, row in enumerate(rows)])
