"""Figures as texts, a dash where there is none."""

from __future__ import annotations

__all__ = ["NOTHING", "heads_text", "number_text", "range_text", "share_text"]

NOTHING = "—"
"""Stands where there is no figure; never a zero."""


def heads_text(value: float | None) -> str:
    """Write a count without decimals, thousands apart."""
    return NOTHING if value is None else f"{value:,.0f}"


def share_text(value: float | None) -> str:
    """Write a share from 0 to 1 in whole per cent."""
    return NOTHING if value is None else f"{value:.0%}"


def number_text(value: float | None, digits: int) -> str:
    """Write a number with so many decimals."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def range_text(low: float | None, high: float | None) -> str:
    """Write both ends of a range, or one where they are the same."""
    if low is None or high is None:
        return NOTHING
    return heads_text(low) if low == high else f"{heads_text(low)} 至 {heads_text(high)}"
