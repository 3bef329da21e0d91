"""Uploads and drafts as their pages show them: names in Chinese, moments of Beijing, cells as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from api.pages.fields import shown_time
from api.routes.batch_answers import BatchOut, TableOut
from data.errors import CellProblem
from data.jobs import JobState
from data.normalise.contacts import mask_contacts
from data.reference.tables import division_names
from data.sources.columns import TableKind, columns_of
from data.sources.mapping import Reason
from data.sources.report import handled
from data.uploads import Upload

__all__ = [
    "BADGES",
    "KINDS",
    "REASONS",
    "ProblemLine",
    "UploadLine",
    "field_choices",
    "problem_line",
    "remedy",
    "shown_rows",
    "size_of",
    "who",
]

KINDS: Final = {TableKind.POSTING: "招聘信息", TableKind.PROFILE: "人才档案"}
"""Kinds of tables in Chinese."""

BADGES: Final = {
    JobState.QUEUED: "",
    JobState.RUNNING: "warn",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "",
}
"""Class of the badge of a state."""

REASONS: Final = {
    Reason.CONFIRMED.value: ("人工确认", "good"),
    Reason.ALIAS.value: ("按列名识别", "good"),
    Reason.IGNORED.value: ("不使用", ""),
    Reason.REFUSED.value: ("不接收", "bad"),
    Reason.UNKNOWN.value: ("未识别", "warn"),
}
"""Why a column is what it is: in Chinese, and the class of its badge."""

_REMEDY: Final = re.compile(r"(.+?)（([^（）]+)）$")
_CELL: Final = 60
_DAY: Final = 10


class UploadLine(NamedTuple):
    """A file in the list."""

    upload: BatchOut
    """The file."""
    at: str
    """When it was received."""
    by: str
    """Who handed it in."""
    kinds: str
    """What it holds."""
    rows: int | None
    """Rows in all of its tables; None before it is read."""
    accepted: int | None
    """Rows stored."""
    problems: int
    """Cells that could not be used."""
    badge: str
    """Class of its state."""

    @classmethod
    def of(cls, upload: Upload) -> UploadLine:
        """Return a file as its line shows it."""
        told = BatchOut.of(upload)
        tables: Sequence[TableOut] = told.tables
        kinds = {table.kind for table in tables} or set(upload.kinds)
        return cls(
            upload=told,
            at=shown_time(upload.created_at),
            by=who(upload.actor),
            kinds=_named(kinds) if tables or len(kinds) == 1 else "按列名判断",
            rows=sum(table.rows for table in tables) if tables else None,
            accepted=sum(table.accepted for table in tables) if tables else None,
            problems=sum(table.problems for table in tables),
            badge=BADGES[upload.state],
        )


class ProblemLine(NamedTuple):
    """A cell that could not be used."""

    file: str
    """The table."""
    row: int
    """Number of the row."""
    column: str
    """Column."""
    value: str
    """What stands there, contacts hidden."""
    message: str
    """What is wrong."""
    remedy: str
    """What to do."""
    handled: str
    """What was done about it."""
    fatal: bool
    """Whether the row was refused."""


def problem_line(problem: CellProblem, file: str = "") -> ProblemLine:
    """Return a problem with what is wrong and what to do told apart."""
    parts = _REMEDY.fullmatch(problem.message)
    message, remedy = parts.groups() if parts else (problem.message, "")
    return ProblemLine(
        file,
        problem.row,
        problem.column,
        mask_contacts(problem.value),
        message,
        remedy,
        handled(problem),
        problem.fatal,
    )


def remedy(code: str, hint: str) -> str:
    """Return what to do about a refused file, for people who type no commands."""
    return "重新上传，在核对各列时为缺少的字段选一列" if code == "columns_missing" else hint


def who(actor: str) -> str:
    """Return who acted as people call it."""
    return actor.removeprefix("user:")


def size_of(size: int) -> str:
    """Return the size of a file in words."""
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(size / 1e3, 0.1):.1f} KB"


def field_choices(kind: TableKind) -> list[tuple[str, str, bool]]:
    """Return the fields that a column may become: name, heading, and whether one is needed."""
    return [(column.name, column.heading, column.required) for column in columns_of(kind)]


def shown_rows(kind: TableKind, rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """Return the first rows as they would be stored: headings that any row has, and cells."""
    cells = [{label: read(row) for label, read in _SHOWN[kind].items()} for row in rows]
    heads = [label for label in _SHOWN[kind] if any(row[label] for row in cells)]
    return heads, [[row[label] for label in heads] for row in cells]


def _named(kinds: Collection[TableKind]) -> str:
    return "、".join(name for kind, name in KINDS.items() if kind in kinds)


def _text(name: str) -> Callable[[Mapping[str, Any]], str]:
    def read(row: Mapping[str, Any]) -> str:
        value = row.get(name)
        if value is None:
            return ""
        text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        return text if len(text) <= _CELL else f"{text[:_CELL]}…"

    return read


def _number(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: f"{row[name]:g}" if name in row else ""


def _day(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: str(row.get(name, ""))[:_DAY]


def _place(name: str) -> Callable[[Mapping[str, Any]], str]:
    def read(row: Mapping[str, Any]) -> str:
        codes = row.get(name) or []
        listed = codes if isinstance(codes, list) else [codes]
        return "、".join(division_names().get(str(code), str(code)) for code in listed)

    return read


def _pay(row: Mapping[str, Any]) -> str:
    ends = [f"{row[name]:.0f}" for name in ("salary_low", "salary_high") if name in row]
    if not ends:
        return "面议" if row.get("salary_negotiable") else ""
    return f"{'–'.join(dict.fromkeys(ends))} 元/{row.get('salary_period', '月')}"


_SHOWN: Final[Mapping[TableKind, Mapping[str, Callable[[Mapping[str, Any]], str]]]] = {
    TableKind.POSTING: {
        "行": _number("row"),
        "岗位名称": _text("title"),
        "用人单位": _text("employer"),
        "工作地点": _place("place_code"),
        "薪酬": _pay,
        "学历": _text("education"),
        "人数": _number("headcount"),
        "技能": _text("skills"),
        "发布日期": _day("posted_on"),
    },
    TableKind.PROFILE: {
        "行": _number("row"),
        "从事岗位": _text("title"),
        "技能": _text("skills"),
        "学历": _text("education"),
        "工作年限": _number("experience_years"),
        "所在地": _place("place_code"),
        "意向地点": _place("willing_codes"),
        "可到岗": _day("available_on"),
        "更新日期": _day("active_on"),
    },
}
