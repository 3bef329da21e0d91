"""The plain form of supply for JSON and screens; few people never show."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from training.forecast.cells import cell_tuples
from training.forecast.demand import Floats
from training.forecast.supply import Supply
from training.forecast.supply_figures import Ranged

__all__ = ["LEAST_PERSONS", "supply_records"]

LEAST_PERSONS = 5
"""Fewest people that a figure on registered people may rest on."""


def supply_records(supply: Supply) -> dict[str, Any]:
    """Return supply as plain values.

    Parameters
    ----------
    supply
        The supply of a region.

    Returns
    -------
    dict
        ``as_of``, ``scope``, ``coverage``, ``synthetic``, ``months``, ``months_ahead``, ``moves`` and
        ``cells``; of each cell ``available``, ``ahead``, ``graduates`` and ``retirements`` (the twelve months
        together, the last two with ``low``, ``value`` and ``high``), ``status`` and ``reasons``. Null where
        nothing is known, and with ``hidden`` where a figure rests on one to four people.
    """
    cells = []
    for row, (level, industry, code) in enumerate(cell_tuples(supply.index)):
        shown, hidden = {}, []
        coming = float(supply.ahead[row].sum())
        few = {"available": 0 < supply.persons[row] < LEAST_PERSONS, "ahead": 0 < coming < LEAST_PERSONS}
        for name, value in (("available", float(supply.available[row])), ("ahead", coming)):
            shown[name] = None if few[name] or math.isnan(value) else value
            hidden += [name] if few[name] else []
        cells.append(
            {
                "level": str(level),
                "key_industry": industry,
                "occupation_code": code,
                **shown,
                "hidden": hidden,
                "graduates": _year(supply.graduates, row),
                "retirements": _year(supply.retirements, row),
                "status": supply.statuses[row].value,
                "reasons": [dict(reason) for reason in supply.reasons[row]],
            }
        )
    return {
        "as_of": supply.as_of.isoformat(),
        "scope": supply.scope,
        "coverage": None if supply.coverage is None else supply.coverage._asdict(),
        "synthetic": supply.synthetic,
        "months": [month.isoformat() for month in supply.months],
        "months_ahead": [month.isoformat() for month in supply.months_ahead],
        "moves": supply.moves.to_dict("records"),
        "cells": cells,
    }


def _year(ranged: Ranged, row: int) -> dict[str, float] | None:
    """Return the sum of the known months of one cell with its range; None where no month is known."""
    parts: dict[str, Floats] = {name: values[row] for name, values in ranged._asdict().items()}
    if np.isnan(parts["value"]).all():
        return None
    return {name: float(np.nansum(values)) for name, values in parts.items()}
