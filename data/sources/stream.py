"""Open a table of any usual format and size: its columns at once, its rows in parts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

import pandas as pd

from data.errors import FileProblem
from data.sources.grids import DOCUMENTS, Grid, magic_of, read_grids
from data.sources.header import Shape, find_shape
from data.sources.packing import Content, find_contents
from data.sources.raw import RawTable
from data.sources.resume import read_resume

__all__ = ["PART_ROWS", "TableStream", "open_table", "open_tables"]

PART_ROWS = 20_000
"""Rows in a part when nothing else is said."""

_NOTE = re.compile(
    r"[\s*※]*(?:注|备注|说明|填表说明|填报说明|附注)\s*\d*\s*[:：、.]"
    "|填[表报]人|制表人?[:：]|审核人?[:：]|联系人[:：]"
)
_TOTAL = re.compile("(?:合|总|小)\\s*计")


@dataclass(frozen=True)
class TableStream:
    """A table whose rows are read when they are asked for."""

    file: str
    """Name of the file, or of the one inside an archive."""
    sha256: str
    """Hash of the file as received; of one of several tables in an archive, its own."""
    sheet: str | None
    """Sheet that is read; empty for a format without sheets."""
    columns: tuple[str, ...]
    """Names of the columns as received, those that were refused left out."""
    refused: tuple[str, ...]
    """不接收的列: columns of the file that are dropped at the door."""
    total_rows: int | None
    """Rows below the header, blank ones counted, where the format tells; else nothing."""
    _read: Callable[[], Iterator[RawTable]] = field(repr=False)
    """Reads the parts from the first."""

    def parts(self) -> Iterator[RawTable]:
        """Read the rows from the first, some at a time.

        Returns
        -------
        collections.abc.Iterator of RawTable
            The same parts whenever the same file is opened with the same ``part_rows``; one part without rows
            for a table that has none.

        Raises
        ------
        FileProblem
            Where the file turns out to be broken further down; the parts before were read well.
        """
        return self._read()


def open_table(
    path: str | Path,
    *,
    sheet: str | None = None,
    max_bytes: int,
    part_rows: int = PART_ROWS,
    today: dt.date | None = None,
    whole: bool = False,
) -> TableStream:
    """Open a table of any usual format, packed or not: csv, xlsx, xls, HTML, json, jsonl, parquet, a résumé.

    Titles above the header and notes among the rows are skipped, merged cells are filled, two header rows
    are joined, and columns that may not be stored are dropped. Delimited text, JSON lines and parquet of any
    size are read in bounded memory, also inside a gz or zip.

    Parameters
    ----------
    path
        The file; a gz of one table and a zip of one table are unpacked; a docx or pdf is read as a résumé.
    sheet
        Sheet to read; when not given the one whose header names most known columns.
    max_bytes
        Most bytes of a format that is read whole: Excel, HTML, JSON and résumés. It does not limit the
        formats that are streamed, but a packed file of them may unpack to no more than this or 250 times its
        size, whichever is more.
    part_rows
        Rows in a part.
    today
        For a résumé: the day up to which a job that is still held counts; the latest date in it when not
        given.
    whole
        True where the rows are going to be held together: ``max_bytes`` then limits every format.

    Returns
    -------
    TableStream
        The table, with nothing but its header read.

    Raises
    ------
    FileProblem
        ``file_missing``, ``file_empty``, ``file_too_large``, ``zip_corrupt``, ``zip_nested``,
        ``zip_several``, ``encoding_unknown``, ``format_unknown``, ``file_corrupt``, ``sheet_not_found``
        or ``resume_no_text``.
    """
    contents = find_contents(Path(path), max_bytes=max_bytes, whole=whole)
    return _stream(_single(contents, Path(path).name), sheet, max_bytes, part_rows, today)


def open_tables(
    path: str | Path,
    *,
    sheet: str | None = None,
    max_bytes: int,
    part_rows: int = PART_ROWS,
    today: dt.date | None = None,
) -> list[TableStream]:
    """Open every table in a file: one, unless it is a zip of several.

    Parameters
    ----------
    path
        The file, as for :func:`open_table`.
    sheet
        Sheet to read of each workbook.
    max_bytes
        As for :func:`open_table`; it holds for each table in the zip.
    part_rows
        Rows in a part.
    today
        As for :func:`open_table`.

    Returns
    -------
    list of TableStream
        In the order of the archive; of several, each has the hash of its own content.

    Raises
    ------
    FileProblem
        As for :func:`open_table`, when any of them cannot be opened.
    """
    contents = find_contents(Path(path), max_bytes=max_bytes)
    return [_stream(content, sheet, max_bytes, part_rows, today) for content in contents]


def _single(contents: Sequence[Content], name: str) -> Content:
    """Return the only table of a file; ``zip_several`` where there are more."""
    if len(contents) > 1:
        names = "、".join(content.name for content in contents)
        raise FileProblem(
            "zip_several", f"压缩文件“{name}”中有几个表格：{names}", hint="请逐个上传，或用批量导入"
        )
    return contents[0]


def _stream(
    content: Content, sheet: str | None, max_bytes: int, part_rows: int, today: dt.date | None
) -> TableStream:
    magic = magic_of(content)
    if magic in DOCUMENTS:
        table = read_resume(content, magic, max_bytes=max_bytes, today=today)
        columns = tuple(str(name) for name in table.frame.columns)
        one = partial(iter, (table,))
        return TableStream(table.file, table.sha256, None, columns, (), 1, one)
    shapes = [(grid, find_shape(grid)) for grid in read_grids(content, sheet=sheet, max_bytes=max_bytes)]
    found = [(grid, shape) for grid, shape in shapes if shape is not None]
    if not found:
        raise FileProblem("file_empty", f"“{content.name}”里没有数据", hint="请检查是否填在了别的工作表")
    grid, shape = max(found, key=lambda each: each[1].score)
    return TableStream(
        file=content.name,
        sha256=content.sha256,
        sheet=grid.sheet,
        columns=tuple(shape.labels.values()),
        refused=shape.refused,
        total_rows=None if grid.total is None else max(grid.total - shape.start, 0),
        _read=partial(_parts, content, grid, shape, part_rows),
    )


def _parts(content: Content, grid: Grid, shape: Shape, part_rows: int) -> Iterator[RawTable]:
    """Read the rows below the header and hand them out in parts."""
    rows: dict[int, list[str]] = {}
    misaligned: list[int] = []
    handed_out = False

    def part() -> RawTable:
        index = pd.Index(list(rows), dtype="int64", name="row")
        names = list(shape.labels.values())
        return RawTable(
            frame=pd.DataFrame(list(rows.values()), index=index, columns=names, dtype=object),
            file=content.name,
            sha256=content.sha256,
            sheet=grid.sheet,
            refused=shape.refused,
            misaligned=tuple(misaligned),
        )

    kept = list(shape.labels)
    for i, row in enumerate(islice(grid.rows(), shape.start, None), start=shape.start + 1):
        cells = row if grid.header_first else [cell.strip() for cell in row]
        if not any(cells) or _is_note(cells):
            continue
        if len(rows) == part_rows:
            yield part()
            handed_out = True
            rows, misaligned = {}, []
        if len(cells) != shape.width:
            if any(cells[shape.width :]):
                misaligned.append(i)
            cells = [*cells[: shape.width], *[""] * (shape.width - len(cells))]
        rows[i] = [cells[position] for position in kept]
    if rows or not handed_out:
        yield part()


def _is_note(cells: Sequence[str]) -> bool:
    """Tell whether a row is a remark or a total and no data."""
    head = next(filter(None, cells))
    if _TOTAL.fullmatch(head):
        return True
    note = _NOTE.match(head)
    return note is not None and (len(set(filter(None, cells))) == 1 or note[0].endswith(("人", ":", "：")))
