"""From scores to the probability that a code is right, and the error measured where it was not fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

__all__ = ["Calibration", "Measured"]

Floats = NDArray[np.float64]
_LEAST_CASES = 100


class Measured(NamedTuple):
    """What the automatic codes of one level were worth on titles that fitted nothing."""

    threshold: float
    """Least probability for an automatic code."""
    cases: int
    """Held-out titles."""
    share: float | None
    """Share of them at or over the threshold, 0 to 1; empty without cases."""
    error: float | None
    """Share of wrong codes among those, 0 to 1; empty without any."""
    accuracy: float | None
    """Share of right leading codes among all held-out titles."""

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON, rounded."""
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in self._asdict().items()
        }


@dataclass(frozen=True)
class Calibration:
    """A logistic curve over a few numbers that tell how clear a case is."""

    weights: tuple[float, ...]
    """Weight of each number; empty when there was too little to fit: then every probability is 0."""
    intercept: float
    """Constant of the curve."""
    measured: Measured
    """Error at the threshold on the held-out half."""

    @classmethod
    def fit(
        cls, features: Floats, correct: Sequence[bool] | NDArray[np.bool_], *, threshold: float
    ) -> Calibration:
        """Fit on every other case and measure on the rest.

        Parameters
        ----------
        features
            One row of numbers each.
        correct
            Whether the leading code was the right one.
        threshold
            Least probability for an automatic code, 0 to 1.

        Returns
        -------
        Calibration
            One that is never sure when there are fewer than 100 cases or all have one outcome.
        """
        right = np.asarray(correct, bool)
        fitted = np.arange(len(right)) % 2 == 0
        nothing = cls((), 0.0, Measured(threshold, int((~fitted).sum()), None, None, None))
        if len(right) < _LEAST_CASES or len(set(right[fitted].tolist())) < 2:
            return nothing
        model = LogisticRegression(C=100.0).fit(features[fitted], right[fitted])
        curve = cls(tuple(float(w) for w in model.coef_[0]), float(model.intercept_[0]), nothing.measured)
        held = right[~fitted]
        sure = curve.probability(features[~fitted]) >= threshold
        measured = Measured(
            threshold=threshold,
            cases=len(held),
            share=float(sure.mean()),
            error=float(1 - held[sure].mean()) if sure.any() else None,
            accuracy=float(held.mean()),
        )
        return cls(curve.weights, curve.intercept, measured)

    def probability(self, features: Floats) -> Floats:
        """Return the probability that each leading code is right, 0 to 1."""
        if not self.weights:
            return np.zeros(len(features))
        odds: Floats = 1 / (1 + np.exp(-(features @ np.array(self.weights) + self.intercept)))
        return odds
