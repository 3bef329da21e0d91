import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from data.errors import ModelError
from data.settings import Settings
from matching.encoder.adapter import Adapter, merge_adapter, read_adapter, write_adapter
from matching.encoder.build import build_packaged_model, read_manifest, verify_model, write_manifest
from matching.encoder.model import SHIPPED_ADAPTER

LAYER = "encoder.layer.0.output.dense"
CHANGE = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]], np.float32)


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "base"
    (folder / "1_Pooling").mkdir(parents=True)
    save_file(
        {f"{LAYER}.weight": np.ones((2, 3), np.float32), "other.weight": np.zeros(4, np.float32)},
        folder / "model.safetensors",
    )
    (folder / "config.json").write_text('{"hidden_size": 3}', "utf-8")
    (folder / "1_Pooling" / "config.json").write_text("{}", "utf-8")
    write_manifest(folder, {"name": "base", "dimension": 3})
    (folder / "backend.json").write_text("{}", "utf-8")
    return folder


def adapter_for(base, **changed):
    given = {
        "name": "titles",
        "base_sha256": read_manifest(base)["files"]["model.safetensors"]["sha256"],
        "scale": 2.0,
        # 2 * [[.5], [1]] @ [[1, 2, 3]] is CHANGE
        "layers": {LAYER: (np.array([[1, 2, 3]], np.float16), np.array([[0.5], [1]], np.float16))},
    }
    return Adapter(**(given | changed))


@pytest.fixture
def written(base, tmp_path):
    path = tmp_path / "adapter.safetensors"
    write_adapter(adapter_for(base), path)
    return path


def test_an_adapter_is_read_as_it_was_written(base, written):
    read = read_adapter(written)
    assert (read.name, read.scale, read.base_sha256) == ("titles", 2.0, adapter_for(base).base_sha256)
    np.testing.assert_array_equal(read.change(LAYER), CHANGE)
    assert not list(written.parent.glob("*.part"))


def test_equal_adapters_are_equal_files(base, written, tmp_path):
    again = tmp_path / "again.safetensors"
    write_adapter(read_adapter(written), again)
    assert again.read_bytes() == written.read_bytes()


def test_merging_adds_the_change_to_its_layer_and_leaves_the_rest(base, written, tmp_path):
    merged = merge_adapter(base, written, tmp_path / "cache")
    weights = load_file(merged / "model.safetensors")
    np.testing.assert_array_equal(weights[f"{LAYER}.weight"], 1 + CHANGE)
    np.testing.assert_array_equal(weights["other.weight"], np.zeros(4))
    assert (merged / "1_Pooling" / "config.json").read_text("utf-8") == "{}"


def test_a_merged_directory_says_what_it_is_and_passes_its_own_check(base, written, tmp_path):
    merged = merge_adapter(base, written, tmp_path / "cache")
    manifest = read_manifest(merged)
    assert (manifest["name"], manifest["dimension"]) == ("base+titles", 3)
    verify_model(merged)


def test_what_was_measured_for_the_base_is_not_taken_over(base, written, tmp_path):
    assert not (merge_adapter(base, written, tmp_path / "cache") / "backend.json").exists()


def test_merging_again_does_nothing(base, written, tmp_path):
    merged = merge_adapter(base, written, tmp_path / "cache")
    (merged / "mark").touch()
    assert merge_adapter(base, written, tmp_path / "cache") == merged
    assert (merged / "mark").exists()


def test_a_half_made_directory_is_made_anew(base, written, tmp_path):
    merged = merge_adapter(base, written, tmp_path / "cache")
    (merged / "manifest.json").unlink()
    assert merge_adapter(base, written, tmp_path / "cache") == merged
    verify_model(merged)


def test_a_model_without_a_manifest_is_merged_whole(base, written, tmp_path):
    (base / "manifest.json").unlink()
    (base / "backend.json").unlink()
    merged = merge_adapter(base, written, tmp_path / "cache")
    assert read_manifest(merged)["dimension"] == 3
    assert (merged / "1_Pooling" / "config.json").is_file()


