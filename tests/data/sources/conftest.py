"""Small files in every format, and an Excel 97 workbook written by hand."""

import datetime as dt
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pytest
import xlsxwriter
from pypdf import PdfWriter

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


@pytest.fixture
def word(tmp_path: Path) -> Callable[..., Path]:
    """Write a docx: a line is a paragraph, a list of rows is a table; a cell may hold several lines."""

    def write(
        parts: Sequence[str | Sequence[Sequence[str]]], *, header: str = "", name: str = "a.docx"
    ) -> Path:
        document = docx.Document()
        if header:
            document.sections[0].header.paragraphs[0].text = header
        for part in parts:
            if isinstance(part, str):
                document.add_paragraph(part)
                continue
            table = document.add_table(rows=len(part), cols=len(part[0]))
            for i, row in enumerate(part):
                for j, cell in enumerate(row):
                    first, *rest = cell.split("\n")
                    table.cell(i, j).text = first
                    for line in rest:
                        table.cell(i, j).add_paragraph(line)
        document.save(str(tmp_path / name))
        return tmp_path / name

    return write


@pytest.fixture
def pdf(tmp_path: Path) -> Callable[..., Path]:
    """Write a pdf of one page with a line of text for each line; without lines the page is empty."""

    def write(lines: Sequence[str], *, name: str = "a.pdf", password: str = "") -> Path:
        path = tmp_path / name
        path.write_bytes(_pdf(lines))
        if password:
            writer = PdfWriter(clone_from=str(path))
            writer.encrypt(password, algorithm="RC4-128")
            writer.write(str(path))
        return path

    return write


def _pdf(lines: Sequence[str]) -> bytes:
    """Return a pdf whose font names each character by its UTF-16 code, with the map back to text."""
    letters = sorted(set("".join(lines)))
    pairs = "\n".join(f"<{ord(each):04X}> <{ord(each):04X}>" for each in letters)
    to_text = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{pairs}\nendbfchar endcmap end end"
    )
    shown = "\n".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in lines)
    descendant = "/Type /Font /Subtype /CIDFontType2 /BaseFont /F /DW 1000"
    system = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        _stream(f"BT /F1 10 Tf 14 TL 40 800 Td\n{shown}\nET"),
        "<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H"
        " /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        f"<< {descendant} {system} >>",
        _stream(to_text),
    ]
    body = b"%PDF-1.4\n"
    offsets = []
    for i, each in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{i} 0 obj\n{each}\nendobj\n".encode("ascii")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode("ascii")


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


@pytest.fixture
def today() -> dt.date:
    """Return the day on which the tables are read."""
    return dt.date(2026, 4, 1)
