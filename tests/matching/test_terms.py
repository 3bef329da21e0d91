"""Short terms in one space."""

from __future__ import annotations

import numpy as np
import pytest

from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.terms import TermSpace, under

TERMS = ("电熔镁砂", "重烧镁砂", "岸桥", "记账", "浮选")


@pytest.fixture(scope="module")
def model():
    return EmbeddingModel.from_encoder(HashingEncoder())


@pytest.fixture(scope="module")
def space(model):
    return TermSpace.from_terms([*TERMS, *TERMS], model)


def test_every_term_counts_once_and_is_known(space):
    assert len(space) == len(TERMS)
    assert "岸桥" in space
    assert "门机" not in space
    assert space.terms == sorted(TERMS)


def test_the_mean_of_one_term_is_its_vector_and_unknown_terms_are_passed_over(space):
    alone = space.mean(["岸桥"])
    assert np.allclose(space.mean(["岸桥", "门机"]), alone)
    assert not space.mean(["门机"]).any()
    assert not space.mean([]).any()


def test_cosine_of_known_and_unknown_terms(space):
    assert space.cosine("岸桥", "岸桥") == pytest.approx(1, abs=1e-5)
    assert space.cosine("岸桥", "门机") is None


def test_the_nearest_held_term_is_named_with_how_near_it_is():
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    model = EmbeddingModel.from_encoder(HashingEncoder(8))
    space = TermSpace({"甲": 0, "乙": 1, "丙": 2}, vectors, floor=0.6, correction=model.correction)
    found = space.nearest(["甲", "丁"], ["乙", "丙"])
    # cosine .8, floor .6: half way to the same
    assert found.keys() == {"甲"}
    assert found["甲"].term == "乙"
    assert found["甲"].nearness == pytest.approx(0.5)
    assert space.nearest(["甲"], ["丙"]) == {}
    assert space.nearest([], ["丙"]) == {}


def test_the_nearest_is_that_of_all_cosines_one_by_one(space, model):
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(60, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    names = [f"能力{number:02d}" for number in range(60)]
    near = TermSpace(
        {name: row for row, name in enumerate(names)}, vectors, floor=0.8, correction=model.correction
    )
    for _ in range(50):
        asked, held = (list(rng.choice([*names, "未知"], size=5, replace=False)) for _ in range(2))
        found = near.nearest(asked, held)
        for term in asked:
            cosines = [(near.cosine(term, other) or -1.0, other) for other in held]
            highest, best = max(cosines, key=lambda each: each[0])
            assert (found[term].term if term in found else None) == (best if highest > 0.8 else None)


def test_an_extended_space_knows_more_and_the_old_one_stays(space, model):
    wider = space.extended(["门机", "岸桥"], model)
    assert "门机" in wider
    assert "门机" not in space
    assert wider.cosine("岸桥", "记账") == space.cosine("岸桥", "记账")
    assert space.extended(["岸桥"], model) is space


def test_a_space_comes_back_from_its_arrays(space):
    again = TermSpace.from_arrays(space.terms, space.to_arrays())
    assert again.floor == pytest.approx(space.floor)
    assert np.array_equal(again.mean(["岸桥"]), space.mean(["岸桥"]))


def test_no_terms_make_an_empty_space(model):
    empty = TermSpace.from_terms([], model)
    assert len(empty) == 0
    assert empty.nearest(["岸桥"], ["岸桥"]) == {}


def test_arrays_are_found_by_prefix():
    assert under({"a.x": np.ones(1), "ab.x": np.zeros(1)}, "a").keys() == {"x"}
