"""Combine the statistical forecast with the employers' own, only where the record says that it helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.errors import InputError
from data.self_forecast.record import Reason

__all__ = ["LEAST_QUARTERS", "Combination", "combine"]

LEAST_QUARTERS = 4
"""Quarters for which both forecasts have to be known beside what happened."""


@dataclass(frozen=True)
class Combination:
    """The combined figure, or why there is none."""

    status: str
    """``ok``, or ``refused`` where the statistical forecast stands alone."""
    value: float | None
    """The combined figure, in heads."""
    weight: float | None
    """Weight of the employers' own forecast, 0 to 1."""
    quarters: int
    """Quarters that the errors come from."""
    reasons: tuple[Reason, ...]
    """Why there is none."""


def combine(
    statistical: float,
    own: float,
    *,
    statistical_errors: Sequence[float],
    own_errors: Sequence[float],
) -> Combination:
    """Weigh two forecasts of one figure by their past errors.

    Weights are inverse to the mean squared errors (Bates & Granger 1969, without the correlation of errors,
    which a handful of quarters cannot tell).

    Parameters
    ----------
    statistical
        The statistical forecast, in heads.
    own
        The employers' own forecast of the same figure: corrected for bias and scaled to all employers.
    statistical_errors, own_errors
        Errors of both in the same past quarters, in heads.

    Returns
    -------
    Combination
        Refused with fewer than four quarters, and where the employers' error was not the lower one.

    Raises
    ------
    InputError
        ``errors_unpaired``: the errors are not of the same quarters.

    Examples
    --------
    >>> combine(100, 140, statistical_errors=[20, -20, 20, -20], own_errors=[10, -10, 10, -10]).value
    132.0
    """
    if len(statistical_errors) != len(own_errors):
        raise InputError(
            "errors_unpaired", "两种预测的历史误差不是同样的季度", hint="只用两者都有预测且已过去的季度"
        )
    n = len(own_errors)
    if n < LEAST_QUARTERS:
        message = f"两种预测都可核对的季度只有{n}个，至少需要{LEAST_QUARTERS}个，只并列、不合并"
        return _alone(n, "insufficient_record", n, LEAST_QUARTERS, message)
    theirs, ours = (
        float(np.mean(np.square(np.asarray(errors, dtype=float))))
        for errors in (own_errors, statistical_errors)
    )
    if theirs >= ours:
        message = "单位自报预测的历史误差不低于统计预测，只并列、不合并"
        return _alone(n, "no_lower_error", round(theirs**0.5, 1), round(ours**0.5, 1), message)
    weight = ours / (ours + theirs)
    return Combination("ok", round(weight * own + (1 - weight) * statistical, 1), round(weight, 4), n, ())


def _alone(n: int, code: str, have: float, need: float, message: str) -> Combination:
    return Combination(
        "refused", None, None, n, ({"code": code, "have": have, "need": need, "message": message},)
    )
