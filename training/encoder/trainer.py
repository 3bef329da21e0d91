"""The library's trainer, bent to this machine: planned batches, small checkpoints, no cards and no hub."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformerTrainer
from torch.utils.data import BatchSampler
from transformers import PrinterCallback, TrainerCallback

from training.encoder.weights import trained_tensors

__all__ = ["PairCollator", "PlannedTrainer", "ProgressCallback", "last_checkpoint"]

_TRAINED = "trained.safetensors"
_STATE = "trainer_state.json"


class PairCollator:
    """Turns the rows of a batch into tensors, cut at the length that their source asks for.

    Parameters
    ----------
    tokenizer
        The model's.
    columns
        Names of the text columns: anchor, positive, hard negatives.
    max_tokens
        Tokens that a text is cut at.
    tokens
        The same for single sources.
    """

    valid_label_columns: tuple[str, ...] = ()

    def __init__(
        self, tokenizer: Any, columns: Sequence[str], *, max_tokens: int, tokens: Mapping[str, int]
    ) -> None:
        self._tokenizer = tokenizer
        self._columns = tuple(columns)
        self._max_tokens = max_tokens
        self._tokens = dict(tokens)

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the tensors of every column that all rows fill."""
        limit = self._tokens.get(rows[0]["source"], self._max_tokens)
        batch: dict[str, Any] = {}
        for column in self._columns:
            texts = [row[column] for row in rows]
            if None in texts:
                continue
            encoded = self._tokenizer(
                texts, padding=True, truncation=True, max_length=limit, return_tensors="pt"
            )
            batch |= {f"{column}_{name}": tensor for name, tensor in encoded.items()}
        return batch


class _Planned(BatchSampler):  # type: ignore[misc]
    """Gives out batches that were laid out before."""

    def __init__(self, batches: Sequence[Sequence[int]], size: int) -> None:
        super().__init__(range(sum(map(len, batches))), batch_size=size, drop_last=False)
        self._batches = batches

    def __iter__(self) -> Iterator[list[int]]:
        return iter([list(map(int, batch)) for batch in self._batches])

    def __len__(self) -> int:
        return len(self._batches)


class ProgressCallback(TrainerCallback):  # type: ignore[misc]
    """Tells how far the run is, and keeps with every checkpoint the seconds worked so far.

    Parameters
    ----------
    progress
        Called with the steps done and their total.
    worked
        Seconds of the runs that this one goes on from.
    """

    def __init__(self, progress: Callable[[int, int], None], *, worked: float) -> None:
        self._progress = progress
        self._worked = worked
        self._started = time.monotonic()

    def seconds(self) -> float:
        """Return the seconds worked, earlier runs included."""
        return self._worked + time.monotonic() - self._started

    def on_step_end(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Tell the steps done."""
        self._progress(state.global_step, state.max_steps)

    def on_save(self, args: Any, _state: Any, _control: Any, **_: Any) -> None:
        """Keep the seconds worked."""
        path = Path(args.output_dir) / "seconds.json"
        unfinished = path.with_suffix(".part")
        unfinished.write_text(json.dumps({"seconds": self.seconds()}), "utf-8")
        unfinished.replace(path)


class PlannedTrainer(SentenceTransformerTrainer):  # type: ignore[misc]
    """A trainer that takes planned batches and keeps in a checkpoint what it trains and nothing else.

    Parameters
    ----------
    batches
        Row numbers of every batch, in order.
    schedule
        Steps that the learning rate is laid out for; the run may end earlier.
    **options
        As the library's trainer takes them.
    """

    def __init__(self, *, batches: Sequence[Sequence[int]], schedule: int, **options: Any) -> None:
        self._batches = batches
        self._schedule = schedule
        super().__init__(**options)
        self.remove_callback(PrinterCallback)
        # The tokenizer is the base's and stays as it is: nothing to align with it, nothing to save of it.
        self.processing_class = None

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """Write no model card: it asks the hub and reads every row of the data."""

    def get_batch_sampler(self, *_: Any, batch_size: int, **__: Any) -> BatchSampler:
        """Return the planned batches."""
        return _Planned(self._batches, batch_size)

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """Lay the learning rate out for the whole schedule."""
        return super().create_scheduler(max(num_training_steps, self._schedule), optimizer)

    def _save(self, output_dir: str | None = None, **_: Any) -> None:
        folder = Path(output_dir or self.args.output_dir)
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {name: weight.detach().contiguous() for name, weight in trained_tensors(self.model).items()}
        save_file(tensors, folder / _TRAINED)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, *_: Any) -> None:
        kept = load_file(Path(resume_from_checkpoint) / _TRAINED)
        with torch.no_grad():
            for name, weight in trained_tensors(self.model).items():
                weight.copy_(kept[name])


def last_checkpoint(folder: Path) -> Path | None:
    """Return the newest checkpoint that was written to its end: the state is the last file of one."""
    found = sorted(
        folder.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]), reverse=True
    )
    for path in found:
        try:
            json.loads((path / _STATE).read_text("utf-8"))
        except (OSError, ValueError):
            continue
        return path
    return None
