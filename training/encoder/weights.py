"""The weights that a run trains: opened frozen, made trainable by method, written as adapter or directory."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peft import LoraConfig
from safetensors.numpy import load_file, save_file
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from transformers.utils import logging as transformers_logging

from data.errors import InputError, ModelError
from matching.encoder.adapter import Adapter, write_adapter
from matching.encoder.build import read_manifest, write_manifest
from training.encoder.config import EncoderConfig, Method
from training.encoder.device import training_device

__all__ = [
    "WEIGHTS",
    "make_trainable",
    "open_model",
    "sha256_of",
    "trained_tensors",
    "weights_hash",
    "write_trained",
]

WEIGHTS = "model.safetensors"
"""Name of the weights file of a model's directory."""


def weights_hash(base: Path) -> str:
    """Return the hash of a model's weights file, from its manifest where there is one.

    Raises
    ------
    ModelError
        The directory has no such file.
    """
    known = read_manifest(base).get("files", {}).get(WEIGHTS, {}).get("sha256")
    if known:
        return str(known)
    if not (base / WEIGHTS).is_file():
        raise ModelError(
            "model_not_loadable", f"{base} 里没有 {WEIGHTS}", hint="运行 yingcai model build，或另指模型目录"
        )
    return sha256_of(base / WEIGHTS)


def sha256_of(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_model(base: Path, config: EncoderConfig, *, threads: int = 0) -> SentenceTransformer:
    """Load the model to begin with, in float32, on the GPU where there is one.

    Parameters
    ----------
    base
        Its directory.
    config
        ``max_tokens``, ``tokens`` and ``gradient_checkpointing`` are used.
    threads
        Threads on the CPU; 0 leaves the choice to torch.

    Raises
    ------
    ModelError
        The directory cannot be loaded.
    """
    transformers_logging.disable_progress_bar()
    try:
        model = SentenceTransformer(
            str(base), device=training_device(threads), model_kwargs={"dtype": torch.float32}
        )
    except (OSError, ValueError) as error:
        raise ModelError(
            "model_not_loadable", f"不能加载编码模型 {base}", hint="运行 yingcai model build，或另指模型目录"
        ) from error
    model.max_seq_length = max([config.max_tokens, *config.tokens.values()])
    if config.gradient_checkpointing:
        model.transformers_model.activation_checkpointing_enable({"use_reentrant": False})
    return model


def make_trainable(model: Any, config: EncoderConfig) -> int:
    """Let gradients into the weights that the method trains; return how many numbers those are.

    Parameters
    ----------
    model
        A ``SentenceTransformer``; it is changed: an adapter is added to it for ``lora``.
    config
        ``method``, ``rank``, ``alpha`` and ``targets`` are used.

    Raises
    ------
    InputError
        No linear layer has one of the names of ``targets``.
    """
    network = model.transformers_model
    for weight in model.parameters():
        weight.requires_grad_(config.method is not Method.LORA)
    if config.method is Method.LORA:
        _add_adapter(network, config)
    if config.method is Method.FROZEN:
        network.get_input_embeddings().weight.requires_grad_(False)
    # The pooler is not used: what gets no gradient must not be decayed either.
    for name, weight in network.named_parameters():
        if name.startswith("pooler."):
            weight.requires_grad_(False)
    return sum(weight.numel() for weight in trained_tensors(model).values())


def _add_adapter(network: Any, config: EncoderConfig) -> None:
    linear = [name for name, layer in network.named_modules() if isinstance(layer, nn.Linear)]
    chosen = [
        name
        for name in linear
        if name.rpartition(".")[2] in config.targets and not name.startswith("pooler.")
    ]
    if not chosen:
        names = "、".join(sorted({name.rpartition(".")[2] for name in linear}))
        raise InputError(
            "target_unknown", f"模型没有名为 {'、'.join(config.targets)} 的线性层", hint=f"可选：{names}"
        )
    network.add_adapter(
        LoraConfig(
            r=config.rank,
            lora_alpha=config.alpha,  # type: ignore[arg-type]
            lora_dropout=0.0,
            bias="none",
            target_modules=chosen,
        )
    )


def trained_tensors(model: Any) -> dict[str, Tensor]:
    """Return the weights that take gradients, by name."""
    return {name: weight for name, weight in model.named_parameters() if weight.requires_grad}


def write_trained(model: Any, config: EncoderConfig, base: Path, out: Path) -> Path:
    """Write what was trained: the adapter's file, or a whole directory for the other methods.

    Parameters
    ----------
    model
        The trained ``SentenceTransformer``.
    config
        ``name`` and ``method`` are used, for ``lora`` also ``alpha`` and ``rank``.
    base
        Directory of the model that the training began with.
    out
        Folder that receives ``adapter.safetensors`` (float16) or the directory ``encoder``.

    Returns
    -------
    Path
        The file or directory.

    Raises
    ------
    ModelError
        The names of the weights differ from those in the base's file.
    """
    if config.method is Method.LORA:
        return _write_adapter(model, config, base, out / "adapter.safetensors")
    return _write_directory(model, config, base, out / "encoder")


def _write_adapter(model: Any, config: EncoderConfig, base: Path, path: Path) -> Path:
    state = {
        name.removesuffix(".weight"): weight.detach().cpu().numpy().astype(np.float16)
        for name, weight in model.get_adapter_state_dict().items()
    }
    layers = sorted({name.rpartition(".")[0] for name in state})
    changes = {layer: (state[f"{layer}.lora_A"], state[f"{layer}.lora_B"]) for layer in layers}
    write_adapter(Adapter(config.name, weights_hash(base), config.alpha / config.rank, changes), path)
    return path


def _write_directory(model: Any, config: EncoderConfig, base: Path, target: Path) -> Path:
    weights = load_file(base / WEIGHTS)
    state = {
        name: np.ascontiguousarray(weight.detach().cpu().numpy())
        for name, weight in model.transformers_model.state_dict().items()
    }
    if missing := sorted(name for name in weights if name not in state):
        raise ModelError(
            "weights_named_otherwise",
            f"{base.name} 的权重名与加载后的模型不一致：{missing[0]} 等 {len(missing)} 项",
            hint="换用 sentence-transformers 目录，或用 lora 训练",
        )
    work = target.with_name(f".{target.name}.part")
    shutil.rmtree(work, ignore_errors=True)
    manifest = read_manifest(base)
    present = [path.relative_to(base).as_posix() for path in sorted(base.rglob("*")) if path.is_file()]
    for name in manifest.get("files", present):
        if name != WEIGHTS:
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(base / name, work / name)
    # Folders of modules without weights hold no file, yet modules.json names them.
    for entry in json.loads((base / "modules.json").read_text("utf-8")):
        (work / entry["path"]).mkdir(parents=True, exist_ok=True)
    save_file({name: state[name] for name in weights}, work / WEIGHTS, metadata={"format": "pt"})
    described = {name: value for name, value in manifest.items() if name != "files"}
    described |= {
        "name": f"{manifest.get('name', base.name)}+{config.name}",
        "base_sha256": weights_hash(base),
        "dimension": int(model.get_embedding_dimension()),
    }
    write_manifest(work, described)
    shutil.rmtree(target, ignore_errors=True)
    work.replace(target)
    return target
