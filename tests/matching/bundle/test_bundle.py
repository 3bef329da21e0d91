"""A bundle is written once, read only whole, and refused as soon as anything in it is not as it was."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil

import numpy as np
import pytest
from safetensors.numpy import save_file

from data.errors import InputError, ModelError, UnknownName
from data.reference.tables import TAXONOMY_VERSION
from matching.bundle import (
    EncoderReference,
    Provenance,
    bundle_folder,
    bundle_ids,
    read_bundle,
    write_bundle,
)
from matching.encoder.adapter import Adapter, write_adapter
from matching.encoder.build import write_manifest
from matching.features import FEATURES
from matching.learned import write_curves

CREATED = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
BASE = "ab" * 32


@pytest.fixture
def parts(tmp_path, learned_curves):
    """Return an adapter, a ranker and a report, as training leaves them."""
    folder = tmp_path / "made"
    folder.mkdir()
    write_curves(folder / "ranker.json", learned_curves)
    layers = {"encoder.layer.0.attention.self.query": (np.ones((2, 4), np.float16), np.ones((4, 2)))}
    write_adapter(Adapter("titles", BASE, 0.5, layers), folder / "adapter.safetensors")
    (folder / "report.json").write_text('{"ndcg": 0.5}', encoding="utf-8")
    return {path.name: path for path in sorted(folder.iterdir())}


@pytest.fixture
def encoder(tmp_path):
    """Return a folder that looks like a sentence-transformers model."""
    folder = tmp_path / "model"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "2_Normalize").mkdir()
    save_file({"weight": np.ones(3, np.float32)}, folder / "model.safetensors")
    modules = [
        {"path": "", "type": "sentence_transformers.models.Transformer"},
        {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "config.json").write_text("{}")
    (folder / "1_Pooling" / "config.json").write_text("{}")
    return folder


def write(tmp_path, parts, **changes):
    options = {"name": "behaviour", "card": "# 说明卡\n\n从反馈学得。", "created_at": CREATED}
    return write_bundle(tmp_path / "bundles", parts, **options | changes)


def reseal(folder, change):
    """Change the manifest and give the bundle the id that follows, as a forger would."""
    path = folder / "manifest.json"
    raw = json.loads(path.read_text())
    change(raw)
    content = {name: value for name, value in raw.items() if name != "bundle_id"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    raw["bundle_id"] = f"{raw['name']}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    path.chmod(0o644)
    path.write_text(json.dumps(raw))


def test_a_bundle_says_what_it_is_and_is_read_as_it_was_written(tmp_path, parts):
    made = write(
        tmp_path,
        parts,
        metrics={"ndcg@10": 0.51},
        provenance=Provenance(run_id="r1", commit="abc", data_sha256="d" * 64),
    )
    assert read_bundle(made.folder) == made
    assert made.folder == tmp_path / "bundles" / made.bundle_id
    manifest = made.manifest
    assert manifest.encoder == EncoderReference(base_sha256=BASE, adapter="adapter.safetensors")
    assert manifest.taxonomy_version == TAXONOMY_VERSION
    assert manifest.features == tuple(each.name for each in FEATURES)
    assert (manifest.metrics, manifest.provenance.run_id) == ({"ndcg@10": 0.51}, "r1")
    assert set(manifest.parts) == {"adapter.safetensors", "card.md", "ranker.json", "report.json"}
    assert made.card.startswith("# 说明卡")
    assert made.ranker == made.folder / "ranker.json"
    assert bundle_ids(tmp_path / "bundles") == (made.bundle_id,)
    assert bundle_folder(tmp_path / "bundles", made.bundle_id) == made.folder


def test_the_same_content_has_the_same_id_and_other_content_another(tmp_path, parts):
    made = write(tmp_path, parts)
    before = made.folder.stat().st_mtime_ns
    assert write(tmp_path, parts) == made
    assert made.folder.stat().st_mtime_ns == before
    assert write(tmp_path, parts, card="# 另一张").bundle_id != made.bundle_id
    assert write(tmp_path, parts, metrics={"map": 0.5}).bundle_id != made.bundle_id
    assert len(bundle_ids(tmp_path / "bundles")) == 3
    assert not list((tmp_path / "bundles").glob(".new-*"))


def test_files_of_a_bundle_cannot_be_written_to(tmp_path, parts):
    made = write(tmp_path, parts)
    assert all(path.stat().st_mode & 0o222 == 0 for path in made.folder.iterdir())


def test_a_ranker_alone_may_name_the_model_it_was_trained_with(tmp_path, parts):
    only = {"ranker.json": parts["ranker.json"]}
    assert write(tmp_path, only).manifest.encoder == EncoderReference(base_sha256=None)
    assert write(tmp_path, only, base_sha256=BASE).manifest.encoder.base_sha256 == BASE


def test_a_whole_model_directory_goes_along_with_its_empty_folders(tmp_path, encoder):
    write_manifest(encoder, {"name": "own", "dimension": 3})
    made = write(tmp_path, {"encoder": encoder})
    weights = hashlib.sha256((encoder / "model.safetensors").read_bytes()).hexdigest()
    assert made.manifest.encoder == EncoderReference(base_sha256=weights, directory="encoder")
    assert (made.folder / "encoder" / "2_Normalize").is_dir()
    assert made.ranker is None


def test_an_adapter_alone_is_a_bundle(tmp_path, parts):
    made = write(tmp_path, {"adapter.safetensors": parts["adapter.safetensors"]})
    assert made.manifest.encoder.adapter == "adapter.safetensors"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Über"},
        {"name": "../up"},
        {"name": "x" * 41},
        {"card": " "},
        {"metrics": {"map": float("nan")}},
        {"base_sha256": "short"},
    ],
)
def test_a_bundle_that_cannot_be_described_is_refused(tmp_path, parts, changes):
    only = {"ranker.json": parts["ranker.json"]}
    with pytest.raises(InputError) as caught:
        write(tmp_path, only, **changes)
    assert caught.value.code == "bundle_invalid"
    assert bundle_ids(tmp_path / "bundles") == ()


@pytest.mark.parametrize("name", ["manifest.json", "card.md", "../out.json", "/tmp/out.json", ".hidden.json"])
def test_a_part_cannot_take_a_name_that_leads_elsewhere_or_is_taken(tmp_path, parts, name):
    with pytest.raises(InputError) as caught:
        write(tmp_path, parts | {name: parts["report.json"]})
    assert caught.value.code == "bundle_invalid"
    assert not (tmp_path / "out.json").exists()


def test_adapter_and_whole_model_exclude_each_other(tmp_path, parts, encoder):
    with pytest.raises(InputError):
        write(tmp_path, parts | {"encoder": encoder})


def test_a_bundle_with_neither_ranker_nor_encoder_is_none(tmp_path, parts):
    with pytest.raises(ModelError, match="既无排序模型也无编码模型"):
        write(tmp_path, {"report.json": parts["report.json"]})


def test_a_part_that_is_missing_or_a_link_is_refused(tmp_path, parts):
    link = tmp_path / "link.json"
    link.symlink_to(parts["report.json"])
    for source in (tmp_path / "nothing.json", link):
        with pytest.raises(ModelError) as caught:
            write(tmp_path, parts | {"more.json": source})
        assert caught.value.code == "bundle_part_missing"
    assert not list((tmp_path / "bundles").iterdir())


@pytest.mark.parametrize("name", ["model.pkl", "weights.bin", "run.py", "ranker.joblib"])
def test_a_file_that_could_run_code_is_refused(tmp_path, parts, name):
    path = tmp_path / name
    path.write_bytes(b"\x80\x04.")
    with pytest.raises(ModelError, match="不是 safetensors、JSON、Parquet 或 Markdown"):
        write(tmp_path, parts | {name: path})
    made = write(tmp_path, parts)
    shutil.copy(path, made.folder / name)
    with pytest.raises(ModelError, match="不是 safetensors、JSON、Parquet 或 Markdown"):
        read_bundle(made.folder)


def _flip(folder):
    path = folder / "ranker.json"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))


def _grow(folder):
    path = folder / "card.md"
    path.chmod(0o644)
    path.write_text("另一张说明卡")


def _link(folder):
    (folder / "report.json").unlink()
    (folder / "report.json").symlink_to("/etc/hostname")


def _pipe(folder):
    os.mkfifo(folder / "pipe.json")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (_flip, "与清单不符"),
        (_grow, "与清单不符"),
        (lambda folder: (folder / "report.json").unlink(), "report.json 缺失"),
        (lambda folder: (folder / "more.json").write_text("{}"), "more.json 未列入清单"),
        (lambda folder: (folder / "坏 名.json").write_text("{}"), "不可用"),
        (lambda folder: (folder / "link").symlink_to("/etc", target_is_directory=True), "不是普通文件"),
        (_link, "不是普通文件"),
        (_pipe, "不是普通文件"),
        (lambda folder: (folder / "manifest.json").unlink(), "清单缺失"),
    ],
)
def test_a_bundle_that_is_not_as_it_was_written_is_refused(tmp_path, parts, damage, told):
    made = write(tmp_path, parts)
    damage(made.folder)
    with pytest.raises(ModelError, match=told) as caught:
        read_bundle(made.folder)
    assert caught.value.code == "bundle_damaged"


def _rename(raw):
    raw["parts"]["../ranker.json"] = raw["parts"].pop("ranker.json")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda raw: raw.update(format=2), "bundle_format_unknown"),
        (lambda raw: raw.update(taxonomy_version="2031"), "bundle_of_another_taxonomy"),
        (lambda raw: raw["features"].reverse(), "bundle_of_other_features"),
        (lambda raw: raw.update(more=1), "bundle_damaged"),
        (lambda raw: raw["encoder"].update(adapter=None), "bundle_damaged"),
        (lambda raw: raw["encoder"].update(directory="encoder", adapter=None), "bundle_damaged"),
        (lambda raw: raw["encoder"].update(base_sha256="0" * 64), "bundle_damaged"),
        (_rename, "bundle_damaged"),
    ],
)
def test_a_manifest_that_promises_something_else_is_refused_even_with_its_id_made_to_fit(
    tmp_path, parts, change, code
):
    made = write(tmp_path, parts)
    reseal(made.folder, change)
    with pytest.raises(ModelError) as caught:
        read_bundle(made.folder)
    assert caught.value.code == code


def test_a_manifest_that_was_edited_no_longer_fits_its_id(tmp_path, parts):
    made = write(tmp_path, parts, metrics={"map": 0.4})
    path = made.folder / "manifest.json"
    path.chmod(0o644)
    path.write_text(path.read_text().replace("0.4", "0.9"))
    with pytest.raises(ModelError, match="清单被改动过"):
        read_bundle(made.folder)


def test_a_manifest_without_end_or_by_a_link_is_not_read(tmp_path, parts):
    made = write(tmp_path, parts)
    path = made.folder / "manifest.json"
    path.chmod(0o644)
    path.write_bytes(b" " * (4 * 2**20 + 1))
    with pytest.raises(ModelError, match="清单过大"):
        read_bundle(made.folder)
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(ModelError, match="不得含链接"):
        read_bundle(made.folder)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.symlink_to(made.folder, target_is_directory=True)
    with pytest.raises(ModelError, match="不得含链接"):
        read_bundle(elsewhere)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("modules.json", '[{"path": "", "type": "os.system"}]', "程序"),
        ("modules.json", '[{"path": "../..", "type": "sentence_transformers.models.Pooling"}]', "程序"),
        ("modules.json", '["os.system"]', "程序"),
        ("modules.json", "{}", "不合格式"),
        ("config.json", '{"auto_map": {"AutoModel": "own.Model"}}', "自带的程序"),
        ("config.json", "{", "不是 JSON"),
        ("manifest.json", '{"files": {"model.safetensors": {"sha256": "00"}}}', "所写不符"),
        ("manifest.json", '{"files": {"nothing.json": {"sha256": "00"}}}', "所写不符"),
    ],
)
def test_a_model_directory_that_names_code_or_lies_of_its_weights_is_refused(
    tmp_path, encoder, name, content, told
):
    (encoder / name).write_text(content)
    with pytest.raises(ModelError, match=told):
        write(tmp_path, {"encoder": encoder})


def test_a_model_directory_with_a_link_is_refused_before_it_is_copied(tmp_path, encoder):
    (encoder / "passwd.json").symlink_to("/etc/passwd")
    with pytest.raises(ModelError, match="不是普通文件"):
        write(tmp_path, {"encoder": encoder})


def test_a_model_directory_that_is_a_link_itself_is_refused(tmp_path, encoder):
    link = tmp_path / "link"
    link.symlink_to(encoder, target_is_directory=True)
    with pytest.raises(ModelError, match="不是文件夹"):
        write(tmp_path, {"encoder": link})


def test_a_model_directory_need_not_list_its_modules(tmp_path, encoder):
    (encoder / "modules.json").unlink()
    assert write(tmp_path, {"encoder": encoder}).manifest.encoder.directory == "encoder"


def test_a_ranker_or_adapter_that_does_not_hold_is_refused_at_the_door(tmp_path, parts, learned_curves):
    raw = json.loads(parts["ranker.json"].read_text())
    raw["sides"]["vacancy"]["curves"][0]["values"] = [1.0, 0.5, 0.15]
    parts["ranker.json"].write_text(json.dumps(raw))
    with pytest.raises(ModelError) as caught:
        write(tmp_path, parts)
    assert caught.value.code == "ranker_malformed"
    parts["adapter.safetensors"].write_bytes(b"nothing")
    with pytest.raises(ModelError) as caught:
        write(tmp_path, parts)
    assert caught.value.code == "adapter_unreadable"


@pytest.mark.parametrize(
    "bundle_id", ["nothing-0123456789ab", "..", "a/b-0123456789ab", "", "x-0123456789aB"]
)
def test_an_id_that_names_no_bundle_is_unknown(tmp_path, bundle_id):
    with pytest.raises(UnknownName, match="没有编号为"):
        bundle_folder(tmp_path, bundle_id)


def test_where_there_is_no_folder_there_are_no_bundles(tmp_path):
    assert bundle_ids(tmp_path / "none") == ()
