"""Rows of csv, tsv and JSON lines, read in bounded memory from files of any size."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from functools import partial

from data.errors import FileProblem
from data.sources.columns import score_header
from data.sources.faults import corrupt
from data.sources.packing import Content

__all__ = ["find_delimiter", "joined_names", "open_text", "read_delimited", "read_lines"]

_DELIMITERS = (",", "\t", ";", "|")
_FIRST_LINES = 5
# Longer than any line or row of a table that people fill in.
_LONGEST = 1 << 24


def open_text(content: Content, encoding: str) -> io.TextIOWrapper:
    """Open a file as text; bytes that do not fit become U+FFFD, line ends stay as they are.

    Parameters
    ----------
    content
        The file.
    encoding
        Its encoding.

    Returns
    -------
    io.TextIOWrapper
        To be closed by whoever asked.
    """
    return io.TextIOWrapper(content.open(), encoding, errors="replace", newline="")


def find_delimiter(head: str, suffix: str) -> str:
    """Return the mark that divides the cells.

    Parameters
    ----------
    head
        The beginning of the file.
    suffix
        Ending of the file's name; ``.tsv`` settles it.

    Returns
    -------
    str
        The mark by which most known columns are found; else the one that stands in most of the first lines
        that hold anything, and of several the most frequent.
    """
    lines = [line for line in head.splitlines() if line.strip()][:_FIRST_LINES]
    if suffix == ".tsv":
        return "\t"
    return max(
        _DELIMITERS,
        key=lambda mark: (
            max((_known(line, mark) for line in lines), default=0),
            sum(mark in line for line in lines),
            sum(line.count(mark) for line in lines),
        ),
    )


def _known(line: str, mark: str) -> int:
    """Return how many known columns a line names when a mark divides it."""
    return score_header([cell.strip(' "') for cell in line.split(mark)])


def read_delimited(content: Content, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Read the rows of a csv or tsv file one by one; a quoted cell may run over several lines.

    Parameters
    ----------
    content
        The file.
    encoding
        Its encoding.
    delimiter
        The mark between the cells.

    Yields
    ------
    list of str
        The cells of one row as they stand; an empty list for a blank line.

    Raises
    ------
    FileProblem
        ``file_corrupt`` where a quotation mark is never closed, or a row has no end.
    """
    with open_text(content, encoding) as stream:
        lines = _Lines(stream, content.name)
        try:
            for row in csv.reader(lines, delimiter=delimiter):
                lines.size = 0
                yield row
        except csv.Error as error:
            raise _unpaired(content.name) from error


def read_lines(content: Content, encoding: str) -> Iterator[dict[str, object]]:
    """Read the records of a file that holds one JSON object a line.

    Parameters
    ----------
    content
        The file.
    encoding
        Its encoding.

    Yields
    ------
    dict
        One record; blank lines are left out.

    Raises
    ------
    FileProblem
        ``file_corrupt`` where a line is no JSON, ``format_unknown`` where it is no object.
    """
    with open_text(content, encoding) as stream:
        lines = _Lines(stream, content.name)
        for line in lines:
            lines.size = 0
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise corrupt(content.name) from error
            if not isinstance(record, dict):
                raise FileProblem(
                    "format_unknown",
                    f"“{content.name}”里有不是记录的行",
                    hint="jsonl 每行应是一个 JSON 对象",
                )
            yield record


class _Lines:
    """The lines of a text; one row may not run on without end."""

    def __init__(self, stream: io.TextIOWrapper, name: str) -> None:
        self._lines = iter(partial(stream.readline, _LONGEST), "")
        self._name = name
        self.size = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.size += len(line)
        if self.size >= _LONGEST:
            raise _unpaired(self._name)
        return line


def _unpaired(name: str) -> FileProblem:
    return FileProblem(
        "file_corrupt",
        f"“{name}”的引号或换行不配对，读不下去",
        hint="请用表格软件打开后另存为 xlsx 再传",
    )


def joined_names(records: Iterator[dict[str, object]]) -> Sequence[str]:
    """Return the names that any record has, in the order in which they first come.

    Parameters
    ----------
    records
        The records.

    Returns
    -------
    collections.abc.Sequence of str
        Each once; empty for no records.
    """
    names: dict[str, None] = {}
    for record in records:
        if not record.keys() <= names.keys():
            names.update(dict.fromkeys(record))
    return list(names)
