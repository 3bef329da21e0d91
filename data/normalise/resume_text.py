"""The text of a résumé without the person: name, contacts, birth, sex, origin and school are dropped.

Before the first heading only labelled items that a profile needs, and words that are plainly a title, years
or a degree, are kept; from there on everything but what is private.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from data.normalise.contacts import HIDDEN, mask_contacts
from data.normalise.resume_dates import find_periods
from data.normalise.resume_labels import Section, field_of, is_private, section_of
from data.normalise.resume_names import find_names
from data.normalise.resume_pieces import EDGE, Piece, cleaned, inline_section, is_title, pieces_of

__all__ = ["Item", "Line", "Redacted", "redact"]

_PLAIN = re.compile(
    r"(?:\d{1,2}(?:\.\d)?\s?年(?:以上)?(?:相关)?(?:工作)?经[验历]?|(?:大学)?本科|大专|专科"
    r"|硕士(?:研究生)?|博士(?:研究生)?|中专|高中"
    r"|\d{1,2}\+?\s?years?(?: of)?(?: \w+)? experience)",
    re.IGNORECASE,
)
_JOINT = " | "
_ABOUT = (
    r"男性?|女性?|(?:年龄\s?)?\d{2}\s?周?岁|年龄\s?\d{2}|[\u4e00-\u9fa5]{1,3}族(?:人)?|已婚|未婚|离异"
    r"|已育|未育|中共(?:预备)?党员"
    r"|预备党员|党员|共青团员|团员|群众|(?:fe)?male|single|married|(?:19"
    r"|20)\d{2}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:出?生)(?:人|于\S*)?"
    r"|\d{2} years old|born (?:in|on) [^,;.]{4,20}|мужской|женский|холост|не замужем|замужем|женат"
    r"|\d{2} (?:лет|года?)"
)
_ABOUT_SELF = re.compile(rf"(?<!\w)(?:本人|我是)?(?:{_ABOUT})(?!\w)", re.IGNORECASE)
_BIRTH = re.compile(
    r"(?:我叫|本人叫|姓名)[\u4e00-\u9fa5·]{2,4}(?=[,，。;；\s]|$)|(?:(?:19|20)\d{2}年(?:\d{1,2}月)?(?:\d{1,2}日)?)?(?:出生于|生于|籍贯|祖籍|户籍"
    r"|户口)[^,，。;；\n]{0,30}"
    r"|my name is (?:[A-Z][\w'’-]+ ?){1,4}|меня зовут (?:[А-ЯЁ][\w-]+ ?){1,3}"
)
_SCHOOL = re.compile(
    r"[\u4e00-\u9fa5]{1,20}?(?:大学(?![本专]科|学历|生|英语|物理|数学)|学院|学校|中学|技校|高中(?=\s"
    r"|$))(?:[\u4e00-\u9fa5]{2,8}(?:分校|校区|学院))?"
    r"|(?:\b[A-Z][\w&'.-]*\s+){0,5}(?:University|College|Institute"
    r"|Academy)(?:\s+of(?:\s+(?:and\s+)?[A-Z][\w&'-]*){1,5})?"
    r"|(?:[А-ЯЁа-яё-]+\s+){0,5}(?:университет|институт|академия|колледж)(?:\s+(?:им(?:ени"
    r"|\.)\s+)?[А-ЯЁ][\w.-]*){0,4}",
)
_BULLET = re.compile(r"^[●•■◆▪▶➢✓√★☆◇○□*·>\-–—]+\s*")
_WITH_LISTED_SCHOOL = frozenset({Section.EDUCATION, Section.HEADER, Section.OBJECTIVE})


class Line(NamedTuple):
    """A line that was kept."""

    section: Section
    """The part of the résumé in which it stands."""
    start: int
    """First character in the text."""
    text: str
    """The line."""


class Item(NamedTuple):
    """A labelled value that was kept."""

    section: Section
    """The part of the résumé in which it stands."""
    field: str
    """Field of the profile."""
    start: int
    """First character of the value in the text."""
    text: str
    """The value."""


@dataclass(frozen=True)
class Redacted:
    """A résumé without the person."""

    text: str
    """Everything that is kept."""
    lines: tuple[Line, ...]
    """Its lines, headings left out."""
    items: tuple[Item, ...]
    """The labelled values in it."""
    names: tuple[str, ...]
    """What the person is called, to be hidden elsewhere; not to be kept."""


def redact(text: str) -> Redacted:
    r"""Take the person out of a résumé.

    Parameters
    ----------
    text
        The text of a document; cells are divided by tabs.

    Returns
    -------
    Redacted
        What is kept; contacts in it are hidden; empty for empty input.

    Examples
    --------
    >>> redact("张三 男 13800001234\n求职意向：窑炉工").text
    '求职意向：窑炉工'
    """
    lines = [cleaned(line) for line in text.splitlines()]
    names = find_names([line for line in lines if line])
    builder = _Builder()
    section, guessed = Section.HEADER, False
    for line in lines:
        cells = [cell for cell in line.split("\t") if cell.strip(EDGE)]
        if cells and (opened := _opened(cells)) is not None:
            section, guessed = opened, False
            if section is not Section.PRIVATE:
                builder.add_heading(cells[0])
            cells = cells[1:]
        elif cells:
            section = inline_section(cells[0], section)
        if cells and (guessed or section is Section.HEADER) and find_periods(line):
            guessed = True
            section = Section.EDUCATION if _SCHOOL.search(line) else Section.WORK
        if cells and section is not Section.PRIVATE:
            builder.add(section, _kept(section, cells, names))
    return Redacted(builder.text, tuple(builder.lines), tuple(builder.items), names)


class _Builder:
    """The text as it grows, with the place of everything in it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self.lines: list[Line] = []
        self.items: list[Item] = []

    @property
    def text(self) -> str:
        """The text so far."""
        return "\n".join(self._parts)

    def add_heading(self, heading: str) -> None:
        """Add the heading of a section."""
        self._append(heading.strip())

    def add(self, section: Section, pieces: Sequence[Piece]) -> None:
        """Add a line made of pieces."""
        line = ""
        start = self._size
        before = ""
        for piece in pieces:
            line += "" if not line else " " if piece.label or before else _JOINT
            before = piece.label
            if piece.label:
                line += f"{piece.label}："
                field = field_of(piece.label)
                if field is not None and piece.value:
                    self.items.append(Item(section, field, start + len(line), piece.value))
            line += piece.value
        if line:
            self.lines.append(Line(section, start, line))
            self._append(line)

    def _append(self, line: str) -> None:
        self._parts.append(line)
        self._size += len(line) + 1


