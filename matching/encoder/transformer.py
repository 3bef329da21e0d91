"""The encoder proper: a sentence-transformers model on this machine's fastest faithful backend."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import ModelError
from matching.encoder.build import read_manifest
from matching.encoder.protocol import Vectors, quiet

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["BACKENDS", "TransformerEncoder", "choose_backend"]

BACKENDS = ("fp32", "bf16")
"""Backends that are tried, the reference first."""

_BATCH = 64
_CHUNK = 1024
_MIN_OVERLAP = 0.98


class TransformerEncoder:
    """Encodes with a sentence-transformers model, loaded at the first text.

    Texts are sorted by length before they are cut into batches, so that short titles are not padded to
    the longest duty text. No prompt is put before a text: on job titles that did best or equal
    (DECISIONS.md 002), and one vector then serves as query and as document.

    Parameters
    ----------
    model
        A directory, or a model's name where a hub can be reached.
    backend
        ``fp32`` or ``bf16`` (autocast; on a GPU as on the CPU).
    max_tokens
        Texts are cut at this many tokens.
    threads
        Threads on the CPU; 0 leaves the choice to torch.
    """

    def __init__(
        self, model: str | Path, *, backend: str = "fp32", max_tokens: int = 128, threads: int = 0
    ) -> None:
        if backend not in BACKENDS:
            raise ModelError(
                "backend_unknown", f"没有名为 {backend} 的编码后端", hint="可选：" + "、".join(BACKENDS)
            )
        self._source = str(model)
        self._backend = backend
        self._max_tokens = max_tokens
        self._threads = threads
        self._model: SentenceTransformer | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Send the place of the model, not its weights and not what was read of it."""
        return {name: value for name, value in self.__dict__.items() if name != "_identity"} | {
            "_model": None
        }

    @cached_property
    def _identity(self) -> str:
        """Name and content of the model: two directories of one name never share vectors."""
        folder = Path(self._source)
        manifest = read_manifest(folder)
        weights = manifest.get("files", {}).get("model.safetensors", {}).get("sha256", "")
        if not weights and folder.is_dir():
            digest = hashlib.sha256()
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    digest.update(path.read_bytes())
            weights = digest.hexdigest()
        return f"{manifest.get('name', folder.name)}@{weights[:12]}"

    @property
    def name(self) -> str:
        """Model, its content hash where a manifest gives one, backend and text length."""
        return f"{self._identity}/{self._backend}/{self._max_tokens}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        known = read_manifest(Path(self._source)).get("dimension")
        return int(known or self._loaded().get_embedding_dimension())

    def encode(self, texts: Sequence[str], *, progress: Callable[[int, int], None] = quiet) -> Vectors:
        """Encode texts.

        Parameters
        ----------
        texts
            Texts in any language; an empty text gets the vector of the empty string.
        progress
            Called with the number done and the total after every chunk.

        Returns
        -------
        ndarray of float32
            Unit vectors of shape ``(len(texts), dimension)``.
        """
        vectors = np.empty((len(texts), self.dimension), np.float32)
        order = np.argsort([len(text) for text in texts], kind="stable")
        for start in range(0, len(order), _CHUNK):
            chosen = order[start : start + _CHUNK]
            vectors[chosen] = self._encode_chunk([texts[i] for i in chosen])
            progress(min(start + _CHUNK, len(order)), len(order))
        return vectors

    def token_ids(self, text: str) -> list[int]:
        """Return the ids of one text, special tokens included."""
        ids: list[int] = self._loaded().tokenizer(text)["input_ids"]
        return ids

    def _encode_chunk(self, texts: list[str]) -> Vectors:
        import torch

        model = self._loaded()
        with (
            torch.inference_mode(),
            torch.autocast(model.device.type, dtype=torch.bfloat16, enabled=self._backend == "bf16"),
        ):
            encoded: Any = model.encode(
                texts, batch_size=_BATCH, prompt="", normalize_embeddings=True, show_progress_bar=False
            )
        vectors = np.asarray(encoded, np.float32)
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit

    def _loaded(self) -> SentenceTransformer:
        if self._model is None:
            self._model = _load(self._source, self._threads)
            self._model.max_seq_length = self._max_tokens
        return self._model


def _load(source: str, threads: int) -> SentenceTransformer:
    # The hub's client and the OpenMP runtime read nothing but the environment, once, when torch is loaded.
    # With the default policy idle threads spin: two processes on two cores then encode 15 times slower.
    for name, value in (("HF_HUB_OFFLINE", "1"), ("OMP_WAIT_POLICY", "PASSIVE")):
        os.environ.setdefault(name, value)  # noqa: TID251
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    if threads:
        torch.set_num_threads(threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        return SentenceTransformer(source, device=device, model_kwargs={"dtype": torch.float32})
    except (OSError, ValueError) as error:
        raise ModelError(
            "model_not_loadable",
            f"不能加载编码模型 {source}",
            hint="运行 yingcai model build，或检查 YINGCAI_ENCODER",
        ) from error


def choose_backend(
    model: Path, texts: Sequence[str], *, threads: int = 0, kept: Path | None = None
) -> dict[str, Any]:
    """Measure the backends on this machine and name the fastest that keeps the ranking.

    A backend keeps the ranking when the ten nearest neighbours of every text overlap by at least .98 on
    average with those of fp32. The result is kept in ``backend.json``.

    Parameters
    ----------
    model
        The model's directory.
    texts
        A few hundred short texts to measure with.
    threads
        Threads on the CPU; 0 leaves the choice to torch.
    kept
        Folder of ``backend.json``; the model's own by default.

    Returns
    -------
    dict
        ``chosen`` and, for each backend, ``texts_per_second`` and ``overlap``.
    """
    record = (kept or model) / "backend.json"
    if record.is_file():
        known: dict[str, Any] = json.loads(record.read_text("utf-8"))
        return known
    reference: Vectors | None = None
    measured: dict[str, dict[str, float]] = {}
    for backend in BACKENDS:
        encoder = TransformerEncoder(model, backend=backend, threads=threads)
        encoder.encode(texts[:_BATCH])
        started = time.perf_counter()
        vectors = encoder.encode(texts)
        seconds = time.perf_counter() - started
        reference = vectors if reference is None else reference
        measured[backend] = {
            "texts_per_second": round(len(texts) / seconds, 1),
            "overlap": round(_neighbour_overlap(reference, vectors), 4),
        }
    faithful = [name for name in BACKENDS if measured[name]["overlap"] >= _MIN_OVERLAP]
    chosen = max(faithful, key=lambda name: measured[name]["texts_per_second"])
    result = {"chosen": chosen, "texts": len(texts), "backends": measured}
    unfinished = record.with_suffix(".part")
    unfinished.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    unfinished.replace(record)
    return result


def _neighbour_overlap(left: Vectors, right: Vectors, k: int = 10) -> float:
    def neighbours(vectors: Vectors) -> list[set[int]]:
        scores = vectors @ vectors.T
        np.fill_diagonal(scores, -2.0)
        return [set(row) for row in np.argpartition(-scores, k, axis=1)[:, :k].tolist()]

    pairs = zip(neighbours(left), neighbours(right), strict=True)
    return float(np.mean([len(a & b) / k for a, b in pairs]))
