"""Fine-tune an encoder on pairs of texts that mean the same."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from data.errors import InputError
from matching.encoder.protocol import quiet
from training.encoder.batches import plan_batches
from training.encoder.config import EncoderConfig, Method, write_config
from training.encoder.record import (
    data_hash,
    machine,
    peak_memory,
    read_record,
    write_record,
)
from training.encoder.run import run_training
from training.encoder.weights import (
    WEIGHTS,
    make_trainable,
    open_model,
    sha256_of,
    weights_hash,
    write_trained,
)
from training.provenance import read_provenance

__all__ = ["FittedEncoder", "fit_encoder"]

_COLUMNS = ("anchor", "positive", "source", "concept", "split")


@dataclass(frozen=True)
class FittedEncoder:
    """What :func:`fit_encoder` made."""

    weights: Path
    """The adapter's file for ``lora``, else a sentence-transformers directory."""
    config: EncoderConfig
    """The settings it was made with."""
    record: dict[str, Any]
    """The contents of ``fit.json``."""

    @property
    def adapter(self) -> Path | None:
        """The adapter's file; ``None`` for methods that change whole weights."""
        return self.weights if self.config.method is Method.LORA else None

    @property
    def directory(self) -> Path | None:
        """The model's directory; ``None`` where an adapter was trained."""
        return None if self.config.method is Method.LORA else self.weights


def fit_encoder(
    pairs: pd.DataFrame,
    config: EncoderConfig,
    out: Path,
    *,
    base: Path,
    threads: int = 0,
    progress: Callable[[int, int], None] = quiet,
) -> FittedEncoder:
    """Train an encoder by contrast: the texts of a pair near each other, far from those of other pairs.

    Nothing but rows of the split ``train`` is trained on; rows of ``dev`` give a loss before and after; rows
    of ``test`` are not read. A run that was stopped goes on from its last checkpoint when it is started again
    with the same pairs, settings, base and folder, and ends with the same bytes as one that was not; a run
    that had ended is returned as it stands.

    Parameters
    ----------
    pairs
        Columns ``anchor``, ``positive``, ``source``, ``concept`` and ``split``, text throughout; pairs of one
        concept are never negatives of each other. Where there is a column ``language`` a batch keeps to one
        value of it. ``negatives``, a list of texts, and ``group`` are used when the settings ask for them.
    config
        Settings of the run.
    out
        Folder for ``adapter.safetensors`` or ``encoder/``, ``config.toml`` and ``fit.json``.
    base
        Sentence-transformers directory to begin with, its weights in ``model.safetensors``.
    threads
        Threads on the CPU; 0 leaves the choice to torch. A GPU is used where there is one.
    progress
        Called with the batches done and their number.

    Returns
    -------
    FittedEncoder
        Where the weights stand and what the run recorded.

    Raises
    ------
    InputError
        A column is missing, a source of the mix has no pairs, or the pairs do not make one batch.
    ModelError
        The base cannot be loaded.

    Notes
    -----
    In-batch contrast after van den Oord et al. 2018, "Representation learning with contrastive predictive
    coding", in both directions; one epoch and synonym-free batches after the TalentCLEF 2025 systems.
    """
    train, dev = _checked(pairs, config)
    plan = plan_batches(
        train,
        size=config.batch,
        epochs=config.epochs,
        steps=config.steps,
        mix=config.mix,
        negatives=config.negatives,
        groups_apart=config.groups_apart,
        rng=np.random.default_rng(config.seed),
    )
    origin = {
        "config": config.to_dict(),
        "data_sha256": data_hash(pd.concat([train, dev])),
        "base_sha256": weights_hash(base),
    }
    out.mkdir(parents=True, exist_ok=True)
    known = _finished(out, origin)
    if known:
        return FittedEncoder(out / known["weights"], config, known)
    work = out / "checkpoints"
    if read_record(work / "origin.json") != origin:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        write_record(origin, work / "origin.json")
    with _randomness(config.seed):
        model = open_model(base, config, threads=threads)
        weights = make_trainable(model, config)
        run = run_training(model, train, dev, plan, config, base=base, work=work, progress=progress)
    # An earlier run's weights and record stand until these take their place, and never one with the other's.
    (out / "fit.json").unlink(missing_ok=True)
    written = write_trained(model, config, base, out)
    write_config(config, out / "config.toml")
    record = {
        **origin,
        "weights": written.name,
        "weights_sha256": _content(written),
        "trained_weights": weights,
        "pairs": {
            "train": _counts(train),
            "seen": dict(plan.seen),
            "left_out": dict(plan.left_out),
            "dev": _counts(dev),
        },
        **run,
        "peak_bytes": peak_memory(),
        "machine": machine(),
        "provenance": read_provenance().model_dump(mode="json"),
    }
    write_record(record, out / "fit.json")
    shutil.rmtree(work)
    return FittedEncoder(written, config, record)


def _checked(pairs: pd.DataFrame, config: EncoderConfig) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows to train on and those to watch, refusing tables that lack a column or hold no text."""
    wanted = [*_COLUMNS]
    wanted += ["negatives"] if config.negatives else []
    wanted += ["group"] if config.groups_apart else []
    if missing := [name for name in wanted if name not in pairs]:
        raise InputError("columns_missing", f"训练对缺少列 {'、'.join(missing)}", hint="见 training/pairs")
    empty = (pairs[["anchor", "positive"]].isna() | (pairs[["anchor", "positive"]] == "")).any(axis=None)
    if empty or pairs[["source", "concept", "split"]].isna().any(axis=None):
        raise InputError("pairs_empty_text", "训练对里有空的文本", hint="去掉空行")
    parts = [pairs[pairs["split"] == name].reset_index(drop=True) for name in ("train", "dev")]
    if parts[0].empty:
        raise InputError("pairs_too_few", "没有 split 为 train 的训练对", hint="检查 split 列")
    return parts[0], parts[1]


def _finished(out: Path, origin: dict[str, Any]) -> dict[str, Any]:
    """Return the record of a run with the same origin that had ended here; empty where there is none."""
    known = read_record(out / "fit.json")
    if {name: known.get(name) for name in origin} != origin:
        return {}
    written = out / known["weights"]
    return known if written.exists() and _content(written) == known["weights_sha256"] else {}


def _content(written: Path) -> str:
    """Return the hash of an adapter, or of the weights of a directory."""
    return sha256_of(written if written.is_file() else written / WEIGHTS)


def _counts(pairs: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(count) for name, count in pairs["source"].value_counts().sort_index().items()}


@contextmanager
def _randomness(seed: int) -> Iterator[None]:
    """Seed torch and the libraries' generators for a run, and leave them all as they were found."""
    python, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(legacy)  # noqa: NPY002
