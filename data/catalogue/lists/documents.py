"""Documents of tables: what every list of this package ends as, written for print and for machines."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter
from xlsxwriter.workbook import Workbook

from data.errors import InputError
from data.formulas import guarded
from data.records import Record

__all__ = ["HIDDEN", "MISSING", "ListDocument", "ListTable", "banner", "document_bytes", "write_document"]

HIDDEN = "c"
"""Stands where a count is suppressed, which is not zero."""
MISSING = "x"
"""Stands where nothing is known."""

_SUFFIXES = (".xlsx", ".csv", ".json")
_MARKS = "数据标记：c 保密（不是零）；x 缺、未报或暂不评价。"
_WIDTH, _WIDE, _LONG = 14, 40, 12
_MAX_CELL = 32_000

Value = str | int | float | None


class ListTable(Record):
    """One table."""

    name: str
    """Name, also of its sheet; at most 31 characters."""
    columns: tuple[str, ...]
    """Headings."""
    rows: tuple[tuple[Value, ...], ...]
    """Cells in order of the headings."""
    note: str = ""
    """What to know of it, such as why it is empty."""
    brief: tuple[str, ...] = ()
    """Columns that a narrow screen shows; all where empty."""


class ListDocument(Record):
    """A list in print: its tables, and what to know before reading them."""

    title: str
    """Title, with the banner that generated data must carry."""
    as_of: dt.date
    """Day on which the data stand."""
    synthetic: bool
    """True when it rests on generated data (合成数据)."""
    tables: tuple[ListTable, ...]
    """The tables."""
    notes: tuple[str, ...] = ()
    """编制说明."""


def banner(title: str, *, synthetic: bool) -> str:
    """Return a title with the banner that generated data must carry.

    Parameters
    ----------
    title
        The title.
    synthetic
        Whether the data are generated.

    Returns
    -------
    str
        The title alone for real data.

    Examples
    --------
    >>> banner("营口市人才地图", synthetic=True)
    '【合成数据，仅供演示】营口市人才地图'
    """
    return f"{'【合成数据，仅供演示】' if synthetic else ''}{title}"


def write_document(document: ListDocument, path: Path) -> Path:
    """Write a document as .xlsx, .csv or .json, by the ending of the path.

    Parameters
    ----------
    document
        The document.
    path
        File to write; its folder is made when absent. The same document gives the same bytes.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        The ending is another one.
    """
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise InputError(
            "format_unknown", f"不会写 {path.name} 这种文件", hint=f"文件名以 {'、'.join(_SUFFIXES)} 结尾"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    if suffix == ".xlsx":
        _write_workbook(document, path)
    elif suffix == ".csv":
        path.write_text(_csv_text(document), encoding="utf-8-sig", newline="")
    else:
        text = json.dumps(document.model_dump(mode="json"), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return path


def document_bytes(document: ListDocument, suffix: str) -> bytes:
    """Return a document as the content of a file.

    Parameters
    ----------
    document
        The document.
    suffix
        ``xlsx``, ``csv`` or ``json``.

    Raises
    ------
    InputError
        The ending is another one.
    """
    with tempfile.TemporaryDirectory(prefix="yingcai-") as folder:
        return write_document(document, Path(folder) / f"document.{suffix}").read_bytes()


def _csv_text(document: ListDocument) -> str:
    """One table plainly; several under their names, divided by blank lines; the nature of the data last."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    several = len(document.tables) > 1
    nature = "合成数据" if document.synthetic else "真实数据"
    for place, table in enumerate(document.tables):
        if place:
            writer.writerow([])
        if several:
            writer.writerow([guarded(table.name)])
        writer.writerow([*table.columns, "数据性质"])
        writer.writerows([*map(guarded, row), nature] for row in table.rows)
    return text.getvalue()


def _write_workbook(document: ListDocument, path: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    created = dt.datetime.combine(document.as_of, dt.time(), tzinfo=dt.UTC).replace(tzinfo=None)
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": document.title, "created": created})
        for table in document.tables:
            _write_sheet(book, document, table)
        sheet = book.add_worksheet("说明")
        sheet.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
        for row, line in enumerate(_lines(document)):
            sheet.write_string(row, 0, line)


def _write_sheet(book: Workbook, document: ListDocument, table: ListTable) -> None:
    """Write the title, the day, a note, the headings and the rows."""
    sheet = book.add_worksheet(table.name)
    bold = book.add_format({"bold": True, "bg_color": "#E7ECF2", "border": 1, "text_wrap": True})
    cells = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, document.title)
    nature = "　数据性质：合成数据" if document.synthetic else ""
    sheet.write_string(1, 0, f"{table.name}　数据截至 {document.as_of}{nature}　{table.note}".rstrip())
    for place, name in enumerate(table.columns):
        longest = max((len(str(row[place])) for row in table.rows), default=0)
        sheet.set_column(place, place, _WIDE if longest > _LONG else _WIDTH)
        sheet.write_string(2, place, name, bold)
    for number, row in enumerate(table.rows, start=3):
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, place, value[:_MAX_CELL], cells)
            else:
                sheet.write(number, place, value, cells)
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _lines(document: ListDocument) -> Iterator[str]:
    yield document.title
    yield f"数据截至 {document.as_of}"
    yield from (f"说明{place}：{note}" for place, note in enumerate(document.notes, start=1))
    yield from (f"{table.name}：{table.note}" for table in document.tables if table.note)
    yield _MARKS
