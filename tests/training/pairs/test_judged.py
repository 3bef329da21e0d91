"""Pairs out of what people judged."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.codes import CodingKind
from data.store.moments import beijing_today
from data.store.reviews import decide_review, list_aliases
from training.pairs.judged import decision_pairs, feedback_pairs

AT = pd.Timestamp("2026-03-01T23:30:00Z")


@pytest.fixture
def sides():
    vacancies = pd.DataFrame(
        {
            "vacancy_id": ["V1", "V2"],
            "title": ["炉前工", "会计"],
            "skills": [("炼钢", "吃苦耐劳", "测温"), ()],
            "end_employer_key": ["示例冶金", ""],
        }
    )
    profiles = pd.DataFrame(
        {
            "profile_id": ["P1", "P2"],
            "title": ["冶炼工", "出纳"],
            "summary": ["在某厂做了二十年", "做账"],
            "skills": [np.array(["炼钢", "转炉"]), np.array(["记账"])],
        }
    )
    return vacancies, profiles


def outcome(vacancy="V1", profile="P1", stage="hired", *, censored=False):
    return {
        "side": "employer",
        "vacancy_id": vacancy,
        "profile_id": profile,
        "stage": stage,
        "censored": censored,
        "shown_at": AT,
    }


def test_an_interview_joins_titles_and_skills_and_no_word_of_the_summary(sides):
    pairs = list(feedback_pairs(pd.DataFrame([outcome(stage="interviewed")]), *sides))
    assert [(each.anchor, each.positive) for each in pairs] == [
        ("炉前工", "冶炼工"),
        ("炼钢、测温", "炼钢、转炉"),
    ]
    assert {each.group for each in pairs} == {"employer:示例冶金"}
    assert {each.on for each in pairs} == {pd.Timestamp("2026-03-01")}
    assert not any("P1" in part or "V1" in part for each in pairs for part in map(str, each))


def test_a_side_without_skills_gives_the_titles_alone(sides):
    (found,) = feedback_pairs(pd.DataFrame([outcome("V2", "P2")]), *sides)
    assert (found.anchor, found.positive, found.group) == ("会计", "出纳", "vacancy:V2")


@pytest.mark.parametrize("stage", ["shown", "opened", "shortlisted", "contacted"])
def test_less_than_an_interview_joins_nothing(sides, stage):
    assert list(feedback_pairs(pd.DataFrame([outcome(stage=stage)]), *sides)) == []


def test_open_outcomes_and_what_is_gone_join_nothing(sides):
    rows = [outcome(censored=True), outcome("V9"), outcome(profile="P9")]
    assert list(feedback_pairs(pd.DataFrame(rows), *sides)) == []


def test_decisions_join_a_text_with_the_name_and_forget_who_decided(store):
    texts = {
        CodingKind.OCCUPATION: ("急聘炉前工", "6-17-02-02"),
        CodingKind.SKILL: ("FCC", "S0002"),
        CodingKind.INDUSTRY: ("互联网", "64"),
    }
    for kind, (text, code) in texts.items():
        decide_review(store, kind=kind, text=text, code=code, decided_by="王某")
    decide_review(store, kind=CodingKind.MAJOR, text="不限", code=None, decided_by="王某")
    found = {each.anchor: each for each in decision_pairs(list_aliases(store))}
    assert set(found) == {"急聘炉前工", "FCC", "互联网"}
    assert found["FCC"].positive == "催化裂化"
    assert (found["FCC"].concept, found["FCC"].group) == ("skill:S0002", "skill:S0002")
    assert found["急聘炉前工"].group == "occupation:6-17-02"
    assert found["互联网"].on == pd.Timestamp(beijing_today())
    assert not any("王某" in str(part) for each in found.values() for part in each)


def test_a_code_that_is_gone_gives_no_pair():
    row = {"kind": "occupation", "text": "焊工", "code": "9-99-99-99", "decided_at": dt.datetime(2026, 3, 1)}  # noqa: DTZ001
    assert list(decision_pairs([row])) == []
    assert len(list(decision_pairs([row | {"code": "6-18-02-04", "text": "电焊"}]))) == 1
