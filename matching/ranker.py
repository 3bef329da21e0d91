"""How features become a score: a weighted sum that needs no training data, or a learned ranker."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.errors import InputError
from matching.features import FEATURES

__all__ = [
    "CREDENTIAL_CAP",
    "NEUTRAL",
    "AdditiveRanker",
    "Ranker",
    "applied_weights",
    "mutual",
    "suggested_weights",
]

CREDENTIAL_CAP = 0.10
"""Largest share of the score that credentials may have together, whatever weights a caller asks for."""

NEUTRAL = 0.5
"""What a feature counts that cannot be judged: nobody gains or loses by an unstated fact."""

Features = NDArray[np.float64]
"""Shape ``(pairs, features)`` in the order of :data:`matching.features.FEATURES`; nan is not judged."""


class Ranker(Protocol):
    """What the matcher asks of a ranker.

    Everywhere ``for_vacancy`` tells the side: True for what an employer looks for in a person, False for what
    a person looks for in a vacancy; ``weights`` are applied weights, see :func:`applied_weights`.
    """

    @property
    def version(self) -> str:
        """Name and version, for the answer."""

    def score(
        self, features: Features, weights: NDArray[np.float64], *, for_vacancy: bool
    ) -> NDArray[np.float64]:
        """Return one score a row, 0 to 100, never falling when a feature rises."""

    def contributions(
        self, features: Features, weights: NDArray[np.float64], *, for_vacancy: bool
    ) -> Features:
        """Return what each feature adds to each score; a row adds up to its score."""

    def shares(self, weights: NDArray[np.float64], *, for_vacancy: bool) -> NDArray[np.float64]:
        """Return the largest share of the score that each feature can make; they add up to 1."""

    def probabilities(self, scores: NDArray[np.float64], *, for_vacancy: bool) -> NDArray[np.float64] | None:
        """Return what scores by suggested weights mean as probabilities; None where no outcome tells."""


class AdditiveRanker:
    """The weighted sum of the features; what is not judged counts one half."""

    version = "additive-2"

    def score(
        self, features: Features, weights: NDArray[np.float64], *, for_vacancy: bool
    ) -> NDArray[np.float64]:
        """Score pairs.

        Parameters
        ----------
        features
            Values from 0 to 1, nan where not judged, shape ``(pairs, features)``.
        weights
            Applied weights, which add up to 1.
        for_vacancy
            The side; the weights say it already.

        Returns
        -------
        ndarray
            Scores from 0 to 100, rounded to 4 digits so that equal pairs have equal scores.
        """
        added = self.contributions(features, weights, for_vacancy=for_vacancy)
        scores: NDArray[np.float64] = added.sum(axis=1).round(4)
        return scores

    def contributions(
        self,
        features: Features,
        weights: NDArray[np.float64],
        *,
        for_vacancy: bool,  # noqa: ARG002 - the weights say it already
    ) -> Features:
        """Return what each feature adds to each score, shape as ``features``."""
        added: Features = 100 * weights * np.where(np.isnan(features), NEUTRAL, features)
        return added

    def shares(
        self,
        weights: NDArray[np.float64],
        *,
        for_vacancy: bool,  # noqa: ARG002 - the weights say it already
    ) -> NDArray[np.float64]:
        """Return the weights: no feature can make more of the score."""
        return weights

    def probabilities(self, scores: NDArray[np.float64], *, for_vacancy: bool) -> None:
        """Return None: the weights were not learned from outcomes."""


def mutual(forward: NDArray[np.float64], reverse: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the harmonic mean of both directions, 0 to 100: good only where both are."""
    total = forward + reverse
    means = np.divide(2 * forward * reverse, total, out=np.zeros_like(total), where=total > 0)
    rounded: NDArray[np.float64] = means.round(4)
    return rounded


def suggested_weights(*, for_vacancy: bool) -> dict[str, float]:
    """Return the suggested weights by feature; they add up to 1.

    Parameters
    ----------
    for_vacancy
        True for what an employer looks for in a person, False for what a person looks for in a vacancy.
    """
    return {each.name: each.for_vacancy if for_vacancy else each.for_person for each in FEATURES}


def applied_weights(
    weights: Mapping[str, float] | None, *, for_vacancy: bool
) -> tuple[dict[str, float], NDArray[np.float64]]:
    """Fill in, scale to 1 and cap the weights of a request.

    Parameters
    ----------
    weights
        Weights by feature, not negative; features left out get 0. None means the suggested weights.
    for_vacancy
        Whose suggested weights apply.

    Returns
    -------
    tuple
        Weights by name and as an array in the order of the features. They add up to 1, credentials
        together have at most :data:`CREDENTIAL_CAP`.

    Raises
    ------
    InputError
        A feature is unknown, a weight is negative, or all are 0.
    """
    names = [each.name for each in FEATURES]
    if weights is None:
        weights = suggested_weights(for_vacancy=for_vacancy)
    weights = _checked(weights, names)
    credentials = sum(weights.get(each.name, 0.0) for each in FEATURES if each.credential)
    others = sum(weights.get(each.name, 0.0) for each in FEATURES if not each.credential)
    share = min(credentials / (credentials + others), CREDENTIAL_CAP)
    applied = {}
    for each in FEATURES:
        weight = weights.get(each.name, 0.0)
        if each.credential:
            applied[each.name] = share * weight / credentials if credentials else 0.0
        else:
            applied[each.name] = (1 - share) * weight / others
    return applied, np.array([applied[name] for name in names])


def _checked(weights: Mapping[str, float], names: list[str]) -> dict[str, float]:
    """Return the weights with the largest as 1, or refuse them."""
    unknown = sorted(set(weights) - set(names))
    if unknown:
        raise InputError(
            "weight_unknown", f"没有名为 {'、'.join(unknown)} 的评分项", hint="可用：" + "、".join(names)
        )
    usable = all(weight >= 0 and math.isfinite(weight) for weight in weights.values())
    largest = max(weights.values(), default=0.0) if usable else 0.0
    scaled = {name: weight / largest for name, weight in weights.items()} if largest else {}
    if not any(scaled.get(each.name) for each in FEATURES if not each.credential):
        raise InputError(
            "weight_out_of_range",
            "权重须为非负数，且除专业外至少一项大于 0",
            hint="例如 {'skills': 2, 'title': 1}",
        )
    return scaled
