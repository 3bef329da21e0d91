"""Small tables of postings."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.vacancies import Decision, merge_postings
from data.vacancies.advert import adverts_of
from data.vacancies.titles import need_title

DAY = dt.date(2026, 3, 1)
DUTIES = "负责电熔镁砂的生产工艺制定、配料与炉况调整，组织质量改进，编写操作规程并培训班组人员。"
BASE = {
    "source": "office_template",
    "title": "镁砂工艺工程师",
    "employer_is_agency": False,
    "credit_code": None,
    "end_employer": None,
    "end_employer_key": "示例镁业",
    "place_raw": "营口市大石桥市",
    "place_code": "210882",
    "salary_low": 6000.0,
    "salary_high": 9000.0,
    "salary_months": 12.0,
    "education": None,
    "experience_low": None,
    "headcount": 2,
    "skills": (),
    "duties": DUTIES,
    "posted_on": DAY,
    "observed_on": None,
    "start_by": None,
    "valid_until": None,
    "closed_on": None,
    "outcome": "未知",
    "synthetic": False,
}


@pytest.fixture
def day():
    """Return a day so many days after the first."""
    return lambda days: DAY + dt.timedelta(days=days)


@pytest.fixture
def frame():
    """Make a frame of postings p0, p1 … from changes to one posting."""
    return lambda *changes: pd.DataFrame(
        [BASE | {"posting_id": f"p{i}"} | each for i, each in enumerate(changes)]
    )


@pytest.fixture
def advert(frame):
    """Make one posting as the merge looks at it."""

    def make(**change):
        table = frame(change)
        key = (table["title"][0], table["place_code"][0], table["place_raw"][0])
        return next(adverts_of(table, {key: need_title(*key)}))

    return make


@pytest.fixture
def merge(frame):
    """Merge postings; return the result and the groups of their ids."""

    def run(*changes, decisions=()):
        said = [Decision(*each) for each in decisions]
        result = merge_postings(frame(*changes), decisions=said)
        groups: dict[str, list[str]] = {}
        for row in result.members.to_dict("records"):
            groups.setdefault(row["vacancy_id"], []).append(row["posting_id"])
        return result, sorted(sorted(group) for group in groups.values())

    return run
