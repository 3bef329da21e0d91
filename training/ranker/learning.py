"""Learn a ranker from feedback and write it with its report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from data.errors import RefusedError
from data.feedback import Side
from matching.features import FEATURES
from matching.learned import Calibration, Curve, RankerCurves, SideCurves, Sides, write_curves
from matching.ranker import NEUTRAL, suggested_weights
from training.ranker.feedback import ShownPairs
from training.ranker.side import LearnedSide, RankerConfig, learn_side

__all__ = ["LearnedRankerFiles", "learn_ranker", "write_ranker"]

_STEPS = 100


class LearnedRankerFiles(NamedTuple):
    """A ranker as it will be written."""

    curves: RankerCurves
    """Content of ``ranker.json``."""
    report: dict[str, Any]
    """Content of ``report.json``."""


def learn_ranker(
    pairs: Mapping[Side, ShownPairs], config: RankerConfig | None = None, *, name: str, version: str
) -> LearnedRankerFiles:
    """Learn both sides; one that has too little feedback keeps the suggested weights.

    Parameters
    ----------
    pairs
        Shown pairs of each side.
    config
        Settings; None for the usual ones.
    name, version
        What the ranker is called: lower-case letters, digits, dots and dashes.

    Returns
    -------
    LearnedRankerFiles
        The report says for each side what was learned, or why it was not.

    Raises
    ------
    RefusedError
        Neither side has enough feedback.
    """
    settings = config or RankerConfig()
    sides: dict[Side, SideCurves] = {}
    told: dict[str, Any] = {}
    refused: list[RefusedError] = []
    for side in Side:
        for_vacancy = side is Side.EMPLOYER
        try:
            learned = learn_side(pairs[side], settings, for_vacancy=for_vacancy)
        except RefusedError as error:
            refused.append(error)
            sides[side] = _suggested(for_vacancy=for_vacancy)
            told[side.value] = {"learned": False, "reason": str(error)}
        else:
            sides[side] = _document(learned)
            told[side.value] = {"learned": True, **learned.report}
    if len(refused) == len(Side):
        raise RefusedError(
            refused[0].code,
            "；".join(
                f"{side.chinese}一方：{error.message}" for side, error in zip(Side, refused, strict=True)
            ),
            hint=refused[0].hint,
        )
    curves = RankerCurves(
        name=name, version=version, sides=Sides(vacancy=sides[Side.EMPLOYER], person=sides[Side.PERSON])
    )
    return LearnedRankerFiles(curves, {"config": asdict(settings), "sides": told, "digest": curves.digest})


def write_ranker(files: LearnedRankerFiles, folder: Path, *, provenance: Mapping[str, Any]) -> list[Path]:
    """Write ``ranker.json`` and ``report.json``, ready for a bundle.

    Parameters
    ----------
    files
        What was learned.
    folder
        Made if it is new.
    provenance
        Data digest, commit and whatever else the report should name.

    Returns
    -------
    list of Path
        Both files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ranker, report = folder / "ranker.json", folder / "report.json"
    write_curves(ranker, files.curves)
    text = json.dumps({"provenance": dict(provenance), **files.report}, ensure_ascii=False, indent=2)
    report.write_text(text + "\n", "utf-8")
    return [ranker, report]


def _document(learned: LearnedSide) -> SideCurves:
    """Return a learned side as it is written."""
    calibrated = learned.calibration
    return SideCurves(
        curves=tuple(
            Curve(
                feature=one.feature,
                edges=tuple(one.edges.tolist()),
                values=tuple(one.values.tolist()),
                missing=one.missing,
            )
            for one in learned.curves.curves
        ),
        calibration=Calibration(scores=calibrated.scores, probabilities=calibrated.probabilities)
        if calibrated.scores
        else None,
    )


def _suggested(*, for_vacancy: bool) -> SideCurves:
    """Return the suggested weights as curves of a hundred steps."""
    edges = tuple((np.arange(1, _STEPS + 1) / _STEPS).tolist())
    weights = suggested_weights(for_vacancy=for_vacancy)
    return SideCurves(
        curves=tuple(
            Curve(
                feature=each.name,
                edges=edges,
                values=tuple((weights[each.name] * np.arange(_STEPS + 1) / _STEPS).tolist()),
                missing=weights[each.name] * NEUTRAL,
            )
            for each in FEATURES
        ),
        calibration=None,
    )
