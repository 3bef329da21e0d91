"""Needs that were kept apart although little tells them apart."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from data.vacancies.advert import NEEDED
from data.vacancies.near import near_misses

DAY = dt.date(2026, 3, 2)
SHARED = {
    "title": "岸桥电气检修", "end_employer_key": "甲港务", "place_code": "210804", "place_raw": "鲅鱼圈区",
    "source": "upload", "employer_is_agency": False, "duties": "", "outcome": "未知", "synthetic": True,
    "posted_on": DAY,
}  # fmt: skip


def postings(*changes):
    rows = [dict.fromkeys(NEEDED) | SHARED | {"posting_id": f"P{i}"} | each for i, each in enumerate(changes)]
    return pd.DataFrame(rows, columns=list(NEEDED))


def skills(*last, **more):
    return {"skills": ("PLC", "变频器", *last), **more}


def test_a_pair_that_differs_in_education_alone_is_shown_to_a_person():
    frame = postings(skills("岸桥", education="本科"), skills("门机", education="大专"))
    (miss,) = near_misses(frame)
    assert (miss.left, miss.right) == ("P0", "P1")
    assert miss.comparison.evidence["education"] == "different"
    assert miss.comparison.score == 0.5


def test_nobody_is_asked_about_one_need_or_about_two():
    one = postings(skills("岸桥"), skills("门机"))
    other_employer = postings(
        skills("岸桥", education="本科"), skills("门机", education="大专", end_employer_key="乙港务")
    )
    other_heads = postings(
        skills("岸桥", education="本科", headcount=1), skills("门机", education="大专", headcount=9)
    )
    later = postings(
        skills("岸桥", education="本科", closed_on=DAY),
        skills("门机", education="大专", posted_on=DAY + dt.timedelta(days=30)),
    )
    undated = postings(skills("岸桥", education="本科", posted_on=None), skills("门机", education="大专"))
    for frame in (one, other_employer, other_heads, later, undated, postings()):
        assert near_misses(frame) == []


def test_the_most_alike_come_first():
    frame = postings(
        skills("岸桥", education="本科"), skills("门机", education="大专"), skills("岸桥", education="硕士")
    )
    assert next((miss.left, miss.right) for miss in near_misses(frame)) == ("P0", "P2")
