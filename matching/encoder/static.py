"""A static encoder: a text is the weighted mean of its tokens' vectors; very fast, worse at meaning."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.errors import ModelError
from matching.encoder.build import read_manifest
from matching.encoder.protocol import Vectors, quiet

if TYPE_CHECKING:
    from model2vec import StaticModel

__all__ = ["StaticEncoder", "is_static"]

_CHUNK = 8192


class StaticEncoder:
    """Encodes with a distilled model, loaded at the first text.

    Parameters
    ----------
    folder
        Directory in the layout of model2vec, as ``yingcai train distil`` writes it.
    max_tokens
        Texts are cut at this many tokens.
    """

    def __init__(self, folder: Path, *, max_tokens: int = 512) -> None:
        self._folder = folder
        self._max_tokens = max_tokens

    @property
    def name(self) -> str:
        """Model, its content hash and text length."""
        manifest = read_manifest(self._folder)
        weights = str(manifest["files"]["model.safetensors"]["sha256"])
        return f"{manifest['name']}@{weights[:12]}/static/{self._max_tokens}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(read_manifest(self._folder)["dimension"])

    def encode(self, texts: Sequence[str], *, progress: Callable[[int, int], None] = quiet) -> Vectors:
        """Encode texts.

        Parameters
        ----------
        texts
            Texts in any language.
        progress
            Called with the number done and the total after every chunk.

        Returns
        -------
        ndarray of float32
            Unit vectors of shape ``(len(texts), dimension)``; zero for a text without known tokens.
        """
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _CHUNK):
            chunk = list(texts[start : start + _CHUNK])
            vectors[start : start + len(chunk)] = self._model.encode(
                chunk, max_length=self._max_tokens, use_multiprocessing=False
            )
            progress(start + len(chunk), len(texts))
        return vectors

    @cached_property
    def _model(self) -> StaticModel:
        from model2vec import StaticModel  # noqa: PLC0415 it asks for a hub's client

        try:
            return StaticModel.from_pretrained(self._folder, normalize=True)
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                "model_not_loadable",
                f"不能加载静态编码模型 {self._folder}",
                hint="用 yingcai train distil 重新生成",
            ) from error


def is_static(folder: Path) -> bool:
    """Say whether a directory holds a static model with a manifest."""
    try:
        described = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return described.get("model_type") == "model2vec" and bool(read_manifest(folder))
