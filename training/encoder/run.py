"""One run of the trainer over planned batches, from its start or from its last checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from datasets import Dataset  # type: ignore[import-untyped]
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainingArguments
from torch import nn

from training.encoder.batches import BatchPlan, plan_batches
from training.encoder.config import EncoderConfig, Precision
from training.encoder.losses import make_loss
from training.encoder.precision import choose_precision
from training.encoder.record import read_record, write_record
from training.encoder.trainer import PairCollator, PlannedTrainer, ProgressCallback, last_checkpoint

__all__ = ["run_training"]

_DEV_BATCHES = 4
_TIMED_PAIRS = 16
_LOGGED = 50
"""Points of the curve of losses that the record keeps."""


def run_training(
    model: SentenceTransformer,
    train: pd.DataFrame,
    dev: pd.DataFrame,
    plan: BatchPlan,
    config: EncoderConfig,
    *,
    base: Path,
    work: Path,
    progress: Callable[[int, int], None],
) -> dict[str, Any]:
    """Train the weights that take gradients; go on from the last checkpoint in ``work``.

    Parameters
    ----------
    model
        Changed in place.
    train
        Rows that the plan numbers.
    dev
        Rows whose loss is told before and after, by source.
    plan
        The batches.
    config
        Settings of the run.
    base
        Directory of the untrained model, the guide of the guided loss.
    work
        Folder for checkpoints.
    progress
        Called with the steps done and their total.

    Returns
    -------
    dict
        ``steps``, ``precision``, ``timed``, ``losses``, ``dev`` and ``seconds``.
    """
    device = model.device.type
    loss = make_loss(model, config, base=base)
    columns = ["anchor", "positive", *(f"negative_{number}" for number in range(1, config.negatives + 1))]
    collate = PairCollator(model.tokenizer, columns, max_tokens=config.max_tokens, tokens=config.tokens)
    rows = _rows(train, columns)
    watched = _Watched(loss, collate, dev, columns, config)
    start = read_record(work / "start.json")
    if not start:
        some = [rows[int(at)] for at in plan.batches[0][:_TIMED_PAIRS]]
        model.train()
        chosen, timed = choose_precision(
            config.precision, lambda: _loss_of(loss, collate, some, device), device=device
        )
        model.zero_grad()
        start = {"precision": chosen, "timed": timed, "dev": watched.losses(device)}
        write_record(start, work / "start.json")
    batches = plan.batches[: round(config.drop_at * plan.epoch)] if config.drop_at else plan.batches
    batches = batches or plan.batches[:1]
    callback = ProgressCallback(
        progress, worked=float(read_record(work / "seconds.json").get("seconds", 0.0))
    )
    precision = Precision(start["precision"])
    trainer = PlannedTrainer(
        batches=[batch.tolist() for batch in batches],
        schedule=len(plan.batches),
        model=model,
        args=_arguments(config, work, precision, steps=len(batches), device=device),
        train_dataset=rows,
        loss=loss,
        data_collator=collate,
        callbacks=[callback],
    )
    resumed = last_checkpoint(work)
    torch.manual_seed(config.seed)
    trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    # The trainer leaves its arithmetic in the model's forward; dev is watched in float32 both times.
    trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)
    after = watched.losses(device)
    history = [entry for entry in trainer.state.log_history if "loss" in entry]
    return {
        "steps": trainer.state.global_step,
        "precision": str(precision),
        "timed": start["timed"],
        "losses": [{"step": entry["step"], "loss": round(entry["loss"], 5)} for entry in history],
        "dev": {name: {"before": value, "after": after[name]} for name, value in start["dev"].items()},
        "seconds": round(callback.seconds(), 1),
    }


def _arguments(
    config: EncoderConfig, work: Path, precision: Precision, *, steps: int, device: str
) -> SentenceTransformerTrainingArguments:
    return SentenceTransformerTrainingArguments(
        output_dir=str(work),
        num_train_epochs=1,
        per_device_train_batch_size=config.batch,
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        warmup_steps=config.warmup,
        bf16=precision is Precision.BF16,
        use_cpu=device == "cpu",
        dataloader_pin_memory=device != "cpu",
        seed=config.seed,
        save_steps=config.checkpoint_steps,
        save_total_limit=2,
        logging_steps=max(1, steps // _LOGGED),
        report_to="none",
        disable_tqdm=True,
    )


def _rows(pairs: pd.DataFrame, columns: Sequence[str]) -> Dataset:
    """Return the texts as the trainer takes them; a pair with too few hard negatives has none."""
    table: dict[str, list[str | None]] = {
        name: [str(value) for value in pairs[name]] for name in ("anchor", "positive", "source")
    }
    wanted = len(columns) - 2
    for number in range(wanted):
        table[columns[2 + number]] = [
            str(given[number]) if len(given) >= wanted else None for given in pairs["negatives"]
        ]
    return Dataset.from_dict(table)


def _loss_of(
    loss: nn.Module, collate: PairCollator, rows: Sequence[Mapping[str, Any]], device: str
) -> torch.Tensor:
    batch = {name: tensor.to(device) for name, tensor in collate(rows).items()}
    prefixes = list(
        dict.fromkeys(name.removesuffix("_input_ids") for name in batch if name.endswith("_input_ids"))
    )
    features = [
        {
            name.removeprefix(f"{prefix}_"): tensor
            for name, tensor in batch.items()
            if name.startswith(f"{prefix}_")
        }
        for prefix in prefixes
    ]
    return loss(features, None)


class _Watched:
    """Batches of the dev split, a few of each source, whose loss is told before and after."""

    def __init__(
        self,
        loss: nn.Module,
        collate: PairCollator,
        dev: pd.DataFrame,
        columns: Sequence[str],
        config: EncoderConfig,
    ) -> None:
        self._loss = loss
        self._collate = collate
        self._batches: dict[str, list[list[dict[str, Any]]]] = {}
        for source, part in dev.groupby("source", sort=True):
            if len(part) < 2 or (config.mix and not config.mix.get(str(source))):
                continue
            rows_of = part.reset_index(drop=True)
            plan = plan_batches(
                rows_of,
                size=config.batch,
                epochs=1,
                negatives=config.negatives,
                groups_apart=config.groups_apart,
                rng=np.random.default_rng(config.seed),
            )
            rows = _rows(rows_of, columns)
            self._batches[str(source)] = [
                [rows[int(at)] for at in batch] for batch in plan.batches[:_DEV_BATCHES]
            ]

    def losses(self, device: str) -> dict[str, float]:
        """Return the mean loss of each source's batches, dropout off, in float32."""
        model = self._loss.model
        was_training = model.training
        model.eval()
        found = {}
        with torch.no_grad():
            for source, batches in self._batches.items():
                values = [float(_loss_of(self._loss, self._collate, rows, device)) for rows in batches]
                found[source] = round(float(np.mean(values)), 5)
        model.train(was_training)
        return found
