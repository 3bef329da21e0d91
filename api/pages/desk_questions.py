"""A form made of a record of evidence: its questions, and what was answered, read back."""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from api.pages.desk_words import ANSWERS, HELP, LABELS, LONG
from data.records import Record

__all__ = ["Answers", "Book", "Question", "answers_of", "inputs_of", "questions_of"]

_FIXED: Final = ("department", "entry_id")
_REVIEWED: Final = (("通过", "通过"), ("不涉及", "不涉及"))
_BETWEEN: Final = re.compile(r"[、，,;；\n]+")


@dataclass(frozen=True)
class Question:
    """One question of a form."""

    path: str
    """Name of its input, with dots into nested records."""
    label: str
    """What it is called."""
    kind: str
    """``text``, ``long``, ``date``, ``number``, ``check``, ``choice``, ``checks``, ``group`` or ``table``."""
    value: Any = ""
    """What stands in it."""
    help: str = ""
    """What to know when filling it in."""
    required: bool = False
    """Whether the step needs it."""
    choices: tuple[tuple[str, str], ...] = ()
    """Values and their labels to choose from."""
    rows: tuple[tuple[Question, ...], ...] = ()
    """Questions of each row of a table, or of a group as its one row."""
    note: str = ""
    """Name of what the value stands for, where people know it by another."""
    fault: str = ""
    """What is wrong with the answer."""


@dataclass(frozen=True)
class Book:
    """Names of what evidence mentions by identifier."""

    departments: Mapping[str, str]
    """Departments by identifier."""
    entries: Mapping[str, str]
    """Entries of the edition by identifier."""
    state: str = ""
    """State that the step leads to."""
    faults: Mapping[str, str] = field(default_factory=dict)
    """What is wrong, by path."""
    more: str = ""
    """Path of a table that gets one more empty row."""


@dataclass(frozen=True)
class Answers:
    """What a form said."""

    typed: Mapping[str, Any]
    """Everything as it was typed, every row of every table."""
    shown: Mapping[str, Any]
    """The same as evidence: without what was left empty."""
    rows: Mapping[str, tuple[int, ...]]
    """Rows that the evidence has, by table, as they stand in the form."""

    def path_of(self, location: Sequence[int | str]) -> str:
        """Return the path in the form of a place in the evidence."""
        path = ""
        for part in location:
            kept = self.rows.get(path, ())
            place = str(kept[part]) if isinstance(part, int) and part < len(kept) else str(part)
            path = f"{path}.{place}" if path else place
        return path


def questions_of(
    record: type[Record], given: Mapping[str, Any], book: Book, *, prefix: str = ""
) -> tuple[Question, ...]:
    """Make the questions of a record.

    Parameters
    ----------
    record
        What is asked for.
    given
        What stands in the form already.
    book
        Names, and what is wrong.
    prefix
        Path of the record within the form.
    """
    return tuple(
        _question(name, info, given.get(name), book, f"{prefix}{name}")
        for name, info in record.model_fields.items()
    )


def answers_of(record: type[Record], form: Mapping[str, Any], *, prefix: str = "") -> Answers:
    """Read what a form said about a record.

    Parameters
    ----------
    record
        What was asked for.
    form
        Inputs by name; ``departments`` holds a list.
    prefix
        Path of the record within the form.
    """
    typed: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    rows: dict[str, tuple[int, ...]] = {}
    for name, info in record.model_fields.items():
        path, kind, inner = f"{prefix}{name}", *_kind_of(name, info)
        if inner is not None and kind == "table":
            found = [(at, answers_of(inner, form, prefix=f"{path}.{at}.")) for at in _places(form, path)]
            kept = [(at, row) for at, row in found if _is_filled(inner, row.shown)]
            typed[name] = [row.typed for _, row in found]
            shown[name] = [row.shown for _, row in kept]
            rows[path] = tuple(place for place, (at, _) in enumerate(found) if at in dict(kept))
        elif inner is not None:
            part = answers_of(inner, form, prefix=f"{path}.")
            typed[name], shown[name] = part.typed, part.shown
        else:
            typed[name] = value = _typed(form, path, kind)
            if value not in ("", []):
                shown[name] = _said(value, kind)
    return Answers(typed, shown, rows)


