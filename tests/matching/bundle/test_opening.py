"""A bundle opens to a model and a ranker that are ready, and stays as it was."""

from __future__ import annotations

import dataclasses
import warnings

import numpy as np
import pytest
from tokenizers import Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordLevel

from data.errors import ModelError
from data.reference import title_pairs
from data.settings import Settings
from matching.bundle import (
    open_bundle,
    open_champion,
    read_bundle,
    weights_sha256,
    write_bundle,
)
from matching.encoder.adapter import Adapter, write_adapter
from matching.encoder.build import read_manifest, write_manifest
from matching.encoder.cached import CachedEncoder
from matching.encoder.transformer import TransformerEncoder
from matching.learned import LearnedRanker, write_curves
from matching.ranker import AdditiveRanker

TEXTS = ["工程师", "会计", "司机", "data engineer"]
LAYER = "encoder.layer.0.output.dense"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Return a real sentence-transformers model, one layer of eight numbers, that reads single characters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.models import Pooling, Transformer
        from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, set_seed

        folder = tmp_path_factory.mktemp("tiny")
        letters = sorted({letter for title in title_pairs()["title_zh"] for letter in title} | set("aeinrst"))
        vocabulary = {"[PAD]": 0, "[UNK]": 1} | {letter: at for at, letter in enumerate(letters, start=2)}
        tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.Lowercase()
        tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
        set_seed(3)
        config = BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=8,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            initializer_range=1.0,
            max_position_embeddings=130,
        )
        BertModel(config).save_pretrained(folder / "bert")
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=128
        ).save_pretrained(folder / "bert")
        words = Transformer(str(folder / "bert"))
        SentenceTransformer(modules=[words, Pooling(8)], device="cpu").save_pretrained(str(folder / "model"))
        (folder / "model" / "README.md").unlink(missing_ok=True)
    write_manifest(folder / "model", {"name": "tiny", "dimension": 8})
    return folder / "model"


@pytest.fixture(scope="module")
def settings(tmp_path_factory, tiny):
    folder = tmp_path_factory.mktemp("settings")
    return Settings(cache_dir=folder / "cache", var_dir=folder / "var", encoder=str(tiny))


@pytest.fixture(scope="module")
def adapter(tiny, tmp_path_factory):
    path = tmp_path_factory.mktemp("adapter") / "adapter.safetensors"
    rng = np.random.default_rng(1)
    low, high = rng.normal(size=(2, 16)).astype(np.float32), rng.normal(size=(8, 2)).astype(np.float32)
    write_adapter(Adapter("tuned", weights_sha256(tiny), 1.0, {LAYER: (low, high)}), path)
    return path


@pytest.fixture
def ranker(tmp_path, learned_curves):
    path = tmp_path / "ranker.json"
    write_curves(path, learned_curves)
    return path


def write(settings, parts, **options):
    return write_bundle(settings.bundles_dir, parts, **{"name": "tuned", "card": "# 说明卡"} | options)


def test_an_adapter_is_merged_into_its_base_and_made_ready_in_the_cache(settings, tiny, adapter, ranker):
    bundle = write(settings, {"adapter.safetensors": adapter, "ranker.json": ranker})
    said = []
    model, found = open_bundle(bundle, settings, report=said.append)
    assert isinstance(found, LearnedRanker)
    merged = settings.cache_dir / "models"
    assert [path.name for path in merged.iterdir()] == [path.name for path in merged.glob("model-a*")]
    assert model.encoder.name.startswith("tiny+tuned@")
    assert model.details["backend"] in {"fp32", "bf16"}
    plain = TransformerEncoder(tiny).encode(TEXTS)
    assert not np.allclose(model.encoder.encode(TEXTS), plain, atol=1e-2)
    assert model.correction.means
    assert any("语言校正" in each for each in said)
    again: list[str] = []
    once_more = open_bundle(bundle, settings, report=again.append).model
    assert again == []
    assert np.array_equal(once_more.embed(TEXTS), model.embed(TEXTS))
    assert read_bundle(bundle.folder) == bundle


def test_a_whole_model_in_the_bundle_is_only_read(settings, tiny):
    bundle = write(settings, {"encoder": tiny}, name="whole")
    model, found = open_bundle(bundle, settings)
    assert isinstance(found, AdditiveRanker)
    assert (settings.cache_dir / "bundles" / bundle.bundle_id / "backend.json").is_file()
    assert read_bundle(bundle.folder) == bundle
    expected = TransformerEncoder(tiny).encode(TEXTS)
    assert np.allclose(model.encoder.encode(TEXTS), expected, atol=0.05)


