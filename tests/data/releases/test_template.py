"""Forms to fill in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import yaml

from data.releases.departments import read_departments
from data.releases.evidence import GateFacts
from data.releases.gate import EVIDENCE
from data.releases.states import EditionState
from data.releases.template import evidence_form
from data.releases.workdays import work_calendar

S = EditionState
DAY = dt.date(2026, 7, 1)
FACTS = GateFacts(
    on=DAY,
    sections=("港口物流",),
    stars={"a": 4, "b": 3, "c": 2, "d": 2, "e": 1},
    carries_policy=False,
    departments=read_departments(),
    calendar=work_calendar(),
    earlier={S.DEPT_REVIEW: {"departments": ["hrss", "assets"], "due_on": "2026-07-01"}},
)


def form(state, **changes):
    return yaml.safe_load(evidence_form(state, replace(FACTS, **changes)))


@pytest.mark.parametrize("state", list(EVIDENCE))
def test_a_form_has_every_field_and_no_other(state):
    assert set(form(state)) == set(EVIDENCE[state].model_fields)


def test_the_form_for_the_departments_needs_no_filling_in():
    shown = form(S.DEPT_REVIEW)
    assert shown["due_on"] == dt.date(2026, 7, 11)
    assert EVIDENCE[S.DEPT_REVIEW].model_validate(shown).missing(FACTS) == []


def test_the_form_for_the_answers_lists_who_answers_and_what_is_called_back():
    shown = form(S.VERIFIED)
    assert [answer["department"] for answer in shown["answers"]] == ["hrss", "assets"]
    # All of three stars and more, and one of two entries with two stars (0.3 times 2, rounded up).
    assert [call["entry_id"] for call in shown["call_backs"]] == ["a", "b", "c"]
    for answer in shown["answers"]:
        answer["answer"] = "accept"
    for call in shown["call_backs"]:
        call["result"] = "属实"
    assert EVIDENCE[S.VERIFIED].model_validate(shown).missing(FACTS) == []


def test_the_form_for_the_consultation_proposes_the_shortest_term():
    shown = form(S.CONSULTATION)
    assert shown["ends_on"] - shown["starts_on"] == dt.timedelta(days=30)
    assert shown["votes"]["agreed"] is None


def test_the_form_for_the_panel_has_five_places_and_a_dissent_seat():
    shown = form(S.EXPERT_REVIEW)
    assert [expert["dissent_seat"] for expert in shown["experts"]] == [True, False, False, False, False]


def test_every_field_is_explained():
    text = evidence_form(S.SIGNED, FACTS)
    assert text.startswith("# 签发的依据材料")
    assert "# 必填：发文字号" in text
    assert text.endswith("\n")
