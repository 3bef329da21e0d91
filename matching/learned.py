"""A ranker learned from behaviour: one rising step function a feature, added up.

A generalised additive model (Hastie and Tibshirani 1986; trees that look at one feature each: Lou, Caruana
and Gehrke 2012). What a feature adds to a score is read off its own curve, so the score can be taken apart,
bounded and explained as exactly as the weighted sum that it replaces.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError, model_validator

from data.errors import InputError, ModelError
from data.records import Record
from matching.features import FEATURES
from matching.ranker import CREDENTIAL_CAP, Features, suggested_weights

__all__ = [
    "Calibration",
    "Curve",
    "LearnedRanker",
    "RankerCurves",
    "SideCurves",
    "Sides",
    "read_curves",
    "write_curves",
]

Floats = NDArray[np.float64]

_TOLERANCE = 1e-6
_MOST_BYTES = 8 * 2**20
_NAMES = tuple(each.name for each in FEATURES)
_CREDENTIAL = np.array([each.credential for each in FEATURES])

Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]


class Curve(Record):
    """What the values of one feature count: a step function that never falls."""

    feature: str
    """Name of the feature."""
    edges: tuple[Number, ...]
    """Where the steps are, rising; a value equal to an edge lies above it."""
    values: tuple[Share, ...]
    """What counts below the first edge, between edges and above the last: one more than there are edges."""
    missing: Share
    """What counts where the feature cannot be judged; never more than the largest value."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        """Refuse a curve that falls or whose parts do not fit."""
        if len(self.values) != len(self.edges) + 1:
            raise ValueError(f"{self.feature}: 取值应比分界多一个")
        if any(left >= right for left, right in pairwise(self.edges)):
            raise ValueError(f"{self.feature}: 分界须严格递增")
        if any(left > right for left, right in pairwise(self.values)):
            raise ValueError(f"{self.feature}: 取值不得下降")
        if self.missing > self.values[-1]:
            raise ValueError(f"{self.feature}: 未知时的取值不得高于最大值")
        return self

    @property
    def peak(self) -> float:
        """The most that the feature can count."""
        return self.values[-1]

    def at(self, values: Floats) -> Floats:
        """Return what values count, nan for not judged; shape as ``values``."""
        bins = np.searchsorted(np.asarray(self.edges, dtype=np.float64), values, side="right")
        steps = np.asarray(self.values, dtype=np.float64)
        counted: Floats = np.where(np.isnan(values), self.missing, steps[np.minimum(bins, len(steps) - 1)])
        return counted


class Calibration(Record):
    """What scores mean as probabilities, linear between the points given and level beyond them."""

    scores: tuple[Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)], ...] = Field(min_length=1)
    """Scores, 0 to 100, rising."""
    probabilities: tuple[Share, ...]
    """Probabilities of the outcome at these scores, never falling."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        """Refuse a calibration that falls."""
        if len(self.scores) != len(self.probabilities):
            raise ValueError("校准的得分与概率数目不同")
        if any(left >= right for left, right in pairwise(self.scores)):
            raise ValueError("校准的得分须严格递增")
        if any(left > right for left, right in pairwise(self.probabilities)):
            raise ValueError("校准的概率不得下降")
        return self


class SideCurves(Record):
    """The curves of one side."""

    curves: tuple[Curve, ...]
    """One for every feature; what they can count at most adds up to 1, credentials to .10 at most."""
    calibration: Calibration | None
    """Maps scores to the probability of the outcome learned from; None where there were too few outcomes."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        """Refuse curves that leave a feature out, do not add up or let credentials dominate."""
        peaks = {curve.feature: curve.peak for curve in self.curves}
        if sorted(curve.feature for curve in self.curves) != sorted(_NAMES):
            raise ValueError("须恰好给出每个评分项一条曲线：" + "、".join(_NAMES))
        if abs(sum(peaks.values()) - 1) > _TOLERANCE:
            raise ValueError(f"各曲线最大值之和为 {sum(peaks.values()):.6f}，应为 1")
        credentials = sum(peaks[each.name] for each in FEATURES if each.credential)
        if credentials > CREDENTIAL_CAP + _TOLERANCE:
            raise ValueError(f"资历类评分项合计 {credentials:.3f}，不得超过 {CREDENTIAL_CAP}")
        return self

    @property
    def in_order(self) -> tuple[Curve, ...]:
        """The curves in the order of the features."""
        by_name = {curve.feature: curve for curve in self.curves}
        return tuple(by_name[name] for name in _NAMES)


class Sides(Record):
    """The curves of both sides."""

    vacancy: SideCurves
    """For people ranked for a vacancy."""
    person: SideCurves
    """For vacancies ranked for a person."""


class RankerCurves(Record):
    """A learned ranker as it stands in ``ranker.json``."""

    format: Literal[1] = 1
    """Version of this layout."""
    name: Name
    """What the ranker is called."""
    version: Name
    """Which one of that name."""
    sides: Sides
    """Curves and calibration of each side."""

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> RankerCurves:
        """Check a document laid out as ``ranker.json`` is.

        Raises
        ------
        ModelError
            ``ranker_malformed``: a curve falls, is missing or does not fit, the largest values do not add up
            to 1, or credentials have more than their cap.
        """
        try:
            return cls.model_validate(dict(document))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise ModelError(
                "ranker_malformed",
                f"排序模型不可用：{place} {first['msg']}",
                hint="重新训练：yingcai train ranker",
            ) from error

    @property
    def digest(self) -> str:
        """Hash of the content: equal digests rank equally."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def write_curves(path: Path, curves: RankerCurves) -> None:
    """Write a learned ranker, in one rename.

    Parameters
    ----------
    path
        The file, by custom ``ranker.json``.
    curves
        What was learned; checked once more, whatever way it was made.

    Raises
    ------
    ModelError
        As :meth:`RankerCurves.from_document`.
    """
    document = RankerCurves.from_document(curves.model_dump(mode="json")).model_dump(mode="json")
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)


