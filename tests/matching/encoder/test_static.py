"""The static encoder, on a hand-made table of four tokens."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, pre_tokenizers

from data.errors import ModelError
from matching.encoder.build import write_manifest
from matching.encoder.static import StaticEncoder, is_static

ROWS = np.array([[0, 0], [1, 0], [0, 3], [3, 4]], np.float32)


@pytest.fixture
def folder(tmp_path):
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "焊": 1, "工": 2, "welder": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    save_file({"embeddings": ROWS}, tmp_path / "model.safetensors")
    config = {"model_type": "model2vec", "normalize": True, "embedding_dtype": "float32"}
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    write_manifest(tmp_path, {"name": "four", "dimension": 2})
    return tmp_path


def test_a_text_is_the_mean_of_its_tokens_with_length_one(folder):
    seen = []
    encoder = StaticEncoder(folder)
    texts = ["焊", "焊 工", "welder", "unknown", ""]
    vectors = encoder.encode(texts, progress=lambda done, total: seen.append((done, total)))
    # the mean of (1, 0) and (0, 3) points along (1, 3)
    expected = [[1, 0], [1 / 10**0.5, 3 / 10**0.5], [0.6, 0.8], [0, 0], [0, 0]]
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, expected, atol=1e-6)
    assert seen == [(5, 5)]


def test_texts_are_cut(folder):
    assert np.allclose(StaticEncoder(folder, max_tokens=1).encode(["焊 工"]), [[1, 0]])


def test_no_text_gives_no_vector(folder):
    assert StaticEncoder(folder).encode([]).shape == (0, 2)


def test_the_name_tells_the_content(folder):
    name = StaticEncoder(folder).name
    assert name.startswith("four@")
    assert name.endswith("/static/512")
    save_file({"embeddings": 2 * ROWS}, folder / "model.safetensors")
    write_manifest(folder, {"name": "four", "dimension": 2})
    assert StaticEncoder(folder).name != name


def test_only_a_static_directory_is_static(folder, tmp_path_factory):
    assert is_static(folder)
    other = tmp_path_factory.mktemp("bert")
    assert not is_static(other)
    (other / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    assert not is_static(other)


def test_a_damaged_directory_is_refused(folder):
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError) as caught:
        StaticEncoder(folder).encode(["焊"])
    assert caught.value.code == "model_not_loadable"
