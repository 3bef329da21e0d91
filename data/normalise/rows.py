"""Read the rows of one table column by column, each distinct cell once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import CellError, CellProblem
from data.normalise.contacts import mask_contacts, masked_message
from data.normalise.text import clean, clean_prose, is_garbled, is_nothing
from data.sources.columns import Column, ColumnMap, TableKind, columns_of, map_columns, read_columns
from data.sources.mapping import check_mapping
from data.sources.raw import RawTable

__all__ = ["Normalised", "Rows", "content_id"]

_Value = TypeVar("_Value")
_SHOWN = 80
_LONGEST_NAME, _SHORT_NAME = 200, 4
_DTYPES = {
    "salary_after_tax": bool,
    "salary_negotiable": bool,
    "synthetic": bool,
    "source_row": np.int64,
    "row": np.int64,
}
_SENTENCE = frozenset("。！？!?；;")
_BROKEN = "\ufffd"


@dataclass(frozen=True)
class Normalised:
    """A table read: rows that were accepted, and everything that was wrong."""

    frame: pd.DataFrame
    """One row for each row accepted, flat; missing values are None."""
    problems: tuple[CellProblem, ...]
    """What could not be used, by row."""
    rows: int
    """Rows of data in the file."""
    refused: int
    """Rows refused as a whole."""
    duplicates: int
    """Rows left out because an earlier row has the same id."""
    readings: Mapping[str, tuple[int, int]]
    """For each field that any row states: the rows of which it was read, and those that state it."""
    columns: ColumnMap
    """What became of the columns of the file."""

    @property
    def accepted(self) -> int:
        """Number of rows accepted."""
        return len(self.frame)

    @property
    def parsed(self) -> dict[str, float]:
        """For each field that any row states: the share of the rows stating it that was read, 0 to 1."""
        return {field: read / stated for field, (read, stated) in self.readings.items()}


class Rows:
    """The rows of a table while they are read.

    Parameters
    ----------
    table
        The table as received.
    kind
        What it is about; a required column that is missing is a ``FileProblem``.
    mapping
        What a person said that columns mean, checked against the file: a fault in it is an ``InputError``.
    """

    def __init__(
        self, table: RawTable, kind: TableKind, *, mapping: Mapping[str, str | None] | None = None
    ) -> None:
        self._table = table
        names = [str(name) for name in table.frame.columns]
        check_mapping(mapping or {}, names, kind, refused=table.refused)
        mapped = map_columns(names, kind, mapping=mapping)
        found = read_columns(names, kind, mapping=mapping)
        refused = (*table.refused, *found.refused)
        self.columns = ColumnMap(mapped, refused, found.ignored, found.unknown)
        self.numbers: list[int] = [int(number) for number in table.frame.index]
        self.readings: dict[str, tuple[int, int]] = {}
        self._problems: list[CellProblem] = []
        self._refused: set[int] = set()
        self._names: set[str] = set()
        self._joints = {column.name: column.joint for column in columns_of(kind)}
        self._headings = {column.name: column for column in columns_of(kind)}

    def column(self, name: str) -> str:
        """Return what a field is called in the file; the heading of the template where it is not there."""
        found = [theirs for theirs, canonical in self.columns.mapped.items() if canonical == name]
        return found[0] if found else self._heading(name)

    def _heading(self, name: str) -> str:
        column: Column = self._headings[name]
        return column.heading

    def texts(self, name: str) -> Sequence[str]:
        """Return the cells of a field as received; empty text where the file has no such column."""
        names = [theirs for theirs, canonical in self.columns.mapped.items() if canonical == name]
        if not names:
            return [""] * len(self.numbers)
        if len(names) == 1:
            return self._table.frame[names[0]].tolist()
        columns = [self._table.frame[each].tolist() for each in names]
        joint = self._joints[name]
        return [joint.join(filter(None, cells)) for cells in zip(*columns, strict=True)]

    def map(self, name: str, function: Callable[[str], _Value]) -> list[_Value]:
        """Apply a function that cannot fail to the cells of a field."""
        codes, distinct = _factorized(self.texts(name))
        values = [function(text) for text in distinct]
        return [values[code] for code in codes]

    def read(self, name: str, parse: Callable[[str], _Value], *, missing: _Value) -> list[_Value]:
        """Read a field with its parser; a cell that cannot be read is reported and left ``missing``."""
        texts = self.texts(name)
        codes, distinct = _factorized(texts)
        values: list[_Value] = []
        errors: dict[int, CellError] = {}
        for i, text in enumerate(distinct):
            try:
                values.append(parse(text))
            except CellError as error:
                values.append(missing)
                errors[i] = error
        for position, code in enumerate(codes if errors else ()):
            if code in errors:
                self._report(position, name, texts[position], errors[code])
        stated = [text.strip() != "" for text in distinct]
        counts = np.bincount(codes, weights=np.asarray(stated)[codes], minlength=len(values)).tolist()
        self._count(name, counts, values, errors)
        return [values[code] for code in codes]

    def _count(
        self, name: str, counts: Sequence[float], values: Sequence[object], errors: Iterable[int]
    ) -> None:
        """Note which share of the rows that state a field was read."""
        failed = sum(counts[i] for i in errors)
        read = sum(count for count, value in zip(counts, values, strict=True) if value not in (None, "", ()))
        if read + failed:
            self.readings[name] = int(read), int(read + failed)

    def _report(self, position: int, name: str, text: str, error: CellError, *, fatal: bool = False) -> None:
        self._problems.append(
            CellProblem(
                row=self.numbers[position],
                column=self.column(name),
                value=mask_contacts(text)[:_SHOWN],
                code=error.code,
                message=masked_message(str(error), text),
                fatal=fatal,
            )
        )
        if fatal:
            self._refused.add(position)

    def read_name(self, name: str) -> list[str]:
        """Read a required text; a row without it, or with noise in its place, is refused."""
        self._names.add(name)
        texts = self.texts(name)
        codes, distinct = _factorized(texts)
        plain = [" ".join(clean_prose(text).split()) for text in distinct]
        faults = [self._fault(name, text, shown) for text, shown in zip(distinct, plain, strict=True)]
        for position, code in enumerate(codes):
            fault = faults[code]
            if fault is not None:
                fatal = fault.code != "text_damaged"
                self._report(position, name, texts[position], fault, fatal=fatal)
        return [plain[code] for code in codes]

    def _fault(self, name: str, text: str, shown: str) -> CellError | None:
        """Return what is wrong with a title or an employer, if anything is."""
        heading = self._heading(name)
        if is_nothing(clean(text)):
            return CellError(f"{name}_missing", f"{heading}没有填写", hint="请补填后重新上传这一行")
        if is_garbled(text):
            return CellError("row_unreadable", f"{heading}是乱码", hint="请检查文件的编码后重新上传这一行")
        if len(shown) > _LONGEST_NAME or (name == "employer" and _SENTENCE & set(shown[_SHORT_NAME:])):
            return CellError(f"{name}_unreadable", f"{heading}像是一段话", hint="请只填名称后重新上传这一行")
        if _BROKEN in text:
            return CellError("text_damaged", f"{heading}中有个别乱码", hint="请核对原文")
        return None

    def refuse(self, positions: Iterable[int], name: str, error: CellError) -> None:
        """Refuse rows that cannot be used as a whole."""
        texts = self.texts(name)
        for position in positions:
            self._report(position, name, texts[position], error, fatal=True)

    def _note_damage(self) -> None:
        """Report every cell in which bytes of the file did not fit its encoding."""
        for name in dict.fromkeys(self.columns.mapped.values()):
            if name in self._names:
                continue
            damage = CellError("text_damaged", f"{self._heading(name)}中有个别乱码", hint="请核对原文")
            for position, text in enumerate(self.texts(name)):
                if _BROKEN in text:
                    self._report(position, name, text, damage)

    def finish(self, columns: Mapping[str, Sequence[object]], id_column: str) -> Normalised:
        """Put the columns together, without refused rows and repeated ids."""
        wrong = CellError(
            "row_misaligned", "这一行的格子比列名多，内容可能错位", hint="请检查多余的逗号或分隔符"
        )
        at = {number: position for position, number in enumerate(self.numbers)}
        first = next(iter(self.columns.mapped.values()))
        self.refuse((at[number] for number in self._table.misaligned if number in at), first, wrong)
        self._note_damage()
        kept, duplicates = self._distinct([str(each) for each in columns[id_column]], id_column)
        frame = pd.DataFrame({name: _objects(values) for name, values in columns.items()}, dtype=object)
        frame["row"] = np.asarray(self.numbers, dtype=np.int64)
        frame = frame.iloc[kept].reset_index(drop=True)
        frame = frame.astype({name: dtype for name, dtype in _DTYPES.items() if name in frame.columns})
        return Normalised(
            frame=frame,
            problems=tuple(sorted(self._problems, key=lambda problem: problem.row)),
            rows=len(self.numbers),
            refused=len(self._refused),
            duplicates=duplicates,
            readings=dict(self.readings),
            columns=self.columns,
        )

    def _distinct(self, ids: Sequence[str], name: str) -> tuple[list[int], int]:
        """Return the positions to keep: not refused, and the first of each id."""
        seen: dict[str, int] = {}
        kept, duplicates = [], 0
        for position, each in enumerate(ids):
            if position in self._refused:
                continue
            if each in seen:
                duplicates += 1
                message = f"与第{seen[each]}行重复，未再收"
                self._report(
                    position, name, each, CellError("duplicate_row", message, hint="如确为两条，请用不同编号")
                )
                continue
            seen[each] = self.numbers[position]
            kept.append(position)
        return kept, duplicates


def _factorized(texts: Sequence[str]) -> tuple[list[int], list[str]]:
    """Return the position of each text among the distinct ones, and those."""
    codes, distinct = pd.factorize(np.asarray(texts, dtype=object))
    return codes.tolist(), list(distinct)


def _objects(values: Sequence[object]) -> npt.NDArray[np.object_]:
    """Return an array of the values as they are, tuples and None included."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def content_id(parts: Iterable[str]) -> str:
    """Return the identifier of a row that has none of its own.

    Parameters
    ----------
    parts
        What makes the row what it is.

    Returns
    -------
    str
        16 hexadecimal digits of a SHA-256, the same for the same content in any width or script.
    """
    return hashlib.sha256(clean("¦".join(parts)).encode()).hexdigest()[:16]
