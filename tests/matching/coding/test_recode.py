"""Bringing decisions to stored rows."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from data.codes import CodingKind
from data.store.history import read_changes
from data.store.reviews import decide_review, read_aliases
from data.store.schema import batch, posting, profile
from matching.coding import Coders
from matching.coding.recode import apply_decisions

POSTING = {
    "batch_id": 1,
    "row": 2,
    "source": "示例",
    "source_row": 2,
    "employer": "示例公司",
    "employer_key": "示例公司",
    "employer_is_agency": False,
    "industry_raw": "",
    "place_raw": "",
    "skills": [],
    "duties": "",
    "majors": [],
    "licences": [],
    "languages": [],
    "engagement": ["全职"],
    "outcome": "招聘中",
    "synthetic": True,
    "occupation_method": "review",
    "industry_method": "none",
}
PROFILE = {
    "profile_id": "P1",
    "batch_id": 1,
    "row": 2,
    "title": "灵修技师",
    "summary": "",
    "skills": [],
    "majors": [],
    "licences": [],
    "languages": [],
    "willing_codes": [],
    "engagement": ["全职"],
    "synthetic": True,
}


@pytest.fixture
def filled(store):
    rows = [
        POSTING | {"posting_id": "A", "title": "灵修技师"},
        POSTING | {"posting_id": "B", "title": "高级灵修技师"},
        POSTING | {"posting_id": "C", "title": "焊工", "occupation_method": "alias"},
        POSTING | {"posting_id": "D", "title": "焊工", "majors": ["灵修学"], "industry_raw": "灵修业"},
    ]
    with store.begin() as connection:
        connection.execute(
            batch.insert().values(
                batch_id=1,
                kind="posting",
                file_name="x.csv",
                file_sha256="0" * 64,
                parser_version="1",
                status="finished",
                started_at=dt.datetime.now(dt.UTC),
            )
        )
        connection.execute(posting.insert(), rows)
        connection.execute(profile.insert(), [PROFILE])
    return store


def decide(store, kind, text, code):
    decide_review(store, kind=kind, text=text, code=code, decided_by="王工")


def apply(store, hashing_model):
    coders = Coders.from_reference(hashing_model, aliases=read_aliases(store))
    return apply_decisions(store, coders, actor="王工")


def codes(store, name):
    with store.read() as connection:
        return dict(
            connection.execute(
                sa.select(posting.c.posting_id, posting.c[name]).order_by(posting.c.posting_id)
            ).all()
        )


def test_without_decisions_nothing_is_touched(filled, hashing_model):
    assert apply(filled, hashing_model) == (0, 0, 0, 0)


def test_a_decided_title_changes_all_rows_that_hold_it_and_says_so(filled, hashing_model):
    decide(filled, CodingKind.OCCUPATION, "灵修技师", "4-10-01-01")
    assert apply(filled, hashing_model) == (2, 2, 1, 1)
    assert codes(filled, "occupation_code") == {"A": "4-10-01-01", "B": "4-10-01-01", "C": None, "D": None}
    assert codes(filled, "occupation_method")["B"] == "decision"
    (change,) = read_changes(filled, table_name="posting", row_key="A")
    assert change["actor"] == "王工"
    assert change["fields"]["occupation_code"] == [None, "4-10-01-01"]
    assert apply(filled, hashing_model) == (2, 0, 1, 0)


def test_decided_majors_industries_and_skills_are_applied_too(filled, hashing_model):
    decide(filled, CodingKind.MAJOR, "灵修学", "0101")
    decide(filled, CodingKind.INDUSTRY, "灵修业", "83")
    decide(filled, CodingKind.SKILL, "打坐", "S0001")
    assert apply(filled, hashing_model).postings_changed == 1
    assert codes(filled, "major_codes")["D"] == ["0101"]
    assert codes(filled, "industry_code")["D"] == "83"
