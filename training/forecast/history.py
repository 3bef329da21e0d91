"""The observed months behind a forecast, as far as they may be shown."""

from __future__ import annotations

from typing import Any

from training.forecast.cells import cell_tuples
from training.forecast.demand import Demand
from training.forecast.disclosure import Flags

__all__ = ["history_records"]

_MONTHS_SHOWN = 36


def history_records(demand: Demand, confidential: Flags) -> dict[str, Any]:
    """Return the last 36 months of every cell for a chart beside the forecast.

    Parameters
    ----------
    demand
        What was forecast.
    confidential
        Rows whose heads stay empty, see :func:`training.forecast.disclosure.confidential_cells`.

    Returns
    -------
    dict
        ``months`` as ISO dates and ``cells``: level, key industry, occupation code, ``confidential`` and
        ``heads``, one number a month, or null where confidential.
    """
    cells = []
    for place, (level, key_industry, occupation_code) in enumerate(cell_tuples(demand.index)):
        hidden = bool(confidential[place])
        heads = demand.matrix[place, -_MONTHS_SHOWN:]
        cells.append(
            {
                "level": str(level),
                "key_industry": key_industry,
                "occupation_code": occupation_code,
                "confidential": hidden,
                "heads": None if hidden else [round(float(value), 1) for value in heads],
            }
        )
    return {"months": [month.isoformat() for month in demand.months[-_MONTHS_SHOWN:]], "cells": cells}
