"""Look into Office files before their readers do: what they are, and that they span no more than fits."""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path
from typing import IO

from data.errors import FileProblem
from data.sources.faults import corrupt_archive, too_large, too_wide

__all__ = ["BROKEN", "MOST_CELLS", "Office", "check_office", "office_kind"]

MOST_CELLS = 20_000_000
"""Most cells of a table that is held whole."""

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)
"""What the standard library raises for an archive that cannot be unpacked."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["']([0-9]{1,9})["']""")
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
# Excel 97: the head of a record that holds a cell, in a column beyond the 256 that there are.
_FAR_CELL = re.compile(
    rb"(?=(?:\xfd\x00|\xbd\x00|\xd6\x00|\x06\x00|[\x03-\x05]\x02|\x7e\x02).[\x00-\x20]..."
    rb"[\x01-\xff])",
    re.DOTALL,
)
_HEAD = struct.Struct("<HH")
_LAST_KIND, _LONGEST_RECORD, _IN_A_ROW = 0x10FF, 0x2020, 4


class Office(StrEnum):
    """What an office file holds."""

    WORKBOOK = "workbook"
    """An Excel workbook."""
    DOCUMENT = "document"
    """A Word document."""


def office_kind(file: Path | IO[bytes]) -> Office | None:
    """Tell what a file in a zip container is, by what it holds and not by its name.

    Parameters
    ----------
    file
        A file that begins like a zip archive.

    Returns
    -------
    Office or None
        Nothing for a plain archive, and for one that cannot be opened.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except BROKEN:
        return None
    if "[Content_Types].xml" not in names:
        return None
    return Office.DOCUMENT if any(name.startswith("word/") for name in names) else Office.WORKBOOK


def check_office(data: bytes, name: str, *, max_bytes: int) -> None:
    """Refuse an Office file that unpacks to too much, or whose sheets span a huge empty range.

    The reader of workbooks sets aside memory for every cell up to the last one, and takes the process down
    where there is none left.

    Parameters
    ----------
    data
        The bytes of any file; what is no Office file passes.
    name
        Its name, for messages.
    max_bytes
        Most bytes that it may unpack to.

    Raises
    ------
    FileProblem
        ``file_too_large``, ``zip_corrupt``, or ``format_unknown`` for a binary workbook.
    """
    if data.startswith(_OLE) and _has_far_cell(data):
        raise too_wide(name)
    if data.startswith(_ZIP):
        _check_parts(data, name, max_bytes)


def _check_parts(data: bytes, name: str, max_bytes: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(info.file_size for info in members) > max_bytes:
                raise too_large(name, max_bytes)
            for info in members:
                if info.filename == "xl/workbook.bin":
                    raise FileProblem(
                        "format_unknown", f"不支持二进制工作簿“{name}”", hint="请另存为 xlsx 再传"
                    )
                # Reading checks the declared size against the real one, which the Excel reader does not.
                sheet = archive.read(info)
                if info.filename.startswith("xl/worksheets/") and _span(sheet) > MOST_CELLS:
                    raise too_wide(name)
    except BROKEN as error:
        raise corrupt_archive(name) from error


def _binary(name: str) -> FileProblem:
    return FileProblem("format_unknown", f"不支持二进制工作簿“{name}”", hint="请另存为 xlsx 再传")


def _span(sheet: bytes) -> int:
    """Return the number of cells from the first to the last one of a sheet."""
    if sheet.startswith(_UTF16):
        sheet = sheet.decode("utf-16", "replace").encode()
    last = max((int(row) for row in _ROW.findall(sheet)), default=0)
    columns: set[bytes] = set()
    for match in _CELL.finditer(sheet):
        columns.add(match[1])
        last = max(last, int(match[2]))
    return last * max((_column_number(letters) for letters in columns), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _has_far_cell(data: bytes) -> bool:
    """Tell whether an Excel 97 workbook has a cell where there can be none."""
    return any(_heads_follow(data, match.start()) for match in _FAR_CELL.finditer(data))


def _heads_follow(data: bytes, at: int) -> bool:
    """Tell whether records follow each other from here, and it is no accident of other bytes."""
    for _ in range(_IN_A_ROW):
        if at + _HEAD.size > len(data):
            return True
        kind, length = _HEAD.unpack_from(data, at)
        if kind > _LAST_KIND or length > _LONGEST_RECORD:
            return False
        at += _HEAD.size + length
    return True
