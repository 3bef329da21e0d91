"""Records that callers write: typed, coded and kept as a file's rows are, each caller its own only."""

from __future__ import annotations

import datetime as dt
import secrets
import string
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa
from pydantic import BaseModel, Field

from api.access.errors import Forbidden
from api.access.principal import Principal
from api.conditional import check_tag
from api.idempotency import Keep
from api.routes.record_answers import RecordOut
from api.routes.record_requests import RecordIn
from api.service import Service
from data.errors import CellProblem
from data.intake import Reading
from data.sources.columns import TableKind
from data.store.moments import beijing_day
from data.store.records import Kind, read_current
from matching.ingest.record import (
    Recorder,
    TypedRecord,
    add_record,
    delete_posting,
    replace_record,
    type_record,
)

__all__ = ["Recording", "SavedOut", "UnreadOut", "check_own"]

_LETTERS: Final = 16


class UnreadOut(BaseModel):
    """A field that could not be read: it is empty in the record."""

    field: str = Field(description="栏目", examples=["salary"])
    value: str = Field(description="原文，隐去联系方式", examples=["优厚"])
    code: str = Field(description="稳定的错误代码", examples=["salary_unreadable"])
    message: str = Field(description="问题与写法", examples=["薪酬无法识别"])

    @classmethod
    def of(cls, problem: CellProblem) -> UnreadOut:
        """Return a problem of a cell."""
        return cls(field=problem.column, value=problem.value, code=problem.code, message=problem.message)


class SavedOut(BaseModel):
    """What comes with a record that was kept."""

    problems: list[UnreadOut] = Field(description="没有读出来的栏目：记录已收下，这些栏目为空")
    degraded: bool = Field(
        description="true 为语义编码此刻不可用：记录已收下，只按编码表编码，待恢复后用 PUT 再报送一次即补全；"
        "重发的请求为 false",
        examples=[False],
    )


class Recording:
    """Writes the records of one caller.

    Parameters
    ----------
    service
        The running service.
    caller
        Whose records they are.
    kind
        The resource.
    shape
        What a record is answered as: its tag is what If-Match names.
    """

    def __init__(self, service: Service, caller: Principal, kind: Kind, shape: type[RecordOut]) -> None:
        now = dt.datetime.now(dt.UTC)
        self._service, self._caller, self._kind, self._shape = service, caller, kind, shape
        self._recorder = Recorder(
            store=service.store,
            reading=Reading(
                kind=TableKind(kind.table.name),
                region=service.region,
                mapping=None,
                pseudonym_key=service.pseudonym_key,
                today=beijing_day(now),
            ),
            owner=caller.owner,
            actor=caller.actor,
            now=now,
        )
        self.degraded = False
        """Whether the encoder failed while a record was coded."""

    @property
    def today(self) -> dt.date:
        """The day that a record counts for."""
        return self._recorder.reading.today

    def typed(self, given: RecordIn, cells: dict[str, str], *, stated: str | None = None) -> TypedRecord:
        """Read what was given; without a number of its own it gets one.

        Parameters
        ----------
        given
            The record.
        cells
            What it states.
        stated
            The number to keep instead of the stated one.
        """
        number = stated or given.reference or f"{self._kind.table.name[:2]}_{_letters()}"
        return type_record(self._recorder, {**cells, self._kind.key.name: number})

    def add(self, given: RecordIn, typed: TypedRecord, keep: Keep) -> str:
        """Keep a new record and return its id."""
        record_id, self.degraded = add_record(
            self._recorder, self._service.coders, typed, reference=given.reference or "", keep=keep
        )
        return record_id

    def replace(self, record_id: str, given: RecordIn, cells: dict[str, str], if_match: str) -> TypedRecord:
        """Put a record in the place of one of the caller's, if that is what the caller last saw."""
        before = self._own(record_id)
        typed = self.typed(given, cells, stated=before["reference"] or record_id)
        self.degraded = replace_record(
            self._recorder,
            self._service.coders,
            typed,
            record_id,
            reference=before["reference"],
            check=self._check(record_id, if_match),
        )
        return typed

    def delete_posting(self, posting_id: str, if_match: str | None) -> None:
        """Delete a posting of the caller's."""
        delete_posting(self._recorder, posting_id, check=self._check(posting_id, if_match))

    def _own(self, record_id: str) -> dict[str, Any]:
        with self._service.store.read() as connection:
            return check_own(connection, self._kind, record_id, self._caller)

    def _check(self, record_id: str, if_match: str | None) -> Callable[[sa.Connection], None]:
        def check(connection: sa.Connection) -> None:
            row = check_own(connection, self._kind, record_id, self._caller)
            check_tag(self._shape.of(row), if_match)

        return check


def check_own(connection: sa.Connection, kind: Kind, record_id: str, caller: Principal) -> dict[str, Any]:
    """Return a record that the caller may change.

    Raises
    ------
    UnknownName
        There is none that the caller may see.
    Forbidden
        ``record_of_other``: it is somebody else's, whom the caller may see.
    """
    row = read_current(connection, kind, record_id, caller=caller.owner)
    if row["owner"] != caller.owner:
        raise Forbidden("record_of_other", "这条记录不是本方报送的，不能更改", hint="请报送方更正")
    return row


def _letters() -> str:
    """Return letters by chance; digits could look like a telephone number."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(_LETTERS))
