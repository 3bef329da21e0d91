"""Open a bundle: the embedding model and the ranker that it stands for, ready to match."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from data.errors import ModelError
from data.settings import Settings
from data.store.store import Store
from matching.bundle.bundle import Bundle, bundle_folder, read_bundle
from matching.bundle.files import measure
from matching.bundle.manifest import ADAPTER, ENCODER
from matching.encoder.adapter import merge_adapter
from matching.encoder.build import build_packaged_model, read_manifest
from matching.encoder.model import EmbeddingModel, build_model, ready_model
from matching.learned import LearnedRanker
from matching.ranker import AdditiveRanker, Ranker

__all__ = ["PACKAGED", "Opened", "open_bundle", "open_champion", "weights_sha256"]

PACKAGED = "packaged"
"""What serves without a bundle, where a name is needed; no bundle has such an id."""

_WEIGHTS = "model.safetensors"

Report = Callable[[str], None]


class Opened(NamedTuple):
    """What matches are made with."""

    model: EmbeddingModel
    """Encodes texts."""
    ranker: Ranker
    """Turns features into scores."""


def open_bundle(
    bundle: Bundle,
    settings: Settings,
    *,
    model: EmbeddingModel | None = None,
    report: Report = lambda _: None,
) -> Opened:
    """Make the model and the ranker of a bundle ready, doing only what has not been done before.

    An adapter is merged in the cache; backends are measured and the language correction is fitted as for the
    packaged model, and kept in the cache as well. The bundle itself is only read.

    Parameters
    ----------
    bundle
        From :func:`matching.bundle.read_bundle`.
    settings
        Name the model that is in service without a bundle, and the cache.
    model
        That model, where it is at hand already: taken as it is by a bundle without an encoder of its own.
    report
        Called with a Chinese sentence at every step.

    Returns
    -------
    Opened
        A bundle without a ranker ranks by the additive one. Unpacks into model and ranker.

    Raises
    ------
    ModelError
        ``adapter_of_another_model`` or ``bundle_of_another_model``: the model that the bundle was trained on
        is not the one here; otherwise as :func:`matching.encoder.model.build_model`.
    """
    ranker = LearnedRanker.from_file(bundle.ranker) if bundle.ranker else AdditiveRanker()
    encoder = bundle.manifest.encoder
    if encoder.directory:
        kept = settings.cache_dir / "bundles" / bundle.bundle_id
        return Opened(ready_model(bundle.folder / ENCODER, settings, kept=kept, report=report), ranker)
    if encoder.adapter:
        base = _base_of(bundle, settings, report)
        merged = merge_adapter(base, bundle.folder / ADAPTER, settings.cache_dir)
        return Opened(ready_model(merged, settings, report=report), ranker)
    served = model or build_model(settings, report=report)
    directory = served.details.get("directory")
    if encoder.base_sha256 not in (None, weights_sha256(Path(directory)) if directory else ""):
        raise ModelError(
            "bundle_of_another_model",
            f"模型包 {bundle.bundle_id} 是配合另一个编码模型训练的",
            hint="换回该编码模型（YINGCAI_ENCODER），或用现在的模型重新训练",
        )
    return Opened(served, ranker)


def open_champion(
    store: Store,
    settings: Settings,
    bundle_id: str | None,
    *,
    model: EmbeddingModel,
    report: Report = lambda _: None,
) -> Opened:
    """Open what is to serve.

    Parameters
    ----------
    store
        The memory of the encoder.
    settings
        ``bundles_dir`` and as :func:`open_bundle`.
    bundle_id
        From :func:`data.store.promotions.champion_of`; None means the packaged default.
    model
        The model that is in service without a bundle.
    report
        Called with a Chinese sentence at every step.

    Returns
    -------
    Opened
        Its model has the store as its memory where it is another than the one given.

    Raises
    ------
    UnknownName
        ``bundle_unknown``: there is no such bundle here.
    ModelError
        It cannot be used: as :func:`matching.bundle.read_bundle` and :func:`open_bundle`.
    """
    if bundle_id is None:
        return Opened(model, AdditiveRanker())
    bundle = read_bundle(bundle_folder(settings.bundles_dir, bundle_id))
    if bundle.bundle_id != bundle_id:
        raise ModelError(
            "bundle_damaged",
            f"文件夹 {bundle_id} 里是另一个模型包 {bundle.bundle_id}",
            hint="重新取得该模型包",
        )
    opened = open_bundle(bundle, settings, model=model, report=report)
    if opened.model is model:
        return opened
    return opened._replace(model=opened.model.with_store(store))


def weights_sha256(folder: Path) -> str:
    """Return the hash of a model directory's weights file; empty where there is none."""
    known: str = read_manifest(folder).get("files", {}).get(_WEIGHTS, {}).get("sha256", "")
    weights = folder / _WEIGHTS
    return known or (measure(weights).sha256 if weights.is_file() else "")


def _base_of(bundle: Bundle, settings: Settings, report: Report) -> Path:
    """Return the directory that the adapter was trained on: the settings' own, or the packaged one."""
    if settings.encoder:
        return Path(settings.encoder)
    packaged = build_packaged_model(settings.cache_dir, report=report)
    wanted = bundle.manifest.encoder.base_sha256
    if wanted == weights_sha256(packaged):
        return packaged
    # Trained on top of the adapter that is in service without a bundle.
    return Path(build_model(settings, report=report).details["directory"])
