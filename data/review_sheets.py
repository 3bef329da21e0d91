"""The review queue as a workbook: written for a person to fill in, read back however it was filled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from data.codes import CodingKind, resolve_code
from data.errors import CellProblem, FileProblem, InputError, UnknownName
from data.normalise.text import clean
from data.sources.grids import read_grids
from data.sources.packing import find_contents

__all__ = [
    "KIND_NAMES",
    "SheetDecision",
    "plain_review_sheet",
    "read_review_sheet",
    "write_review_sheet",
]

KIND_NAMES: Mapping[CodingKind, str] = {
    CodingKind.OCCUPATION: "职业",
    CodingKind.INDUSTRY: "行业",
    CodingKind.MAJOR: "专业",
    CodingKind.SKILL: "能力",
}
"""What people call the kinds."""

_SUGGESTED = 3
_HEADINGS = (
    ("类别", 8),
    ("原文", 32),
    ("出现次数", 10),
    *((f"建议{i}", 30) for i in (1, 2, 3)),
    ("决定", 30),
    ("备注", 24),
)
_COLUMNS = {
    "kind": ("类别", "类型", "kind"),
    "text": ("原文", "文本", "text"),
    "decision": ("决定", "决定编码", "编码", "代码", "code"),
    "note": ("备注", "说明", "理由", "note"),
    **{f"suggested{i}": (f"建议{i}",) for i in (1, 2, 3)},
}
_NEEDED = {"kind", "text", "decision"}
_FAULTY = {"kind_unknown": "kind", "text_empty": "text"}
_HEADER_WITHIN = 10
_DISMISSED = re.compile(r"忽略|无|不编码|不适用|不定|-+|—+|/|x", re.IGNORECASE)
_CHOSEN = re.compile(r"(?:建议|第)\s*([1-3])\s*(?:个|项|条)?")
_LEADING_CODE = re.compile(r"[A-Za-z]?\d[\d-]*[A-Za-z]*|[A-T]\b")


class SheetDecision(NamedTuple):
    """One row that a person decided."""

    kind: CodingKind
    text: str
    code: str | None
    """Empty where the text means nothing."""
    note: str


def write_review_sheet(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write open cases as a workbook with an empty column 决定.

    Parameters
    ----------
    path
        Where to write; an existing file is replaced.
    rows
        Cases as :func:`data.store.reviews.read_reviews` returns them.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # What a stranger typed must never become a formula or a link in the reader's Excel.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("待定")
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        for i, (heading, width) in enumerate(_HEADINGS):
            sheet.set_column(i, i, width)
            sheet.write_string(0, i, heading, bold)
        for j, row in enumerate(rows, start=1):
            near = [f"{item['code']} {item['name']}" for item in row["suggestions"][:_SUGGESTED]]
            sheet.write_string(j, 0, KIND_NAMES[CodingKind(row["kind"])])
            sheet.write_string(j, 1, row["text"])
            sheet.write_number(j, 2, row["count"])
            for i, text in enumerate(near):
                sheet.write_string(j, 3 + i, text)
        sheet.freeze_panes(1, 2)
        guide = book.add_worksheet("说明")
        guide.set_column(0, 0, 100)
        for j, line in enumerate(_GUIDE):
            guide.write_string(j, 0, line)


_GUIDE = (
    "在“决定”一列填写代码（如 6-18-02-04）、代码的准确名称（如 焊工），或“建议1”“建议2”“建议3”。",
    "填“忽略”表示该文本不对应任何代码，以后不再询问；空着表示暂不决定。",
    "填好后在“编码复核”页面或用 yingcai review import 导入；无法识别的行会逐行列出，其余照常生效。",
)


def read_review_sheet(path: Path, *, max_bytes: int) -> tuple[list[SheetDecision], list[CellProblem]]:
    """Read what a person filled in.

    Parameters
    ----------
    path
        A workbook, or any other table file with the columns 类别, 原文 and 决定.
    max_bytes
        Largest file accepted, in bytes.

    Returns
    -------
    tuple
        The decisions, and the rows that cannot be used; rows without a decision are in neither.

    Raises
    ------
    FileProblem
        The file cannot be read, or no sheet has the three columns.
    """
    decisions: list[SheetDecision] = []
    problems: list[CellProblem] = []
    for number, row in _filled(path, max_bytes):
        try:
            decisions.append(_decision(row))
        except InputError as error:
            field = _FAULTY.get(error.code, "decision")
            problems.append(
                CellProblem(
                    row=number,
                    column=_COLUMNS[field][0],
                    value=row[field][:80],
                    code=error.code,
                    message=str(error),
                    fatal=True,
                )
            )
    return decisions, problems


def plain_review_sheet(path: Path, max_bytes: int) -> dict[str, list[dict[str, Any]]]:
    """Return what :func:`read_review_sheet` does as plain JSON, to be read in a process apart.

    Parameters
    ----------
    path
        The file.
    max_bytes
        Largest file accepted, in bytes.

    Returns
    -------
    dict
        ``decisions`` and ``problems``, each a list of their fields.
    """
    decisions, problems = read_review_sheet(path, max_bytes=max_bytes)
    return {
        "decisions": [each._asdict() for each in decisions],
        "problems": [each.model_dump(mode="json") for each in problems],
    }


def _filled(path: Path, max_bytes: int) -> list[tuple[int, dict[str, str]]]:
    """Return the rows with a decision, by field, with their numbers in the file."""
    for content in find_contents(path, max_bytes=max_bytes, whole=True):
        for grid in read_grids(content, max_bytes=max_bytes):
            rows = list(enumerate(grid.rows(), start=1))
            for number, header in rows[:_HEADER_WITHIN]:
                fields = _fields(header)
                if fields.keys() >= _NEEDED:
                    named = [(n, _named(cells, fields)) for n, cells in rows if n > number]
                    return [(n, row) for n, row in named if clean(row["decision"])]
    raise FileProblem(
        "columns_missing",
        f"{path.name} 中没有同时写着“类别”“原文”“决定”的表头",
        hint="用 yingcai review export 导出的表填写",
    )


def _fields(header: Sequence[str]) -> dict[str, int]:
    """Return the position of every field that a header names."""
    labels = [clean(label).lower() for label in header]
    names = {
        field: [i for i, label in enumerate(labels) if label in known] for field, known in _COLUMNS.items()
    }
    return {field: places[0] for field, places in names.items() if places}


def _named(cells: Sequence[str], fields: Mapping[str, int]) -> dict[str, str]:
    """Return the cells of a row by field; fields that the row is too short for are empty."""
    return {
        field: cells[fields[field]] if field in fields and fields[field] < len(cells) else ""
        for field in _COLUMNS
    }


def _decision(row: Mapping[str, str]) -> SheetDecision:
    kind, text = _kind(row["kind"]), row["text"].strip()
    if not text:
        raise InputError("text_empty", "“原文”是空的", hint="保留导出时的原文")
    suggested = {i: row[f"suggested{i}"] for i in (1, 2, 3)}
    return SheetDecision(kind, text, _code(kind, clean(row["decision"]), suggested), row["note"].strip())


def _kind(cell: str) -> CodingKind:
    given = clean(cell).lower()
    for kind, name in KIND_NAMES.items():
        if given in (kind.value, name, f"{name}编码"):
            return kind
    raise UnknownName("kind_unknown", f"没有类别“{cell}”", hint="可填：" + "、".join(KIND_NAMES.values()))


def _code(kind: CodingKind, given: str, suggested: Mapping[int, str]) -> str | None:
    """Read a decision: a code, a name, both, one of the suggestions, or 忽略."""
    if _DISMISSED.fullmatch(given):
        return None
    chosen = _CHOSEN.fullmatch(given)
    text = clean(suggested.get(int(chosen[1]), "")) if chosen else given
    try:
        return resolve_code(kind, text)
    except UnknownName:
        leading = _LEADING_CODE.match(text)
        if leading is None or leading[0] == text:
            raise
        return resolve_code(kind, leading[0])
