"""The rows of a file that were refused, as a workbook to be corrected and handed in again."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from data.errors import CellProblem
from data.normalise.contacts import mask_contacts
from data.sources.columns import CORRECTION
from data.sources.stream import open_tables
from data.sources.tables import TEMPLATE_SHEET

__all__ = ["read_again", "write_corrected"]

_LONGEST: Final = 32_000
_HINT_WIDTH: Final = 70
_WIDTH: Final = 20
_NOTES: Final = (
    "这里只有未收的行，列与原文件相同；黄色的格子有误，怎么改写在最后一列“更正提示”。",
    "改好后把这个文件直接重新导入；“更正提示”一列不会读入，可以不删。",
    "其余的行已经入库，不用再报。联系方式已隐去，不影响导入。",
)


def read_again(
    path: str | Path, table: int, numbers: Collection[int], max_bytes: int, today: dt.date
) -> dict[str, dict[str, str]]:
    """Read some rows of a file again, contacts hidden and without the columns that are not taken in.

    Parameters
    ----------
    path
        The file.
    table
        Which of its tables, from 0.
    numbers
        Numbers of the rows, as the user sees them in the file.
    max_bytes
        Most bytes of the file, unpacked.
    today
        For a résumé: the day up to which a job that is still held counts.

    Returns
    -------
    dict of str to dict
        Number of a row, as text, to its cells by column; rows that are not there are absent.

    Raises
    ------
    FileProblem
        The file cannot be read.
    """
    wanted = set(numbers)
    found: dict[str, dict[str, str]] = {}
    for each in open_tables(path, max_bytes=max_bytes, today=today)[table : table + 1]:
        for part in each.parts():
            rows = part.frame[part.frame.index.isin(wanted)]
            for number, row in zip(rows.index, rows.to_dict("records"), strict=True):
                found[str(number)] = {str(name): mask_contacts(cell) for name, cell in row.items()}
    return found


def write_corrected(
    path: str | Path, rows: Mapping[int, Mapping[str, str]], problems: Sequence[CellProblem]
) -> None:
    """Write refused rows with their own columns, the faults marked, and a last column of what is wrong.

    Parameters
    ----------
    path
        The workbook to write; an existing file is replaced.
    rows
        Number of a row in the file it came in to the row as received.
    problems
        What is wrong; those of other rows are passed over.
    """
    found: defaultdict[int, list[CellProblem]] = defaultdict(list)
    for problem in problems:
        found[problem.row].append(problem)
    columns = [*dict.fromkeys(name for row in rows.values() for name in row if name != CORRECTION)]
    # What a stranger typed must never become a formula or a link in the reader's Excel.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        text = {"num_format": "@", "text_wrap": True, "valign": "top"}
        looks = _Looks(book.add_format(text), book.add_format({**text, "bg_color": "#FFE699"}))
        sheet = book.add_worksheet(TEMPLATE_SHEET)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(columns) - 1, 0), _WIDTH, looks.plain)
        sheet.set_column(len(columns), len(columns), _HINT_WIDTH, looks.plain)
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        for place, name in enumerate([*columns, CORRECTION]):
            sheet.write_string(0, place, name, head)
        for line, (number, row) in enumerate(rows.items(), start=1):
            _write_row(sheet, line, [row.get(name, "") for name in columns], columns, found[number], looks)
            told = "；".join(f"{each.column}：{each.message}" for each in found[number])
            sheet.write_string(line, len(columns), f"原第 {number} 行。{told}"[:_LONGEST], looks.plain)
        notes = book.add_worksheet("说明")
        notes.set_column(0, 0, 100)
        for place, note in enumerate(_NOTES):
            notes.write_string(place, 0, note)


class _Looks:
    """Formats of the cells."""

    def __init__(self, plain: Any, wrong: Any) -> None:
        self.plain, self.wrong = plain, wrong


def _write_row(
    sheet: Any,
    line: int,
    cells: Sequence[str],
    columns: Sequence[str],
    problems: Sequence[CellProblem],
    looks: _Looks,
) -> None:
    wrong = {problem.column for problem in problems}
    for place, (name, cell) in enumerate(zip(columns, cells, strict=True)):
        sheet.write_string(line, place, cell[:_LONGEST], looks.wrong if name in wrong else looks.plain)
