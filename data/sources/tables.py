"""Read a table file of any usual format whole, as text, with nothing of it interpreted yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pandas as pd

from data.sources.faults import too_wide
from data.sources.office import MOST_CELLS
from data.sources.raw import RawTable
from data.sources.stream import open_table

__all__ = ["TEMPLATE_SHEET", "RawTable", "read_table"]

TEMPLATE_SHEET = "填报"
"""Sheet of the office's template that holds the rows."""


def read_table(
    path: str | Path, *, sheet: str | None = None, max_bytes: int, today: dt.date | None = None
) -> RawTable:
    """Read a table whole: all parts of :func:`data.sources.stream.open_table` put together.

    Parameters
    ----------
    path
        The file; a gz of one table and a zip of one table are unpacked.
    sheet
        Sheet to read; when not given the one whose header names most known columns.
    max_bytes
        Most bytes accepted, as it is and unpacked.
    today
        For a résumé: the day up to which a job that is still held counts.

    Returns
    -------
    RawTable
        The rows in the order of the file; blank rows are left out.

    Raises
    ------
    FileProblem
        As for :func:`data.sources.stream.open_table`.
    """
    stream = open_table(path, sheet=sheet, max_bytes=max_bytes, today=today, whole=True)
    if (stream.total_rows or 0) * len(stream.columns) > MOST_CELLS:
        raise too_wide(stream.file)
    parts = list(stream.parts())
    return replace(
        parts[0],
        frame=pd.concat([part.frame for part in parts]),
        misaligned=tuple(number for part in parts for number in part.misaligned),
    )
