"""Features are computed from known applications only, the same one by one and in blocks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.applications import Protocol, make_protocols
from training.applications.features import COLUMNS, Content, PairFeatures

NAMES = [each.name for each in COLUMNS]


@pytest.fixture(scope="module")
def content(market):
    return Content.from_applications(market)


@pytest.fixture(scope="module")
def features(market, content):
    return PairFeatures.from_known(market, content, np.arange(0, len(market.seeker), 2))


def test_blocks_and_pairs_agree(features):
    seekers, postings = np.array([0, 3, 7]), np.array([1, 2, 9, 20])
    block = features.block(seekers, postings)
    assert block.shape == (3, 4, len(COLUMNS))
    for row, seeker in enumerate(seekers):
        pairs = features.pairs(np.full(4, seeker), postings)
        np.testing.assert_allclose(block[row], pairs, atol=1e-12)


def test_asked_applications_change_no_feature(market, content):
    known = np.arange(0, len(market.seeker), 2)
    before = PairFeatures.from_known(market, content, known)
    other = market.posting.copy()
    other[1::2] = 0
    after = PairFeatures.from_known(replace(market, posting=other), content, known)
    everyone, everything = np.arange(market.seekers), np.arange(market.postings)
    np.testing.assert_array_equal(before.block(everyone, everything), after.block(everyone, everything))


def test_each_feature_by_hand_where_the_answer_is_obvious(market, features):
    block = features.block(np.arange(20), np.arange(20))
    at = {name: block[:, :, NAMES.index(name)] for name in NAMES}
    own = np.arange(20)[:, None] % 2 == np.arange(20)[None, :] % 2
    for name in ("work_affinity", "similar_wishes", "experience_close", "like_applied"):
        assert np.nanmean(at[name][own]) > np.nanmean(at[name][~own]), name
    # Tailors say 재단 as their postings do; the others have no keyword at all.
    assert at["keywords"][0, 0] > 0
    assert at["keywords"][1, 1] == 0
    met = market.degree[:20, None] >= market.education[None, :20]
    np.testing.assert_array_equal(at["education_met"], met)
    assert np.isnan(at["pay_close"][1]).all()
    known = np.bincount(market.posting[0::2], minlength=60)[:20]
    np.testing.assert_allclose(at["demand"][0], np.log1p(known))


def test_what_a_circle_shares_shows_in_its_applications(features):
    block = features.block(np.arange(60), np.arange(60))
    circle = np.arange(60)[:, None] % 10 == np.arange(60)[None, :] % 10
    for name in ("similar_postings", "similar_people", "latent", "near_applied"):
        values = block[:, :, NAMES.index(name)]
        assert values[circle].mean() > 2 * values[~circle].mean(), name


def test_nobody_with_nothing_known_gets_behaviour(market, content):
    cold = make_protocols(market, np.random.default_rng(0))[Protocol.COLD_SEEKERS][1]
    features = PairFeatures.from_known(market, content, cold.known)
    block = features.block(cold.seekers, np.arange(60))
    for name in ("similar_postings", "similar_people", "like_applied", "latent"):
        np.testing.assert_allclose(block[:, :, NAMES.index(name)], 0, atol=1e-12)
    assert block[:, :, NAMES.index("similar_wishes")].max() > 0


def test_content_of_nothing_is_empty(market):
    bare = replace(market, certificates=[[] for _ in market.work], pay=np.full(market.seekers, np.nan))
    content = Content.from_applications(bare)
    features = PairFeatures.from_known(bare, content, np.arange(100))
    block = features.block(np.arange(5), np.arange(5))
    assert np.isnan(block[:, :, NAMES.index("pay_close")]).all()
    assert (block[:, :, NAMES.index("certificate_affinity")] == 0).all()


def test_weights_by_hand_are_of_content_alone_and_add_up():
    assert sum(each.weight for each in COLUMNS) == pytest.approx(1)
    assert sum(each.weight for each in COLUMNS if each.credential) <= 0.1
