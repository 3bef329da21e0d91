"""A pair whose features are obvious, and a way to change one thing of it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from matching.encoder.language import LanguageCorrection
from matching.features import FEATURES
from matching.pairs import Background, Pair, Stated
from matching.skills import SkillLexicon
from matching.terms import TermSpace

AS_OF = dt.date(2026, 10, 31)
NO_CORRECTION = LanguageCorrection(means={}, components=np.empty((0, 3), np.float32))


def space(vectors, floor=0.5):
    rows = {term: i for i, term in enumerate(vectors)}
    matrix = np.array(list(vectors.values()) or np.empty((0, 3)), np.float32).reshape(-1, 3)
    return TermSpace(rows, matrix, floor=floor, correction=NO_CORRECTION)


BACKGROUND = Background(
    lexicon=SkillLexicon.from_lists([["浮选", "镁砂"], ["镁砂"]]),
    skills=space({"浮选": (1, 0, 0), "重选": (0.8, 0.6, 0), "镁砂": (0, 0, 1)}),
    occupations=space({}),
    as_of=AS_OF,
)


def terms(*names):
    return {name: Stated("skills", name, None) for name in names}


@pytest.fixture
def make_pair():
    def make(vacancy=None, profile=None, **changes):
        pair = {
            "vacancy": {
                "title": "镁砂工艺工程师",
                "duties": "镁砂",
                "occupation_code": "6-15-05-01",
                "industry_code": None,
                "experience_low": 4.0,
                "salary_low": 6000.0,
                "salary_high": 10000.0,
                "majors": ("材料类",),
                "engagement": ("全职",),
                "place_code": "210882",
                "opened_on": AS_OF,
            }
            | (vacancy or {}),
            "profile": {
                "title": "镁砂工程师",
                "skills": ("镁砂",),
                "summary": "",
                "occupation_code": "6-15-05-01",
                "experience_years": 4.0,
                "pay_floor": 6000.0,
                "majors": ("无机非金属材料工程",),
                "engagement": ("全职",),
                "place_code": "210882",
                "willing_codes": (),
                "active_on": AS_OF,
            }
            | (profile or {}),
            "asked": terms("浮选", "镁砂"),
            "held": terms("镁砂"),
            "title": 0.5,
            "duties": 0.5,
            "wording": 0.5,
            "background": BACKGROUND,
        }
        person = pair["profile"]
        person["written"] = "\n".join((person["title"], *person["skills"], person["summary"])).lower()
        return Pair(**{**pair, **changes})

    return make


@pytest.fixture
def value(make_pair):
    """Return the value of a feature and what is said of it."""

    def judge(name, **changes):
        feature = {each.name: each for each in FEATURES}[name]
        pair = make_pair(**changes)
        found = feature.value(pair)
        said = feature.describe(pair, found)
        assert said.sentence
        return found

    return judge
