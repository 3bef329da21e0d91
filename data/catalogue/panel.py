"""Read the small tables that people fill in for an edition: ratings, votes and published survey shares."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from data.errors import InputError
from data.normalise.text import clean
from data.records import Record
from data.sources.tables import read_table

__all__ = ["Headings", "read_records"]

Headings = Mapping[str, str]
"""Heading of the table by field of the record."""
RecordT = TypeVar("RecordT", bound=Record)

MAX_BYTES = 20_000_000
SHOWN_PROBLEMS = 3


def read_records(path: Path, record: type[RecordT], headings: Headings) -> tuple[RecordT, ...]:
    """Read every row of a table as a record.

    Parameters
    ----------
    path
        The file, of any format that :func:`data.sources.tables.read_table` knows.
    record
        What a row is.
    headings
        Its columns; a field with a default may be missing.

    Returns
    -------
    tuple
        Records in order of the rows; empty for a table without rows.

    Raises
    ------
    InputError
        When a column is missing or a cell cannot be used; a table of ratings or votes is used whole or not
        at all, and the message names the first rows to repair.
    """
    table = read_table(path, max_bytes=MAX_BYTES)
    fields = record.model_fields
    present = {name: head for name, head in headings.items() if head in table.frame.columns}
    missing = [head for name, head in headings.items() if name not in present and fields[name].is_required()]
    if missing:
        raise InputError(
            "missing_columns", f"{table.file} 缺少列：{'、'.join(missing)}", hint="请按模板补齐列名"
        )
    records: list[RecordT] = []
    problems: list[str] = []
    for number, row in table.frame.iterrows():
        given: dict[str, Any] = {name: clean(str(row[head])) for name, head in present.items()}
        try:
            records.append(record.model_validate({name: text for name, text in given.items() if text}))
        except ValidationError as error:
            problems.append(f"第{number}行{_columns(error, headings)}")
    if problems:
        shown = "；".join(problems[:SHOWN_PROBLEMS])
        raise InputError(
            "bad_rows", f"{table.file} 有{len(problems)}行不能用：{shown}", hint="改正后重新提交整张表"
        )
    return tuple(records)


def _columns(error: ValidationError, headings: Headings) -> str:
    names = {headings.get(str(part), str(part)) for fault in error.errors() for part in fault["loc"][:1]}
    return f"的“{'、'.join(sorted(names))}”" if names else ""
