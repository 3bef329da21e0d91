"""Turn any table format into grids of text: rows and cells as they stand in the file."""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import FileProblem
from data.sources.cells import text_of
from data.sources.delimited import (
    find_delimiter,
    joined_names,
    open_text,
    read_delimited,
    read_lines,
)
from data.sources.encoding import find_encoding
from data.sources.faults import corrupt, empty, nested_archive, too_large
from data.sources.markup import read_html_tables
from data.sources.office import Office, office_kind
from data.sources.packing import Content
from data.sources.workbook import read_workbook

__all__ = ["DOCUMENTS", "Grid", "magic_of", "read_grids"]

_ZIP, _OLE, _PARQUET, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"%PDF"
DOCUMENTS = frozenset({"docx", "pdf"})
"""What :func:`magic_of` calls the formats of a résumé."""

_HEAD = 1 << 16
_BATCH = 10_000
_MOST_PACKED = 250
_LINES = frozenset({".jsonl", ".ndjson"})
_SHEETS = frozenset({".csv", ".tsv"})
_HTML = re.compile(r"\s*(?:<!doctype html|<html|<meta|<head|<body|<table|<div)", re.IGNORECASE)
_RECORD_LISTS = ("data", "records", "items", "rows", "postings", "profiles", "list")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_INDEX = re.compile(r"__index_level_\d+__")


@dataclass(frozen=True)
class Grid:
    """One sheet, or a file that has no sheets."""

    rows: Callable[[], Iterator[list[str]]]
    """Reads the rows from the first; cells are text, rows may differ in length."""
    sheet: str | None = None
    """Name of the sheet; empty for a format without sheets."""
    header_first: bool = False
    """True where the format itself says that the first row holds the names."""
    total: int | None = None
    """Number of rows where it is known without reading them."""


def magic_of(content: Content) -> str:
    """Tell what a file is by what it holds, whatever it is called.

    Parameters
    ----------
    content
        The file.

    Returns
    -------
    str
        ``xlsx``, ``docx``, ``ole`` (Excel 97), ``parquet``, ``pdf`` or ``text``.

    Raises
    ------
    FileProblem
        ``zip_nested`` for an archive inside an archive.
    """
    with content.open() as stream:
        head = stream.read(4)
        if head == _ZIP:
            return _office(content, stream)
    return {_OLE: "ole", _PARQUET: "parquet", _PDF: "pdf"}.get(head, "text")


def read_grids(content: Content, *, sheet: str | None = None, max_bytes: int) -> list[Grid]:
    """Read all grids of a file.

    Parameters
    ----------
    content
        The file.
    sheet
        Name of the only sheet to read; all visible ones when not given.
    max_bytes
        Most bytes of a format that is read whole: Excel, HTML and JSON. Delimited text, JSON lines and
        parquet are read row by row and may have any size.

    Returns
    -------
    list of Grid
        At least one.

    Raises
    ------
    FileProblem
        ``sheet_not_found``, ``encoding_unknown``, ``format_unknown``, ``file_too_large`` or ``file_corrupt``.
    """
    magic = magic_of(content)
    if magic == "ole" and content.suffix == ".doc":
        raise FileProblem(
            "format_unknown", f"不支持旧版 Word 文件“{content.name}”", hint="请另存为 docx 再传"
        )
    if magic in {"xlsx", "ole"}:
        sheets = read_workbook(content.read(max_bytes=max_bytes), content.name, sheet=sheet)
        return [_held(rows, sheet=name) for name, rows in sheets.items()]
    if magic == "parquet":
        return [_parquet(content, max_bytes)]
    return _text(content, max_bytes)


def _text(content: Content, max_bytes: int) -> list[Grid]:
    """Read the grids of a format that is text."""
    encoding = find_encoding(content)
    with open_text(content, encoding) as stream:
        head = stream.read(_HEAD).removeprefix("\ufeff")
    if _CONTROL.search(head):
        raise _unknown(content)
    if _HTML.match(head):
        return _html(content, encoding, max_bytes)
    if content.suffix in _LINES:
        return [_json_lines(content, encoding)]
    if content.suffix == ".json" or (content.suffix not in _SHEETS and head[:1] in {"[", "{"}):
        return [_json(content, encoding, max_bytes)]
    if not head or head.isspace():
        raise empty(content.name)
    return [Grid(partial(read_delimited, content, encoding, find_delimiter(head, content.suffix)))]