def _opened(cells: Sequence[str]) -> Section | None:
    """Return the section that a line opens: its first cell is a heading, and no label before a value."""
    first = cells[0]
    section = section_of(first)
    if section is None or (len(cells) == 2 and section is Section.OBJECTIVE):
        return None
    labels = field_of(first) is not None and len(cells) == 2 and not find_periods(cells[1])
    return None if labels and section is not Section.SKILL else section


def _kept(section: Section, cells: Sequence[str], names: Sequence[str]) -> list[Piece]:
    """Return what is kept of a line, with contacts, names and schools hidden."""
    pieces = [piece for piece in pieces_of(section, cells) if not (piece.label and is_private(piece.label))]
    if section is Section.HEADER:
        pieces = [piece for piece in pieces if _is_needed(piece)]
    hidden = (piece._replace(value=_hidden(piece.value, section, names)) for piece in pieces)
    return [piece for piece in hidden if piece.value.strip(EDGE)]


def _is_needed(piece: Piece) -> bool:
    """Tell whether something in the head of a résumé belongs into a profile."""
    if piece.label:
        return field_of(piece.label) is not None
    return _PLAIN.fullmatch(piece.value) is not None or (len(piece.value) > 2 and is_title(piece.value))


def _hidden(text: str, section: Section, names: Iterable[str]) -> str:
    """Return a piece of text with whatever tells who it is hidden or gone."""
    plain = mask_contacts(_BIRTH.sub("", text))
    for name in names:
        edge = "" if "\u4e00" <= name[0] <= "\u9fa5" else r"\b"
        plain = re.sub(f"{edge}{re.escape(name)}{edge}", HIDDEN, plain, flags=re.IGNORECASE)
    if section in _WITH_LISTED_SCHOOL:
        plain = _SCHOOL.sub(HIDDEN, plain)
    plain = _ABOUT_SELF.sub("", plain)
    return re.sub(r"([,，;；、])(?:\s*[,，;；、])+", r"\1", _BULLET.sub("", plain)).strip(" \t,，;；、|｜")
