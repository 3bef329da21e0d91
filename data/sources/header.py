"""Find the header of a grid among its first rows, and which columns are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from data.sources.columns import is_refused, score_header
from data.sources.grids import Grid

__all__ = ["Shape", "find_shape"]

_HEADER_WITHIN = 15


@dataclass(frozen=True)
class Shape:
    """Where the rows of a grid begin and which cells of them are kept."""

    start: int
    """Rows to leave out in front, the header among them."""
    width: int
    """Cells of a row that is not misaligned."""
    labels: dict[int, str]
    """Position of each column that is kept, and its name."""
    refused: tuple[str, ...]
    """Names of the columns that are not."""
    score: int
    """How many columns are known."""


def find_shape(grid: Grid) -> Shape | None:
    """Find the header of a grid.

    Parameters
    ----------
    grid
        The grid; where a column has no name its rows are looked through for a value in it.

    Returns
    -------
    Shape or None
        Nothing for a grid without anything in it. Without any known column the first row is the header.
    """
    rows = grid.rows()
    skipped = 0
    first: list[str] = []
    for row in rows:
        if any(row):
            first = row
            break
        skipped += 1
    if not any(first):
        return None
    start, names, score = _header([first, *islice(rows, _HEADER_WITHIN)], header_first=grid.header_first)
    start += skipped
    labels = dict(enumerate(_distinct(names)))
    nameless = {i for i, name in enumerate(names) if not name.strip()}
    for i in nameless - _filled(grid, start, nameless):
        del labels[i]
    refused = {i: label for i, label in labels.items() if is_refused(label)}
    kept = {i: label for i, label in labels.items() if i not in refused}
    return Shape(start, len(names), kept, tuple(refused.values()), score)


def _filled(grid: Grid, start: int, nameless: set[int]) -> set[int]:
    """Return which of the columns without a name have a value in any row."""
    filled: set[int] = set()
    for row in islice(grid.rows(), start, None) if nameless else ():
        filled |= {i for i in nameless - filled if i < len(row) and row[i].strip()}
        if filled == nameless:
            break
    return filled


def _header(rows: Sequence[list[str]], *, header_first: bool) -> tuple[int, list[str], int]:
    """Return where the data start, the names of the columns, and how many of them are known."""
    start, names, score = 1, rows[0], 0
    if header_first:
        return start, names, score_header(names)
    for i, row in enumerate(rows[:_HEADER_WITHIN]):
        candidates = [(i + 1, row)]
        if i + 1 < len(rows) and _is_upper(row, rows[i + 1]):
            candidates.append((i + 2, _two_rows(row, rows[i + 1])))
        for after, cells in candidates:
            found = score_header(cells)
            if found > score:
                start, names, score = after, cells, found
    return start, names, score


def _is_upper(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Tell whether a row can be the upper one of two header rows: a name spans columns, or is left out."""
    spans = any(one and one == other for one, other in pairwise(upper))
    return spans or any(below and not above for above, below in zip(upper, lower, strict=False))


def _two_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Join two header rows: 任职条件 over 学历 becomes 任职条件_学历."""
    width = max(len(upper), len(lower))
    pairs = zip(_padded(upper, width), _padded(lower, width), strict=True)
    return [
        above if below in {"", above} else f"{above}_{below}" if above else below for above, below in pairs
    ]


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row[:width], *[""] * (width - len(row))]


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names for all columns, none of them twice."""
    labels: dict[str, None] = {}
    for i, raw in enumerate(names, start=1):
        name = label = raw.strip() or f"第{i}列"
        again = 1
        while label in labels:
            again += 1
            label = f"{name}（{again}）"
        labels[label] = None
    return list(labels)
