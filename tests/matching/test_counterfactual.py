"""What an explanation claims is what the whole matcher answers when the claim is made true."""

from __future__ import annotations

import pandas as pd
import pytest

from matching.coding import OccupationCoder
from matching.counterfactual import Standing, standing_of
from matching.learned import LearnedRanker
from matching.loading import reload_pools
from matching.matcher import Matcher
from matching.results import RankBy


@pytest.fixture(scope="module")
def city(frames):
    """A vacancy and thirty people who differ in skills, years, majors and places."""
    vacancies, profiles = frames
    one = vacancies[vacancies["vacancy_id"] == "V1"].assign(
        skills=[("电熔镁砂", "浮选", "竖窑", "热工", "余热利用")], majors=[("无机非金属材料工程",)]
    )
    skills = ("电熔镁砂", "浮选", "竖窑", "热工", "余热利用", "记账", "岸桥")
    people = [
        profiles.iloc[0].to_dict()
        | {
            "profile_id": f"Q{number:02d}",
            "title": ("镁砂工艺工程师", "镁砂技术员", "窑炉工程师")[number % 3],
            "skills": tuple(skill for bit, skill in enumerate(skills) if number >> bit & 1),
            "experience_years": float(number % 5),
            "majors": (("无机非金属材料工程",), ("会计学",), ())[number % 3],
            "place_code": ("210882", "210881", "210102")[number % 3],
            "summary": "做过镁砂。" * (number % 2),
        }
        for number in range(30)
    ]
    return one, pd.DataFrame(people)


@pytest.fixture(scope="module", params=["additive", "learned"])
def city_matcher(request, city, hashing_model, learned_curves):
    coder = OccupationCoder.from_reference(hashing_model)
    ranker = LearnedRanker(learned_curves) if request.param == "learned" else None
    as_of = pd.Timestamp("2026-10-31").date()
    return Matcher.from_frames(*city, hashing_model, coder, as_of=as_of, ranker=ranker)


def changed(matcher, city, hashing_model, person, **fields):
    """Return the answer after one person changed, in the space and with the rarities that were loaded."""
    vacancies, people = city
    rows = [row | (fields if row["profile_id"] == person else {}) for row in people.to_dict("records")]
    altered = pd.DataFrame(rows)
    loaded = reload_pools(matcher._loaded, vacancies, altered, hashing_model)
    matcher = Matcher(loaded, hashing_model, coder=None, ranker=matcher._ranker)
    return {result.id: result for result in matcher.match_vacancy("V1", k=30).results}[person]


def person_of(city, name):
    people = city[1]
    return people[people["profile_id"] == name].iloc[0]


def test_a_missing_skill_raises_score_and_rank_just_as_claimed(city, city_matcher, hashing_model):
    tested = gained = 0
    for result in city_matcher.match_vacancy("V1", k=30).results[::9]:
        for missing in result.missing[:1]:
            stated = (*person_of(city, result.id)["skills"], missing.skill)
            after = changed(city_matcher, city, hashing_model, result.id, skills=stated)
            assert after.score == pytest.approx(result.score + missing.gain, abs=1e-3)
            assert missing.gain >= 0
            assert ("不变" in missing.sentence) == (missing.gain == 0)
            gained += missing.gain > 0
            assert after.rank == missing.rank_with <= result.rank
            tested += 1
    assert tested >= 2
    assert gained >= 1


def test_a_held_skill_is_a_reason_because_losing_it_costs_what_is_claimed(city, city_matcher, hashing_model):
    tested = 0
    for result in city_matcher.match_vacancy("V1", k=30).results[:20:7]:
        for reason in [each for each in result.reasons if each.kind == "skill"][:1]:
            left = tuple(skill for skill in person_of(city, result.id)["skills"] if skill != reason.name)
            after = changed(city_matcher, city, hashing_model, result.id, skills=left)
            assert reason.effect > 0
            assert after.score == pytest.approx(result.score - reason.effect, abs=1e-3)
            assert after.rank == reason.rank_without >= result.rank
            tested += 1
    assert tested >= 2


@pytest.mark.parametrize(
    ("name", "field", "empty"), [("major", "majors", ()), ("experience", "experience_years", None)]
)
def test_a_fact_is_a_reason_because_leaving_it_out_moves_the_score_just_so(
    city, city_matcher, hashing_model, name, field, empty
):
    found = [
        (result, reason)
        for result in city_matcher.match_vacancy("V1", k=30).results
        for reason in result.reasons
        if reason.name == name
    ]
    assert found
    for result, reason in (found[0], found[-1]):
        after = changed(city_matcher, city, hashing_model, result.id, **{field: empty})
        assert after.score == pytest.approx(result.score - reason.effect, abs=1e-3)
        assert after.rank == reason.rank_without


def test_sentences_say_which_way_the_score_moves(city_matcher):
    reasons = [
        reason for result in city_matcher.match_vacancy("V1", k=30).results for reason in result.reasons
    ]
    assert all(("减少" in reason.sentence) == (reason.effect > 0) for reason in reasons)
    assert any(reason.effect < 0 for reason in reasons)


@pytest.mark.parametrize("rank_by", list(RankBy))
def test_claims_hold_for_whatever_the_list_is_sorted_by(city_matcher, rank_by):
    for result in city_matcher.match_vacancy("V1", k=5, rank_by=rank_by).results:
        assert result.score == getattr(result, f"score_{rank_by}")
        assert all(missing.gain >= 0 for missing in result.missing)
        assert all(missing.rank_with <= result.rank for missing in result.missing)


def test_a_pair_judged_by_name_has_no_ranks(city_matcher):
    result = city_matcher.score("V1", "Q05")
    listed = {each.id: each for each in city_matcher.match_vacancy("V1", k=30).results}["Q05"]
    assert result.rank is None
    assert result.score == listed.score
    assert {missing.rank_with for missing in result.missing} == {None}


def test_standing_counts_those_ahead_and_breaks_ties_by_id():
    standing = standing_of([90.0, 80.0, 80.0, 70.0], ["c", "a", "b", "d"])
    assert isinstance(standing, Standing)
    assert standing.rank("d", 70.0, 70.0) == 4
    assert standing.rank("d", 70.0, 80.0) == 4
    assert standing.rank("d", 70.0, 80.1) == 2
    assert standing.rank("d", 70.0, 95.0) == 1
    assert standing.rank("c", 90.0, 60.0) == 4


def test_no_rank_is_claimed_where_a_change_would_move_the_whole_list(city_matcher):
    for result in city_matcher.match_profile("Q05").results:
        assert {each.rank_with for each in result.missing} <= {None}
        assert {each.rank_without for each in result.reasons} <= {None}