def read_curves(path: Path) -> RankerCurves:
    """Read what :func:`write_curves` wrote.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    RankerCurves
        Checked.

    Raises
    ------
    ModelError
        ``ranker_unreadable``: the file is missing, too large or no JSON; otherwise as
        :meth:`RankerCurves.from_document`.
    """
    unreadable = ModelError(
        "ranker_unreadable", f"读不出排序模型 {path.name}", hint="重新取得或重新训练该文件"
    )
    try:
        document = None if path.stat().st_size > _MOST_BYTES else json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise unreadable from error
    if not isinstance(document, dict):
        raise unreadable
    return RankerCurves.from_document(document)


class LearnedRanker:
    """Adds up the learned curves; implements :class:`matching.ranker.Ranker`.

    A caller's weights stretch the curves: each is multiplied by the applied weight over the suggested one,
    then all are scaled so that the most they can count adds up to 1 again, credentials at most to their cap.
    With the suggested weights the curves stand as they were learned.

    Parameters
    ----------
    curves
        What was learned.
    """

    def __init__(self, curves: RankerCurves) -> None:
        self._name = f"{curves.name}-{curves.version}@{curves.digest[:8]}"
        self._sides = {True: curves.sides.vacancy, False: curves.sides.person}
        ordered = {side: each.in_order for side, each in self._sides.items()}
        self._steps = {
            side: [(np.array(each.edges, dtype=np.float64), np.array(each.values)) for each in in_order]
            for side, in_order in ordered.items()
        }
        self._missing = {side: np.array([each.missing for each in ordered[side]]) for side in ordered}
        self._peaks = {side: np.array([each.peak for each in ordered[side]]) for side in ordered}
        self._suggested = {
            side: np.array(list(suggested_weights(for_vacancy=side).values())) for side in self._sides
        }

    @classmethod
    def from_file(cls, path: Path) -> LearnedRanker:
        """Read a ranker from its file (:func:`read_curves`)."""
        return cls(read_curves(path))

    @property
    def version(self) -> str:
        """Name, version and the beginning of the content's hash."""
        return self._name

    def score(self, features: Features, weights: Floats, *, for_vacancy: bool) -> Floats:
        """Score pairs.

        Parameters
        ----------
        features
            Values from 0 to 1, nan where not judged, shape ``(pairs, features)``.
        weights
            Applied weights.
        for_vacancy
            True for what an employer looks for, False for what a person looks for.

        Returns
        -------
        ndarray
            Scores from 0 to 100, rounded to 4 digits, never falling when a feature rises.

        Raises
        ------
        InputError
            ``weights_without_effect``: every feature that has a weight counts nothing in the curves.
        """
        scores: Floats = self.contributions(features, weights, for_vacancy=for_vacancy).sum(axis=1).round(4)
        return scores

    def contributions(self, features: Features, weights: Floats, *, for_vacancy: bool) -> Features:
        """Return what each feature adds to each score, shape as ``features``; a row adds up to its score."""
        shares, peaks = self.shares(weights, for_vacancy=for_vacancy), self._peaks[for_vacancy]
        factors = 100 * np.divide(shares, peaks, out=np.zeros_like(peaks), where=peaks > 0)
        counted = np.empty(features.shape)
        for i, (edges, values) in enumerate(self._steps[for_vacancy]):
            counted[:, i] = values[edges.searchsorted(features[:, i], side="right")]
        added: Features = factors * np.where(np.isnan(features), self._missing[for_vacancy], counted)
        return added

    def shares(self, weights: Floats, *, for_vacancy: bool) -> Floats:
        """Return the largest share of the score that each feature can make, shape ``(features,)``.

        Raises
        ------
        InputError
            ``weights_without_effect``: as :meth:`score`.
        """
        stretched = self._peaks[for_vacancy] * weights / self._suggested[for_vacancy]
        credentials, others = stretched[_CREDENTIAL].sum(), stretched[~_CREDENTIAL].sum()
        if not others > 0:
            raise InputError(
                "weights_without_effect",
                "所选权重涉及的评分项在当前排序模型中不起作用",
                hint="给能力、岗位名称等评分项权重，或不写权重",
            )
        share = min(credentials / (credentials + others), CREDENTIAL_CAP)
        shares: Floats = stretched * np.where(_CREDENTIAL, 0.0, (1 - share) / others)
        if credentials > 0:
            shares[_CREDENTIAL] = stretched[_CREDENTIAL] * share / credentials
        return shares

    def probabilities(self, scores: Floats, *, for_vacancy: bool) -> Floats | None:
        """Return the probability of the outcome learned from, for scores by suggested weights, or None."""
        calibration = self._sides[for_vacancy].calibration
        if calibration is None:
            return None
        return np.interp(scores, calibration.scores, calibration.probabilities)
