"""The problems of a file as a file themselves."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from data.errors import CellProblem
from data.formulas import guarded
from data.sources.corrected import write_corrected
from data.sources.report import write_error_report

__all__ = ["corrected_workbook", "problem_csv", "problem_workbook"]

_COLUMNS: Final = {
    "file": "文件", "row": "行号", "column": "列", "code": "代码", "message": "问题", "value": "原值",
    "fatal": "整行未收",
}  # fmt: skip


def problem_csv(problems: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Write problems as CSV; text that looks like a formula is guarded."""
    yield "\ufeff".encode()
    yield _line(_COLUMNS.values())
    for each in problems:
        told = {**each, "fatal": "是" if each["fatal"] else "否"}
        yield _line(guarded(told[name]) for name in _COLUMNS)


def problem_workbook(problems: Sequence[CellProblem], *, rows: int, accepted: int, unlisted: int) -> bytes:
    """Return problems as the workbook that the command line writes; no text in it is run as a formula."""
    with tempfile.TemporaryDirectory(prefix="yingcai-") as folder:
        path = Path(folder) / "problems.xlsx"
        write_error_report(path, problems, rows, accepted, unlisted=unlisted)
        return path.read_bytes()


def corrected_workbook(rows: Mapping[int, Mapping[str, str]], problems: Sequence[CellProblem]) -> bytes:
    """Return refused rows as a workbook to be corrected and handed in again; no text is run as a formula."""
    with tempfile.TemporaryDirectory(prefix="yingcai-") as folder:
        path = Path(folder) / "corrected.xlsx"
        write_corrected(path, rows, problems)
        return path.read_bytes()


def _line(cells: Iterable[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
