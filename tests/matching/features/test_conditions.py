"""Pay, engagement, distance, freshness."""

from __future__ import annotations

import datetime as dt
import math

import pytest

AS_OF = dt.date(2026, 10, 31)


@pytest.mark.parametrize(
    ("floor", "expected"), [(5000.0, 1.0), (6000.0, 1.0), (8000.0, 0.75), (10000.0, 0.5), (None, None)]
)
def test_pay_is_best_where_the_whole_range_is_acceptable(value, floor, expected):
    assert value("pay", profile={"pay_floor": floor}) == expected


def test_pay_with_one_stated_end_or_none(value):
    assert value("pay", vacancy={"salary_high": None}) == 1.0
    assert value("pay", vacancy={"salary_low": None}, profile={"pay_floor": 10000.0}) == 1.0
    assert value("pay", vacancy={"salary_low": None, "salary_high": None}) is None
    fixed = {"salary_low": 7000.0, "salary_high": 7000.0}
    assert value("pay", vacancy=fixed, profile={"pay_floor": 7500.0}) == 0.5


def test_engagement_is_the_share_of_the_forms_offered(value):
    offered = {"engagement": ("项目合作", "顾问指导")}
    assert value("engagement", vacancy=offered, profile={"engagement": ("项目合作",)}) == 0.5
    assert value("engagement", vacancy={"engagement": ()}) is None


@pytest.mark.parametrize(
    ("work", "home", "willing", "expected"),
    [
        ("210882", "210882", (), 1.0),
        ("210882", "210881", (), 0.85),
        ("210882", "210102", (), 0.5),
        ("210882", "110101", (), 0.0),
        ("210882", "110101", ("210800",), 0.7),
        ("210882", "210881", ("210882",), 0.85),
        ("210800", "210800", (), 0.85),
        ("210000", "210000", (), 0.5),
        ("210882", None, ("100000",), 0.7),
        ("210882", None, (), None),
        (None, "210882", (), None),
    ],
)
def test_distance_goes_by_the_divisions_shared(value, work, home, willing, expected):
    profile = {"place_code": home, "willing_codes": willing}
    assert value("distance", vacancy={"place_code": work}, profile=profile) == expected


def test_freshness_fades_with_the_older_side(value):
    assert value("freshness") == 1.0
    old = value("freshness", profile={"active_on": AS_OF - dt.timedelta(days=183)})
    assert old == pytest.approx(math.exp(-1))
    assert value("freshness", vacancy={"opened_on": None}, profile={"active_on": None}) is None
