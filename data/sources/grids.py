"""Turn the bytes of any table format into grids of text, rows and cells as they stand in the file."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from charset_normalizer import from_bytes
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from data.errors import FileProblem
from data.sources.content import MOST_CELLS, Content, is_workbook, too_wide
from data.sources.markup import read_html_tables

__all__ = ["Grid", "read_grids", "text_of"]

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAMPLE = 1 << 16
_MOST_BROKEN = 0.001
_FIRST_LINES = 5
_DELIMITERS = (",", "\t", ";", "|")
_HTML = re.compile(r"\s*(?:<!doctype html|<html|<meta|<head|<body|<table|<div)", re.IGNORECASE)
_EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_RECORD_LISTS = ("data", "records", "items", "rows", "postings", "profiles", "list")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Grid:
    """One sheet, or a file that has no sheets."""

    rows: list[list[str]]
    """Cells as text; rows may differ in length."""
    sheet: str | None = None
    """Name of the sheet; empty for a format without sheets."""
    header_first: bool = False
    """True where the format itself says that the first row holds the names."""


def read_grids(content: Content, *, sheet: str | None = None) -> list[Grid]:
    """Read all grids of a file.

    Parameters
    ----------
    content
        The file.
    sheet
        Name of the only sheet to read; all visible ones when not given.

    Returns
    -------
    list of Grid
        At least one.

    Raises
    ------
    FileProblem
        ``sheet_not_found``, ``encoding_unknown``, ``format_unknown`` or ``file_corrupt``.
    """
    if is_workbook(content.data):
        return _workbook(content, sheet)
    if content.data.startswith(b"PAR1"):
        return [_parquet(content)]
    text = _decoded(content)
    if _HTML.match(text):
        tables = read_html_tables(text)
        if tables:
            return [Grid(rows) for rows in tables]
        raise _unknown(content)
    if content.suffix in {".json", ".jsonl"} or (content.suffix not in {".csv", ".tsv"} and text[:1] in "[{"):
        return [_json(text, content)]
    return [_delimited(text, content)]


def _unknown(content: Content) -> FileProblem:
    return FileProblem(
        "format_unknown",
        f"无法识别“{content.name}”的格式",
        hint="支持 xlsx、xls、csv、tsv、json、jsonl、parquet，及其 gz 或 zip 压缩文件",
    )


def _corrupt(content: Content) -> FileProblem:
    return FileProblem(
        "file_corrupt", f"文件“{content.name}”已损坏，打不开", hint="请用原软件打开后另存一份再传"
    )


def text_of(value: object) -> str:
    """Return a cell as text: whole numbers without a fraction, dates in ISO form, nothing as empty text.

    Parameters
    ----------
    value
        What the reader of a format gave.

    Returns
    -------
    str
        The text; lists joined by 、.
    """
    if isinstance(value, str):
        return "" if value in _EXCEL_ERRORS else value
    if isinstance(value, (list, tuple, np.ndarray)):
        return "、".join(text_of(part) for part in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _workbook(content: Content, sheet: str | None) -> list[Grid]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content.data))
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            raise FileProblem(
                "sheet_not_found",
                f"“{content.name}”中没有工作表“{sheet}”",
                hint=f"现有工作表：{'、'.join(names)}",
            )
        visible = [meta.name for meta in workbook.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
        wanted = [sheet] if sheet is not None else visible or names
        return [_sheet(workbook, name) for name in wanted]
    except (CalamineError, OSError) as error:
        raise _corrupt(content) from error


def _sheet(workbook: CalamineWorkbook, name: str) -> Grid:
    """Read one sheet with its merged cells filled."""
    sheet = workbook.get_sheet_by_name(name)
    rows = [[text_of(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        for row in rows[top : bottom + 1] if value else ():
            row[left : right + 1] = [value] * len(row[left : right + 1])
    return Grid(rows, sheet=name)


def _parquet(content: Content) -> Grid:
    try:
        file = pq.ParquetFile(io.BytesIO(content.data))
        if file.metadata.num_rows * file.metadata.num_columns > MOST_CELLS:
            raise too_wide(content.name)
        frame = file.read().to_pandas()
    except (pa.ArrowException, OSError) as error:
        raise _corrupt(content) from error
    columns = [[text_of(value) for value in frame[name]] for name in frame.columns]
    return Grid(
        [[str(name) for name in frame.columns], *map(list, zip(*columns, strict=True))], header_first=True
    )


def _decoded(content: Content) -> str:
    """Decode text: UTF-8, UTF-16 with its mark, or what its bytes look like."""
    data = content.data
    if data.startswith(_UTF16):
        return _plain(data.decode("utf-16", errors="replace"), content)
    try:
        return _plain(data.decode("utf-8-sig"), content)
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd")
    if broken * 10 < sum(
        character > "\u2fff" for character in text[:_SAMPLE]
    ) and broken < _MOST_BROKEN * len(text):
        return _plain(text, content)
    return _plain(_guessed(content), content)


def _guessed(content: Content) -> str:
    best = from_bytes(content.data[:_SAMPLE], cp_isolation=["gb18030", "big5"]).best()
    text = content.data.decode(best.encoding, errors="replace") if best is not None else "\ufffd"
    if text.count("\ufffd") > _MOST_BROKEN * len(text):
        raise FileProblem(
            "encoding_unknown",
            f"无法识别“{content.name}”的文字编码",
            hint="请另存为 UTF-8 编码的 csv，或直接传 xlsx",
        )
    return text


def _plain(text: str, content: Content) -> str:
    """Refuse what is no text at all."""
    if _CONTROL.search(text[:_SAMPLE]):
        raise _unknown(content)
    return text


def _json(text: str, content: Content) -> Grid:
    try:
        if content.suffix == ".jsonl":
            records = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            records = _records(json.loads(text))
    except ValueError as error:
        raise _corrupt(content) from error
    if not records or not all(isinstance(record, dict) for record in records):
        raise _unknown(content)
    names = list(dict.fromkeys(name for record in records for name in record))
    rows = [[_well_formed(text_of(record.get(name))) for name in names] for record in records]
    return Grid([[_well_formed(name) for name in names], *rows], header_first=True)


def _well_formed(text: str) -> str:
    """Replace the half characters that a JSON escape can name and UTF-8 cannot hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _records(value: object) -> list[dict[str, object]]:
    """Return the list of records in a JSON document."""
    if isinstance(value, dict):
        lists = [value[name] for name in _RECORD_LISTS if isinstance(value.get(name), list)]
        return lists[0] if lists else [value]
    return value if isinstance(value, list) else []


def _delimited(text: str, content: Content) -> Grid:
    lines = [line for line in text[:_SAMPLE].splitlines() if line.strip()][:_FIRST_LINES]
    if not lines:
        raise FileProblem("file_empty", f"文件“{content.name}”是空的", hint="请检查文件是否保存完整")
    delimiter = "\t" if content.suffix == ".tsv" else _delimiter(lines)
    try:
        rows: Iterable[Sequence[str]] = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return Grid([list(row) for row in rows])
    except csv.Error as error:
        raise FileProblem(
            "file_corrupt",
            f"“{content.name}”的引号或换行不配对，读不下去",
            hint="请用表格软件打开后另存为 xlsx 再传",
        ) from error


def _delimiter(lines: Sequence[str]) -> str:
    """Return the mark that divides the cells: the one that occurs most in the first lines."""
    return max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))
