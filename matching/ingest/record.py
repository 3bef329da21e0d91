"""Bring one record into the store: read, code, keep and merge it as a row of a file is.

Everything is one transaction: of a record that cannot be kept nothing is, and of two who change one at a
time the second sees what the first has made of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from data.errors import CellProblem, ConflictError, InputError
from data.intake import Reading, normalise_part
from data.normalise.contacts import mask_contacts
from data.normalise.text import clean
from data.owners import owned_id
from data.sources.columns import TableKind
from data.sources.raw import RawTable
from data.store.history import record_change
from data.store.postings import write_postings
from data.store.profiles import write_profiles
from data.store.received import (
    API,
    is_published,
    lock_records,
    needs_of,
    receive_row,
    remove_posting,
)
from data.store.reviews import queue_reviews
from data.store.schema import posting, profile
from data.store.store import Store
from data.store.tombstones import erased_ids
from data.store.vacancies import merge_within, read_employer_index
from matching.coding import Coders
from matching.ingest.part import code_kept, for_people

__all__ = ["Recorder", "TypedRecord", "add_record", "delete_posting", "replace_record", "type_record"]

_KEYS: Final = {TableKind.POSTING: posting.c.posting_id, TableKind.PROFILE: profile.c.profile_id}
_TRIES: Final = 3


@dataclass(frozen=True)
class Recorder:
    """Whose records are brought in, where to and how."""

    store: Store
    """The store."""
    reading: Reading
    """What the records are and how they are read."""
    owner: str
    """The agency whose they are; empty for the office."""
    actor: str
    """Who brings them, for the history."""
    now: dt.datetime
    """The moment, UTC."""


class TypedRecord(NamedTuple):
    """A record as it was read."""

    stated: str
    """Its number as stated, in the form in which numbers are kept."""
    frame: pd.DataFrame
    """One row, as a file's are."""
    cells: Mapping[str, str]
    """What was received."""
    problems: tuple[CellProblem, ...]
    """What could not be read: those fields are empty."""


def type_record(recorder: Recorder, cells: Mapping[str, str]) -> TypedRecord:
    """Read a record as a row of a file is read.

    Parameters
    ----------
    recorder
        Whose it is and how it is read.
    cells
        Field, as in :mod:`data.sources.columns`, to text; the number must be among them.

    Raises
    ------
    InputError
        The record as a whole cannot be used, as a row that is refused; ``reference_personal``: the number is
        itself personal data.
    """
    column = recorder.reading.id_column
    plain = clean(cells[column])
    if mask_contacts(plain) != plain:
        raise InputError("reference_personal", "编号里有联系方式或证件号", hint="换用不含个人信息的编号")
    given = {**cells, "source": API} if recorder.reading.kind is TableKind.POSTING else dict(cells)
    table = RawTable(pd.DataFrame([given], index=[2], dtype=object), file=API, sha256="")
    normalised = normalise_part(table, recorder.reading)
    problems = normalised.problems
    fatal = next((problem for problem in problems if problem.fatal), None)
    if fatal is not None:
        raise InputError(fatal.code, fatal.message, hint=f"核对 {fatal.column}")
    return TypedRecord(str(normalised.frame[column].iloc[0]), normalised.frame, cells, problems)


def add_record(
    recorder: Recorder,
    coders: Coders,
    typed: TypedRecord,
    *,
    reference: str,
    keep: Callable[[sa.Connection, str], None],
) -> tuple[str, bool]:
    """Keep a new record.

    Parameters
    ----------
    recorder
        Whose it is.
    coders
        Code it.
    typed
        The record.
    reference
        The number that its owner's own system gives it; empty where the number was made here.
    keep
        Called with the transaction and the id before it is committed.

    Returns
    -------
    tuple of str and bool
        The id, and whether the encoder failed, so that codes by meaning are missing.

    Raises
    ------
    ConflictError
        ``reference_taken``: a record with this number is there; ``profile_erased``: the person was erased.
    """
    record_id = owned_id(recorder.owner, typed.stated)

    def check(connection: sa.Connection, *, there: bool) -> None:
        if there:
            raise ConflictError(
                "reference_taken", f"已有这个编号的记录：{record_id}", hint="更正已有的记录请用 PUT"
            )
        keep(connection, record_id)

    return record_id, _save(recorder, coders, typed, record_id, check, reference=reference)


