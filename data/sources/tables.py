"""Read a table file of any usual format, as text, with nothing of it interpreted yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd

from data.errors import FileProblem
from data.sources.columns import is_refused, score_header
from data.sources.content import read_content
from data.sources.grids import Grid, read_grids

__all__ = ["TEMPLATE_SHEET", "RawTable", "read_table"]

TEMPLATE_SHEET = "填报"
"""Sheet of the office's template that holds the rows."""

_HEADER_WITHIN = 15
_NOTE = re.compile(
    r"[\s*※]*(?:注|备注|说明|填表说明|填报说明|附注)\s*\d*\s*[:：、.]"
    "|填[表报]人|制表人?[:：]|审核人?[:：]|联系人[:：]"
)
_TOTAL = re.compile("(?:合|总|小)\\s*计")


@dataclass(frozen=True)
class RawTable:
    """The rows of a table as text, as received."""

    frame: pd.DataFrame
    """Cells as text, empty where nothing stands; the index is the row number in the file."""
    file: str
    """Name of the file, or of the one inside an archive."""
    sha256: str
    """Hash of the file as received."""
    sheet: str | None = None
    """Sheet that was read; empty for a format without sheets."""
    refused: tuple[str, ...] = ()
    """不接收的列: columns of the file that were dropped at the door."""
    misaligned: tuple[int, ...] = ()
    """Numbers of rows that have more cells than there are columns."""

    @property
    def first_row(self) -> int:
        """Row number of the first row of data; 2 for a table without any."""
        return int(self.frame.index[0]) if len(self.frame) else 2


def read_table(path: str | Path, *, sheet: str | None = None, max_bytes: int) -> RawTable:
    """Read a table from csv, tsv, xlsx, xls, HTML named xls, json, jsonl or parquet, packed or not.

    Titles above the header and notes below the rows are skipped, merged cells are filled, two header rows
    are joined, and columns that may not be stored are dropped.

    Parameters
    ----------
    path
        The file; a gz of one table and a zip of one table are unpacked.
    sheet
        Sheet to read; when not given the one whose header names most known columns.
    max_bytes
        Most bytes accepted, as it is and unpacked.

    Returns
    -------
    RawTable
        The rows in the order of the file; blank rows are left out.

    Raises
    ------
    FileProblem
        ``file_missing``, ``file_empty``, ``file_too_large``, ``zip_corrupt``, ``zip_several``,
        ``encoding_unknown``, ``format_unknown``, ``file_corrupt`` or ``sheet_not_found``.
    """
    content = read_content(Path(path), max_bytes=max_bytes)
    grids = [grid for grid in read_grids(content, sheet=sheet) if any(map(any, grid.rows))]
    if not grids:
        raise FileProblem("file_empty", f"“{content.name}”里没有数据", hint="请检查是否填在了别的工作表")
    found = [(grid, *_header(grid)) for grid in grids]
    grid, start, names, _ = max(found, key=lambda each: each[3])
    frame, misaligned = _frame(grid, start, names)
    refused = tuple(name for name in frame.columns if is_refused(name))
    return RawTable(
        frame=frame.drop(columns=list(refused)),
        file=content.name,
        sha256=content.sha256,
        sheet=grid.sheet,
        refused=refused,
        misaligned=misaligned,
    )


def _header(grid: Grid) -> tuple[int, list[str], int]:
    """Return where the data start, the names of the columns, and how many of them are known."""
    if grid.header_first:
        return 1, grid.rows[0], score_header(grid.rows[0])
    first = next(i for i, row in enumerate(grid.rows) if any(row))
    start, names, score = first + 1, grid.rows[first], 0
    for i, row in enumerate(grid.rows[:_HEADER_WITHIN]):
        candidates = [(i + 1, row)]
        if i + 1 < len(grid.rows) and _is_upper(row, grid.rows[i + 1]):
            candidates.append((i + 2, _two_rows(row, grid.rows[i + 1])))
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


def _frame(grid: Grid, start: int, names: Sequence[str]) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Return the rows below the header, and the numbers of those with too many cells."""
    width = len(names)
    rows: dict[int, list[str]] = {}
    misaligned = []
    for i, row in enumerate(grid.rows[start:], start=start + 1):
        cells = row if grid.header_first else [cell.strip() for cell in row]
        if not any(cells) or _is_note(cells):
            continue
        if any(cells[width:]):
            misaligned.append(i)
        rows[i] = _padded(cells, width)
    index = pd.Index(list(rows), dtype="int64", name="row")
    frame = pd.DataFrame(list(rows.values()), index=index, columns=_distinct(names), dtype=object)
    nameless = [label for label, name in zip(frame.columns, names, strict=True) if not name.strip()]
    empty = [label for label in nameless if not frame[label].any()]
    return frame.drop(columns=empty), tuple(misaligned)


def _is_note(cells: Sequence[str]) -> bool:
    """Tell whether a row is a remark or a total and no data."""
    filled = [cell for cell in cells if cell]
    if _TOTAL.fullmatch(filled[0]):
        return True
    note = _NOTE.match(filled[0])
    return note is not None and (len(set(filled)) == 1 or note[0].endswith(("人", ":", "：")))


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names for all columns, none of them twice."""
    seen: dict[str, int] = {}
    labels = []
    for i, raw in enumerate(names, start=1):
        name = raw.strip() or f"第{i}列"
        seen[name] = seen.get(name, 0) + 1
        labels.append(name if seen[name] == 1 else f"{name}（{seen[name]}）")
    return labels