def test_a_ranker_takes_the_model_in_service_if_it_was_trained_with_it(settings, tiny, ranker, hashing_model):
    free = write(settings, {"ranker.json": ranker}, name="free")
    assert open_bundle(free, settings, model=hashing_model).model is hashing_model
    pinned = write(settings, {"ranker.json": ranker}, name="pinned", base_sha256=weights_sha256(tiny))
    served = dataclasses.replace(hashing_model, details={"directory": str(tiny)})
    assert open_bundle(pinned, settings, model=served).model is served
    elsewhere = dataclasses.replace(hashing_model, details={"directory": str(tiny.parent)})
    for other in (hashing_model, elsewhere):
        with pytest.raises(ModelError) as caught:
            open_bundle(pinned, settings, model=other)
        assert caught.value.code == "bundle_of_another_model"


def test_without_a_model_at_hand_the_one_of_the_settings_is_built(
    settings, ranker, hashing_model, monkeypatch
):
    monkeypatch.setattr("matching.bundle.opening.build_model", lambda given, **_: hashing_model)
    bundle = write(settings, {"ranker.json": ranker}, name="alone")
    assert open_bundle(bundle, settings).model is hashing_model


def test_an_adapter_of_another_model_is_refused(settings, tmp_path):
    layers = {LAYER: (np.ones((1, 16), np.float32), np.ones((8, 1), np.float32))}
    path = tmp_path / "adapter.safetensors"
    write_adapter(Adapter("foreign", "0" * 64, 1.0, layers), path)
    bundle = write(settings, {"adapter.safetensors": path}, name="foreign")
    with pytest.raises(ModelError) as caught:
        open_bundle(bundle, settings)
    assert caught.value.code == "adapter_of_another_model"


@pytest.mark.parametrize("shipped", [False, True])
def test_the_base_is_the_packaged_model_or_what_is_made_of_it_by_default(
    settings, tiny, adapter, hashing_model, monkeypatch, tmp_path, shipped
):
    packaged = tmp_path / "packaged" if shipped else tiny
    if shipped:
        packaged.mkdir()
    default = dataclasses.replace(hashing_model, details={"directory": str(tiny)})
    monkeypatch.setattr("matching.bundle.opening.build_packaged_model", lambda cache, **_: packaged)
    monkeypatch.setattr("matching.bundle.opening.build_model", lambda given, **_: default)
    plain = settings.model_copy(update={"encoder": ""})
    bundle = write(plain, {"adapter.safetensors": adapter}, name="based")
    assert open_bundle(bundle, plain).model.encoder.name.startswith("tiny+tuned@")


def test_without_a_promotion_the_packaged_default_serves(sqlite_store, settings, hashing_model):
    opened = open_champion(sqlite_store, settings, None, model=hashing_model)
    assert opened.model is hashing_model
    assert isinstance(opened.ranker, AdditiveRanker)


def test_a_champion_with_its_own_encoder_remembers_in_the_store(
    sqlite_store, settings, adapter, ranker, hashing_model
):
    own = write(settings, {"adapter.safetensors": adapter, "ranker.json": ranker})
    model, _ = open_champion(sqlite_store, settings, own.bundle_id, model=hashing_model)
    assert isinstance(model.encoder, CachedEncoder)
    free = write(settings, {"ranker.json": ranker}, name="free")
    assert open_champion(sqlite_store, settings, free.bundle_id, model=hashing_model).model is hashing_model


def test_a_folder_that_holds_another_bundle_than_its_name_says_is_refused(
    sqlite_store, settings, ranker, hashing_model
):
    bundle = write(settings, {"ranker.json": ranker}, name="moved")
    other = settings.bundles_dir / "taken-0123456789ab"
    bundle.folder.rename(other)
    with pytest.raises(ModelError, match="另一个模型包"):
        open_champion(sqlite_store, settings, other.name, model=hashing_model)


def test_the_hash_of_the_weights_is_the_manifest_s_or_the_file_s(tiny, tmp_path):
    told = read_manifest(tiny)["files"]["model.safetensors"]["sha256"]
    assert weights_sha256(tiny) == told
    (tmp_path / "model.safetensors").write_bytes((tiny / "model.safetensors").read_bytes())
    assert weights_sha256(tmp_path) == told
    assert weights_sha256(tmp_path / "nothing") == ""