def replace_record(
    recorder: Recorder,
    coders: Coders,
    typed: TypedRecord,
    record_id: str,
    *,
    reference: str,
    check: Callable[[sa.Connection], None],
) -> bool:
    """Put a record in the place of one that is there; return whether the encoder failed.

    Parameters
    ----------
    recorder
        Whose it is.
    coders
        Code it.
    typed
        The record.
    record_id
        The one that it replaces.
    reference
        The number that its owner's own system gives it.
    check
        Called within the transaction once nobody else can change the record: raises where it may not be
        replaced.
    """

    def allowed(connection: sa.Connection, *, there: bool) -> None:  # noqa: ARG001 - check tells of it
        check(connection)

    return _save(recorder, coders, typed, record_id, allowed, reference=reference)


def delete_posting(recorder: Recorder, posting_id: str, *, check: Callable[[sa.Connection], None]) -> None:
    """Delete a posting that nothing published rests on; what was received and its history stay.

    Raises
    ------
    ConflictError
        ``posting_published``.
    """

    def delete(connection: sa.Connection) -> None:
        lock_records(connection, posting.c.posting_id, posting_id)
        check(connection)
        if is_published(connection, posting_id):
            raise ConflictError(
                "posting_published",
                "目录的条目以这条招聘信息为依据，不能删除",
                hint="不再招聘的用 PUT 写明关闭日期与结果",
            )
        keys = needs_of(connection, posting_id)
        remove_posting(connection, posting_id)
        record_change(
            connection,
            actor=recorder.actor,
            table_name=posting.name,
            row_key=posting_id,
            kind="deleted",
            fields={},
        )
        _merge(connection, keys)

    _in_transaction(recorder.store, delete)


def _save(
    recorder: Recorder,
    coders: Coders,
    typed: TypedRecord,
    record_id: str,
    check: Callable[..., None],
    *,
    reference: str,
) -> bool:
    kind = recorder.reading.kind
    if kind is TableKind.PROFILE:
        _refuse_erased(recorder, record_id)
    column = recorder.reading.id_column
    told = {column: record_id, "owner": recorder.owner, "reference": reference}
    coded, degraded = code_kept(coders, typed.frame.assign(**told), kind, lambda _name, _done, _total: None)
    frame = coded.frame

    def write(connection: sa.Connection) -> None:
        there = lock_records(connection, _KEYS[kind], record_id)
        check(connection, there=there)
        place = receive_row(
            connection,
            kind.value,
            typed.cells,
            owner=recorder.owner,
            subject_id=record_id,
            at=recorder.now,
            on=recorder.reading.today,
        )
        if kind is TableKind.PROFILE:
            own = frame.assign(row=place.row)
            write_profiles(connection, place.batch_id, own, actor=recorder.actor)
        else:
            before = needs_of(connection, record_id)
            own = frame.assign(row=place.row, source_row=place.row)
            write_postings(connection, place.batch_id, own, actor=recorder.actor)
            _merge(connection, before | set(frame["end_employer_key"]))
        queue_reviews(connection, for_people(coded.reviews) if degraded else coded.reviews)

    _in_transaction(recorder.store, write)
    return degraded


def _refuse_erased(recorder: Recorder, profile_id: str) -> None:
    if erased_ids(recorder.store, [profile_id], key=recorder.reading.pseudonym_key):
        raise ConflictError("profile_erased", "这个编号的档案已按本人要求删除，不再接收", hint="请与本人确认")


def _merge(connection: sa.Connection, keys: Iterable[str]) -> None:
    index = read_employer_index(connection)
    merge_within(connection, index, index.siblings(keys))


def _in_transaction(store: Store, write: Callable[[sa.Connection], Any]) -> None:
    """Write in one transaction, again where a file that was read at the same moment got in between."""
    for left in reversed(range(_TRIES)):
        try:
            with store.begin() as connection:
                write(connection)
        except IntegrityError:
            if not left:
                raise
        else:
            return
