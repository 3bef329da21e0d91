"""Postings that demand what may not be demanded: listed for people, and what people did about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from data.errors import ConflictError, InputError, UnknownName
from data.normalise.contacts import mask_contacts
from data.normalise.text import clean_prose
from data.records import Finding, Severity
from data.store.history import record_change
from data.store.moments import utc
from data.store.schema import change, posting, raw_row
from data.store.store import Store, chunked

__all__ = [
    "FlaggedPosting",
    "Handling",
    "flagged_postings",
    "handle_flagged",
    "read_flagged",
    "reopen_flagged",
    "texts_as_received",
]

_RETURNED, _REOPENED = "returned", "reopened"
_LONGEST: Final = 500
_NOTHING_FOUND: Final[sa.ColumnElement[str]] = sa.literal_column("'[]'")
"""Written out in the statement: only then do databases see that the index of findings answers it."""


class Handling(NamedTuple):
    """What somebody did about a posting."""

    by: str
    """Who."""
    at: dt.datetime
    """When, UTC."""
    note: str
    """What was done."""


class FlaggedPosting(NamedTuple):
    """A posting with findings."""

    posting_id: str
    """The posting."""
    title: str
    """Title, as far as it may be used."""
    employer: str
    """Who posted it."""
    source: str
    """Where it came from."""
    posted_on: dt.date | None
    """Day it was published, else seen."""
    synthetic: bool
    """True for generated data."""
    place: tuple[int, int]
    """Batch and row of the posting as received."""
    findings: tuple[Finding, ...]
    """What it demands."""
    handling: Handling | None
    """What was done about it; None while it waits."""

    @property
    def blocked(self) -> bool:
        """Whether a law forbids one of the demands."""
        return any(finding.severity is Severity.BLOCK for finding in self.findings)


def flagged_postings(store: Store) -> list[FlaggedPosting]:
    """Return all postings with findings: those that a law forbids first, then the newest."""
    query = _query().where(sa.cast(posting.c.findings, sa.Text) != _NOTHING_FOUND)
    with store.read() as connection:
        rows = connection.execute(query).all()
        done = _handlings(connection, [row.posting_id for row in rows])
    found = [_flagged(row, done) for row in rows if row.findings]
    newest = sorted(found, key=lambda each: (str(each.posted_on or ""), each.posting_id), reverse=True)
    return sorted(newest, key=lambda each: not each.blocked)


def read_flagged(store: Store, posting_id: str) -> FlaggedPosting:
    """Return one posting with findings.

    Raises
    ------
    UnknownName
        ``posting_unknown``: there is none with this number, or nothing was found in it.
    """
    with store.read() as connection:
        row = connection.execute(_query().where(posting.c.posting_id == posting_id)).one_or_none()
        done = _handlings(connection, [posting_id])
    if row is None or not row.findings:
        raise UnknownName(
            "posting_unknown", f"没有编号为 {posting_id} 的待办招聘信息", hint="回到清单重新选择"
        )
    return _flagged(row, done)


def handle_flagged(store: Store, posting_id: str, *, by: str, note: str) -> None:
    """Note what was done about a posting, such as that it went back to the employer; the posting stays.

    Parameters
    ----------
    store
        The store.
    posting_id
        The posting.
    by
        Who did it.
    note
        What was done; contacts in it are hidden.

    Raises
    ------
    UnknownName
        ``posting_unknown``, as :func:`read_flagged`.
    InputError
        ``note_missing`` or ``note_too_long``.
    ConflictError
        ``posting_handled``: somebody did already.
    """
    told = mask_contacts(note.strip())
    if not told:
        raise InputError("note_missing", "没有写明办理情况", hint="写明退回给谁、要求改什么")
    if len(told) > _LONGEST:
        raise InputError("note_too_long", f"办理情况超过 {_LONGEST} 字", hint="写短一些")
    known = read_flagged(store, posting_id).handling
    if known is not None:
        raise ConflictError(
            "posting_handled", f"{posting_id} 已由 {known.by} 办理", hint="如需重办，先撤销办理"
        )
    _note(store, posting_id, by=by, kind=_RETURNED, note=told)


def reopen_flagged(store: Store, posting_id: str, *, by: str) -> None:
    """Take back that a posting was handled: it waits again.

    Raises
    ------
    UnknownName
        ``posting_unknown``, as :func:`read_flagged`.
    ConflictError
        ``posting_waiting``: it waits already.
    """
    if read_flagged(store, posting_id).handling is None:
        raise ConflictError("posting_waiting", f"{posting_id} 尚未办理，无需撤销", hint="回到清单查看")
    _note(store, posting_id, by=by, kind=_REOPENED, note="")


def texts_as_received(store: Store, places: Collection[tuple[int, int]]) -> dict[tuple[int, int], list[str]]:
    """Return the texts of rows as received, cleaned and with contacts hidden, by batch and row.

    Positions of findings in a title or in duties count in one of them.
    """
    found: dict[tuple[int, int], list[str]] = {}
    for chunk in chunked(sorted(places)):
        wanted = sa.tuple_(raw_row.c.batch_id, raw_row.c.row).in_(list(chunk))
        with store.read() as connection:
            for row in connection.execute(sa.select(raw_row).where(wanted)).mappings():
                found[row["batch_id"], row["row"]] = _texts(row["content"])
    return found


def _texts(content: Mapping[str, Any]) -> list[str]:
    words = [value for value in content.values() if isinstance(value, str) and value]
    return [mask_contacts(clean_prose(each)) for each in words]


def _query() -> sa.Select[Any]:
    names = ("posting_id", "title", "employer", "source", "posted_on", "observed_on", "synthetic", "findings")
    return sa.select(
        *(posting.c[name] for name in names), posting.c.batch_id, posting.c.row.label("posting_row")
    )


def _flagged(row: Any, done: Mapping[str, Handling]) -> FlaggedPosting:
    return FlaggedPosting(
        row.posting_id,
        row.title,
        row.employer,
        row.source,
        row.posted_on or row.observed_on,
        row.synthetic,
        (row.batch_id, row.posting_row),
        tuple(Finding.model_validate(each) for each in row.findings),
        done.get(row.posting_id),
    )


def _handlings(connection: sa.Connection, posting_ids: Sequence[str]) -> dict[str, Handling]:
    """Return what was last done about postings, without those that were opened again."""
    done: dict[str, Handling] = {}
    query = (
        sa.select(change.c.row_key, change.c.kind, change.c.actor, change.c.at, change.c.fields)
        .where(change.c.table_name == posting.name, change.c.kind.in_([_RETURNED, _REOPENED]))
        .order_by(change.c.change_id)
    )
    for chunk in chunked(posting_ids):
        for row in connection.execute(query.where(change.c.row_key.in_(chunk))):
            done.pop(row.row_key, None)
            if row.kind == _RETURNED:
                done[row.row_key] = Handling(row.actor, utc(row.at), row.fields["note"][1])
    return done


def _note(store: Store, posting_id: str, *, by: str, kind: str, note: str) -> None:
    with store.begin() as connection:
        record_change(
            connection,
            actor=by,
            table_name=posting.name,
            row_key=posting_id,
            kind=kind,
            fields={"note": [None, note]},
        )
