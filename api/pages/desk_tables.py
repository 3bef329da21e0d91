"""Tables that people hand in for a step: answers of departments, calls to employers, experts."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import Field
from starlette.datastructures import UploadFile

from api.pages.desk_words import ANSWERS
from data.catalogue.panel import Headings, read_records
from data.errors import FileProblem, InputError
from data.records import Record
from data.releases.departments import read_departments
from data.releases.review import CallBack

__all__ = ["TABLES", "Table", "handed_in", "rows_of"]


class Table(NamedTuple):
    """A table that can be handed in."""

    record: type[Record]
    """What a row is."""
    headings: Headings
    """Its columns."""


class _Answer(Record):
    """An answer of a department as it stands in a table."""

    department: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    answered_on: dt.date
    text: str = ""
    settled: str = ""


class _Expert(Record):
    """An expert as they stand in a table."""

    name: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    recused_from: str = ""
    dissent_seat: str = ""


TABLES: Final = {
    "answers": Table(
        _Answer,
        {
            "department": "部门", "answer": "答复", "answered_on": "答复日期", "text": "答复内容",
            "settled": "不同意见的处理结果",
        },
    ),
    "call_backs": Table(
        CallBack, {"entry_id": "条目编码", "called_on": "回访日期", "result": "结果"}
    ),
    "experts": Table(
        _Expert, {"name": "姓名", "unit": "单位", "recused_from": "回避", "dissent_seat": "异议席"}
    ),
}  # fmt: skip
"""Tables by field of the evidence."""


@contextmanager
def handed_in(file: object, folder: Path) -> Iterator[Path]:
    """Lay a file of a form where a reader of tables finds it; it is gone afterwards.

    Parameters
    ----------
    file
        The file; anything else means that none was chosen.
    folder
        Where it may lie while it is read.

    Yields
    ------
    Path
        Where it lies, with the ending it came with.

    Raises
    ------
    FileProblem
        ``file_missing``: none was chosen.
    """
    if not isinstance(file, UploadFile) or not file.filename:
        raise FileProblem("file_missing", "没有选择文件", hint="选择 xlsx 或 csv 文件")
    with file.file as given, tempfile.TemporaryDirectory(prefix="yingcai-", dir=folder) as place:
        ending = "".join(each for each in Path(file.filename).suffix.lower() if each.isalnum())
        path = Path(place) / f"table.{ending[:8]}"
        with path.open("wb") as kept:
            shutil.copyfileobj(given, kept)
        yield path


def rows_of(field: str, file: object, folder: Path) -> list[dict[str, Any]]:
    """Read the rows of a table that was handed in.

    Parameters
    ----------
    field
        Field of the evidence.
    file
        The file; anything else means that none was chosen.
    folder
        Where it may lie while it is read.

    Returns
    -------
    list of dict
        The rows as values of the form.

    Raises
    ------
    InputError
        There is no such table, or a column or cell cannot be used.
    FileProblem
        No file was chosen, or it cannot be read.
    """
    table = TABLES.get(field)
    if table is None:
        raise InputError("table_unknown", f"没有“{field}”这张表", hint="选择本步的表")
    with handed_in(file, folder) as path:
        found = read_records(path, table.record, table.headings)
    return [_row(field, each) for each in found]


def _row(field: str, record: Record) -> dict[str, Any]:
    row = record.model_dump(mode="json")
    if field == "answers":
        words = {word: value for value, word in ANSWERS.items()}
        names = {each.name: each.id for each in read_departments().departments}
        row["answer"] = words.get(row["answer"], row["answer"])
        row["department"] = names.get(row["department"], row["department"])
    if field == "experts":
        row["dissent_seat"] = row["dissent_seat"] in ("是", "有", "√", "1")
    return row
