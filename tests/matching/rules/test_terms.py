"""Form of engagement, time share, months, start and pay."""

from __future__ import annotations

import datetime as dt

import pytest


@pytest.mark.parametrize(
    ("offered", "accepted", "expected"),
    [
        (("全职", "兼职"), ("兼职",), "pass"),
        (("全职",), ("兼职",), "fail"),
        (("退休返聘",), ("全职", "退休返聘"), "pass"),
        ((), ("兼职",), "unknown"),
        (("全职",), None, "unknown"),
    ],
)
def test_forms_of_engagement_must_meet(verdict, offered, accepted, expected):
    assert verdict("engagement", {"engagement": offered}, {"engagement": accepted}) == expected


def test_re_engagement_after_retirement_is_blind_to_age(judge):
    vacancy = {"engagement": ("退休返聘",)}
    young, old = ({"engagement": ("退休返聘",), "age": age, "birth_year": 2026 - age} for age in (35, 70))
    for name in ("engagement", "place", "time_share", "season", "start"):
        assert judge(name, vacancy, young) == judge(name, vacancy, old)


@pytest.mark.parametrize(
    ("by", "available", "expected"),
    [
        (None, dt.date(2026, 1, 1), None),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 1), "pass"),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 2), "fail"),
        (dt.date(2026, 3, 1), None, "unknown"),
    ],
)
def test_start(verdict, by, available, expected):
    assert verdict("start", {"start_by": by}, {"available_on": available}) == expected


@pytest.mark.parametrize(
    ("low", "high", "floor", "expected"),
    [
        (5000, 8000, None, None),
        (5000, 8000, 8000, "pass"),
        (5000, 8000, 8001, "fail"),
        (None, 8000, 8001, "fail"),
        (9000, None, 9000, "pass"),
        (5000, None, 9000, "unknown"),  # open at the top: the employer may pay that much, or not
        (None, None, 6000, "unknown"),
    ],
)
def test_pay_floor(verdict, low, high, floor, expected):
    assert verdict("pay_floor", {"salary_low": low, "salary_high": high}, {"pay_floor": floor}) == expected


FULL, PART, BOTH = ("全职",), ("兼职",), ("全职", "兼职")


@pytest.mark.parametrize(
    ("needed", "forms", "given", "accepted", "expected"),
    [
        (None, FULL, None, FULL, None),
        (None, None, None, None, None),
        (None, FULL, 1.0, FULL, "pass"),
        (None, FULL, 0.5, FULL, "unknown"),  # accepts 全职, and names half the time
        (None, FULL, 0.5, PART, "fail"),
        (None, PART, None, PART, "unknown"),
        (None, PART, 0.4, PART, "unknown"),
        (None, BOTH, 0.4, BOTH, None),
        (0.4, PART, None, PART, "unknown"),
        (0.4, BOTH, None, BOTH, None),
        (0.4, PART, 0.4, PART, "pass"),
        (0.5, PART, 0.4, PART, "fail"),
        (1.0, FULL, 0.8, FULL, "fail"),
    ],
)
def test_time_share(verdict, needed, forms, given, accepted, expected):
    vacancy, profile = (
        {"time_share": needed, "engagement": forms},
        {"time_share": given, "engagement": accepted},
    )
    assert verdict("time_share", vacancy, profile) == expected


def test_the_reason_of_the_time_share_names_both_sides(judge):
    part = {"engagement": PART}
    assert judge("time_share", part | {"time_share": 0.5}, part | {"time_share": 0.4}) == (
        "fail",
        "岗位需要50%的工作时间，本人可投入40%",
    )
    assert judge("time_share", part | {"time_share": 0.5}, part)[1] == (
        "岗位需要50%的工作时间，档案未登记可投入时间"
    )
    assert judge("time_share", part, part | {"time_share": 0.4})[1] == "岗位未写明所需工作时间，本人可投入40%"


BIRD = ("候鸟",)


@pytest.mark.parametrize(
    ("needed", "forms", "given", "accepted", "expected"),
    [
        ((), FULL, (6, 7), FULL, None),
        (None, BIRD, None, BIRD, None),
        ((), BIRD, (6, 7), FULL, None),
        ((), BIRD, (6, 7), BIRD, "unknown"),
        ((6, 7), BIRD, (), BIRD, "unknown"),
        ((6, 7), FULL, (5, 6, 7, 8), FULL, "pass"),
        ((6, 7), BIRD, (7, 8), BIRD, "pass"),
        ((6, 7), FULL, (7, 8), FULL, "unknown"),
        ((6, 7), None, (7, 8), None, "unknown"),
        ((6, 7), BIRD, (1, 12), BIRD, "fail"),
    ],
)
def test_season(verdict, needed, forms, given, accepted, expected):
    vacancy, profile = {"months": needed, "engagement": forms}, {"months": given, "engagement": accepted}
    assert verdict("season", vacancy, profile) == expected


def test_the_months_that_both_sides_share_are_named(judge):
    _, reason = judge(
        "season", {"months": (6, 7), "engagement": BIRD}, {"months": (8, 7), "engagement": BIRD}
    )
    assert reason == "岗位需要6、7月在岗，共同的月份为7月"
