"""The embedding model, ready to use: encoder and language correction together."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from data.execution import Executor
from data.reference import title_pairs, trade_titles
from data.settings import Settings
from data.store.store import Store
from matching.encoder.adapter import merge_adapter
from matching.encoder.build import build_packaged_model, read_manifest
from matching.encoder.cached import CachedEncoder
from matching.encoder.language import LanguageCorrection
from matching.encoder.protocol import Encoder, Vectors, quiet
from matching.encoder.static import StaticEncoder, is_static
from matching.encoder.transformer import BACKENDS, TransformerEncoder, choose_backend

__all__ = ["PLAIN", "SHIPPED_ADAPTER", "EmbeddingModel", "build_model", "ready_model"]

SHIPPED_ADAPTER = Path(__file__).parent / "titles" / "adapter.safetensors"
"""Trained on public names of occupations; ``CARD.md`` beside it says how, and what it is worth."""

PLAIN = "none"
"""Setting of the adapter that leaves the packaged model as it is."""

_CORRECTION = 3
"""Raised whenever the correction of the packaged model is fitted differently."""


class Across(NamedTuple):
    """Corrected cosines of Chinese and English reference titles: what a cosine means between two scripts."""

    unrelated: float
    """Mean plus one standard deviation of titles that are no translations of each other."""
    translated: float
    """Median of titles and their translations."""


@dataclass(frozen=True)
class EmbeddingModel:
    """An encoder with the correction that makes its similarities comparable across languages."""

    encoder: Encoder
    """Gives raw vectors."""
    correction: LanguageCorrection
    """Fitted on the reference titles; the base for collections of their own."""
    across: Across
    """How near titles of two languages come."""
    details: dict[str, Any]
    """What the model is and how fast it runs here, for people to read."""

    @classmethod
    def from_encoder(cls, encoder: Encoder, *, details: dict[str, Any] | None = None) -> EmbeddingModel:
        """Fit the correction of any encoder on the reference titles."""
        texts = _reference_texts()
        raw = encoder.encode(texts)
        correction = LanguageCorrection.fit(raw, texts)
        return cls(
            encoder=encoder,
            correction=correction,
            across=_across(correction.apply(raw, texts)),
            details=details or {},
        )

    def with_store(self, store: Store) -> EmbeddingModel:
        """Return the same model with the store as its memory."""
        return replace(self, encoder=CachedEncoder(self.encoder, store))

    def on(self, executor: Executor) -> EmbeddingModel:
        """Return the same model, with new texts encoded by an executor; one without a memory stays here."""
        if not isinstance(self.encoder, CachedEncoder):
            return self
        return replace(self, encoder=self.encoder.on(executor))

    def embed(
        self,
        texts: Sequence[str],
        *,
        correction: LanguageCorrection | None = None,
        progress: Callable[[int, int], None] = quiet,
    ) -> Vectors:
        """Encode and correct; with the base correction unless a collection's own is given."""
        vectors = self.encoder.encode(texts, progress=progress)
        return (correction or self.correction).apply(vectors, texts)


def build_model(settings: Settings, *, report: Callable[[str], None] = lambda _: None) -> EmbeddingModel:
    """Make the model that the settings name ready, doing only what has not been done before.

    Parameters
    ----------
    settings
        ``encoder``, ``encoder_adapter``, ``encoder_backend``, ``threads`` and ``cache_dir`` are used.
    report
        Called with a Chinese sentence at every step.

    Returns
    -------
    EmbeddingModel
        Without a memory; see :meth:`EmbeddingModel.with_store`.

    Raises
    ------
    ModelError
        The model cannot be built or loaded, or the adapter does not fit it.
    """
    if settings.encoder:
        encoder = _encoder(settings, settings.encoder)
        report(f"使用指定的编码模型 {settings.encoder}")
        details = {"name": encoder.name, "directory": settings.encoder}
        return EmbeddingModel.from_encoder(encoder, details=details)
    folder = build_packaged_model(settings.cache_dir, report=report)
    if settings.encoder_adapter != PLAIN:
        adapter = Path(settings.encoder_adapter) if settings.encoder_adapter else SHIPPED_ADAPTER
        report(f"并入适配器 {adapter.name}")
        folder = merge_adapter(folder, adapter, settings.cache_dir)
    return ready_model(folder, settings, report=report)


def ready_model(
    folder: Path,
    settings: Settings,
    *,
    kept: Path | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> EmbeddingModel:
    """Make a model directory ready: its backends are measured on this machine and its correction is fitted.

    Parameters
    ----------
    folder
        A sentence-transformers directory.
    settings
        ``encoder_backend`` and ``threads`` are used.
    kept
        Folder that the results are kept in, for a directory that must stay as it is; by default they are kept
        beside the model.
    report
        Called with a Chinese sentence at every step.

    Returns
    -------
    EmbeddingModel
        Without a memory.

    Raises
    ------
    ModelError
        The model cannot be loaded.
    """
    beside = kept or folder
    beside.mkdir(parents=True, exist_ok=True)
    if not (beside / "backend.json").is_file():
        report("在本机上比较编码后端：" + "、".join(BACKENDS))
    speed = choose_backend(folder, _reference_texts()[:1000:2], threads=settings.threads, kept=beside)
    backend = speed["chosen"] if settings.encoder_backend == "auto" else settings.encoder_backend
    encoder = TransformerEncoder(folder, backend=backend, threads=settings.threads)
    fitted_before = beside / f"language-{_CORRECTION}.safetensors"
    measured = beside / f"across-{_CORRECTION}.json"
    if fitted_before.is_file() and measured.is_file():
        correction = LanguageCorrection.read(fitted_before)
        across = Across(**json.loads(measured.read_text(encoding="utf-8")))
    else:
        report("用中、英、俄文职位名称拟合语言校正")
        fitted = EmbeddingModel.from_encoder(encoder)
        correction, across = fitted.correction, fitted.across
        correction.write(fitted_before)
        measured.write_text(json.dumps(across._asdict()), encoding="utf-8")
    manifest = read_manifest(folder)
    details = {
        "name": encoder.name,
        "directory": str(folder),
        "dimension": encoder.dimension,
        "source": manifest.get("source", ""),
        "note": manifest.get("note", ""),
        "backend": backend,
        "measured": speed,
    }
    return EmbeddingModel(encoder=encoder, correction=correction, across=across, details=details)


def _encoder(settings: Settings, model: str | Path) -> Encoder:
    if is_static(Path(model)):
        return StaticEncoder(Path(model))
    backend = "fp32" if settings.encoder_backend == "auto" else settings.encoder_backend
    return TransformerEncoder(model, backend=backend, threads=settings.threads)


def _across(vectors: Vectors) -> Across:
    """Measure the pairs that :func:`_reference_texts` begins with."""
    pairs = vectors[: 2 * len(title_pairs())]
    cosines = pairs[0::2] @ pairs[1::2].T
    apart = cosines[~np.eye(len(cosines), dtype=bool)]
    return Across(float(apart.mean() + apart.std()), float(np.median(np.diag(cosines))))


def _reference_texts() -> list[str]:
    pairs, trades = title_pairs(), trade_titles()
    chinese_and_english = zip(pairs["title_zh"], pairs["title_en"], strict=True)
    return [*(text for pair in chinese_and_english for text in pair), *trades["title_ru"]]
