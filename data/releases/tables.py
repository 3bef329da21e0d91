"""Tables for spreadsheets: UTF-8 with a mark, and no text that a spreadsheet would run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from data.formulas import guarded

__all__ = ["write_csv"]


def write_csv(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table; text that looks like a formula gets an apostrophe in front.

    Parameters
    ----------
    path
        File to write; one that is there is replaced.
    heads
        Heads of the columns.
    rows
        Cells in the same order; None leaves a cell empty.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(heads)
        writer.writerows([guarded(cell) for cell in row] for row in rows)
