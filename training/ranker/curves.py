"""Additive curves learned from outcomes: one non-decreasing step function a feature.

A histogram gradient boosting classifier whose trees see one feature each is exactly a sum of step functions
(an additive model in the sense of Lou, Caruana and Gehrke, KDD 2012). Its inputs are the numbers of our own
bins, so that evaluating it once at every bin reads the functions off without looking inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from data.errors import RefusedError

__all__ = ["AdditiveCurves", "Bins", "BoostingConfig", "Curve", "fit_boosting", "fit_curves"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BoostingConfig:
    """How the boosting is fitted."""

    trees: int = 200
    """Trees, all of one feature each where there are no interactions."""
    learning_rate: float = 0.1
    """Share of each tree that counts, above 0."""
    leaves: int = 8
    """Most leaves of a tree."""
    least_in_leaf: int = 20
    """Fewest examples in a leaf."""
    regularisation: float = 1.0
    """L2 on the leaves."""
    bins: int = 64
    """Most bins of a feature."""


@dataclass(frozen=True)
class Bins:
    """Edges between the bins of every feature."""

    edges: tuple[Floats, ...]
    """Rising edges by feature; a value on an edge is in the bin above it."""

    @classmethod
    def from_values(cls, features: Floats, *, bins: int) -> Bins:
        """Put edges at quantiles of the known values.

        Parameters
        ----------
        features
            Shape ``(examples, features)``; nan is not judged.
        bins
            Most bins a feature.

        Returns
        -------
        Bins
            Fewer bins where few values differ; none but one where all are equal or unknown.
        """
        edges = []
        for column in features.T:
            known = np.unique(column[~np.isnan(column)])
            if len(known) > bins:
                cuts = np.quantile(column[~np.isnan(column)], np.arange(1, bins) / bins)
                known = np.unique(np.concatenate([known[:1], cuts]))
            edges.append(known[1:])
        return cls(tuple(edges))

    def numbers(self, features: Floats) -> Floats:
        """Return the number of each value's bin from 0, nan where nothing is known."""
        found = np.empty(features.shape, np.float64)
        for at, edges in enumerate(self.edges):
            column = features[:, at]
            found[:, at] = np.where(np.isnan(column), np.nan, np.searchsorted(edges, column, side="right"))
        return found

    def shares(self, features: Floats) -> Floats:
        """Return values put on a scale from 0 to 1 by their bins, one half where nothing is known."""
        return self.scaled(self.numbers(features))

    def scaled(self, numbers: Floats) -> Floats:
        """Return numbers of bins put on a scale from 0 to 1, one half where nothing is known."""
        last = np.array([max(len(edges), 1) for edges in self.edges], np.float64)
        shares: Floats = np.nan_to_num(numbers / last, nan=0.5)
        return shares


@dataclass(frozen=True)
class Curve:
    """What one feature adds."""

    feature: str
    """Name of the feature."""
    edges: Floats
    """Rising edges between the steps."""
    values: Floats
    """Heights of the steps, one more than edges, never falling."""
    missing: float
    """Height where the feature is not judged."""

    def at(self, values: Floats) -> Floats:
        """Return the height at each value."""
        steps = self.values[np.searchsorted(self.edges, values, side="right")]
        heights: Floats = np.where(np.isnan(values), self.missing, steps)
        return heights

    @property
    def largest(self) -> float:
        """Largest height, the missing one included."""
        return max(float(self.values[-1]), self.missing)

    def simplified(self) -> Curve:
        """Return the same function with equal neighbouring steps joined."""
        kept = np.flatnonzero(np.diff(self.values) > 0)
        values = np.concatenate([self.values[:1], self.values[kept + 1]])
        return Curve(self.feature, self.edges[kept], values, self.missing)


@dataclass(frozen=True)
class AdditiveCurves:
    """A sum of curves."""

    curves: tuple[Curve, ...]
    """One a feature, in the order of the features."""
    constant: float
    """Added to every sum."""

    def contributions(self, features: Floats) -> Floats:
        """Return the height of every curve for every row, shape as ``features``."""
        return np.column_stack([curve.at(features[:, at]) for at, curve in enumerate(self.curves)])

    def decide(self, features: Floats) -> Floats:
        """Return the sums with the constant, one a row."""
        total: Floats = self.constant + sum(
            (curve.at(features[:, at]) for at, curve in enumerate(self.curves)),
            start=np.zeros(len(features)),
        )
        return total

    def shaped(self, credential: Sequence[bool], *, cap: float) -> AdditiveCurves:
        """Return curves fit for scoring: not negative, largest heights add up to 1, credentials capped.

        Parameters
        ----------
        credential
            For each curve whether it is of a credential.
        cap
            Largest share of all heights that credentials may have together, 0 to 1.

        Returns
        -------
        AdditiveCurves
            Without constant. An unknown value never counts more than the best known one nor less than the
            worst. The order of two rows is kept except where the cap or an unknown value decided.

        Raises
        ------
        RefusedError
            No feature but credentials tells good from bad.
        """
        lifted = [_lifted(curve) for curve in self.curves]
        heights = np.array([curve.largest for curve in lifted])
        credentials = np.array(credential, bool)
        others, held = float(heights[~credentials].sum()), float(heights[credentials].sum())
        if others <= 0:
            raise RefusedError(
                "nothing_learned",
                "除学历、专业类条件外没有任何评分项能区分结果，不生成模型",
                hint="积累更多反馈后再训练",
            )
        shrink = min(1.0, cap * others / ((1 - cap) * held)) if held else 1.0
        total = others + shrink * held
        scaled = tuple(
            _scaled(curve, (shrink if of_credential else 1.0) / total)
            for curve, of_credential in zip(lifted, credentials, strict=True)
        )
        return AdditiveCurves(scaled, 0.0)