def test_another_adapter_gets_a_directory_of_its_own(base, written, tmp_path):
    other = tmp_path / "other.safetensors"
    write_adapter(adapter_for(base, scale=1.0), other)
    cache = tmp_path / "cache"
    assert merge_adapter(base, other, cache) != merge_adapter(base, written, cache)


def test_an_adapter_of_another_model_is_refused(base, tmp_path):
    path = tmp_path / "adapter.safetensors"
    write_adapter(adapter_for(base, base_sha256="0" * 64), path)
    with pytest.raises(ModelError) as caught:
        merge_adapter(base, path, tmp_path / "cache")
    assert caught.value.code == "adapter_of_another_model"


@pytest.mark.parametrize(
    "layers",
    [
        {"no.such.layer": (np.zeros((1, 3), np.float32), np.zeros((2, 1), np.float32))},
        {LAYER: (np.zeros((1, 5), np.float32), np.zeros((2, 1), np.float32))},
    ],
)
def test_a_layer_that_the_model_does_not_have_is_refused_and_leaves_nothing(base, tmp_path, layers):
    path = tmp_path / "adapter.safetensors"
    write_adapter(adapter_for(base, layers=layers), path)
    with pytest.raises(ModelError) as caught:
        merge_adapter(base, path, tmp_path / "cache")
    assert caught.value.code == "adapter_of_another_model"
    assert not list((tmp_path / "cache" / "models").iterdir())


def test_a_cache_that_cannot_be_written_is_said_to_be_one(base, written, tmp_path):
    (tmp_path / "cache").write_text("", "utf-8")
    with pytest.raises(ModelError) as caught:
        merge_adapter(base, written, tmp_path / "cache")
    assert caught.value.code == "cache_not_writable"


def test_a_missing_or_damaged_file_is_refused(tmp_path):
    path = tmp_path / "adapter.safetensors"
    with pytest.raises(ModelError) as caught:
        read_adapter(path)
    assert caught.value.code == "adapter_unreadable"
    path.write_bytes(b"no safetensors")
    with pytest.raises(ModelError) as caught:
        read_adapter(path)
    assert caught.value.code == "adapter_unreadable"


PART = np.zeros((1, 3), np.float32)
SAID = {"format": "1", "scale": "1.0", "base_sha256": "0" * 64}


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"a.lora_A": PART, "a.lora_B": PART.T}, SAID | {"format": "2"}),
        ({"a.lora_A": PART, "a.lora_B": PART.T}, {"format": "1"}),
        ({"a.lora_A": PART, "a.lora_B": PART.T}, SAID | {"scale": "nan"}),
        ({"a.lora_A": PART, "a.lora_B": PART.T}, SAID | {"scale": "much"}),
        ({"a.lora_A": PART, "a.lora_B": PART.T}, ["a list"]),
        ({"a.lora_A": PART}, SAID),
        ({"a.lora_A": PART, "a.other": PART}, SAID),
        ({"a.lora_A": PART, "a.lora_B": PART}, SAID),
        ({"a.lora_A": PART[0], "a.lora_B": PART.T}, SAID),
    ],
)
def test_a_file_that_is_no_adapter_is_refused(tmp_path, arrays, said):
    path = tmp_path / "adapter.safetensors"
    plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    save_file(plain, path, metadata={"adapter": json.dumps(said)})
    with pytest.raises(ModelError) as caught:
        read_adapter(path)
    assert caught.value.code == "adapter_malformed"


def test_the_manifest_lists_every_file_with_its_hash(base):
    manifest = json.loads((base / "manifest.json").read_text("utf-8"))
    assert sorted(manifest["files"]) == ["1_Pooling/config.json", "config.json", "model.safetensors"]


@pytest.mark.model
def test_the_shipped_adapter_is_small_and_fits_the_packaged_model():
    base = build_packaged_model(Settings().cache_dir)
    shipped = read_adapter(SHIPPED_ADAPTER)
    assert SHIPPED_ADAPTER.stat().st_size < 5_000_000
    assert shipped.base_sha256 == read_manifest(base)["files"]["model.safetensors"]["sha256"]
    assert (SHIPPED_ADAPTER.parent / "CARD.md").read_text("utf-8").startswith("# 职位名称适配器")