def inputs_of(value: Any, *, path: str = "") -> dict[str, Any]:
    """Lay values of evidence out as the inputs of a form; lists of words stay lists.

    Parameters
    ----------
    value
        Evidence, or part of it.
    path
        Where it stands.
    """
    if isinstance(value, Mapping):
        pairs = [(f"{path}.{name}" if path else str(name), each) for name, each in value.items()]
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        pairs = [(f"{path}.{place}", each) for place, each in enumerate(value)]
    else:
        plain = "" if value is None or value is False else "1" if value is True else value
        return {path: [*plain] if isinstance(plain, list | tuple) else str(plain)}
    return {name: each for place, part in pairs for name, each in inputs_of(part, path=place).items()}


def _question(name: str, info: FieldInfo, value: Any, book: Book, path: str) -> Question:
    kind, inner = _kind_of(name, info)
    asked = Question(
        path,
        LABELS.get(f"{book.state}.{name}", LABELS.get(name, info.description or name)),
        kind,
        help=HELP.get(f"{book.state}.{name}", HELP.get(name, "")),
        required=info.is_required() and kind != "check",
        fault=book.faults.get(path, ""),
    )
    if inner is not None:
        return replace(asked, rows=_rows(inner, kind, value, book, path))
    named = {"entry_id": book.entries, "department": book.departments}.get(name, {})
    text = value if kind in ("check", "checks") else _text(value)
    return replace(asked, value=text, choices=_choices(name, info, book), note=named.get(str(text), ""))


def _rows(
    inner: type[Record], kind: str, value: Any, book: Book, path: str
) -> tuple[tuple[Question, ...], ...]:
    if kind == "group":
        return (questions_of(inner, value or {}, book, prefix=f"{path}."),)
    given = [*(value or []), *([{}] if book.more == path or not value else [])]
    return tuple(questions_of(inner, row, book, prefix=f"{path}.{at}.") for at, row in enumerate(given))


def _choices(name: str, info: FieldInfo, book: Book) -> tuple[tuple[str, str], ...]:
    if name in ("department", "departments"):
        return tuple(book.departments.items())
    if _is_reviewed(info):
        return _REVIEWED
    plain = info.annotation
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        return tuple((each.value, ANSWERS.get(each.value, each.value)) for each in plain)
    return ()


def _is_reviewed(info: FieldInfo) -> bool:
    """Tell whether a field takes the result of a review."""
    return any(getattr(each, "pattern", None) == "^(通过|不涉及)$" for each in info.metadata)


def _kind_of(name: str, info: FieldInfo) -> tuple[str, type[Record] | None]:
    """Tell how a field is asked for, and what it holds where that is a record."""
    plain = _plain(info.annotation)
    if get_origin(plain) is tuple:
        item = _plain(get_args(plain)[0])
        if isinstance(item, type) and issubclass(item, Record):
            return "table", item
        return ("checks" if name == "departments" else "list"), None
    if isinstance(plain, type) and issubclass(plain, Record):
        return "group", plain
    is_closed = isinstance(plain, type) and issubclass(plain, StrEnum)
    if is_closed or name == "department" or _is_reviewed(info):
        return "choice", None
    return _SIMPLE.get(plain, "long" if name in LONG else "text"), None


_SIMPLE: Final[Mapping[Any, str]] = {bool: "check", dt.date: "date", int: "number"}


def _plain(annotation: Any) -> Any:
    """Take away what is said about a type, and that it may be empty."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _plain(next(each for each in get_args(annotation) if each is not type(None)))
    return annotation


def _places(form: Mapping[str, Any], path: str) -> list[int]:
    """List the rows of a table that a form sent, in order."""
    start = f"{path}."
    found = {name[len(start) :].partition(".")[0] for name in form if name.startswith(start)}
    return sorted(int(each) for each in found if each.isdecimal())


def _is_filled(record: type[Record], row: Mapping[str, Any]) -> bool:
    """Tell whether a row says more than what stood in it from the start."""
    kinds = {name: _kind_of(name, info)[0] for name, info in record.model_fields.items()}
    return any(name not in _FIXED and kinds[name] not in ("date", "check") for name in row)


def _typed(form: Mapping[str, Any], path: str, kind: str) -> Any:
    given = form.get(path, "")
    if kind == "check":
        return bool(given)
    if kind == "checks":
        return [*given] if isinstance(given, list | tuple) else [given] if given else []
    return _text(given).strip()


def _said(value: Any, kind: str) -> Any:
    return [each.strip() for each in _BETWEEN.split(value) if each.strip()] if kind == "list" else value


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return "" if value is None else str(value)
