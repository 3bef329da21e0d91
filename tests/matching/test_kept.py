"""Vectors between starts, and a matcher that follows its store."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from matching.coding import OccupationCoder
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.kept import forget_vectors, open_vectors
from matching.loading import load_pools, reload_pools
from matching.matcher import Matcher

AS_OF = dt.date(2026, 10, 31)


class CountingEncoder(HashingEncoder):
    """Counts what it is asked to encode."""

    encoded: list[str]

    def encode(self, texts, *, progress=lambda *_: None):
        self.encoded = [*getattr(self, "encoded", []), *texts]
        return super().encode(texts, progress=progress)


@pytest.fixture
def counting_model():
    return EmbeddingModel.from_encoder(CountingEncoder())


@pytest.fixture(scope="module")
def coder(hashing_model):
    return OccupationCoder.from_reference(hashing_model)


def answers(loaded, model):
    matcher = Matcher(loaded, model, coder=None)
    return [
        (result.id, result.score)
        for row in loaded.vacancies.rows
        if loaded.vacancies.position(row["id"]) is not None
        for result in matcher.match_vacancy(row["id"], k=50).results
    ]


def test_a_second_start_encodes_nothing_and_answers_the_same(frames, counting_model, tmp_path):
    first = load_pools(*frames, counting_model, as_of=AS_OF, folder=tmp_path)
    before = answers(first, counting_model)
    counting_model.encoder.encoded.clear()
    again = load_pools(*frames, counting_model, as_of=AS_OF, folder=tmp_path)
    assert counting_model.encoder.encoded == []
    assert again.index_version == first.index_version != "memory"
    assert answers(again, counting_model) == before


def test_only_what_changed_is_encoded_at_the_next_start(frames, counting_model, tmp_path):
    vacancies, profiles = frames
    first = load_pools(vacancies, profiles, counting_model, as_of=AS_OF, folder=tmp_path)
    counting_model.encoder.encoded.clear()
    changed = profiles.copy()
    changed.loc[0, "title"] = "镁砂浮选工程师"
    again = load_pools(vacancies, changed, counting_model, as_of=AS_OF, folder=tmp_path)
    assert "镁砂浮选工程师" in counting_model.encoder.encoded
    assert not {"岸桥司机", "会计"} & set(counting_model.encoder.encoded)
    assert again.index_version != first.index_version
    assert open_vectors(tmp_path, counting_model).version == again.index_version


def test_another_model_makes_its_own_vectors(frames, counting_model, hashing_model, tmp_path):
    load_pools(*frames, counting_model, as_of=AS_OF, folder=tmp_path)
    other = EmbeddingModel.from_encoder(HashingEncoder(64))
    assert open_vectors(tmp_path, other) is None


def test_forgotten_vectors_are_gone(frames, counting_model, tmp_path):
    folder = tmp_path / "index"
    load_pools(*frames, counting_model, as_of=AS_OF, folder=folder)
    forget_vectors(folder)
    assert not folder.exists()
    assert open_vectors(folder, counting_model) is None


def test_damaged_vectors_are_made_anew(frames, counting_model, tmp_path, caplog):
    first = load_pools(*frames, counting_model, as_of=AS_OF, folder=tmp_path)
    victim = next(tmp_path.rglob("profiles.joined.npy"))
    content = bytearray(victim.read_bytes())
    content[-1] ^= 0xFF
    victim.write_bytes(content)
    again = load_pools(*frames, counting_model, as_of=AS_OF, folder=tmp_path)
    assert answers(again, counting_model) == answers(first, counting_model)
    assert "damaged" in caplog.text


def test_a_reload_adds_changes_and_removes_while_the_old_pools_serve_on(frames, counting_model):
    vacancies, profiles = frames
    old = load_pools(vacancies, profiles, counting_model, as_of=AS_OF)
    before = answers(old, counting_model)
    fresh = profiles.iloc[[1]].assign(profile_id="P9", title="岸桥司机")
    changed = pd.concat([profiles.iloc[[0, 1]], fresh], ignore_index=True)
    changed["skills"] = [("电熔镁砂", "浮选"), *changed["skills"][1:]]
    new = reload_pools(old, vacancies[vacancies["vacancy_id"] != "V6"], changed, counting_model)
    assert set(new.profiles.ids) == {"P1", "P2", "P9"}
    assert "V6" not in new.vacancies.ids
    assert new.index_version == "memory+1"
    whole = load_pools(vacancies[vacancies["vacancy_id"] != "V6"], changed, counting_model, as_of=AS_OF)
    assert [each for each, _ in answers(new, counting_model)] == [
        each for each, _ in answers(whole, counting_model)
    ]
    assert answers(old, counting_model) == before


def test_a_reload_of_the_same_frames_is_the_same_object(frames, counting_model):
    old = load_pools(*frames, counting_model, as_of=AS_OF)
    assert reload_pools(old, *frames, counting_model) is old


def test_garbage_grows_with_changes(frames, counting_model, coder):
    vacancies, profiles = frames
    old = load_pools(vacancies, profiles, counting_model, as_of=AS_OF)
    new = reload_pools(old, vacancies, profiles.iloc[:2], counting_model)
    assert Matcher(old, counting_model, coder).garbage == 0.0
    assert Matcher(new, counting_model, coder).garbage == pytest.approx(1 / 3)
    assert np.count_nonzero(new.profiles.index.alive) == 2
