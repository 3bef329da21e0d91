"""From leaves to the rows of the hierarchy: occupations within industries, industries, the city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from training.forecast.demand import CELL_COLUMNS, Floats, Integers, Level

__all__ = ["Cells", "cell_tuples"]


@dataclass(frozen=True)
class Cells:
    """Which row of the hierarchy every given item belongs to."""

    index: pd.DataFrame
    """Level, key industry and occupation code of each row: the city, industries, occupations by name; those
    without a name last."""
    leaf: Integers
    """Occupation row of each item, counted from 0 among the occupation rows."""
    industry: Integers
    """Industry row of each occupation row, counted from 0 among the industry rows."""

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Self:
        """Find the rows of some items.

        Parameters
        ----------
        frame
            Columns ``key_industry`` and ``occupation_code``, text or None, one row an item.

        Returns
        -------
        Cells
            Only the city's row for an empty frame.
        """
        keys = frame[["key_industry", "occupation_code"]]
        pairs = keys.drop_duplicates()
        pairs = pairs.sort_values(["key_industry", "occupation_code"], na_position="last", ignore_index=True)
        leaf = pd.MultiIndex.from_frame(pairs).get_indexer(pd.MultiIndex.from_frame(keys))
        numbers, names = pd.factorize(pairs["key_industry"], use_na_sentinel=False)
        index = pd.DataFrame(
            [(Level.CITY, None, None)]
            + [(Level.INDUSTRY, None if pd.isna(name) else name, None) for name in names]
            + [(Level.OCCUPATION, name, code) for name, code in pairs.itertuples(index=False)],
            columns=list(CELL_COLUMNS),
            dtype=object,
        )
        return cls(index, leaf.astype(np.int64), numbers.astype(np.int64))

    def summed(self, values: Floats, columns: Integers, width: int) -> Floats:
        """Add the values of the items up to rows × columns.

        Parameters
        ----------
        values
            One an item.
        columns
            Column of each item, 0 to ``width`` - 1.
        width
            Number of columns.

        Returns
        -------
        ndarray
            One row per row of ``index``; children add up to their parent.
        """
        leaves = np.zeros((len(self.industry), width))
        np.add.at(leaves, (self.leaf, columns), values)
        middle = np.zeros((int(self.industry.max(initial=-1)) + 1, width))
        np.add.at(middle, self.industry, leaves)
        return np.vstack([middle.sum(axis=0, keepdims=True), middle, leaves])


def cell_tuples(index: pd.DataFrame) -> list[tuple[object, ...]]:
    """Return the cells of an index as level, key industry and occupation code; what is missing is None."""
    plain = index[list(CELL_COLUMNS)].astype(object)
    return list(plain.where(plain.notna(), None).itertuples(index=False, name=None))
