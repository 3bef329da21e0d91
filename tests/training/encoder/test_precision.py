"""The arithmetic of a run is the faster one, told by a clock."""

from __future__ import annotations

import torch

from training.encoder.config import Precision
from training.encoder.precision import choose_precision


def ticking(durations):
    """Return a clock by which the pieces of work take these seconds in turn."""
    times = [0.0]
    for duration in durations:
        times += [times[-1], times[-1] + duration]
    turn = iter(times[1:])
    return lambda: next(turn)


def step():
    return torch.ones(2, requires_grad=True).sum()


def test_the_faster_arithmetic_is_taken_by_its_best_round():
    # fp32 and bf16 in turn, three rounds
    chosen, seconds = choose_precision(Precision.AUTO, step, device="cpu", clock=ticking([9, 9, 2, 1, 2, 5]))
    assert chosen is Precision.BF16
    assert seconds == {"fp32": 2.0, "bf16": 1.0}
    chosen, _ = choose_precision(Precision.AUTO, step, device="cpu", clock=ticking([9, 9, 2, 3, 2, 5]))
    assert chosen is Precision.FP32


def test_what_the_settings_name_is_not_measured():
    def never():
        raise AssertionError

    assert choose_precision(Precision.BF16, never, device="cpu") == (Precision.BF16, {})
    assert choose_precision(Precision.FP32, never, device="cpu") == (Precision.FP32, {})
