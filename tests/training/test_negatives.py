"""Hard negatives on vectors that can be worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from matching.encoder.language import LanguageCorrection
from training.negatives import Mining, label_noise, mine_negatives
from training.pairs.source import Pair, PairSource, Split, pairs_frame

ANGLES = {"q": 0, "right": 40, "twin": 5, "near": 42, "a": 50, "b": 60, "c": 85, "far": 170}
"""Degrees between a text and the query; twin is nearer than the labelled positive."""


class Compass:
    """Encodes a text as a direction in the plane."""

    name = "compass"
    dimension = 2

    def encode(self, texts, *, progress=None):
        turns = np.radians([ANGLES[text] for text in texts])
        return np.column_stack([np.cos(turns), np.sin(turns)]).astype(np.float32)


@pytest.fixture
def guide():
    plain = LanguageCorrection(means={}, components=np.empty((0, 2), np.float32))
    return SimpleNamespace(encoder=Compass(), correction=plain)


def frame(*, split="train", concepts=None):
    """Return the query's pair and one pair for every other text, of one source."""
    concepts = concepts or {}
    others = [text for text in ANGLES if text not in {"q", "right"}]
    pairs = [Pair("q", "right", PairSource.ESCO, "c:q", "g:q", "en")]
    # Their anchors stand far away, so that only the first pair is looked at below.
    pairs += [
        Pair("far", text, PairSource.ESCO, concepts.get(text, f"c:{text}"), f"g:{text}", "en")
        for text in others
        if text != "far"
    ]
    return pairs_frame(pairs).assign(split=split)


def mined(pairs, guide, **options):
    return mine_negatives(pairs, guide, Mining(**options), rng=np.random.default_rng(0))["negatives"][0]


def test_negatives_are_the_nearest_that_are_less_similar_than_the_positive(guide):
    # cos 40 = .766; near (cos 42 = .743) is within 5 % of it, twin (cos 5) is above it.
    # cos(a, right) = cos 10 and cos(b, right) = cos 20 are above .766: they may be positives too.
    assert mined(frame(), guide, skip=0) == ["c"]


def test_without_a_margin_a_text_is_kept_up_to_the_positive_itself(guide, monkeypatch):
    monkeypatch.setitem(ANGLES, "near", -41)
    assert mined(frame(), guide, skip=0, relative_margin=0) == ["near", "c"]
    assert mined(frame(), guide, skip=0, relative_margin=0.05) == ["c"]


def test_the_very_nearest_are_passed_over(guide, monkeypatch):
    monkeypatch.setitem(ANGLES, "near", -45)
    monkeypatch.setitem(ANGLES, "a", -50)
    assert mined(frame(), guide, skip=0, relative_margin=0) == ["near", "a", "c"]
    # twin and near are the two nearest.
    assert mined(frame(), guide, skip=2, relative_margin=0) == ["a", "c"]


def test_texts_of_one_concept_are_never_negatives_of_each_other(guide):
    assert mined(frame(concepts={"c": "c:q"}), guide, skip=0) == []


def test_another_positive_of_the_anchor_is_spared_under_any_concept(guide):
    pairs = frame()
    pairs.loc[pairs["positive"] == "c", "anchor"] = "q"
    assert mined(pairs, guide, skip=0) == []


def test_a_text_shares_the_concepts_of_all_its_pairs(guide):
    more = [
        Pair("b", "c", PairSource.ESCO, "c:2", "g", "en"),
        Pair("b", "right", PairSource.ESCO, "c:2", "g", "en"),
    ]
    joined = pd.concat([frame(), pairs_frame(more).assign(split="train")], ignore_index=True)
    assert mined(joined, guide, skip=0) == []


def test_negatives_come_out_of_their_own_split_and_source(guide):
    pairs = frame()
    pairs.loc[pairs["positive"] == "c", "split"] = "test"
    assert mined(pairs, guide, skip=0) == []
    pairs = frame()
    pairs.loc[pairs["positive"] == "c", "source"] = "alias"
    assert mined(pairs, guide, skip=0) == []


