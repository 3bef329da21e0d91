"""How likely a place on a list is looked at, and what an outcome there weighs.

Inverse propensity weights follow Joachims, Swaminathan and Schnabel (WSDM 2017); where nobody recorded the
propensity it is estimated by the regression EM of Wang et al. (WSDM 2018) for the position-based model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

__all__ = ["PositionBias", "estimate_bias", "inverse_weights"]

Floats = NDArray[np.float64]

_LAST_OWN_PLACE = 20
_ROUNDS = 30
_LEAST = 0.01


@dataclass(frozen=True)
class PositionBias:
    """The probability that a place is looked at, the most seen one being 1."""

    seen: Floats
    """By place from 1; all further places share the last entry."""

    def at(self, positions: NDArray[np.int64]) -> Floats:
        """Return the probabilities of places from 1; 1 where the place is unknown (0 or less)."""
        place = np.clip(positions, 1, len(self.seen)) - 1
        found: Floats = np.where(positions > 0, self.seen[place], 1.0)
        return found


def estimate_bias(features: Floats, touched: NDArray[np.bool_], positions: NDArray[np.int64]) -> PositionBias:
    """Estimate how places are looked at from what was touched there, given how good the items were.

    Parameters
    ----------
    features
        What the quality of an item shows in, without nan, shape ``(shown, features)``.
    touched
        Whether the item was opened or more: looked at and wanted.
    positions
        Places from 1; 0 where unknown, which teaches nothing.

    Returns
    -------
    PositionBias
        Never rising with the place. All 1 where nothing or everything was touched.
    """
    known = positions > 0
    place = np.clip(positions[known], 1, _LAST_OWN_PLACE) - 1
    rows, hit = features[known], touched[known].astype(np.float64)
    count = np.bincount(place, minlength=_LAST_OWN_PLACE).astype(np.float64)
    if not hit.any() or hit.all():
        return PositionBias(np.ones(1))
    seen = 1 / np.sqrt(np.arange(1, _LAST_OWN_PLACE + 1))
    wanted = np.full(len(hit), 0.5)
    model = LogisticRegression(max_iter=200, warm_start=True)
    twice = np.concatenate([rows, rows])
    labels = np.arange(len(twice)) < len(rows)
    for _ in range(_ROUNDS):
        looked = seen[place]
        missed = 1 - looked * wanted
        good = hit + (1 - hit) * wanted * (1 - looked) / missed
        examined = hit + (1 - hit) * looked * (1 - wanted) / missed
        seen = np.bincount(place, examined, _LAST_OWN_PLACE) / np.maximum(count, 1)
        seen = _falling(seen, count)
        model.fit(twice, labels, sample_weight=np.concatenate([good, 1 - good]) + 1e-9)
        wanted = np.clip(model.predict_proba(rows)[:, 1], 1e-4, 1 - 1e-4)
    return PositionBias(seen)


def inverse_weights(seen: Floats, successes: NDArray[np.bool_], *, largest: float) -> Floats:
    """Return the weight of every shown item: a success counts for all that were not looked at there.

    Parameters
    ----------
    seen
        Probability that each item was looked at, above 0 and up to 1.
    successes
        Whether each came to a good end; other items weigh 1.
    largest
        Largest weight before scaling: beyond it a few lucky ones would decide everything.

    Returns
    -------
    ndarray
        Successes weigh 1 on average (self-normalised), so that their number is not inflated.
    """
    inverse = np.minimum(1 / np.maximum(seen, _LEAST), largest)
    mean = float(inverse[successes].mean()) if successes.any() else 1.0
    weights: Floats = np.where(successes, inverse / mean, 1.0)
    return weights


def _falling(seen: Floats, count: Floats) -> Floats:
    """Return probabilities that never rise with the place, the first one 1."""
    smooth = IsotonicRegression(increasing=False, y_min=_LEAST, y_max=1.0)
    fitted = smooth.fit_transform(np.arange(len(seen)), seen, sample_weight=np.maximum(count, 1e-6))
    scaled: Floats = np.clip(fitted / fitted[0], _LEAST, 1.0)
    return scaled
