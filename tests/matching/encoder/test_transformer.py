"""Encoding: batches, backends, cache."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from data.errors import ModelError
from data.settings import Settings
from data.store.vectors import read_vectors
from matching.encoder.build import build_packaged_model
from matching.encoder.cached import CachedEncoder
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import build_model
from matching.encoder.transformer import TransformerEncoder, choose_backend

TEXTS = ["岸桥司机", "电熔镁砂窑炉热工工程师，负责竖窑与回转窑的温度制度", "Data engineer", "", "焊工"] * 3


@pytest.mark.model
def test_order_and_batches_do_not_change_a_vector():
    encoder = TransformerEncoder(build_packaged_model(Settings().cache_dir))
    together = encoder.encode(TEXTS)
    alone = np.vstack([encoder.encode([text]) for text in TEXTS[:5]])
    assert together.shape == (15, 384)
    assert together.dtype == np.float32
    assert np.allclose(together[:5], alone, atol=1e-4)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


@pytest.mark.model
def test_no_text_gives_no_vector():
    encoder = TransformerEncoder(build_packaged_model(Settings().cache_dir))
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.model
def test_progress_ends_at_the_total():
    seen = []
    encoder = TransformerEncoder(build_packaged_model(Settings().cache_dir))
    encoder.encode(TEXTS, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (15, 15)


@pytest.mark.model
def test_the_chosen_backend_keeps_the_ranking(model):
    measured = model.details["measured"]
    chosen = measured["backends"][measured["chosen"]]
    assert chosen["overlap"] >= 0.98
    faithful = [entry for entry in measured["backends"].values() if entry["overlap"] >= 0.98]
    assert chosen["texts_per_second"] == max(entry["texts_per_second"] for entry in faithful)


@pytest.mark.model
def test_backends_are_measured_once_and_remembered(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(build_packaged_model(Settings().cache_dir), folder, copy_function=_link)
    (folder / "backend.json").unlink(missing_ok=True)
    texts = [f"{word}{i}" for i in range(8) for word in ("工程师", "操作工", "analyst")]
    first = choose_backend(folder, texts)
    assert set(first["backends"]) == {"fp32", "bf16"}
    assert first["backends"]["fp32"]["overlap"] == 1.0
    assert choose_backend(folder, []) == json.loads((folder / "backend.json").read_text()) == first


@pytest.mark.model
def test_another_model_directory_is_a_setting():
    folder = build_packaged_model(Settings().cache_dir)
    model = build_model(Settings(encoder=str(folder)))
    assert model.encoder.name.endswith("/fp32/128")
    assert model.embed(["焊工"]).shape == (1, 384)


def test_a_directory_that_is_no_model_is_said_so(tmp_path):
    with pytest.raises(ModelError) as caught:
        TransformerEncoder(tmp_path).encode(["焊工"])
    assert caught.value.code == "model_not_loadable"


def test_an_unknown_backend_is_refused(tmp_path):
    with pytest.raises(ModelError, match="fp32、bf16"):
        TransformerEncoder(tmp_path, backend="int3")


class Counting(HashingEncoder):
    def __init__(self):
        super().__init__()
        self.asked = []

    def encode(self, texts, **options):
        self.asked.extend(texts)
        return super().encode(texts, **options)


def test_an_unchanged_text_is_never_encoded_twice(store):
    encoder = Counting()
    cached = CachedEncoder(encoder, store)
    first = cached.encode(["焊工", "钳工", "焊工"])
    second = CachedEncoder(encoder, store).encode(["钳工", "焊工", "车工"])
    assert sorted(encoder.asked) == sorted(["焊工", "钳工", "车工"])
    assert np.array_equal(first[0], second[1])
    assert np.array_equal(first[0], HashingEncoder().encode(["焊工"])[0])
    assert cached.name == "hashing/256"


def test_vectors_of_another_encoder_are_not_taken(store):
    CachedEncoder(HashingEncoder(), store).encode(["焊工"])
    import hashlib

    key = hashlib.sha256("焊工".encode()).digest()
    assert read_vectors(store, "other", [key]) == {}
    assert len(read_vectors(store, "hashing/256", [key])) == 1


def test_no_text_gives_no_vector_from_the_cache_either(sqlite_store):
    assert CachedEncoder(HashingEncoder(), sqlite_store).encode([]).shape == (0, 256)
    assert HashingEncoder(16).encode([]).shape == (0, 16)


def _link(source, target):
    import os

    os.link(source, target)
