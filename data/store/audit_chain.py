"""The audit as a chain: appended one by one whoever appends, recomputed from end to end, anchored elsewhere.

The database refuses to alter an entry; the chain shows where somebody got round that. Whoever can rewrite the
whole chain, or cut off its end, is found out by an anchor: the hash of an entry kept where they cannot write.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from pydantic import ValidationError, field_validator

from data.canonical import json_sha256
from data.errors import InputError
from data.records import Record
from data.store.chain import ORIGIN, checked_links
from data.store.moments import utc
from data.store.schema import access_log, access_person
from data.store.store import Store, insert_rows

__all__ = [
    "Anchor",
    "AuditEntry",
    "AuditReport",
    "append_entry",
    "audit_anchor",
    "entries_of",
    "parse_anchors",
    "verify_audit",
]

_READ_AT_ONCE: Final = 500
_MOST_FAULTS: Final = 1000


class AuditEntry(Record):
    """One entry of the audit, as it is kept."""

    number: int
    """Number of the entry, from 1 without gaps."""
    at: dt.datetime
    """When, UTC."""
    actor: str
    """Who: an agency, the holder of a key, ``user:`` or ``cli:`` and a user, ``person``."""
    agency_id: str | None
    """The agency that the actor belongs to; None for the office and for people themselves."""
    action: str
    """What was done."""
    route: str
    """Method and template of the address, such as ``GET /v1/people/me``; empty where none was asked."""
    subject: str | None
    """A vacancy, or the keyed hash of a person or of what the address names."""
    purpose: str
    """What for, where a purpose must be stated."""
    request_id: str
    """Number of the request; empty where none was made."""
    outcome: str
    """How it ended."""
    results: int
    """Number of results shown."""
    index_version: str
    """The vectors searched; empty where nothing was."""
    model_version: str
    """What made the scores; empty where there are none."""
    people: tuple[str, ...]
    """Keyed hashes of the people it concerned, sorted."""
    previous_sha256: str
    """Hash of the entry before; 64 zeros for the first."""
    sha256: str = ""
    """Hash of this entry."""

    @field_validator("at")
    @classmethod
    def _in_utc(cls, moment: dt.datetime) -> dt.datetime:
        """Bring a time to UTC; SQLite hands it back without its zone."""
        return utc(moment)

    @property
    def computed_sha256(self) -> str:
        """Hash of everything in the entry but the hash itself."""
        content = self.model_dump(exclude={"sha256"})
        return json_sha256({**content, "at": self.at.isoformat(timespec="microseconds")})


class Anchor(Record):
    """The hash of one entry, to be kept outside the database."""

    number: int
    """The newest entry when the anchor was made; 0 for an audit without entries."""
    sha256: str
    """Its hash; 64 zeros for an audit without entries."""
    at: dt.datetime
    """When the anchor was made, UTC."""


class AuditReport(Record):
    """What a verification found."""

    entries: int
    """Number of entries read."""
    head: str
    """Hash of the newest entry; 64 zeros where there is none."""
    anchors: int
    """Number of anchors compared."""
    faults: tuple[str, ...]
    """What does not hold, one Chinese sentence each, at most 1,000; empty for a sound audit."""


def append_entry(connection: sa.Connection, *, people: Collection[str], **content: Any) -> int:
    """Put an entry at the end of the chain, in an open transaction.

    Until the transaction ends nobody else can append, so append last.

    Parameters
    ----------
    connection
        The transaction.
    people
        Keyed hashes of the people concerned.
    **content
        Every other field of :class:`AuditEntry` but number, time and hashes.

    Returns
    -------
    int
        Number of the entry.
    """
    _lock(connection)
    newest = sa.select(access_log.c.access_id, access_log.c.sha256).order_by(access_log.c.access_id.desc())
    last = connection.execute(newest.limit(1)).one_or_none()
    entry = AuditEntry(
        number=1 if last is None else last.access_id + 1,
        at=dt.datetime.now(dt.UTC),
        people=tuple(sorted(set(people))),
        previous_sha256=ORIGIN if last is None else last.sha256,
        **content,
    )
    row = entry.model_dump(exclude={"number", "people", "sha256"})
    connection.execute(
        access_log.insert().values(**row, access_id=entry.number, sha256=entry.computed_sha256)
    )
    if entry.people:
        shown = [{"access_id": entry.number, "person_sha256": each} for each in entry.people]
        insert_rows(connection, access_person, shown)
    return entry.number


def entries_of(connection: sa.Connection, numbers: Sequence[int]) -> list[AuditEntry]:
    """Return entries by their numbers, in the order of the numbers; unknown ones are left out."""
    people: dict[int, list[str]] = defaultdict(list)
    shown = sa.select(access_person).where(access_person.c.access_id.in_(numbers))
    for access_id, person_sha256 in connection.execute(shown):
        people[access_id].append(person_sha256)
    query = sa.select(access_log).where(access_log.c.access_id.in_(numbers)).order_by(access_log.c.access_id)
    return [_entry(row, people[row["access_id"]]) for row in connection.execute(query).mappings()]


def verify_audit(
    store: Store, *, anchors: Iterable[Anchor] = (), progress: Callable[[int, int], None] | None = None
) -> AuditReport:
    """Recompute the whole chain and hold it against anchors.

    Parameters
    ----------
    store
        The store; entries appended while it is read are left out.
    anchors
        Anchors kept elsewhere, in any order.
    progress
        Told how many entries of how many were read.

    Returns
    -------
    AuditReport
        Sound when it lists no faults: no entry was altered, removed, reordered or inserted since it was
        written, as far as no more than the database was written to; up to the newest anchor not even then.
    """
    awaited: dict[int, list[Anchor]] = defaultdict(list)
    for anchor in anchors:
        awaited[anchor.number].append(anchor)
    compared = sum(map(len, awaited.values()))
    faults: list[str] = [*_strayed(awaited.pop(0, []), ORIGIN)]
    count, head = 0, ORIGIN
    with store.snapshot() as connection:
        total = int(connection.execute(sa.select(sa.func.count()).select_from(access_log)).scalar_one())
        for entry, found in checked_links(_iter_entries(connection)):
            count, head = count + 1, entry.sha256
            faults += [*found, *_strayed(awaited.pop(entry.number, []), entry.sha256)]
            if progress is not None and (count % _READ_AT_ONCE == 0 or count == total):
                progress(count, total)
    faults += [
        f"{anchor.at:%Y-%m-%d %H:%M} UTC 的锚点指向第 {number} 条，记录中已没有这一条"
        for number, lost in sorted(awaited.items())
        for anchor in lost
    ]
    return AuditReport(entries=count, head=head, anchors=compared, faults=tuple(faults[:_MOST_FAULTS]))


def audit_anchor(store: Store) -> Anchor:
    """Return the anchor of the audit as it is now."""
    newest = sa.select(access_log.c.access_id, access_log.c.sha256).order_by(access_log.c.access_id.desc())
    with store.read() as connection:
        last = connection.execute(newest.limit(1)).one_or_none()
    number, sha256 = (0, ORIGIN) if last is None else last
    return Anchor(number=number, sha256=sha256, at=dt.datetime.now(dt.UTC))


def parse_anchors(text: str) -> list[Anchor]:
    """Read anchors, one JSON object a line as ``yingcai audit anchor`` writes them.

    Raises
    ------
    InputError
        ``anchor_invalid``: a line that is none.
    """
    found = []
    for place, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append(Anchor.model_validate(json.loads(line)))
        except (ValueError, ValidationError) as error:
            raise InputError(
                "anchor_invalid",
                f"第 {place} 行不是锚点",
                hint="每行一个，原样保存 yingcai audit anchor 的输出",
            ) from error
    return found


def _strayed(anchors: Iterable[Anchor], sha256: str) -> list[str]:
    return [
        f"第 {anchor.number} 条与 {anchor.at:%Y-%m-%d %H:%M} UTC 的锚点不符，记录被整体改写过"
        for anchor in anchors
        if anchor.sha256 != sha256
    ]


def _iter_entries(connection: sa.Connection) -> Iterator[AuditEntry]:
    """Read the entries in order, a few hundred at a time."""
    after = -1
    while True:
        query = sa.select(access_log.c.access_id).where(access_log.c.access_id > after)
        numbers = (
            connection.execute(query.order_by(access_log.c.access_id).limit(_READ_AT_ONCE)).scalars().all()
        )
        if not numbers:
            return
        yield from entries_of(connection, numbers)
        after = numbers[-1]


def _entry(row: sa.RowMapping, people: Iterable[str]) -> AuditEntry:
    content = {name: value for name, value in row.items() if name != "access_id"}
    return AuditEntry(number=row["access_id"], people=tuple(sorted(people)), **content)


def _lock(connection: sa.Connection) -> None:
    """Let nobody else append until the transaction ends, and see what everybody before has appended."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock('access_log'::regclass::oid::bigint)")
    else:
        # SQLite has one writer at a time; a statement that writes nothing makes this transaction it.
        connection.exec_driver_sql("UPDATE access_log SET actor = actor WHERE access_id < 0")
