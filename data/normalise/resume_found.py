"""Places in the text of a résumé that a field is read from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from data.normalise.resume_labels import Section
from data.normalise.resume_text import Line, Redacted

__all__ = ["NOTHING", "Found", "Reading", "is_labelled", "items_of", "lines_in", "listed", "words_of"]

_WORD = re.compile(r"[^\s,，;；|｜]+")


class Found(NamedTuple):
    """Words that a field was read from."""

    start: int
    """First character in the text."""
    text: str
    """The words."""


Reading = tuple[str, list[Found]]
"""What stands for a field, as in the cell of a table, and the words it was read from."""

NOTHING: Reading = ("", [])
"""The reading of a field that a résumé does not state."""


def items_of(kept: Redacted, field: str) -> list[Found]:
    """Return the values that stand after a label of a field.

    Parameters
    ----------
    kept
        The résumé without the person.
    field
        Name of the field.

    Returns
    -------
    list of Found
        In the order of the text; empty where there is none.
    """
    return [Found(item.start, item.text) for item in kept.items if item.field == field]


def lines_in(kept: Redacted, *sections: Section) -> Iterator[Line]:
    """Return the lines of some sections.

    Parameters
    ----------
    kept
        The résumé without the person.
    sections
        The sections.

    Returns
    -------
    collections.abc.Iterator of Line
        In the order of the text.
    """
    return (line for line in kept.lines if line.section in sections)


def is_labelled(kept: Redacted, line: Line) -> bool:
    """Tell whether a line holds values after labels.

    Parameters
    ----------
    kept
        The résumé without the person.
    line
        The line.

    Returns
    -------
    bool
        False for plain text.
    """
    return any(line.start <= item.start <= line.start + len(line.text) for item in kept.items)


def words_of(line: Line, pattern: re.Pattern[str] = _WORD) -> Iterator[Found]:
    """Return the words of a line.

    Parameters
    ----------
    line
        The line.
    pattern
        What a word is; what stands between blanks and marks when not given.

    Returns
    -------
    collections.abc.Iterator of Found
        In the order of the text; empty for an empty line.
    """
    return (Found(line.start + match.start(), match[0]) for match in pattern.finditer(line.text))


def listed(found: Iterable[Found]) -> Reading:
    """Return words as the cell of a list, each once.

    Parameters
    ----------
    found
        The words; of those that differ in case only the first counts.

    Returns
    -------
    Reading
        Joined by 、; empty for no words.
    """
    first: dict[str, Found] = {}
    for each in found:
        first.setdefault(each.text.lower(), each)
    return "、".join(each.text for each in first.values()), list(first.values())
