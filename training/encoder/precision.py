"""Which arithmetic a training step is faster in on this machine: a few timed steps say."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch

from training.encoder.config import Precision

__all__ = ["choose_precision"]

_REPEATS = 2


def choose_precision(
    wanted: Precision, step: Callable[[], Any], *, device: str, clock: Callable[[], float] = time.perf_counter
) -> tuple[Precision, dict[str, float]]:
    """Return the precision of a run and, where it was measured, the seconds of a step in each.

    Parameters
    ----------
    wanted
        ``bf16`` and ``fp32`` are taken as they are; ``auto`` measures.
    step
        Computes a loss on a few pairs, ready for ``backward``.
    device
        ``cpu`` or ``cuda``.
    clock
        Tells the time in seconds.
    """
    if wanted is not Precision.AUTO:
        return wanted, {}
    seconds: dict[str, float] = {}
    for _ in range(1 + _REPEATS):  # the first round warms up, and is hardly the best
        for precision in (Precision.FP32, Precision.BF16):
            started = clock()
            with torch.autocast(device, dtype=torch.bfloat16, enabled=precision is Precision.BF16):
                loss = step()
            loss.backward()
            if device == "cuda":
                torch.cuda.synchronize()
            took = clock() - started
            seconds[precision] = min(seconds.get(precision, float("inf")), took)
    chosen = min((Precision.FP32, Precision.BF16), key=lambda precision: seconds[precision])
    return chosen, {str(name): round(value, 4) for name, value in seconds.items()}
