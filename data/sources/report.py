"""The row-level error report that goes back to whoever sent a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from data.errors import CellProblem

__all__ = ["handled", "write_error_report"]

_HEADINGS = (("行号", 8), ("列", 18), ("原值", 40), ("问题", 60), ("处理", 26))
_DUPLICATE = "duplicate_row"


def write_error_report(
    path_xlsx: str | Path,
    problems: Sequence[CellProblem],
    rows: int,
    accepted: int,
    *,
    unlisted: int = 0,
) -> Path:
    """Write the problems of a file as an Excel workbook, and the same as JSON beside it.

    Parameters
    ----------
    path_xlsx
        Where to write the workbook; an existing file is replaced.
    problems
        The problems, in the order to be shown; none gives a report without rows.
    rows
        Rows of data in the file.
    accepted
        Rows accepted.
    unlisted
        Further problems that are counted but not listed.

    Returns
    -------
    pathlib.Path
        The JSON file: ``path_xlsx`` with the ending ``.json``.
    """
    path = Path(path_xlsx)
    # What a stranger typed must never become a formula or a link in the reader's Excel.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("问题清单")
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for i, (heading, width) in enumerate(_HEADINGS):
            sheet.set_column(i, i, width, wrapped)
            sheet.write_string(0, i, heading, bold)
        for j, problem in enumerate(problems, start=1):
            sheet.write_number(j, 0, problem.row)
            for i, cell in enumerate(
                (problem.column, problem.value, problem.message, handled(problem)), start=1
            ):
                sheet.write_string(j, i, cell)
        sheet.freeze_panes(1, 0)
        summary = book.add_worksheet("汇总")
        summary.set_column(0, 0, 24)
        for j, (name, count) in enumerate(_counts(problems, rows, accepted, unlisted).items()):
            summary.write_string(j, 0, name)
            summary.write_number(j, 1, count)
    beside = path.with_suffix(".json")
    report = {
        "rows": rows,
        "accepted": accepted,
        "unlisted": unlisted,
        "problems": [{**problem.model_dump(), "handled": handled(problem)} for problem in problems],
    }
    beside.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return beside


def _counts(problems: Sequence[CellProblem], rows: int, accepted: int, unlisted: int) -> dict[str, int]:
    refused = len({problem.row for problem in problems if problem.fatal})
    repeated = sum(problem.code == _DUPLICATE for problem in problems)
    return {
        "数据行数": rows,
        "已收行数": accepted,
        "未收行数": refused,
        "重复行数": repeated,
        "问题条数": len(problems) + unlisted,
        "未逐条列出": unlisted,
    }


def handled(problem: CellProblem) -> str:
    """Return what was done about a problem."""
    if problem.fatal:
        return "整行未收"
    if problem.code == _DUPLICATE:
        return "与前面重复，未再收"
    if problem.code == "text_damaged":
        return "照原文收下，请核对"
    return "该项留空，其余照收"
