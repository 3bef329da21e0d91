"""Calibrate the levels of a code table on its own labelled texts, each taken as unknown in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from matching.coding.calibration import Calibration
from matching.coding.candidates import Candidates

__all__ = ["Case", "Level", "calibrate"]

_BLOCK = 512


class Case(NamedTuple):
    """A labelled text."""

    query: str
    """The text as it is compared."""
    group: str
    """Labelled texts of this group may not be used for it."""
    code: str
    """The right code."""


class Level(NamedTuple):
    """A level of a code table."""

    length: int
    """Characters of its codes."""
    threshold: float
    """Least probability for an automatic code."""


def calibrate(
    candidates: Candidates, cases: Sequence[Case], levels: Mapping[str, Level]
) -> dict[str, Calibration]:
    """Fit a curve for every level.

    Parameters
    ----------
    candidates
        What knows the labelled texts.
    cases
        Labelled texts to fit and to measure on.
    levels
        The levels by name.

    Returns
    -------
    dict
        A calibration for every level.
    """
    features: dict[str, list[Any]] = {name: [] for name in levels}
    right: dict[str, list[bool]] = {name: [] for name in levels}
    for start in range(0, len(cases), _BLOCK):
        block = cases[start : start + _BLOCK]
        evidence = candidates.evidence([case.query for case in block], without=[case.group for case in block])
        for name, level in levels.items():
            lead = evidence.grouped(level.length).lead()
            features[name].extend(lead.features)
            right[name].extend(
                code == case.code[: level.length]
                for code, case in zip(lead.code.tolist(), block, strict=True)
            )
    return {
        name: Calibration.fit(
            np.array(features[name]).reshape(len(cases), -1), right[name], threshold=level.threshold
        )
        for name, level in levels.items()
    }
