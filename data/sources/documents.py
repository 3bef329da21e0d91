"""The text of Word and PDF documents, line by line in reading order; the one door to their libraries."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

import docx
from pypdf import PdfReader

from data.errors import FileProblem
from data.sources.faults import corrupt

__all__ = ["read_docx", "read_pdf"]

_MOST_PAGES = 60
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARAGRAPH, _TABLE, _ROW, _CELL, _BOX = (f"{_WORD}{tag}" for tag in ("p", "tbl", "tr", "tc", "txbxContent"))
_MARKS = {f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}noBreakHyphen": "-"}
_SKIPPED = frozenset({_FALLBACK, f"{_WORD}del", f"{_WORD}pPr", f"{_WORD}rPr", f"{_WORD}moveFrom"})


def read_docx(data: bytes, name: str) -> str:
    """Return the text of a Word document: page headers, paragraphs, text boxes and tables.

    Parameters
    ----------
    data
        The document.
    name
        Its name, for messages.

    Returns
    -------
    str
        Lines; the cells of a row of a table stand in one line, divided by tabs, unless one of them has
        several lines: then the cells follow each other.

    Raises
    ------
    FileProblem
        ``file_corrupt`` or ``resume_no_text``.
    """
    try:
        document = docx.Document(io.BytesIO(data))
        roots: list[Any] = [
            section.header.part.element
            for section in document.sections
            if not section.header.is_linked_to_previous
        ]
        lines = [line for root in (*roots, document.element.body) for line in _lines(root)]
    except Exception as error:
        raise corrupt(name) from error
    return _some("\n".join(lines), name)


def read_pdf(data: bytes, name: str) -> str:
    """Return the text of a PDF document; of a long one the first 60 pages.

    Parameters
    ----------
    data
        The document.
    name
        Its name, for messages.

    Returns
    -------
    str
        Lines in the order in which the document draws them.

    Raises
    ------
    FileProblem
        ``file_corrupt``, or ``resume_no_text`` for pictures of pages and for a document with a password.
    """
    try:
        reader = PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = [] if locked else [page.extract_text() for page in islice(reader.pages, _MOST_PAGES)]
    except Exception as error:
        raise corrupt(name) from error
    if locked:
        raise FileProblem("resume_no_text", f"“{name}”设有密码，读不出文字", hint="请去掉密码后再传")
    return _some("\n".join(pages), name)


def _some(text: str, name: str) -> str:
    if not text.strip():
        raise FileProblem(
            "resume_no_text",
            f"“{name}”里没有文字（可能是扫描件或图片）",
            hint="本系统不做图像文字识别（OCR），请传可以复制文字的 docx 或 pdf，或填写模板",
        )
    return text


def _lines(element: Any) -> Iterator[str]:
    """Return the lines in a part of a Word document."""
    for child in element:
        if child.tag == _PARAGRAPH:
            yield from _paragraph(child)
        elif child.tag == _TABLE:
            yield from _table(child)
        elif child.tag not in _SKIPPED:
            yield from _lines(child)


def _paragraph(element: Any) -> Iterator[str]:
    """Return the lines of a paragraph, and after them those of the text boxes that hang on it."""
    parts: list[str] = []
    boxes: list[Any] = []
    _collect(element, parts, boxes)
    yield from (line for line in "".join(parts).split("\n") if line.strip())
    for box in boxes:
        yield from _lines(box)


def _collect(element: Any, parts: list[str], boxes: list[Any]) -> None:
    for child in element:
        if child.tag == _BOX:
            boxes.append(child)
        elif child.tag == f"{_WORD}t":
            parts.append(child.text or "")
        elif child.tag in _MARKS:
            parts.append(_MARKS[child.tag])
        elif child.tag not in _SKIPPED:
            _collect(child, parts, boxes)


def _table(element: Any) -> Iterator[str]:
    for row in _inner(element, _ROW):
        cells = [_upright(list(_lines(cell))) for cell in _inner(row, _CELL)]
        filled = [cell for cell in cells if cell]
        if all(len(cell) == 1 for cell in filled):
            yield from ["\t".join(cell[0] for cell in filled)] if filled else []
        else:
            yield from (line for cell in filled for line in cell)


def _inner(element: Any, tag: str) -> Iterator[Any]:
    """Return the rows of a table or the cells of a row, also those inside content controls."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in {f"{_WORD}sdt", f"{_WORD}sdtContent"}:
            yield from _inner(child, tag)


def _upright(lines: list[str]) -> list[str]:
    """Join a heading that is set in one character a line."""
    upright = len(lines) > 1 and all(len(line.strip()) == 1 for line in lines)
    return ["".join(line.strip() for line in lines)] if upright else lines