def _office(content: Content, stream: BinaryIO) -> str:
    kind = office_kind(io.BytesIO(stream.read()) if content.packed else content.path)
    if kind is None and content.packed:
        raise nested_archive(content.path.name, [content.name])
    return "docx" if kind is Office.DOCUMENT else "xlsx"


def _unknown(content: Content) -> FileProblem:
    return FileProblem(
        "format_unknown",
        f"无法识别“{content.name}”的格式",
        hint="支持 xlsx、xls、csv、tsv、json、jsonl、parquet 与简历 docx、pdf，及其 gz 或 zip 压缩文件",
    )


def _held(rows: list[list[str]], *, sheet: str | None = None, header_first: bool = False) -> Grid:
    """Return a grid of rows that are all in memory."""
    return Grid(partial(iter, rows), sheet, header_first, total=len(rows))


def _parquet(content: Content, max_bytes: int) -> Grid:
    """Return the grid of a parquet file; a file that unpacks out of all proportion is refused."""
    with _seekable(content) as source:
        try:
            metadata = pq.ParquetFile(source).metadata
            size = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
            rows = metadata.num_rows + 1
        except (pa.ArrowException, OSError, ValueError) as error:
            raise corrupt(content.name) from error
        packed = source.seek(0, io.SEEK_END)
    if size > max(max_bytes, packed * _MOST_PACKED):
        raise too_large(content.name, max_bytes)
    return Grid(partial(_parquet_rows, content), header_first=True, total=rows)


def _parquet_rows(content: Content) -> Iterator[list[str]]:
    """Read the names and the rows of a parquet file, some thousand at a time."""
    with _seekable(content) as source:
        try:
            file = pq.ParquetFile(source)
            kept = [i for i, name in enumerate(file.schema_arrow.names) if not _INDEX.fullmatch(name)]
            yield [str(file.schema_arrow.names[i]) for i in kept]
            for batch in file.iter_batches(batch_size=_BATCH):
                columns = [[text_of(value) for value in batch.column(i).to_pylist()] for i in kept]
                yield from map(list, zip(*columns, strict=True))
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            raise corrupt(content.name) from error


def _seekable(content: Content) -> BinaryIO:
    """Open a file so that one can jump in it: unpacked to a file that goes when it is closed."""
    if not content.packed:
        return content.path.open("rb")
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    with content.open() as stream:
        shutil.copyfileobj(stream, spool)
    spool.seek(0)
    return spool


def _html(content: Content, encoding: str, max_bytes: int) -> list[Grid]:
    tables = read_html_tables(content.read(max_bytes=max_bytes).decode(encoding, "replace"), content.name)
    if not tables:
        raise _unknown(content)
    return [_held(rows) for rows in tables]


def _json_lines(content: Content, encoding: str) -> Grid:
    """Return the grid of JSON lines; they are read once before, for the names of all columns."""
    total = 1

    def counted() -> Iterator[dict[str, object]]:
        nonlocal total
        for record in read_lines(content, encoding):
            total += 1
            yield record

    names = joined_names(counted())
    if not names:
        raise _unknown(content)

    def rows() -> Iterator[list[str]]:
        yield [_well_formed(name) for name in names]
        for record in read_lines(content, encoding):
            yield [_well_formed(text_of(record.get(name))) for name in names]

    return Grid(rows, header_first=True, total=total)


def _json(content: Content, encoding: str, max_bytes: int) -> Grid:
    text = content.read(max_bytes=max_bytes).decode(encoding, "replace")
    try:
        records = _records(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise corrupt(content.name) from error
    if not records or not all(isinstance(record, dict) for record in records):
        raise _unknown(content)
    names = joined_names(iter(records))
    rows = [[_well_formed(text_of(record.get(name))) for name in names] for record in records]
    return _held([[_well_formed(name) for name in names], *rows], header_first=True)


def _well_formed(text: str) -> str:
    """Replace the half characters that a JSON escape can name and UTF-8 cannot hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _records(value: object) -> list[dict[str, object]]:
    """Return the list of records in a JSON document."""
    if isinstance(value, dict):
        lists = [value[name] for name in _RECORD_LISTS if isinstance(value.get(name), list)]
        return lists[0] if lists else [value]
    return value if isinstance(value, list) else []
