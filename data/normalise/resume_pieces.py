"""Cut a line of a résumé into labels, their values and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from data.normalise.resume_labels import Section, field_of, is_private, section_of
from data.normalise.text import clean_prose

__all__ = ["EDGE", "WORDS", "Piece", "cleaned", "inline_section", "is_title", "pieces_of"]

EDGE = " \t,，;；|｜、。·-—"
"""What may stand around a piece and is no part of it."""
WORDS = re.compile(r"[\t|｜,，、;；/ ]+")
"""What divides the words of a line."""

_LABEL = re.compile(r"(?:^|(?<=[\s,，;；|｜。]))([^\W\d][^:：,，;；|｜。\t]{0,28}?)\s*[:：]\s*")
_FIELDS = re.compile(r"[\t|｜]| {2,}")
_APART = re.compile(r"(?<![\u4e00-\u9fa5])([\u4e00-\u9fa5]) {1,8}([\u4e00-\u9fa5])(?![\u4e00-\u9fa5])")
_STOP = re.compile("[,，。;；、]")
_DIGIT_GAP = re.compile(r"(?<=\d) (?=[年月日岁])|(?<=年) (?=\d)")
_TITLE = re.compile(
    r".{0,20}(?:工程师|技术员|操作工|操作员|技师|技工|经理|主管|总监|主任|专员|助理|会计|出纳|设计师"
    r"|分析师|架构师|研究员"
    "|厂长|车间主任|班长|组长|教师|讲师|医师|护士|司机|驾驶员|顾问|文员|质检员|化验员|电工|焊工|钳工"
    "|窑炉工|调度|翻译)"
    r"|.{2,60}(?:engineer|manager|developer|analyst|technician|accountant|operator|specialist"
    r"|supervisor|designer"
    r"|scientist|consultant|translator|assistant|welder|electrician|director|teacher|nurse)"
    r"|.{0,50}(?:инженер|менеджер|специалист|технолог|оператор|бухгалтер|переводчик|механик|электрик"
    r"|сварщик).{0,40}",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"(?:公司|集团|厂|医院|研究院|研究所|中心|\bltd\b\.?|\bllc\b|\binc\b\.?|\bco\b\.?|ооо|зао|оао)$",
    re.IGNORECASE,
)


class Piece(NamedTuple):
    """A label with its value, or text without a label."""

    label: str
    """The label; empty where there is none."""
    value: str
    """What stands after it."""


def cleaned(line: str) -> str:
    r"""Return a line in one spelling, its cells divided by tabs.

    Parameters
    ----------
    line
        The line as received; cells are divided by tabs, or set apart by blanks.

    Returns
    -------
    str
        Its cells divided by one tab each; empty for a blank line.

    Examples
    --------
    >>> cleaned("姓　名：张三    性别：男")
    '姓名：张三\t性别：男'
    """
    cells = _FIELDS.split(_APART.sub(_together, line.replace("\u3000", " ")))
    plain = (_DIGIT_GAP.sub("", " ".join(clean_prose(cell).split())) for cell in cells)
    return "\t".join(cell for cell in plain if cell)


def _together(match: re.Match[str]) -> str:
    """Close up a label that is set apart, such as 姓　　名."""
    label = match[1] + match[2]
    return label if is_private(label) or field_of(label) is not None else match[0]


def pieces_of(section: Section, cells: Sequence[str]) -> Iterator[Piece]:
    """Cut a line into labelled values and the rest.

    Parameters
    ----------
    section
        The part of the résumé in which it stands.
    cells
        The cells of the line.

    Returns
    -------
    collections.abc.Iterator of Piece
        A label stands with its value, also where the value is the next cell.
    """
    waiting = ""
    for cell in cells:
        if _LABEL.search(cell) is None and _is_label(cell):
            # Of two labels side by side the first has no value.
            waiting = cell
        elif waiting:
            yield Piece(waiting, cell)
            waiting = ""
        else:
            yield from _unwaited(section, cell)


def _unwaited(section: Section, cell: str) -> Iterator[Piece]:
    """Cut a cell that no label stands before."""
    if _LABEL.search(cell) is not None:
        yield from _labelled(cell)
        return
    words = WORDS.split(cell) if section is Section.HEADER and not _is_one(cell) else [cell]
    if len(words) > 1:
        yield from pieces_of(Section.OTHER, words)
    else:
        yield Piece("", cell)


def _is_one(cell: str) -> bool:
    """Tell whether a cell is a title of several words, and no label before it."""
    return is_title(cell) and not _is_label(cell.split(" ", maxsplit=1)[0])


def _is_label(cell: str) -> bool:
    """Tell whether a cell is a label whose value stands in the next cell."""
    return _STOP.search(cell) is None and (field_of(cell) is not None or is_private(cell))


def _labelled(cell: str) -> Iterator[Piece]:
    """Cut a cell at its labels: 姓名：张三 意向城市：营口 becomes two pieces."""
    marks = list(_LABEL.finditer(cell))
    before = cell[: marks[0].start()].strip(EDGE)
    if before:
        yield Piece("", before)
    for i, mark in enumerate(marks):
        end = marks[i + 1].start() if i + 1 < len(marks) else len(cell)
        label, value = mark[1].strip(), cell[mark.end() : end].strip(" \t|｜")
        # A label nobody knows is text of its own, such as 职责：…
        known = field_of(label) is not None or is_private(label)
        yield Piece(label, value) if known else Piece("", f"{label}：{value}")


def inline_section(cell: str, section: Section) -> Section:
    """Return the section that a line such as 自我评价：… belongs to, else the one before.

    Parameters
    ----------
    cell
        The first cell of the line.
    section
        The section before.

    Returns
    -------
    Section
        The same where the line opens none.
    """
    label = _LABEL.match(cell)
    opened = section_of(label[1]) if label else None
    if label is None or opened in {None, Section.HEADER}:
        return section
    # In the head of a résumé a labelled item says nothing about the lines after it.
    keeps = section is Section.HEADER and field_of(label[1]) is not None
    return section if keeps or opened is None else opened


def is_title(text: str) -> bool:
    """Tell whether a few words are the title of a job, such as 窑炉工程师 or Process Engineer.

    Parameters
    ----------
    text
        The words.

    Returns
    -------
    bool
        False for the name of a company.

    Examples
    --------
    >>> is_title("窑炉工程师"), is_title("某某耐火材料厂")
    (True, False)
    """
    return _TITLE.fullmatch(text) is not None and _COMPANY.search(text) is None
