"""Read a table that people filled in, row by row: a bad cell is reported, the rest goes through."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from data.errors import CellError, CellProblem, InputError
from data.normalise.text import clean
from data.records import Record
from data.sources.grids import Grid, read_grids
from data.sources.packing import find_contents

__all__ = ["Converters", "Headings", "RowsRead", "cell_problem", "read_rows"]

Headings = Mapping[str, tuple[str, ...]]
"""Accepted headings by field of the record; the first is the template's."""
Converters = Mapping[str, Callable[[str], Any]]
"""How a field's text becomes its value; each may raise CellError."""
RecordT = TypeVar("RecordT", bound=Record)

_MAX_BYTES = 20_000_000
_SHOWN = 80
_HEADER_WITHIN = 15
_UNIT = re.compile(r"\((万元|亿元|元)\)")
_BARE = re.compile(r"[0-9][0-9,.]*")
_DECORATION = re.compile(r"[*\s:]|\(.*?\)")


@dataclass(frozen=True)
class RowsRead(Generic[RecordT]):
    """The rows of a table."""

    records: tuple[RecordT, ...]
    """Usable rows in their order."""
    numbers: tuple[int, ...]
    """Row number of each in the file."""
    problems: tuple[CellProblem, ...]
    """What could not be used."""
    file: str
    """Name of the file."""
    rows: int
    """Rows of data in it."""


class _Sheet(NamedTuple):
    """The sheet that was read: places and names of the columns by field, and the numbered rows."""

    places: Mapping[str, int]
    columns: Mapping[str, str]
    rows: Sequence[tuple[int, Sequence[str]]]


def read_rows(
    path: Path, record: type[RecordT], headings: Headings, converters: Converters | None = None
) -> RowsRead[RecordT]:
    """Read every row of a table as a record.

    Parameters
    ----------
    path
        The file, of any table format that :func:`data.sources.grids.read_grids` knows; its header is the row
        that holds most of the headings.
    record
        What a row is.
    headings
        Its columns; marks of obligation and remarks in brackets do not count.
    converters
        Fields that need more than pydantic.

    Returns
    -------
    RowsRead
        A bad cell of a field with a default is left empty; any other refuses its row.

    Raises
    ------
    InputError
        A column that every row needs is missing.
    FileProblem
        The file cannot be read.
    """
    sheet = _sheet(path, headings)
    present = sheet.columns
    _require(path, record, headings, present)
    records: list[RecordT] = []
    numbers: list[int] = []
    problems: list[CellProblem] = []
    for number, cells in sheet.rows:
        texts = {field: clean(cells[place]) for field, place in sheet.places.items() if place < len(cells)}
        values, found = _values(number, texts, record, present, converters or {})
        made = None if any(problem.fatal for problem in found) else _made(number, values, record, present)
        if isinstance(made, CellProblem):
            found.append(made)
        elif made is not None:
            records.append(made)
            numbers.append(number)
        problems += found
    return RowsRead(tuple(records), tuple(numbers), tuple(problems), path.name, len(sheet.rows))


def cell_problem(
    row: int, column: str, value: str, code: str, message: str, *, fatal: bool = True
) -> CellProblem:
    """Make the report of one cell, its text cut to what a report shows."""
    return CellProblem(row=row, column=column, value=value[:_SHOWN], code=code, message=message, fatal=fatal)


def _sheet(path: Path, headings: Headings) -> _Sheet:
    """Find the sheet and the row that hold most of the headings."""
    contents = find_contents(path, max_bytes=_MAX_BYTES, whole=True)
    grids = [grid for content in contents for grid in read_grids(content, max_bytes=_MAX_BYTES)]
    sheets = [_of_grid(grid, headings) for grid in grids]
    return max(sheets, key=lambda sheet: len(sheet.places), default=_Sheet({}, {}, ()))


def _of_grid(grid: Grid, headings: Headings) -> _Sheet:
    rows = list(grid.rows())
    found = [_places(row, headings) for row in rows[:_HEADER_WITHIN]] or [{}]
    header = max(range(len(found)), key=lambda place: len(found[place]))
    data = tuple(
        (number, row)
        for number, row in enumerate(rows[header + 1 :], start=header + 2)
        if any(map(str.strip, row))
    )
    columns = {field: rows[header][place] for field, place in found[header].items()}
    return _Sheet(found[header], columns, data)


def _places(row: Sequence[str], headings: Headings) -> dict[str, int]:
    """Return the position of every field whose heading stands in a row."""
    plain = {_DECORATION.sub("", clean(name)): place for place, name in reversed(list(enumerate(row)))}
    return {
        field: next(plain[name] for name in names if name in plain)
        for field, names in headings.items()
        if any(name in plain for name in names)
    }


def _require(path: Path, record: type[Record], headings: Headings, present: Mapping[str, str]) -> None:
    """Refuse a table that lacks a column which every row needs."""
    missing = [
        names[0]
        for field, names in headings.items()
        if field not in present and record.model_fields[field].is_required()
    ]
    if missing:
        raise InputError(
            "missing_columns", f"{path.name} 缺少列：{'、'.join(missing)}", hint="请按模板补齐列名"
        )


def _values(
    number: int,
    texts: Mapping[str, str],
    record: type[Record],
    columns: Mapping[str, str],
    converters: Converters,
) -> tuple[dict[str, Any], list[CellProblem]]:
    """Convert the cells that are not empty."""
    values: dict[str, Any] = {}
    problems: list[CellProblem] = []
    for field, text in texts.items():
        if not text:
            continue
        try:
            values[field] = (
                converters[field](_with_unit(text, columns[field])) if field in converters else text
            )
        except CellError as error:
            fatal = record.model_fields[field].is_required()
            problems.append(cell_problem(number, columns[field], text, error.code, str(error), fatal=fatal))
    return values, problems


def _with_unit(text: str, column: str) -> str:
    """Give a bare number the unit of money that stands in its heading."""
    unit = _UNIT.search(clean(column))
    return text + unit[1] if unit and _BARE.fullmatch(text) else text


def _made(
    number: int, values: Mapping[str, Any], record: type[RecordT], columns: Mapping[str, str]
) -> RecordT | CellProblem:
    """Build the record, or say which cell keeps it from being one."""
    try:
        return record.model_validate(values)
    except ValidationError as error:
        fault = error.errors()[0]
        field = str(fault["loc"][0]) if fault["loc"] else ""
        given = str(values.get(field, ""))
        if fault["type"] == "missing":
            return cell_problem(number, columns[field], "", "cell_empty", "此项必填，请补上")
        message = str(fault.get("ctx", {}).get("error", "内容或数值不符合要求，请对照模板说明改写"))
        return cell_problem(number, columns.get(field, ""), given, "cell_invalid", message)
