"""Read Excel workbooks; the one door to their library."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from data.errors import FileProblem
from data.sources.cells import text_of
from data.sources.faults import corrupt

__all__ = ["read_workbook"]

# What the library raises where it gives up on a broken file; it is no Exception and has no name to import.
_PANIC = "PanicException"


def read_workbook(data: bytes, name: str, *, sheet: str | None = None) -> dict[str, list[list[str]]]:
    """Read the sheets of a workbook, merged cells filled.

    Parameters
    ----------
    data
        An .xlsx or .xls file.
    name
        Its name, for messages.
    sheet
        Name of the only sheet to read; all visible ones when not given, all where none is visible.

    Returns
    -------
    dict of str to list of list of str
        Name of a sheet to its rows from the first, blank ones included.

    Raises
    ------
    FileProblem
        ``sheet_not_found`` or ``file_corrupt``.
    """
    with _named(name):
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            raise FileProblem(
                "sheet_not_found",
                f"“{name}”中没有工作表“{sheet}”",
                hint=f"现有工作表：{'、'.join(names)}",
            )
        visible = [meta.name for meta in workbook.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
        wanted = [sheet] if sheet is not None else visible or names
        return {each: _rows(workbook, each) for each in wanted}


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Name what goes wrong in the library, its panics included."""
    try:
        yield
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise corrupt(name) from error
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise corrupt(name) from error


def _rows(workbook: CalamineWorkbook, name: str) -> list[list[str]]:
    sheet = workbook.get_sheet_by_name(name)
    rows = [[text_of(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        for row in rows[top : bottom + 1] if value else ():
            row[left : right + 1] = [value] * len(row[left : right + 1])
    return rows
