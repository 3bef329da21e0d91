"""The region of 营口 and a small market whose counts can be worked out by hand."""

import datetime as dt

import pandas as pd
import pytest

from data.catalogue.lists.market import Market
from data.records import Outcome
from data.regions import read_region

DAY = dt.date(2026, 12, 31)
FIREBRICK, WELDER, CHEMIST = "6-15-05-01", "6-18-02-04", "2-02-32-01"


def need(employer, *, code=FIREBRICK, industry="镁材料深加工", place="210882", heads=10.0, **other):
    """One vacancy."""
    row = {
        "employer": employer, "employer_is_agency": False, "title": "岗位", "occupation_code": code,
        "occupation_name": "职业", "key_industry": industry, "place_code": place, "heads": heads,
        "opened_on": dt.date(2026, 11, 1), "closed_on": None, "outcome": Outcome.OPEN, "start_by": None,
        "valid_until": None, "salary_low": 5000.0, "salary_high": 7000.0, "education": None,
        "skill_level": None, "experience_low": None, "experience_high": None, "skills": (), "duties": "",
        "majors": (), "engagement": ("全职",), "synthetic": False, "industry_code": "3089",
        "posting_ids": (),
    }  # fmt: skip
    return row | other


def person(*, code=FIREBRICK, place="210882", willing=(), **other):
    """One profile."""
    row = {
        "occupation_code": code, "place_code": place, "willing_codes": willing, "education": "大专",
        "skill_level": None, "active_on": dt.date(2026, 11, 1), "synthetic": False,
    }  # fmt: skip
    return row | other


def frames(needs, persons):
    """Number the rows."""
    vacancies = pd.DataFrame([{"vacancy_id": f"v{i:03d}", **row} for i, row in enumerate(needs)])
    profiles = pd.DataFrame([{"profile_id": f"P{i:03d}", **row} for i, row in enumerate(persons)])
    return vacancies, profiles


@pytest.fixture(scope="session")
def region():
    return read_region("yingkou")


@pytest.fixture
def make_market(region):
    def makes(needs=(), persons=(), as_of=DAY):
        vacancies, profiles = frames(needs, persons)
        return Market.from_frames(vacancies, profiles, region, as_of=as_of)

    return makes


@pytest.fixture
def some_needs():
    """Four employers of magnesia with 10 places each, in two districts; one employer in another industry."""
    return [
        *(need(name, place=place) for name in "甲乙丙丁" for place in ("210882", "210804")),
        need("戊", code=CHEMIST, industry="石化与精细化工", place="210811", heads=30.0),
    ]


@pytest.fixture
def some_persons():
    """Twenty who live in 大石桥, twelve in 鲅鱼圈, two in 老边; all fire bricks but the two."""
    return [
        *(person() for _ in range(20)),
        *(person(place="210804") for _ in range(12)),
        *(person(code=CHEMIST, place="210811") for _ in range(2)),
    ]


@pytest.fixture
def build():
    """Return the two builders of rows and that of frames."""
    return need, person, frames
