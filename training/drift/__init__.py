"""Drift between two periods: inputs, coverage, scores and meaning, against what chance does to samples."""

from __future__ import annotations

from training.drift.document import drift_markdown, write_drift
from training.drift.line import DriftLine, DriftReport, Group, Kind, Move, Period, Verdict
from training.drift.run import Models, measure_drift, read_month

__all__ = [
    "DriftLine",
    "DriftReport",
    "Group",
    "Kind",
    "Models",
    "Move",
    "Period",
    "Verdict",
    "drift_markdown",
    "measure_drift",
    "read_month",
    "write_drift",
]