def fit_boosting(
    numbers: Floats,
    outcomes: NDArray[np.bool_],
    *,
    weights: Floats | None = None,
    config: BoostingConfig,
    interactions: bool,
    seed: int,
) -> HistGradientBoostingClassifier:
    """Fit boosted trees that never fall when a feature rises.

    Parameters
    ----------
    numbers
        Numbers of bins from :meth:`Bins.numbers`.
    outcomes
        Whether each example turned out well.
    weights
        Weight of each example; None for equal ones.
    config
        Settings.
    interactions
        False keeps every tree to one feature.
    seed
        Seed of scikit-learn.
    """
    # scikit-learn cannot bin a column of nothing but nan; a constant one is never split on.
    known = np.where(np.isnan(numbers).all(axis=0), 0.0, numbers)
    options: dict[str, Any] = {} if interactions else {"interaction_cst": "no_interactions"}
    model = HistGradientBoostingClassifier(
        max_iter=config.trees,
        learning_rate=config.learning_rate,
        max_leaf_nodes=config.leaves,
        min_samples_leaf=config.least_in_leaf,
        l2_regularization=config.regularisation,
        monotonic_cst=[1] * numbers.shape[1],
        early_stopping=False,
        random_state=seed,
        **options,
    )
    return model.fit(known, outcomes, sample_weight=weights)


def fit_curves(
    features: Floats,
    outcomes: NDArray[np.bool_],
    names: Sequence[str],
    *,
    weights: Floats | None = None,
    config: BoostingConfig | None = None,
    seed: int = 0,
) -> AdditiveCurves:
    """Learn what each feature adds to the log-odds of a good outcome.

    Parameters
    ----------
    features
        Shape ``(examples, features)``; nan is not judged.
    outcomes
        Whether each example turned out well; both must occur.
    names
        Names of the features in order.
    weights
        Weight of each example; None for equal ones.
    config
        Settings; None for the usual ones.
    seed
        Seed of scikit-learn.

    Returns
    -------
    AdditiveCurves
        Whose sums are exactly what the boosting decides.

    Raises
    ------
    RefusedError
        Only one of the outcomes occurs.
    """
    settings = config or BoostingConfig()
    if outcomes.all() or not outcomes.any():
        raise RefusedError("one_outcome", "训练样本只有一种结果，无法学习", hint="需要成功与未成功两种反馈")
    bins = Bins.from_values(features, bins=settings.bins)
    model = fit_boosting(
        bins.numbers(features), outcomes, weights=weights, config=settings, interactions=False, seed=seed
    )
    return _read_off(model, bins, names)


def _read_off(model: HistGradientBoostingClassifier, bins: Bins, names: Sequence[str]) -> AdditiveCurves:
    """Evaluate at every bin of every feature with the others at their first, and take the difference."""
    base = np.zeros((1, len(names)))
    constant = float(model.decision_function(base)[0])
    curves = []
    for at, (name, edges) in enumerate(zip(names, bins.edges, strict=True)):
        probes = np.repeat(base, len(edges) + 2, axis=0)
        probes[:-1, at] = np.arange(len(edges) + 1)
        probes[-1, at] = np.nan
        heights = model.decision_function(probes) - constant
        # The trees are monotone; sums in another order may differ in the last digit.
        steps = np.maximum.accumulate(heights[:-1])
        curves.append(Curve(name, edges, steps, float(heights[-1])))
    return AdditiveCurves(tuple(curves), constant)


def _lifted(curve: Curve) -> Curve:
    """Return a curve that starts at 0, with an unknown value within the known ones."""
    low, high = float(curve.values[0]), float(curve.values[-1])
    missing = float(np.clip(curve.missing, low, high)) - low
    return Curve(curve.feature, curve.edges, curve.values - low, missing)


def _scaled(curve: Curve, factor: float) -> Curve:
    """Return a curve times a factor."""
    return Curve(curve.feature, curve.edges, curve.values * factor, curve.missing * factor).simplified()
