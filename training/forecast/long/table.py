"""Cells of a long table as plain arrays: which series, which month, which value, which parent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from training.forecast.demand import Floats, Integers

__all__ = ["NO_MONTH", "Flags", "LongTable", "Parents"]

Flags = npt.NDArray[np.bool_]

NO_MONTH = -1
"""Month of a cell whose month cannot be read."""


class Parents(NamedTuple):
    """Above which series each one stands."""

    names: tuple[str | None, ...]
    """Id of the parent of each series; nothing for one without."""
    others: tuple[str | None, ...]
    """Id of another parent that its rows name as well; nothing where they agree."""


@dataclass(frozen=True)
class LongTable:
    """A long table, one entry per row; nothing is judged yet."""

    ids: tuple[str, ...]
    """Ids of the series, in the order in which they first come."""
    series: Integers
    """Position of each row's series in ``ids``."""
    month: Integers
    """Months since January of year 0; ``NO_MONTH`` where the cell cannot be read."""
    value: Floats
    """NaN where the cell is empty or no number."""
    not_number: Flags
    """Whether the cell holds something that is no number."""
    parents: Parents
    """The hierarchy, as stated."""
    nameless: int = 0
    """Rows left out because they name no series."""
    broken: int = 0
    """Lines left out because they have more or fewer cells than there are columns."""
