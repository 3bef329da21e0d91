"""Every growth that a plan states, computed again from the figures the plan gives."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from data.regions.plan import Growth, PlanIndicator

__all__ = ["Agreement", "Recomputed", "half_unit", "percent_growth", "recompute_growth"]

_DIGITS = Decimal("0.1")


class Agreement(StrEnum):
    """How a stated growth and the figures agree."""

    EXACT = "一致"
    """The computed growth, rounded as the stated one is, equals it."""
    ROUNDING = "取整误差内"
    """Not equal, but possible, since the figures themselves are rounded."""
    DIFFERENT = "不符"
    """No rounding of the figures gives it."""
    NO_BASE = "无法复算"
    """The document lacks one of the two figures."""


class Recomputed(NamedTuple):
    """A growth as stated and as computed."""

    indicator: PlanIndicator
    """The indicator."""
    growth: Growth
    """The growth as stated."""
    computed: Decimal | None
    """The growth in percent from the indicator's own figures; None where one of them is missing."""
    agreement: Agreement
    """How both agree."""


def half_unit(value: Decimal) -> Decimal:
    """Return half a unit of a number's last printed digit.

    Parameters
    ----------
    value
        The number as printed.

    Returns
    -------
    Decimal
        The most by which rounding can have moved it.

    Examples
    --------
    >>> half_unit(Decimal("8.51"))
    Decimal('0.005')
    """
    return _unit(value) / 2


def percent_growth(base: Decimal, reached: Decimal, *, digits: Decimal = _DIGITS) -> Decimal:
    """Return the growth from one number to another in percent.

    Parameters
    ----------
    base
        The number compared with; not 0.
    reached
        The number reached.
    digits
        The unit to round to.

    Returns
    -------
    Decimal
        The growth, halves rounded up.

    Examples
    --------
    >>> percent_growth(Decimal("0.6"), Decimal("0.63"))
    Decimal('5.0')
    """
    return ((reached - base) / base * 100).quantize(digits, rounding=ROUND_HALF_UP)


def recompute_growth(indicator: PlanIndicator) -> tuple[Recomputed, ...]:
    """Compute every growth that an indicator states again.

    Parameters
    ----------
    indicator
        The indicator.

    Returns
    -------
    tuple of Recomputed
        In the order stated; empty where none is stated.
    """
    return tuple(_recompute(indicator, growth) for growth in indicator.growth)


def _recompute(indicator: PlanIndicator, growth: Growth) -> Recomputed:
    base, reached = indicator.figure(growth.from_year), indicator.figure(growth.to_year)
    if base is None or reached is None or base.value == 0:
        return Recomputed(indicator, growth, None, Agreement.NO_BASE)
    rounded = percent_growth(base.value, reached.value, digits=_unit(growth.percent))
    if rounded == growth.percent:
        agreement = Agreement.EXACT
    elif _possible(base.value, reached.value, growth.percent):
        agreement = Agreement.ROUNDING
    else:
        agreement = Agreement.DIFFERENT
    return Recomputed(indicator, growth, percent_growth(base.value, reached.value), agreement)


def _possible(base: Decimal, reached: Decimal, percent: Decimal) -> bool:
    """Tell whether numbers that round to the two printed ones grow by the stated percentage."""
    around, over, slack = half_unit(base), half_unit(reached), half_unit(percent)
    lowest = (reached - over) / (base + around)
    highest = (reached + over) / (base - around)
    return lowest <= 1 + (percent + slack) / 100 and 1 + (percent - slack) / 100 <= highest


def _unit(value: Decimal) -> Decimal:
    """Return the unit of the last printed digit."""
    return Decimal(1).scaleb(int(value.as_tuple().exponent))
