"""Low-rank adapters: a few megabytes that change a model's linear layers, merged once in the cache.

``W + scale * B @ A`` (LoRA, Hu et al. 2021). Merged weights cost nothing when texts are encoded, and what
loads them needs to know nothing of adapters.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from data.errors import ModelError
from matching.encoder.build import read_manifest, write_manifest

__all__ = ["Adapter", "merge_adapter", "read_adapter", "write_adapter"]

_FORMAT = "1"
_WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class Adapter:
    """Low-rank changes of a model's linear layers."""

    name: str
    """What the adapter is called."""
    base_sha256: str
    """Hash of the weights file that it was trained on and fits."""
    scale: float
    """Factor of every change."""
    layers: Mapping[str, tuple[NDArray[np.floating], NDArray[np.floating]]]
    """A of shape ``(rank, inputs)`` and B of shape ``(outputs, rank)`` by the name of the layer."""

    def change(self, layer: str) -> NDArray[np.float32]:
        """Return what is added to a layer's weight, shape ``(outputs, inputs)``."""
        down, up = self.layers[layer]
        return np.float32(self.scale) * (up.astype(np.float32) @ down.astype(np.float32))


def write_adapter(adapter: Adapter, path: Path) -> None:
    """Write an adapter as safetensors, in one rename.

    Parameters
    ----------
    adapter
        What to write; the precision of its arrays is kept.
    path
        The file.
    """
    arrays = {}
    for layer, (down, up) in sorted(adapter.layers.items()):
        arrays[f"{layer}.lora_A"] = np.ascontiguousarray(down)
        arrays[f"{layer}.lora_B"] = np.ascontiguousarray(up)
    described = {
        "format": _FORMAT,
        "name": adapter.name,
        "scale": repr(float(adapter.scale)),
        "base_sha256": adapter.base_sha256,
    }
    unfinished = path.with_suffix(".part")
    # One entry: the library orders several differently every time, and equal adapters are to be equal files.
    save_file(arrays, unfinished, metadata={"adapter": json.dumps(described, sort_keys=True)})
    unfinished.replace(path)


def read_adapter(path: Path) -> Adapter:
    """Read what :func:`write_adapter` wrote.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Adapter
        With at least one layer.

    Raises
    ------
    ModelError
        The file is missing, is no adapter of format 1, or a layer's two parts do not fit each other.
    """
    try:
        with safe_open(path, "np") as file:
            written = (file.metadata() or {}).get("adapter", "{}")
        arrays = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ModelError("adapter_unreadable", f"读不出适配器 {path.name}", hint="重新取得该文件") from error
    try:
        described = json.loads(written)
        if described["format"] != _FORMAT:
            raise _malformed(path, f"格式为 {described['format']}")
        scale, base = float(described["scale"]), described["base_sha256"]
    except (KeyError, TypeError, ValueError) as error:
        raise _malformed(path, "缺少说明") from error
    names = sorted({name.rpartition(".")[0] for name in arrays})
    parts = {f"{name}.{part}" for name in names for part in ("lora_A", "lora_B")}
    if not arrays or parts != set(arrays) or not math.isfinite(scale):
        raise _malformed(path, "层不成对")
    layers = {name: (arrays[f"{name}.lora_A"], arrays[f"{name}.lora_B"]) for name in names}
    for name, (down, up) in layers.items():
        if down.ndim != 2 or up.ndim != 2 or down.shape[0] != up.shape[1]:
            raise _malformed(path, f"{name} 的两部分形状不合")
    return Adapter(str(described.get("name", path.stem)), str(base), scale, layers)


def merge_adapter(base: Path, adapter: Path, cache_dir: Path) -> Path:
    """Return the directory of a model with an adapter merged in, making it unless that has been done.

    Parameters
    ----------
    base
        Directory of the model that the adapter was trained on.
    adapter
        The adapter's file.
    cache_dir
        Folder that holds the models.

    Returns
    -------
    Path
        A directory that ``sentence_transformers.SentenceTransformer`` loads; its name holds the hashes of
        the base and of the adapter.

    Raises
    ------
    ModelError
        The adapter is damaged, was trained on another model, names a layer that the model does not have, or
        the cache cannot be written.
    """
    read = read_adapter(adapter)
    manifest = read_manifest(base)
    found = manifest.get("files", {}).get(_WEIGHTS, {}).get("sha256") or _sha256(base / _WEIGHTS)
    if found != read.base_sha256:
        raise ModelError(
            "adapter_of_another_model",
            f"适配器 {adapter.name} 是为另一个模型训练的",
            hint="换用与之相配的模型，或重新训练适配器",
        )
    target = cache_dir / "models" / f"{base.name}-a{_sha256(adapter)[:12]}"
    if read_manifest(target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise ModelError(
            "cache_not_writable", f"不能写入模型缓存目录 {cache_dir}", hint="用 YINGCAI_CACHE_DIR 另指一处"
        ) from error
    try:
        _write_merged(base, read, manifest, work)
        if not read_manifest(target):
            shutil.rmtree(target, ignore_errors=True)
            work.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def _write_merged(base: Path, adapter: Adapter, manifest: dict[str, Any], work: Path) -> None:
    weights = load_file(base / _WEIGHTS)
    for layer in adapter.layers:
        name = f"{layer}.weight"
        change = adapter.change(layer)
        if name not in weights or weights[name].shape != change.shape:
            raise ModelError(
                "adapter_of_another_model", f"模型没有与适配器相配的层 {layer}", hint="重新训练适配器"
            )
        weights[name] = (weights[name].astype(np.float32) + change).astype(weights[name].dtype)
    present = (path.relative_to(base).as_posix() for path in sorted(base.rglob("*")) if path.is_file())
    for name in manifest.get("files", present):
        if name != _WEIGHTS:
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(base / name, work / name)
    (work / "2_Normalize").mkdir(exist_ok=True)
    save_file(weights, work / _WEIGHTS, metadata={"format": "pt"})
    described = {name: value for name, value in manifest.items() if name != "files"}
    described |= {
        "name": f"{manifest.get('name', base.name)}+{adapter.name}",
        "base_sha256": adapter.base_sha256,
        "dimension": manifest.get("dimension") or _dimension(base),
    }
    write_manifest(work, described)


def _dimension(base: Path) -> int:
    return int(json.loads((base / "config.json").read_text("utf-8"))["hidden_size"])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _malformed(path: Path, why: str) -> ModelError:
    return ModelError(
        "adapter_malformed", f"{path.name} 不是可用的适配器：{why}", hint="重新训练或取得该文件"
    )
