from __future__ import annotations

import pytest

from data.normalise.contacts import mask_contacts
from data.normalise.text import clean_prose
from matching.matcher import Matcher
from training.fairness.doors import POSTING_FIELDS, PROFILE_FIELDS
from training.fairness.swaps import BAR, Place, posting_swaps, profile_swaps, put
from training.fairness.words import STATEMENTS, Attribute, Wording

ROW = {"档案编号": "P1", "求职岗位": "焊工", "经历摘要": "焊了五年。会氩弧焊。", "能力": "氩弧焊"}
WORDS = Wording(Attribute.SEX, "女")


@pytest.mark.parametrize(
    ("place", "cells"),
    [
        (Place.HEAD, {"经历摘要": "女。焊了五年。会氩弧焊。"}),
        (Place.MIDDLE, {"经历摘要": "焊了五年。女。会氩弧焊。"}),
        (Place.TITLE, {"求职岗位": "焊工（女）"}),
        (Place.SKILLS, {"能力": "氩弧焊、女"}),
    ],
)
def test_words_are_put_where_they_should_stand(place, cells):
    assert put(ROW, PROFILE_FIELDS, WORDS, place) == cells


def test_a_text_without_a_stop_gets_a_line_more_and_an_english_one_its_own_stop():
    assert put({**ROW, "经历摘要": "焊工"}, PROFILE_FIELDS, WORDS, Place.MIDDLE) == {"经历摘要": "焊工\n女"}
    english = {**ROW, "经历摘要": "Welds. Knows PLC."}
    female = Wording(Attribute.SEX, "Female", "en")
    assert put(english, PROFILE_FIELDS, female, Place.MIDDLE) == {"经历摘要": "Welds. Female. Knows PLC."}


@pytest.fixture(scope="module")
def people(sample, audited):
    return profile_swaps(audited, sample.profiles.head(2), sample.door, seed=7)


def test_statements_about_people_move_no_score_and_no_rank(people):
    gated = [line for line in people.lines if line.gated]
    assert {line.attribute for line in gated} == set(Attribute) - {Attribute.BARE_NAME}
    assert all(line.traces == line.refused == line.rank_changes == 0 for line in gated)
    assert max(line.max_change for line in gated) == 0
    assert people.passed
    assert people.items == people.rematched == 2
    assert sum(line.cases for line in people.lines) % (2 * len(Place)) == 0


def test_a_bare_name_is_reported_without_a_bar(people):
    bare = [line for line in people.lines if not line.gated]
    assert {line.attribute for line in bare} == {Attribute.BARE_NAME}
    assert all(line.passed for line in bare)


def test_demands_in_postings_move_no_score_and_no_rank(sample, audited):
    report = posting_swaps(audited, sample.postings.head(3), sample.door, seed=7)
    assert report.passed
    assert all(line.max_change == line.rank_changes == line.refused == 0 for line in report.lines)
    assert report.pool == len(audited.profiles)


def test_without_the_cleaning_the_same_words_do_move_scores(sample, audited, monkeypatch):
    """The measure is no formality: with the cleaning of profiles switched off it fails."""

    def only_masked(text, *, title=False):
        return mask_contacts(clean_prose(text))

    monkeypatch.setattr("data.normalise.postings.without_person", only_masked)
    monkeypatch.setattr("data.normalise.postings.person_terms", tuple)
    few = [wording for wording in STATEMENTS if wording.text in {"女", "毕业于清华大学", "少数民族"}]
    report = profile_swaps(audited, sample.profiles.head(1), sample.door, seed=7, wordings=few)
    assert not report.passed
    assert max(line.max_change for line in report.lines) > BAR
    assert any(line.worst for line in report.lines)


def test_a_row_that_the_door_refuses_because_of_the_words_counts_as_moved(sample, audited, monkeypatch):
    monkeypatch.setattr(
        "data.normalise.postings.without_person", lambda text, **_: "" if "女" in text else text
    )
    few = [Wording(Attribute.SEX, "女"), Wording(Attribute.SEX, "男")]
    report = profile_swaps(audited, sample.profiles.head(1), sample.door, seed=7, wordings=few)
    assert not report.passed
    assert max(line.refused for line in report.lines) > 0


def test_nothing_to_change_is_a_report_without_lines(sample, audited):
    report = profile_swaps(audited, sample.profiles.head(0), sample.door, seed=7)
    assert (report.lines, report.items, report.passed) == ((), 0, True)


def test_a_report_names_what_was_audited(people, audited: Matcher):
    assert people.versions.model_version == audited.model_version
    assert people.versions.seed == 7
    assert people.side == "profile"
    assert set(POSTING_FIELDS) == set(PROFILE_FIELDS)
