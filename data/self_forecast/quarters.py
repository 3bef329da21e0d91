"""Calendar quarters as people write them and as the tables keep them: ``2026Q4``."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from data.errors import CellError
from data.normalise.numerals import with_digits
from data.normalise.text import clean

__all__ = ["quarter_of", "quarter_span", "quarters_ahead", "read_quarter", "shift_quarter"]

_WRITTEN = re.compile(r"(20\d{2})\s*[年\-/.]?\s*(?:第?\s*([1-4])\s*季度?|q\s*([1-4]))")


def read_quarter(text: str) -> str:
    """Return the quarter that a cell names.

    Parameters
    ----------
    text
        Such as 2026Q4, 2026年第四季度 or 2026-4季度.

    Returns
    -------
    str
        Year, Q and number.

    Raises
    ------
    CellError
        ``quarter_unreadable``.

    Examples
    --------
    >>> read_quarter("2026年第四季度")
    '2026Q4'
    """
    match = _WRITTEN.fullmatch(with_digits(clean(text).lower()))
    if match is None:
        raise CellError("quarter_unreadable", f"季度“{text[:40]}”无法识别", hint="写成 2026Q4")
    return f"{match[1]}Q{match[2] or match[3]}"


def quarter_of(day: dt.date) -> str:
    """Return the quarter that a day lies in."""
    return str(pd.Period(pd.Timestamp(day), freq="Q"))


def shift_quarter(quarter: str, count: int) -> str:
    """Return the quarter that lies ``count`` quarters after another, before it where negative.

    Examples
    --------
    >>> shift_quarter("2026Q4", 1)
    '2027Q1'
    """
    return str(pd.Period(quarter, freq="Q") + count)


def quarters_ahead(period: str, target: str) -> int:
    """Return how many quarters the target lies after the period; negative where before."""
    return int((pd.Period(target, freq="Q") - pd.Period(period, freq="Q")).n)


def quarter_span(quarter: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a quarter."""
    period = pd.Period(quarter, freq="Q")
    return period.start_time.date(), period.end_time.date()
