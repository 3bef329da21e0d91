import datetime as dt

import pandas as pd
import pytest

from data.normalise.flat import (
    flat_experience,
    flat_salary,
    member_values,
    read_engagements,
    read_last_days,
    read_qualifications,
)
from data.normalise.rows import Rows
from data.records import Education, PayPeriod, Salary, YearRange
from data.sources.columns import TableKind
from data.sources.tables import RawTable


def _rows(**columns):
    frame = pd.DataFrame(
        {"岗位名称": ["焊工"], "用人单位": ["甲"], **{k: [v] for k, v in columns.items()}}, dtype=object
    )
    frame.index = pd.RangeIndex(2, 3, name="row")
    return Rows(RawTable(frame=frame, file="a.csv", sha256=""), TableKind.POSTING)


def test_pay_and_years_become_columns_and_nothing_stays_nothing():
    pay = flat_salary([Salary(low=5000, period=PayPeriod.YEAR), None])
    assert (pay["salary_low"], pay["salary_high"], pay["salary_period"]) == (
        [5000, None],
        [None, None],
        ["年", None],
    )
    assert pay["salary_negotiable"] == [False, False]
    assert flat_experience([YearRange(low=3), None]) == {
        "experience_low": [3, None],
        "experience_high": [None, None],
    }
    assert member_values([Education.COLLEGE, None]) == ["大专", None]


@pytest.mark.parametrize(
    ("education", "own", "expected"),
    [
        ("大专或高级工", "", ("大专", None)),
        ("高级工", "", (None, "高级工")),
        ("高级工", "技师", (None, "技师")),
        ("本科", "高级工", ("本科", "高级工")),
        ("硕士优先", "", (None, None)),
    ],
)
def test_a_skill_level_in_the_cell_of_education_counts_where_it_stands_alone(education, own, expected):
    found = read_qualifications(_rows(学历要求=education, 技能等级=own))
    assert (found["education"][0], found["skill_level"][0]) == expected


def test_ordinary_employment_is_meant_where_no_form_is_stated():
    assert read_engagements(_rows()) == [("全职",)]
    assert read_engagements(_rows(引才方式="兼职")) == [("兼职",)]


def test_a_span_counts_from_the_day_of_publication():
    days = read_last_days(_rows(有效期="30天"), [dt.date(2026, 3, 1)], dt.date(2026, 4, 1))
    assert days == [dt.date(2026, 3, 31)]
