"""Distillation, tried on a tiny model with random weights."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer, models, pre_tokenizers

from data.errors import InputError
from matching.encoder.build import read_manifest, verify_model
from matching.encoder.static import StaticEncoder, is_static
from matching.encoder.transformer import TransformerEncoder
from training.encoder.distil import distil_encoder, token_frequencies

TEXTS = ["焊工", "电焊工", "teacher", "", "司机 driver"]


@pytest.fixture(scope="module")
def distilled(tiny_base, tmp_path_factory):
    return distil_encoder(tiny_base, tmp_path_factory.mktemp("static") / "all", dimension=8)


def test_the_product_opens_a_static_encoder_like_any_other(distilled):
    verify_model(distilled.directory)
    assert is_static(distilled.directory)
    encoder = StaticEncoder(distilled.directory)
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (5, 8)
    assert encoder.name.startswith("tiny+static@")
    assert np.allclose(np.linalg.norm(vectors[[0, 1, 2, 4]], axis=1), 1, atol=1e-5)
    assert not vectors[3].any()
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_sentence_transformers_opens_it_too_and_gives_the_same_vectors(distilled):
    from sentence_transformers import SentenceTransformer

    static = SentenceTransformer(str(distilled.directory), device="cpu")
    ours = StaticEncoder(distilled.directory).encode(TEXTS)
    assert np.allclose(static.encode(TEXTS, show_progress_bar=False), ours, atol=1e-5)


def test_a_text_is_the_weighted_mean_of_its_tokens(distilled):
    held = load_file(distilled.directory / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(distilled.directory / "tokenizer.json"))
    ids = tokenizer.encode("电焊工", add_special_tokens=False).ids
    mean = held["embeddings"][held["mapping"][ids]].mean(axis=0)
    expected = mean / np.linalg.norm(mean)
    assert np.allclose(StaticEncoder(distilled.directory).encode(["电焊工"])[0], expected, atol=1e-5)


def test_tokens_keep_their_neighbours_up_to_the_weights(tiny_base, tmp_path):
    # With all components and no weighting (smoothing without bounds) a rotation is all that is left.
    made = distil_encoder(tiny_base, tmp_path / "whole", dimension=16, smoothing=1e9)
    assert made.explained == pytest.approx(1.0, abs=1e-6)
    held = load_file(made.directory / "model.safetensors")
    assert held["embeddings"].shape == (made.tokens + 1, 16)
    base = TransformerEncoder(tiny_base)
    letters = ["焊", "工", "a", "b"]
    raw = base._loaded()
    tokenizer = Tokenizer.from_file(str(tiny_base / "tokenizer.json"))
    ids = [tokenizer.token_to_id(letter) for letter in letters]
    import torch

    with torch.inference_mode():
        given = torch.tensor([[0, token, 2] for token in ids])
        vectors = raw({"input_ids": given, "attention_mask": torch.ones_like(given)})[
            "sentence_embedding"
        ].numpy()
    rows = held["embeddings"][held["mapping"][ids]]
    distances = [np.linalg.norm(part[:, None] - part[None], axis=2) for part in (vectors, rows)]
    assert np.allclose(*distances, atol=0.02)  # bfloat16


def test_a_corpus_keeps_its_own_tokens_only(tiny_base, tmp_path):
    made = distil_encoder(tiny_base, tmp_path / "few", corpus=["焊工", "电工"], dimension=8)
    assert made.tokens == 4  # ▁ 焊 工 电
    held = load_file(made.directory / "model.safetensors")
    assert held["embeddings"].shape == (5, 4)  # no more components than tokens
    assert np.count_nonzero(held["mapping"]) == 4
    encoder = StaticEncoder(made.directory)
    assert np.allclose(*encoder.encode(["焊工", "焊工abc"]), atol=1e-5)
    assert read_manifest(made.directory)["tokens"] == 4


def test_a_corpus_without_known_tokens_is_refused(tiny_base, tmp_path):
    with pytest.raises(InputError, match="语料"):
        distil_encoder(tiny_base, tmp_path / "none", corpus=[""])
    assert not (tmp_path / "none").exists()


def test_frequent_tokens_count_less(tiny_base, tmp_path):
    corpus = ["工" * 50 + "焊"]
    strong = load_file(
        distil_encoder(tiny_base, tmp_path / "a", corpus=corpus, smoothing=1e-3).directory
        / "model.safetensors"
    )
    weak = load_file(
        distil_encoder(tiny_base, tmp_path / "b", corpus=corpus, smoothing=1e9).directory
        / "model.safetensors"
    )
    tokenizer = Tokenizer.from_file(str(tiny_base / "tokenizer.json"))
    # a / (a + p) with p = 50/52 and 1/52
    for letter, share in (("工", 50 / 52), ("焊", 1 / 52)):
        row = strong["mapping"][tokenizer.token_to_id(letter)]
        ratio = np.linalg.norm(strong["embeddings"][row]) / np.linalg.norm(weak["embeddings"][row])
        assert ratio == pytest.approx(1e-3 / (1e-3 + share), rel=1e-3)


def test_the_frequency_of_pieces_is_their_probability_and_of_words_their_rank(tiny_base):
    unigram = Tokenizer.from_file(str(tiny_base / "tokenizer.json"))
    found = token_frequencies(unigram, None)
    assert not found[:4].any()
    assert found[4] == pytest.approx(np.exp(-2))
    words = Tokenizer(models.WordLevel({"[UNK]": 0, "a": 1, "b": 2}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    assert token_frequencies(words, None).tolist() == [1 / 2, 1 / 3, 1 / 4]


def test_progress_ends_at_the_number_of_tokens(tiny_base, tmp_path):
    seen = []
    made = distil_encoder(tiny_base, tmp_path / "p", progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (made.tokens, made.tokens)
    config = json.loads((made.directory / "config.json").read_text("utf-8"))
    assert config["normalize"] is True
