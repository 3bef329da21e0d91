"""Small files in every format, and an Excel 97 workbook written by hand."""

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

_SECTOR = 512


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Write an xlsx from rows by sheet; ``merged`` holds (top, left, bottom, right), counted from 0."""

    def write(
        sheets: dict[str, Sequence[Sequence[object]]],
        *,
        merged: Sequence[tuple[int, int, int, int]] = (),
        hidden: Sequence[str] = (),
    ) -> Path:
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as workbook:
            for name, rows in sheets.items():
                sheet = workbook.add_worksheet(name)
                for i, row in enumerate(rows):
                    for j, cell in enumerate(row):
                        sheet.write(i, j, cell)
                for top, left, bottom, right in merged:
                    sheet.merge_range(top, left, bottom, right, rows[top][left])
                if name in hidden:
                    sheet.hide()
        return path

    return write


@pytest.fixture
def excel_97() -> Callable[[Sequence[Sequence[str]]], bytes]:
    """Return a writer of .xls files."""
    return _excel_97


def _excel_97(rows: Sequence[Sequence[str]]) -> bytes:
    """Return an .xls file with one sheet of text: BIFF8 records in one stream of a compound file."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))

    name = "需求表".encode("utf-16-le")
    labels = b"".join(
        record(0x204, struct.pack("<HHHHB", i, j, 0, len(cell), 1) + cell.encode("utf-16-le"))
        for i, row in enumerate(rows)
        for j, cell in enumerate(row)
    )
    size = struct.pack("<IIHHH", 0, len(rows), 0, len(rows[0]), 0)
    sheet = begin(0x10) + record(0x200, size) + labels + record(0x0A, b"")
    globals_end = record(0x0A, b"")
    bound_length = 4 + 8 + len(name)
    offset = len(begin(0x05)) + bound_length + len(globals_end)
    bound = record(0x85, struct.pack("<IHBB", offset, 0, len(name) // 2, 1) + name)
    stream = begin(0x05) + bound + globals_end + sheet
    # A stream below 4096 bytes would have to go into the mini stream.
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    return _compound(stream)


def _compound(stream: bytes) -> bytes:
    """Return a compound file with the one stream ``Workbook``: FAT, directory, then the stream."""
    sectors = len(stream) // _SECTOR
    end, free, fat = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    chain = [fat, end, *range(3, sectors + 2), end]
    table = struct.pack(f"<{_SECTOR // 4}I", *chain, *[free] * (_SECTOR // 4 - len(chain)))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        label = name.encode("utf-16-le") + b"\0\0"
        head = label.ljust(64, b"\0") + struct.pack("<HBBIII", len(label), kind, 1, free, free, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    unused = (
        bytes(64) + struct.pack("<HBBIII", 0, 0, 0, free, free, free) + bytes(36) + struct.pack("<IQ", 0, 0)
    )
    directory = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + unused * 2
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    return header + table + directory + stream
