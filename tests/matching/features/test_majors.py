"""Majors: as employers name them, and as the national teaching standards lead to occupations."""

from __future__ import annotations

import pytest

from data.reference import majors
from matching.coding.major_occupations import official_occupations


@pytest.mark.parametrize(
    ("asked", "held", "expected"),
    [
        (("无机非金属材料工程",), ("无机非金属材料工程",), 1.0),
        (("材料类",), ("无机非金属材料工程",), 0.7),
        (("材料科学与工程",), ("无机非金属材料工程",), 0.7),
        (("会计学",), ("无机非金属材料工程",), 0.0),
        (("会计学",), (), None),
    ],
)
def test_majors_by_name_and_class(value, asked, held, expected):
    vacancy = {"majors": asked, "occupation_code": None}
    assert value("major", vacancy=vacancy, profile={"majors": held}) == expected


def test_without_a_named_major_the_standards_speak(value):
    major, codes = next((name, codes) for name, codes in official_occupations().items() if len(codes) == 1)
    known = {"majors": (major,)}
    assert value("major", vacancy={"majors": (), "occupation_code": codes[0]}, profile=known) == 0.8
    group = codes[0][:7] + "-99"
    assert value("major", vacancy={"majors": (), "occupation_code": group}, profile=known) == 0.5
    assert value("major", vacancy={"majors": (), "occupation_code": "0-00-00-00"}, profile=known) == 0.0


def test_the_better_of_both_counts(value):
    major, codes = next((name, codes) for name, codes in official_occupations().items() if len(codes) == 1)
    vacancy = {"majors": ("没有这个专业",), "occupation_code": codes[0]}
    assert value("major", vacancy=vacancy, profile={"majors": (major,)}) == 0.8


def test_a_major_that_nothing_is_known_of_is_not_judged(value):
    unknown = next(name for name in majors()["name"] if name not in official_occupations())
    assert value("major", vacancy={"majors": ()}, profile={"majors": (unknown,)}) is None
