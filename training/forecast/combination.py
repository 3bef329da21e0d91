"""The published forecast: per group the method, or the mean of two, that erred least at past origins."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.forecast.demand import Floats, Integers
from training.forecast.points import Panel, origins_of
from training.forecast.shares import LEAST_RECORD, MARGIN
from training.forecast.smoothing import Method

__all__ = ["Choice", "Combination", "choose", "named"]

Choice = tuple[Method, ...]
"""Methods whose mean is taken."""
_FALLBACK = (Method.SHARED, Method.SES)


class Combination(NamedTuple):
    """What was chosen."""

    steps: Floats
    """Series × origins × months ahead."""
    names: NDArray[np.object_]
    """Method of each series now."""


def named(choice: Choice) -> str:
    """Name a choice, such as ``shared_total`` or ``shared_total+auto_ets``."""
    return "+".join(choice)


def choose(panel: Panel, points: Mapping[Method, Floats]) -> Combination:
    """Choose per group and origin by the errors known at it, and forecast by the choice.

    Each method and the mean of any two stand for choice; the split total is the default. The default stays
    until at least six origins are known, and unless another erred at least 2 % less, in heads, over them.

    Parameters
    ----------
    panel
        The series.
    points
        Forecasts of every method, see :func:`training.forecast.points.rolling_points`.

    Returns
    -------
    Combination
        Without NaN.
    """
    origins = origins_of(panel)
    default = next(method for method in _FALLBACK if method in points)
    choices: list[Choice] = [(method,) for method in points if method is not default]
    choices += list(itertools.combinations(points, 2))
    n_groups = int(panel.groups.max(initial=0)) + 1
    base = _missed(panel, points[default], points[default], origins)
    chosen = np.full((n_groups, len(origins)), -1, dtype=np.int64)
    lowest = np.full((n_groups, len(origins)), MARGIN)
    for number, choice in enumerate(choices):
        missed = _missed(panel, _mean(points, choice), points[default], origins)
        ratios = _records(missed, base, origins, panel.horizon)
        better = ratios < lowest
        chosen[better], lowest[better] = number, ratios[better]
    steps = points[default].copy()
    names = np.full(len(panel.matrix), named((default,)), dtype=object)
    for number, choice in enumerate(choices):
        taken = (chosen == number)[panel.groups]
        if taken.any():
            found = _mean(points, choice)
            usable = taken & np.isfinite(found).all(axis=2)
            steps[usable] = found[usable]
            names[usable[:, -1]] = named(choice)
    return Combination(steps, names)


def _mean(points: Mapping[Method, Floats], choice: Choice) -> Floats:
    parts = [points[method] for method in choice]
    return parts[0] if len(parts) == 1 else np.asarray((parts[0] + parts[1]) / 2, dtype=float)


def _missed(panel: Panel, steps: Floats, default: Floats, origins: Integers) -> Floats:
    """Sum absolute errors per group, past origin and step; the default stands in where it must."""
    n_groups = int(panel.groups.max(initial=0)) + 1
    missed = np.zeros((n_groups, len(origins) - 1, panel.horizon))
    for column, origin in enumerate(origins[:-1].tolist()):
        observed = panel.matrix[:, origin : origin + panel.horizon]
        errors = np.abs(steps[:, column] - observed)
        errors = np.where(np.isfinite(errors), errors, np.abs(default[:, column] - observed))
        for step, values in enumerate(errors.T):
            missed[:, column, step] = np.bincount(panel.groups, values, minlength=n_groups)
    return missed


def _records(missed: Floats, base: Floats, origins: Integers, horizon: int) -> Floats:
    """Return a choice's error over the default's, at each origin over what was known; infinite if unknown."""
    ratios = np.full((len(missed), len(origins)), np.inf)
    months = origins[:-1, None] + np.arange(horizon)
    for column, origin in enumerate(origins.tolist()):
        known = months < origin
        if known.any(axis=1).sum() >= LEAST_RECORD:
            own, other = missed[:, known].sum(axis=1), base[:, known].sum(axis=1)
            np.divide(own, other, out=ratios[:, column], where=other > 0)
    return ratios
