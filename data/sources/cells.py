"""One cell of any format as text."""

from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import pandas as pd

__all__ = ["text_of"]

_EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_MIDNIGHT = dt.time()


def text_of(value: object) -> str:
    """Return a cell as text: whole numbers without a fraction, dates in ISO form, nothing as empty text.

    Parameters
    ----------
    value
        What the reader of a format gave.

    Returns
    -------
    str
        The text; lists joined by 、.
    """
    if isinstance(value, str):
        return "" if value in _EXCEL_ERRORS else value
    if isinstance(value, (list, tuple, np.ndarray)):
        return "、".join(text_of(part) for part in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == _MIDNIGHT else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
