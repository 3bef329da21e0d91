"""Read a résumé in Word or PDF as a table of one row, with the headings of a profile."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from data.normalise.contacts import HIDDEN
from data.normalise.resume import read_profile
from data.sources.columns import PROFILE_COLUMNS, RESUME_TEXT
from data.sources.documents import read_docx, read_pdf
from data.sources.packing import Content
from data.sources.raw import RawTable

__all__ = ["read_resume"]

_ROW = 1


def read_resume(content: Content, kind: str, *, max_bytes: int, today: dt.date | None) -> RawTable:
    """Read a résumé.

    Parameters
    ----------
    content
        The document.
    kind
        ``docx`` or ``pdf``.
    max_bytes
        Most bytes accepted, unpacked.
    today
        The day up to which a job that is still held counts; the latest month named when not given.

    Returns
    -------
    RawTable
        One row, numbered 1, whose columns are headings of a profile and 简历文本, the text that is kept; its
        evidence points into that text. The name of the person is hidden in the name of the file too.

    Raises
    ------
    FileProblem
        ``file_too_large``, ``file_corrupt``, ``zip_corrupt`` or ``resume_no_text``.
    """
    data = content.read(max_bytes=max_bytes)
    resume = read_profile((read_docx if kind == "docx" else read_pdf)(data, content.name), today=today)
    cells = {
        column.heading: resume.cells[column.name] for column in PROFILE_COLUMNS if column.name in resume.cells
    }
    # Without a title the row is refused and says so; without the column the whole file would be.
    cells = {PROFILE_COLUMNS[1].heading: "", **cells, RESUME_TEXT: resume.text}
    name = content.name
    for each in resume.names:
        name = name.replace(each, HIDDEN)
    return RawTable(
        frame=pd.DataFrame(
            [list(cells.values())], index=pd.Index([_ROW], name="row"), columns=list(cells), dtype=object
        ),
        file=name,
        sha256=content.sha256,
        evidence={_ROW: resume.evidence},
    )
