"""Occupation, industry, years."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.reference import occupation_industries, occupation_names
from matching.features import FEATURES
from matching.terms import TermSpace

OCCUPATION = {each.name: each for each in FEATURES}["occupation"]


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
def test_occupations_are_as_near_as_the_tree_says(value, code, expected):
    assert value("occupation", profile={"occupation_code": code}) == expected


def test_occupations_of_different_branches_may_be_near_by_their_names(make_pair):
    pair = make_pair(profile={"occupation_code": "2-02-01-01"})
    names = occupation_names()
    near = TermSpace(
        {names["6-15-05-01"]: 0, names["2-02-01-01"]: 1},
        np.array([[1, 0, 0], [0.9, 0.4359, 0]], np.float32),
        floor=0.5,
        correction=pair.background.skills.correction,
    )
    pair = replace(pair, background=replace(pair.background, occupations=near))
    # cosine .9 over a floor of .5: .8, of which .6 counts
    found = OCCUPATION.value(pair)
    assert found == pytest.approx(0.48, abs=1e-3)
    assert "名称含义相近" in OCCUPATION.describe(pair, found).sentence


def test_the_usual_industry_of_an_occupation_is_full_and_a_strange_one_is_none(value):
    table = occupation_industries()
    occupation = table["occupation_code"].iloc[0]
    own = table[table["occupation_code"] == occupation].copy()
    own["postings"] = own["postings"].astype(float)
    usual = own.sort_values("postings").iloc[-1]["industry_code"]
    profile = {"occupation_code": occupation}
    assert value("industry", vacancy={"industry_code": usual}, profile=profile) == 1.0
    assert value("industry", vacancy={"industry_code": "01"}, profile=profile) == 0.0
    assert value("industry", vacancy={"industry_code": None}, profile=profile) is None
    assert value("industry", vacancy={"industry_code": "01"}, profile={"occupation_code": None}) is None


@pytest.mark.parametrize(
    ("years", "expected"), [(4.0, 1.0), (9.0, 1.0), (2.0, 0.5), (0.0, 0.0), (None, None)]
)
def test_experience_falls_with_the_gap_and_more_is_no_more(value, years, expected):
    assert value("experience", profile={"experience_years": years}) == expected
