"""Spoil a few cells of a table, and remember what stood there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.synthetic.draw import pick

__all__ = ["Spoiled", "spoil"]


class Spoiled(NamedTuple):
    """One spoiled cell."""

    table: str
    """``postings`` or ``profiles``."""
    row_id: str
    """Identifier of the row."""
    column: str
    """Column."""
    clean: str
    """What stood there."""
    written: str
    """What stands there now."""


def spoil(
    frame: pd.DataFrame,
    mistakes: Mapping[str, Sequence[str]],
    *,
    table: str,
    share: float,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, list[Spoiled]]:
    """Spoil one cell in a share of the rows.

    Parameters
    ----------
    frame
        Table of strings whose first column is the identifier; it is not changed.
    mistakes
        Texts by column; ``{}`` stands for the clean text.
    table
        Name of the table, for the record.
    share
        Share of rows to spoil, 0 to 1.
    rng
        Chooses rows, columns and texts.

    Returns
    -------
    tuple
        The spoiled copy and one record for each spoiled cell.
    """
    columns = list(mistakes)
    rows = np.flatnonzero(rng.random(len(frame)) < share)
    values = {column: frame[column].tolist() for column in columns}
    ids = frame.iloc[:, 0].tolist()
    record = []
    for row in rows.tolist():
        column = pick(rng, columns)
        clean = values[column][row]
        values[column][row] = pick(rng, mistakes[column]).replace("{}", clean)
        record.append(Spoiled(table, ids[row], column, clean, values[column][row]))
    return frame.assign(**values), record
