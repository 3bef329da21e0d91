"""Feed bytes as every format to the readers: only errors of the product may come out.

``python tests/fuzz/fuzz_readers.py -max_total_time=600`` runs for ten minutes. Name a folder before the
options to keep the inputs that reached new code; a run that fails writes the input that did it.
"""

from __future__ import annotations

import io
import logging
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import atheris

with atheris.instrument_imports(include=["data.sources", "data.normalise", "docx", "pypdf"]):
    from data.errors import YingcaiError
    from data.sources.stream import open_tables

_SMALL = 300_000


def _as_is(data: bytes) -> bytes:
    return data


def _workbook(data: bytes) -> bytes:
    """Wrap bytes as the sheet of a workbook."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return _zip(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>'.encode(),
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1"'
            f' Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="a" sheetId="1"'
            ' r:id="r1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship'
            f' Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>'.encode()
            + data
            + b"</sheetData></worksheet>",
        }
    )


def _document(data: bytes) -> bytes:
    """Wrap bytes as the body of a Word document."""
    import docx

    buffer = io.BytesIO()
    docx.Document().save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["word/document.xml"] = members["word/document.xml"].replace(b"<w:sectPr", data + b"<w:sectPr", 1)
    return _zip(members)


def _html(data: bytes) -> bytes:
    return b"<html><table><tr><td>" + data


def _in_zip(name: str) -> Callable[[bytes], bytes]:
    return lambda data: _zip({name: data, "b.csv": data})


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


_WRAPPERS: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("a.csv", _as_is),
    ("a.tsv", _as_is),
    ("a.txt", _as_is),
    ("a.json", _as_is),
    ("a.jsonl", _as_is),
    ("a.html", _html),
    ("a.xlsx", _as_is),
    ("a.xlsx", _workbook),
    ("a.xls", lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data),
    ("a.parquet", lambda data: b"PAR1" + data + b"PAR1"),
    ("a.zip", _in_zip("a.csv")),
    ("a.zip", _in_zip("a.pdf")),
    ("a.csv.gz", lambda data: b"\x1f\x8b" + data),
    ("a.docx", _document),
    ("a.pdf", lambda data: b"%PDF-1.4\n" + data),
)


def _read(path: Path) -> None:
    try:
        for stream in open_tables(path, max_bytes=_SMALL, part_rows=7):
            for part in stream.parts():
                if set(map(str, part.frame.columns)) != set(stream.columns):
                    raise AssertionError("the columns of a part are not those of the table")
    except YingcaiError as error:
        if not (error.code and error.hint):
            raise AssertionError("an error without a code or a hint") from error


def main() -> None:
    """Run until the time is up or something else comes out."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:

        def one_input(data: bytes) -> None:
            if not data:
                return
            name, wrap = _WRAPPERS[data[0] % len(_WRAPPERS)]
            path = Path(folder) / name
            path.write_bytes(wrap(data[1:]))
            _read(path)

        atheris.Setup(sys.argv, one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