def test_other_splits_get_none_unless_they_are_asked_for(guide):
    pairs = frame(split="dev")
    assert mined(pairs, guide, skip=0) == []
    asked = mine_negatives(pairs, guide, Mining(skip=0), rng=np.random.default_rng(0), splits=(Split.DEV,))
    assert asked["negatives"][0] == ["c"]


def test_sampling_draws_among_the_candidates_and_repeats_by_seed(guide, monkeypatch):
    for number, angle in enumerate(range(-45, -85, -4)):
        monkeypatch.setitem(ANGLES, f"n{number}", angle)
    options = {"skip": 0, "relative_margin": 0, "sample": True, "negatives": 2}
    drawn = {
        tuple(
            mine_negatives(frame(), guide, Mining(**options), rng=np.random.default_rng(seed))["negatives"][0]
        )
        for seed in (0, 0, 1, 2, 3, 4)
    }
    assert len(drawn) > 1
    assert all(len(each) == 2 for each in drawn)
    once, again = (
        mine_negatives(frame(), guide, Mining(**options), rng=np.random.default_rng(7)) for _ in range(2)
    )
    assert once.equals(again)


def test_the_pairs_themselves_are_left_as_they_are(guide):
    pairs = frame()
    before = pairs.copy()
    mine_negatives(pairs, guide, rng=np.random.default_rng(0))
    assert pairs.equals(before)


def test_no_pairs_get_no_negatives(guide):
    found = mine_negatives(frame().iloc[:0], guide, rng=np.random.default_rng(0))
    assert found.empty
    assert "negatives" in found


def test_progress_ends_at_the_total(guide):
    told = []
    mine_negatives(frame(), guide, rng=np.random.default_rng(0), progress=lambda *both: told.append(both))
    assert told[-1] == (len(frame()), len(frame()))


@pytest.mark.parametrize(
    "wrong",
    [{"negatives": 0}, {"skip": -1}, {"depth": 2}, {"relative_margin": 1.0}, {"relative_margin": -0.1}],
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(InputError) as caught:
        Mining(**wrong)
    assert caught.value.code == "mining_invalid"


def test_a_frame_without_concepts_is_refused(guide):
    with pytest.raises(InputError, match="concept"):
        mine_negatives(frame().drop(columns="concept"), guide, rng=np.random.default_rng(0))
    with pytest.raises(InputError, match="concept"):
        label_noise(frame().drop(columns="concept"), guide, rng=np.random.default_rng(0))


def test_a_wrong_label_planted_among_right_ones_is_suspected(hashing_model):
    titles = [f"第{number}号生产线操作工" for number in range(40)]
    pairs = [
        Pair(title, f"{title}岗位", PairSource.ALIAS, f"c{number}", f"g{number}", "zh")
        for number, title in enumerate(titles)
    ]
    pairs.append(Pair("电气工程师", "婴幼儿发展引导员", PairSource.ALIAS, "wrong", "wrong", "zh"))
    found = label_noise(
        pairs_frame(pairs).assign(split="train"), hashing_model, k=5, rng=np.random.default_rng(0)
    )
    assert found.wrong["anchor"].tolist()[0] == "电气工程师"
    row = found.by_source.iloc[0]
    assert (row["source"], row["pairs"]) == ("alias", 41)
    assert 0 < row["beyond_k"] < 0.5


def test_a_forgotten_label_is_suspected_with_the_text_it_was_forgotten_for(guide, monkeypatch):
    monkeypatch.setitem(ANGLES, "twin", 20)
    found = label_noise(frame(), guide, k=3, rng=np.random.default_rng(0))
    missing = found.missing[found.missing["anchor"] == "q"].iloc[0]
    assert (missing["positive"], missing["text"]) == ("right", "twin")
    assert missing["text_similarity"] == pytest.approx(np.cos(np.radians(20)), abs=1e-5)
    assert found.by_source["rivalled"][0] > 0


def test_noise_is_looked_for_in_as_many_pairs_as_are_asked_for(guide):
    found = label_noise(frame(), guide, rng=np.random.default_rng(0), sample=3, examples=1)
    assert found.by_source["pairs"].tolist() == [3]
    assert len(found.wrong) <= 1


def test_no_pairs_have_no_noise(guide):
    found = label_noise(frame().iloc[:0], guide, rng=np.random.default_rng(0))
    assert [len(each) for each in found] == [0, 0, 0]
