"""Scores of many pairs at once."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from matching.coding import OccupationCoder
from matching.matcher import Matcher
from matching.pairing import pair_with_members
from matching.queries import stored_query
from matching.scoring import changed_skills, feature_matrix


@pytest.fixture(scope="module")
def pairs(frames, hashing_model):
    coder = OccupationCoder.from_reference(hashing_model)
    matcher = Matcher.from_frames(*frames, hashing_model, coder, as_of=dt.date(2026, 10, 31))
    query = stored_query(matcher.vacancies.ids[0], matcher.vacancies, matcher.background)
    everybody = np.arange(len(matcher.profiles))
    return pair_with_members(query, matcher.profiles, everybody, matcher.loaded.space)


def test_changed_skills_give_the_features_that_scoring_anew_gives(pairs):
    for pair in pairs:
        changed = [pair.with_skill(term) for term in pair.asked]
        changed += [pair.without_skills(frozenset({term})) for term in pair.asked]
        assert changed
        quick = changed_skills(feature_matrix([pair])[0], changed)
        np.testing.assert_array_equal(quick, feature_matrix(changed))


def test_nothing_changed_gives_no_rows(pairs):
    features = feature_matrix(pairs)
    assert changed_skills(features[0], []).shape == (0, features.shape[1])
