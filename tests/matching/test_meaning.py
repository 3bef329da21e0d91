"""Field vectors and calibrated similarities."""

from __future__ import annotations

import numpy as np
import pytest

from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import Across, EmbeddingModel
from matching.meaning import FieldSpace, MeaningSpace, bounded, listed_skills


def row(title, text="", skills=(), majors=()):
    return {"title": title, "text": text, "skills": skills, "majors": majors}


@pytest.fixture(scope="module")
def hashing():
    return EmbeddingModel.from_encoder(HashingEncoder())


VACANCIES = [
    row(f"{trade}工程师", f"负责{trade}工艺", (trade,), ("材料类",)) for trade in "镁港化电药机光数水风"
]
PROFILES = [row(f"{trade}技术员", "", (trade, "责任心"), ()) for trade in "镁港化电药机光数水风"]


@pytest.fixture(scope="module")
def fitted(hashing):
    return MeaningSpace.fit(VACANCIES, PROFILES, hashing)


def test_vectors_are_unit_and_an_empty_text_is_all_zeros(fitted):
    _, vacancies, profiles = fitted
    assert np.allclose(np.linalg.norm(vacancies.joined, axis=1), 1, atol=1e-5)
    assert np.allclose(np.linalg.norm(profiles.title, axis=1), 1, atol=1e-5)
    assert not profiles.duties.any()
    assert vacancies.duties.any(axis=1).all()


def test_an_item_encoded_later_has_the_vectors_it_had_in_the_pool(fitted, hashing):
    space, vacancies, _ = fitted
    again = space.encode(VACANCIES[:3], hashing)
    for new, old in zip(again, vacancies, strict=True):
        assert np.allclose(new, old[:3], atol=1e-6)


def test_the_nearest_person_shares_the_trade(fitted):
    _, vacancies, profiles = fitted
    assert (vacancies.joined @ profiles.joined.T).argmax(axis=1).tolist() == list(range(10))


def test_a_space_that_is_extended_knows_new_skills(fitted, hashing):
    space = fitted[0]
    wider = space.extended([row("焊工", skills=("氩弧焊",), majors=("焊接",))], hashing)
    assert "氩弧焊" in wider.skills
    assert "焊接" in wider.majors
    assert "氩弧焊" not in space.skills


def test_similarity_runs_from_unrelated_to_the_same(hashing):
    space = FieldSpace(hashing.correction, {"": 0.4, "han/han": 0.5}, Across(0.2, 0.6))
    same = space.similarity(np.array([1.0, 0.75, 0.5, 0.1], np.float32), "han", ["han"] * 4)
    assert same.tolist() == [1.0, 0.5, 0.0, 0.0]
    # Between two scripts a translation is as near as the same text: .6 is 1, .4 half way from .2.
    across = space.similarity(np.array([0.9, 0.6, 0.4, 0.2], np.float32), "han", ["latin"] * 4)
    assert across.tolist() == pytest.approx([1.0, 1.0, 0.5, 0.0], abs=1e-6)


def test_one_side_alone_tells_how_near_unrelated_texts_come(hashing):
    space, vacancies, profiles = MeaningSpace.fit(VACANCIES, [], hashing)
    twice, _, _ = MeaningSpace.fit(VACANCIES, VACANCIES, hashing)
    assert space.title.lows[""] == pytest.approx(twice.title.lows[""], abs=0.05)
    assert MeaningSpace.fit([], [], hashing)[0].title.lows == {"": 0.0}
    assert profiles.joined.shape == (0, 256)
    assert len(vacancies.joined) == 10


def test_only_a_window_of_a_text_is_encoded_and_attitudes_are_no_skills():
    assert len(bounded("字" * 999)) == 300
    assert listed_skills(row("x", skills=("PLC", "责任心"))) == ["plc"]


@pytest.mark.model
def test_unrelated_titles_are_near_zero_and_translations_near_one(model):
    titles = [
        "岸桥司机",
        "会计",
        "焊工",
        "镁砂工艺工程师",
        "药品检验员",
        "软件开发工程师",
        "护士",
        "仓库管理员",
    ]
    rows = [row(title) for title in titles] * 10
    space, left, _ = MeaningSpace.fit(rows, rows, model)
    query = left.title[0]
    scores = space.title.similarity(left.title[: len(titles)] @ query, "han", ["han"] * len(titles))
    assert scores[0] == pytest.approx(1, abs=1e-3)
    assert np.median(scores[1:]) < 0.15
    english = space.encode([row("Quay crane operator"), row("Accountant")], model).title
    across = space.title.similarity(english @ left.title[1], "han", ["latin"] * 2)
    assert across[1] > across[0] + 0.5
