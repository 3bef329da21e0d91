"""Single months that stand out: robust exponential smoothing (Gelper, Fried and Croux, 2010)."""

from __future__ import annotations

import numpy as np

from training.forecast.demand import Floats

__all__ = ["cleaned"]

_SPEED = 0.5  # weight of the newest month in the level
_CLIP = 2.0  # standard deviations beyond which one month alone is not believed
_LEAST_CHANGES = 6  # changes from which their scale is known


def cleaned(series: Floats) -> Floats:
    """Smooth out single months that nobody would have believed.

    A value further than two robust standard deviations from the smoothed level is drawn to that distance,
    unless the month before stood out on the same side: two months make a level.

    Parameters
    ----------
    series
        Values above 0, one a month; a month of 0 or less takes the level of the months before.

    Returns
    -------
    Floats
        The cleaned values; as they stand before any is above 0.
    """
    values = np.array(series, dtype=float)
    known = np.flatnonzero(values > 0)
    if len(known) == 0:
        return values
    level, before = float(np.log(values[known[0]])), 0.0
    changes: list[float] = []
    for month in range(int(known[0]) + 1, len(values)):
        if values[month] <= 0:
            values[month] = np.exp(level)
            continue
        change = float(np.log(values[month])) - level
        scale = 1.4826 * float(np.median(np.abs(changes))) if len(changes) >= _LEAST_CHANGES else 0.0
        changes.append(change)
        limit = _CLIP * scale if scale > 0 else np.inf
        outside = float(np.sign(change)) if abs(change) > limit else 0.0
        believed = change if outside == before else float(np.clip(change, -limit, limit))
        values[month] = np.exp(level + believed)
        level, before = level + _SPEED * believed, outside
    return values
