"""Places: the same city, places the person would go to, and what was written too coarsely to tell."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("place", "home", "willing", "expected"),
    [
        ("210882", "210882", (), "pass"),
        ("210882", "210804", (), "pass"),  # the same city
        ("210882", "210800", (), "pass"),
        ("210800", "210804", (), "pass"),
        ("210882", "210102", ("210800",), "pass"),
        ("210882", "210102", ("210000",), "pass"),
        ("210882", "110101", ("100000",), "pass"),
        ("210882", "210102", ("210100",), "fail"),
        ("210882", "210102", (), "unknown"),
        ("210882", None, (), "unknown"),
        ("210882", None, None, "unknown"),
        (None, "210882", (), "unknown"),
        ("500112", "510100", ("510100",), "fail"),  # 重庆 does not hold 成都
        ("500000", "510100", ("510100",), "fail"),
        ("500112", "500230", ("510100",), "pass"),  # both in 重庆
        ("429004", "429005", ("420100",), "fail"),  # 仙桃 and 潜江 belong to no city
        ("211100", "211000", ("211000",), "fail"),  # 辽阳 does not hold 盘锦
        ("210804", None, ("210000",), "pass"),
        ("340500", "210300", ("210300",), "fail"),  # 马鞍山 is not 鞍山
        ("210000", "210882", (), "unknown"),  # somewhere in the province
        ("210000", "110101", ("210882",), "unknown"),
        ("210800", "110101", ("210882",), "unknown"),
        ("210882", "210000", ("110000",), "unknown"),
        ("100000", "210882", ("210100",), "unknown"),
    ],
)
def test_place_and_willingness_to_move(verdict, place, home, willing, expected):
    assert verdict("place", {"place_code": place}, {"place_code": home, "willing_codes": willing}) == expected


def test_nobody_moves_for_advice_from_a_distance(verdict):
    forms = {"engagement": ("顾问指导", "全职")}
    away = {"engagement": ("顾问指导",), "place_code": "110101", "willing_codes": ("110000",)}
    assert verdict("place", forms, away) == "pass"
    assert verdict("place", forms, away | {"engagement": ("全职",)}) == "fail"
    assert verdict("place", {"engagement": None}, away | {"engagement": None}) == "fail"
