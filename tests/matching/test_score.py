"""The additive score, part by part."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from matching.results import Evidence
from matching.score import (
    CREDENTIAL_CAP,
    DEFAULT_WEIGHTS,
    Pair,
    missing_skills,
    normalise_weights,
    score_pair,
)
from matching.skills import SkillLexicon

AS_OF = dt.date(2026, 10, 31)
LEXICON = SkillLexicon.from_lists([["浮选", "镁砂"], ["镁砂"]])


def terms(*names):
    return {name: Evidence(field="skills", text=name, offset=None) for name in names}


def pair(vacancy=None, profile=None, title=0.5, duties=0.5):
    return Pair(
        vacancy={
            "title": "镁砂工艺工程师",
            "content": "镁砂",
            "terms": terms("浮选", "镁砂"),
            "occupation_code": "6-15-05-01",
            "experience_low": 4.0,
            "salary_low": 6000.0,
            "salary_high": 10000.0,
            "majors": ("材料类",),
            "opened_on": AS_OF,
        }
        | (vacancy or {}),
        profile={
            "title": "镁砂工程师",
            "content": "镁砂",
            "terms": terms("镁砂"),
            "skills": ("镁砂",),
            "summary": "",
            "occupation_code": "6-15-05-01",
            "experience_years": 4.0,
            "pay_floor": 6000.0,
            "majors": ("无机非金属材料工程",),
            "active_on": AS_OF,
        }
        | (profile or {}),
        title_similarity=title,
        duties_similarity=duties,
        lexicon=LEXICON,
        as_of=AS_OF,
    )


def part(name, **changes):
    return {category.name: category for category in score_pair(pair(**changes), DEFAULT_WEIGHTS)}[name]


def test_contributions_add_up_to_the_score_of_a_perfect_pair():
    perfect = pair({"terms": terms("镁砂"), "majors": ("无机非金属材料工程",)}, title=1.0, duties=1.0)
    categories = score_pair(perfect, DEFAULT_WEIGHTS)
    assert math.isclose(sum(category.contribution for category in categories), 100, abs_tol=1e-3)


def test_skills_are_weighted_by_rarity():
    # 2 documents: 镁砂 in 2 (rarity 1), 浮选 in 1 (rarity 1 + ln 1.5): share = 1 / (2 + ln 1.5)
    assert part("skills").score == round(1 / (2 + math.log(1.5)), 4)
    assert missing_skills(pair()) == ("浮选",)
    assert part("skills").evidence[0].text == "镁砂"


def test_a_skill_inside_a_longer_one_or_in_the_text_is_shown_too():
    asked = {"terms": terms("浮选", "go", "竖窑")}
    profile = {"skills": ("浮选药剂",), "summary": "会Go语言，good at竖窑热工", "terms": {}}
    found = part("skills", vacancy=asked, profile=profile)
    assert found.score == 1.0
    assert {(e.field, e.text, e.offset) for e in found.evidence} == {
        ("skills", "浮选药剂", None),
        ("summary", "Go", 1),
        ("summary", "竖窑", 13),
    }
    assert part("skills", vacancy={"terms": terms("go")}, profile={"summary": "good"}).score == 0.0


def test_a_vacancy_without_skills_is_neutral():
    neutral = part("skills", vacancy={"terms": {}})
    assert neutral.score is None
    assert neutral.contribution == round(100 * DEFAULT_WEIGHTS["skills"] / 2, 4)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("6-15-05-01", 1.0),
        ("6-15-05-02", 0.7),
        ("6-15-01-01", 0.4),
        ("6-01-01-01", 0.15),
        ("2-02-01-01", 0.0),
        (None, None),
    ],
)
def test_occupations_are_as_near_as_the_tree_says(code, expected):
    assert part("occupation", profile={"occupation_code": code}).score == expected


@pytest.mark.parametrize(
    ("years", "expected"), [(4.0, 1.0), (9.0, 1.0), (2.0, 0.5), (0.0, 0.0), (None, None)]
)
def test_experience_falls_with_the_gap(years, expected):
    assert part("experience", profile={"experience_years": years}).score == expected


@pytest.mark.parametrize(
    ("floor", "expected"), [(5000.0, 1.0), (6000.0, 1.0), (8000.0, 0.75), (10000.0, 0.5), (None, None)]
)
def test_pay_is_best_where_the_whole_range_is_acceptable(floor, expected):
    assert part("pay", profile={"pay_floor": floor}).score == expected


def test_pay_with_one_stated_end_or_none():
    assert part("pay", vacancy={"salary_high": None}).score == 1.0
    assert part("pay", vacancy={"salary_low": None}, profile={"pay_floor": 10000.0}).score == 1.0
    assert part("pay", vacancy={"salary_low": None, "salary_high": None}).score is None
    assert (
        part(
            "pay", vacancy={"salary_low": 7000.0, "salary_high": 7000.0}, profile={"pay_floor": 7500.0}
        ).score
        == 0.5
    )


@pytest.mark.parametrize(
    ("asked", "held", "expected"),
    [
        (("无机非金属材料工程",), ("无机非金属材料工程",), 1.0),
        (("材料类",), ("无机非金属材料工程",), 0.7),
        (("材料科学与工程",), ("无机非金属材料工程",), 0.7),
        (("会计学",), ("无机非金属材料工程",), 0.0),
        ((), ("无机非金属材料工程",), None),
        (("会计学",), (), None),
    ],
)
def test_majors_by_name_and_class(asked, held, expected):
    assert part("major", vacancy={"majors": asked}, profile={"majors": held}).score == expected


def test_freshness_fades_with_the_older_side():
    assert part("freshness").score == 1.0
    old = part("freshness", profile={"active_on": AS_OF - dt.timedelta(days=183)})
    assert old.score == round(math.exp(-1), 4)
    assert part("freshness", vacancy={"opened_on": None}, profile={"active_on": None}).score is None


def test_duties_without_text_are_neutral():
    assert part("duties", vacancy={"content": ""}).score is None


def test_default_weights_add_up_and_respect_the_cap():
    assert math.isclose(sum(DEFAULT_WEIGHTS.values()), 1)
    assert DEFAULT_WEIGHTS["major"] <= CREDENTIAL_CAP


def test_a_caller_s_weights_are_scaled():
    weights = normalise_weights({"skills": 3, "title": 1})
    assert weights["skills"] == 0.75
    assert weights["pay"] == 0.0


@given(st.dictionaries(st.sampled_from(sorted(DEFAULT_WEIGHTS)), st.floats(0, 1e6), min_size=1))
def test_no_weights_make_credentials_dominate(weights):
    others = sum(weight for name, weight in weights.items() if name != "major")
    if others <= 0:
        with pytest.raises(InputError):
            normalise_weights(weights)
        return
    scaled = normalise_weights(weights)
    assert scaled["major"] <= CREDENTIAL_CAP + 1e-12
    assert math.isclose(sum(scaled.values()), 1, rel_tol=1e-9)


@pytest.mark.parametrize(
    "weights", [{"school_tier": 1}, {"skills": -1}, {"skills": float("nan")}, {}, {"major": 1}]
)
def test_weights_that_make_no_sense_are_refused(weights):
    with pytest.raises(InputError):
        normalise_weights(weights)
