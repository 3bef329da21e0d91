"""Why a series of a long table is refused, only indicative, or worth a remark.

What the forecast rules decide keeps its code from :class:`training.forecast.rules.ReasonCode`; here stand
the faults of the data, which only a table from outside can have.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from training.forecast.rules import Finding, Status

__all__ = ["LongCode", "Noted", "fault", "remark"]


class LongCode(StrEnum):
    """What can be wrong with, or worth saying of, a series of a long table."""

    MONTH_UNREADABLE = "month_unreadable"
    """A month cannot be read; refused."""
    NOT_NUMERIC = "not_numeric"
    """A value is no number; refused."""
    NOT_FINITE = "not_finite"
    """A value is infinite; refused."""
    OUT_OF_RANGE = "out_of_range"
    """A value is beyond 10¹² in size; refused."""
    NEGATIVE = "negative"
    """A value is negative though negative values are not allowed; refused."""
    DUPLICATE = "duplicate"
    """A month stands more than once with different values; refused."""
    GAP = "gap"
    """Months are missing between the first and the last; refused."""
    PARENT_CYCLE = "parent_cycle"
    """The series stands above itself; refused."""
    PARENT_CONTRADICTED = "parent_contradicted"
    """Its rows name different parents; refused."""
    CHILDREN_MISMATCH = "children_mismatch"
    """Its children do not add up to its own values; refused."""
    CHILDREN_MISSING = "children_missing"
    """A child cannot be used: refused where the series is to be built from its children, else said."""
    ALL_ZERO = "all_zero"
    """Every month is 0: the forecast is 0, its interval that of the series that had been so; indicative."""
    CONSTANT = "constant"
    """Every month shows the same value: it is repeated, and nothing tells of an interval; indicative."""
    FEW_NONZERO = "few_nonzero"
    """Only one or two months are not 0: the forecast is a fading level, with the interval of the series that
    had been as rare; indicative."""
    STAYS_ZERO = "stays_zero"
    """More than 80 % of the like series showed nothing over the horizon: an interval of 80 % would be a
    point, so none is given; indicative."""
    DUPLICATE_SAME = "duplicate_same"
    """A month stands more than once with the same value and counts once; said."""
    FUTURE_MONTH = "future_month"
    """Months after the day of the data were left out; said."""
    INCOMPLETE_MONTH = "incomplete_month"
    """The month that had not ended was left out; said."""
    GAP_FILLED = "gap_filled"
    """Missing months count as 0, as was asked for; said."""
    TABLE_SEASON = "table_season"
    """The months of the series do not hold two seasons: that of the whole table is used; said."""
    BUILT_FROM_CHILDREN = "built_from_children"
    """The series has no rows and is the sum of its children; said."""


class Noted(NamedTuple):
    """A finding on one series."""

    row: int
    """Position of the series."""
    finding: Finding


def fault(row: int, code: LongCode, have: float, need: float, message: str) -> Noted:
    """Return the finding that a series is refused."""
    return _noted(row, Status.REFUSED, code, have, need, message)


def remark(
    row: int, code: LongCode, have: float, need: float, message: str, *, status: Status = Status.OK
) -> Noted:
    """Return a finding that explains; it changes nothing unless a status is given."""
    return _noted(row, status, code, have, need, message)


def _noted(row: int, status: Status, code: LongCode, have: float, need: float, message: str) -> Noted:
    return Noted(row, Finding(status, {"code": code.value, "have": have, "need": need, "message": message}))
