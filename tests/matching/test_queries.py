"""Items that need not be stored, with and without an encoder."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from data.errors import ModelError
from data.records import Education, Posting, Profile, Salary, YearRange
from matching.coding import OccupationCoder
from matching.encoder.hashing import HashingEncoder
from matching.matcher import Matcher
from matching.results import RankBy
from matching.rules import Verdict

AS_OF = dt.date(2026, 10, 31)


class BrokenEncoder(HashingEncoder):
    """An encoder that is down."""

    def encode(self, texts, *, progress=lambda *_: None):
        raise ModelError("encoder_down", "编码服务没有回答", hint="稍后再试")


@pytest.fixture(scope="module")
def broken(frames, hashing_model):
    """Return a matcher whose encoder fails after the pools were loaded."""
    whole = Matcher.from_frames(
        *frames, hashing_model, OccupationCoder.from_reference(hashing_model), as_of=AS_OF
    )
    down = replace(hashing_model, encoder=BrokenEncoder())
    return Matcher(whole._loaded, down, OccupationCoder.from_reference(down))


@pytest.fixture(scope="module")
def posting():
    return Posting(
        posting_id="x",
        source="api",
        source_row=0,
        title="镁砂工艺工程师",
        employer="",
        duties="负责电熔镁砂",
        skills=("电熔镁砂", "回转窑"),
        education=Education.MASTER,
        salary=Salary(low=8000, high=9000),
        experience=YearRange(low=3),
        place_code="210882",
    )


def test_an_outage_degrades_the_answer_and_the_rules_still_hold(broken, posting):
    found = broken.match_vacancy(posting, k=10)
    assert found.degraded
    assert found.excluded == {"education": 3}
    assert found.results == ()
    easy = posting.model_copy(update={"education": None})
    found = broken.match_vacancy(easy, k=10)
    assert found.degraded
    assert found.results[0].id == "P1"
    parts = {part.name: part.score for part in found.results[0].categories}
    assert parts["title"] is None
    assert parts["duties"] is None
    assert parts["skills"] > 0
    assert all(rule.verdict is not Verdict.FAIL for result in found.results for rule in result.must_have)


def test_what_is_stored_is_matched_as_before_during_an_outage(broken, matcher):
    assert not broken.match_vacancy("V1").degraded
    assert broken.match_vacancy("V1").results == matcher.match_vacancy("V1").results


def test_a_pair_of_items_that_are_not_stored_is_scored_with_failing_rules_shown(matcher, posting):
    person = Profile(
        profile_id="y",
        title="镁砂工艺工程师",
        skills=("回转窑",),
        education=Education.BACHELOR,
        place_code="210882",
    )
    result = matcher.score(posting, person)
    verdicts = {rule.name: rule.verdict for rule in result.must_have}
    assert verdicts["education"] is Verdict.FAIL
    skills = next(part for part in result.categories if part.name == "skills")
    assert 0 < skills.score < 1
    assert [missing.skill for missing in result.missing] == ["电熔镁砂"]


def test_the_three_scores_are_of_one_kind(matcher, posting):
    forward = matcher.score(posting, "P1")
    mutual = matcher.score(posting, "P1", rank_by=RankBy.MUTUAL)
    assert forward.score == forward.score_forward
    assert mutual.score == mutual.score_mutual
    low, high = sorted((forward.score_forward, forward.score_reverse))
    assert low <= forward.score_mutual <= high
