"""What may be shown of figures that rest on few employers; suppressed is not zero."""

from __future__ import annotations

import math

from data.catalogue.indicators import FloatArray
from data.catalogue.rules import MAX_TOP1_SHARE

__all__ = ["is_confidential", "rounded_heads"]

MIN_EMPLOYERS_SHOWN = 3
MAX_TOP2_SHARE = 0.90
ROUND_TO = 5


def is_confidential(by_employer: FloatArray) -> bool:
    """Whether a figure says too much about one employer.

    Parameters
    ----------
    by_employer
        What each employer adds to the figure; those that add nothing do not count.

    Returns
    -------
    bool
        True for fewer than three employers, one with over 70 % or two with over 90 %; also when there
        is none.
    """
    parts = sorted((float(part) for part in by_employer if part > 0), reverse=True)
    if len(parts) < MIN_EMPLOYERS_SHOWN:
        return True
    total = sum(parts)
    return parts[0] > MAX_TOP1_SHARE * total or parts[0] + parts[1] > MAX_TOP2_SHARE * total


def rounded_heads(heads: float) -> int | None:
    """Round people to the nearest five, halves upward.

    Parameters
    ----------
    heads
        People, 0 or more.

    Returns
    -------
    int or None
        None for some but fewer than 2.5, which would otherwise read as zero.
    """
    rounded = ROUND_TO * math.floor(heads / ROUND_TO + 0.5)
    return None if rounded == 0 and heads > 0 else rounded
