"""How long a vacancy stays open and how it ends, driven by the hidden tightness."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from data.records import Outcome
from data.synthetic.draw import chance, weighted

__all__ = ["Spell", "draw_spell", "fill_share", "median_days"]

_ORDINARY_MEDIAN = 56.0
_TIGHTNESS_EFFECT = 0.6
_PAY_EFFECT = 1.0
_SHAPE = 1.8
_VALIDITY = {60: 0.3, 90: 0.35, 180: 0.35}
_EXTENDED = 0.5
_LONGEST = 360
_WITHDRAWN = 0.07


@dataclass(frozen=True, slots=True)
class Spell:
    """One vacancy from opening to end."""

    opened_on: dt.date
    """Day of the first posting."""
    days_to_fill: float
    """Latent days until every place would be filled, whether or not anybody waited so long."""
    valid_until: dt.date
    """Last day of validity, extensions included."""
    closed_on: dt.date | None
    """Day it was closed; empty while open at the end of the history."""
    outcome: Outcome
    """How it ended."""

    def days_open(self, end: dt.date) -> int:
        """Count the days from opening to the close or to ``end``."""
        return ((self.closed_on or end) - self.opened_on).days


def median_days(tightness: float, *, premium: float = 0.0) -> float:
    """Median of the days to fill.

    Parameters
    ----------
    tightness
        Log of demand per seeker, 0 for an ordinary role.
    premium
        Log of offered over usual pay; better pay fills sooner.
    """
    return _ORDINARY_MEDIAN * math.exp(_TIGHTNESS_EFFECT * tightness - _PAY_EFFECT * premium)


def fill_share(tightness: float, *, days: float = 90.0) -> float:
    """Return the true probability of filling within ``days`` at usual pay if nobody gives up."""
    return 1.0 / (1.0 + math.pow(days / median_days(tightness), -_SHAPE))


def draw_spell(
    rng: np.random.Generator, *, opened_on: dt.date, end: dt.date, tightness: float, premium: float
) -> Spell:
    """Draw one spell: log-logistic days to fill against validity and withdrawal, censored at ``end``."""
    u = min(max(rng.random(), 1e-6), 1 - 1e-6)
    days_to_fill = max(2.0, median_days(tightness, premium=premium) * (u / (1 - u)) ** (1 / _SHAPE))
    limit = _limit(rng, days_to_fill)
    days, outcome = limit, Outcome.UNFILLED
    if days_to_fill <= limit:
        days, outcome = math.ceil(days_to_fill), Outcome.FILLED
    if chance(rng, _WITHDRAWN):
        left = int(rng.integers(5, limit))
        if left < days:
            days, outcome = left, Outcome.WITHDRAWN
    valid_until, closed_on = opened_on + dt.timedelta(days=limit), opened_on + dt.timedelta(days=days)
    if closed_on > end:
        return Spell(opened_on, days_to_fill, valid_until, None, Outcome.OPEN)
    return Spell(opened_on, days_to_fill, valid_until, closed_on, outcome)


def _limit(rng: np.random.Generator, days_to_fill: float) -> int:
    """Draw the days for which the employer keeps looking, extended now and then while places are left."""
    step = weighted(rng, _VALIDITY)
    limit = step
    while days_to_fill > limit and limit + step <= _LONGEST and chance(rng, _EXTENDED):
        limit += step
    return limit
