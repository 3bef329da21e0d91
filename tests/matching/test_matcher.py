"""Matches both ways over a small city."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from data.errors import InputError, UnknownName
from data.records import Education, Posting, Profile
from matching.coding import OccupationCoder
from matching.matcher import Matcher
from matching.ranker import CREDENTIAL_CAP
from matching.rules import Verdict, judge_pair


def ids(matches):
    return [result.id for result in matches.results]


def test_the_right_work_comes_first_both_ways(matcher):
    assert ids(matcher.match_profile("P1"))[0] == "V1"
    assert ids(matcher.match_profile("P2"))[0] == "V2"
    assert ids(matcher.match_vacancy("V1"))[0] == "P1"
    assert ids(matcher.match_vacancy("V6"))[0] == "P3"


def test_closed_filled_and_expired_vacancies_are_not_offered(matcher):
    assert {row["id"] for row in matcher.vacancies.rows} == {"V1", "V2", "V3", "V6"}


def test_what_a_hard_rule_excludes_is_never_in_a_result_and_is_counted(matcher):
    found = matcher.match_profile("P1", k=50)
    assert "V3" not in ids(found)  # asks for a doctorate
    assert found.excluded == {"education": 1}
    assert (found.pool, found.allowed) == (4, 3)


def test_every_result_passes_or_is_unknown_on_every_rule(matcher):
    for row in matcher.vacancies.rows:
        for result in matcher.match_vacancy(row["id"], k=50).results:
            profile = matcher.profiles.rows[matcher.profiles.position(result.id)]
            assert all(judgement.verdict is not Verdict.FAIL for _, judgement in judge_pair(row, profile))
            assert all(rule.verdict is not Verdict.FAIL for rule in result.must_have)


def test_the_score_is_the_sum_of_its_parts(matcher):
    for result in matcher.match_profile("P1", k=50).results:
        assert math.isclose(sum(part.contribution for part in result.categories), result.score, abs_tol=1e-3)
        assert math.isclose(sum(part.weight_applied for part in result.categories), 1, abs_tol=1e-5)


def test_equal_titles_are_fully_similar(matcher):
    best = matcher.match_profile("P1").results[0]
    assert {part.name: part.score for part in best.categories}["title"] == pytest.approx(1, abs=1e-4)


def test_evidence_points_into_the_text_it_comes_from(matcher):
    best = matcher.match_vacancy("V1").results[0]
    skills = next(part for part in best.categories if part.name == "skills")
    assert {evidence.text for evidence in skills.evidence} == {"电熔镁砂", "浮选"}
    summary = matcher.profiles.rows[matcher.profiles.position("P1")]["summary"]
    for evidence in skills.evidence:
        if evidence.field == "profile.summary":
            assert summary[evidence.offset :].startswith(evidence.text)


def test_what_is_missing_is_really_not_there_and_adding_it_raises_the_score(matcher, frames, hashing_model):
    found = next(result for result in matcher.match_vacancy("V1", k=50).results if result.id == "P3")
    assert {each.skill for each in found.missing} == {"电熔镁砂", "浮选"}
    vacancies, profiles = frames
    richer = profiles.copy()
    richer["skills"] = [*profiles["skills"][:2], ("记账", *(each.skill for each in found.missing))]
    again = Matcher.from_frames(
        vacancies, richer, hashing_model, OccupationCoder.from_reference(hashing_model), as_of=matcher.as_of
    )
    better = next(result for result in again.match_vacancy("V1", k=50).results if result.id == "P3")
    assert better.missing == ()
    assert better.score > found.score


def test_a_start_that_has_passed_excludes_nobody(matcher):
    assert "P3" in ids(matcher.match_vacancy("V6"))


def test_a_person_and_a_vacancy_need_not_be_stored(matcher):
    person = Profile(
        profile_id="x",
        title="岸桥司机",
        skills=("岸桥",),
        education=Education.COLLEGE,
        licences=("Q2",),
        place_code="210804",
    )
    assert ids(matcher.match_profile(person))[0] == "V2"
    need = Posting(
        posting_id="x",
        source="api",
        source_row=0,
        title="会计",
        employer="",
        skills=("记账",),
        place_code="210882",
    )
    assert ids(matcher.match_vacancy(need))[0] == "P3"


def test_weights_of_the_caller_change_the_parts_and_credentials_stay_capped(matcher):
    found = matcher.match_profile("P1", weights={"skills": 1, "major": 50})
    weights = {part.name: part.weight_applied for part in found.results[0].categories}
    assert weights["title"] == 0
    assert weights["major"] <= CREDENTIAL_CAP + 1e-6


def test_the_list_is_as_long_as_asked_for_and_ranks_count_up(matcher):
    found = matcher.match_profile("P1", k=2)
    assert [result.rank for result in found.results] == [1, 2]
    assert found.results[0].score >= found.results[1].score


def test_the_same_request_gives_the_same_answer(matcher):
    assert matcher.match_profile("P1") == matcher.match_profile("P1")


@pytest.mark.parametrize("k", [0, 201])
def test_a_length_out_of_range_is_refused(matcher, k):
    with pytest.raises(InputError):
        matcher.match_profile("P1", k=k)


def test_an_unknown_id_is_named(matcher):
    with pytest.raises(UnknownName, match="P9"):
        matcher.match_profile("P9")
    with pytest.raises(UnknownName, match="V4"):
        matcher.match_vacancy("V4")


def test_a_profile_leaves_without_place_of_living_finer_than_its_division_and_without_text(matcher):
    item = matcher.match_vacancy("V1").results[0].item
    assert "summary" not in item
    assert item["place"] == "大石桥市"


def test_generated_data_are_labelled(matcher):
    found = matcher.match_profile("P1")
    assert found.synthetic
    assert all(result.synthetic for result in found.results)


def test_empty_pools_answer_with_nothing(frames, hashing_model):
    vacancies, profiles = frames
    coder = OccupationCoder.from_reference(hashing_model)
    empty = Matcher.from_frames(
        vacancies.iloc[:0], profiles, hashing_model, coder, as_of=pd.Timestamp("2026-10-31").date()
    )
    assert empty.match_profile("P1").results == ()
    nobody = Matcher.from_frames(
        vacancies, profiles.iloc[:0], hashing_model, coder, as_of=pd.Timestamp("2026-10-31").date()
    )
    assert nobody.match_vacancy("V1").allowed == 0


@pytest.mark.model
def test_three_languages_find_the_same_vacancy(frames, model):
    matcher = Matcher.from_frames(
        *frames, model, OccupationCoder.from_reference(model), as_of=pd.Timestamp("2026-10-31").date()
    )
    for title in ("岸桥司机", "Quay crane operator", "Оператор портового крана"):
        person = Profile(profile_id="x", title=title, education=Education.SECONDARY, place_code="210882")
        assert ids(matcher.match_profile(person))[0] == "V2", title
