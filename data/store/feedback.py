"""Feedback events in the store: kept once however often they are sent, and read back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from data.errors import StoreError
from data.feedback import JOINT_KINDS, EventKind, FeedbackEvent, Side, usable_note
from data.normalise.contacts import mask_contacts
from data.owners import OFFICE, visible_to
from data.store.frames import read_frame
from data.store.schema import feedback_event, profile, vacancy
from data.store.store import Store, chunked, upsert

__all__ = ["EventResult", "EventStatus", "PairStanding", "read_events", "read_standings", "record_events"]

_SKEW = dt.timedelta(minutes=5)
"""By how much the clock of a sender may be ahead of ours."""


class EventStatus(StrEnum):
    """What became of an event that was sent."""

    RECORDED = "recorded"
    """It was kept."""
    KNOWN = "known"
    """It was here already, the same in every field; nothing was done."""
    REFUSED = "refused"
    """It cannot be, or contradicts what is here; nothing was done."""


@dataclass(frozen=True)
class EventResult:
    """What became of one event."""

    event_id: str
    """The event."""
    status: EventStatus
    """What became of it."""
    code: str = ""
    """Why it was refused, for programs; empty when it was not."""
    message: str = ""
    """Why it was refused, or what was taken out of its note, in Chinese."""


class PairStanding(NamedTuple):
    """How far a person came for a vacancy, as some senders told it."""

    vacancy_id: str
    """The vacancy."""
    profile_id: str
    """Pseudonym of the person."""
    kind: EventKind
    """What happened last."""
    reason: str | None
    """Why one side said no, where it did."""
    happened_at: dt.datetime
    """When that was, UTC."""


class _Fault(NamedTuple):
    code: str
    message: str


class _Pair(NamedTuple):
    vacancy_id: str
    profile_id: str


_Row = dict[str, Any]
_Shown = Mapping[tuple[_Pair, str], dt.datetime]


def record_events(
    store: Store,
    events: Sequence[FeedbackEvent],
    *,
    actor: str,
    owner: str = OFFICE,
    now: dt.datetime | None = None,
) -> tuple[EventResult, ...]:
    """Keep those of some events that can be, each once.

    An event is refused that names a vacancy or person who is not here, or not for its sender to see, lies in
    the future, comes before the pair was first shown, or has the id of another event of the same sender.
    The others are kept in one transaction. Contacts and what nobody may be judged by are taken out of notes.

    Parameters
    ----------
    store
        The store.
    events
        The events, at most some thousands.
    actor
        Who sends them; ids need to be unique for one sender only.
    owner
        The sender's agency; empty for the office, which may name whatever is here.
    now
        The moment of recording, UTC; the clock's when left out.

    Returns
    -------
    tuple of EventResult
        One result an event, in their order.

    Raises
    ------
    StoreError
        ``feedback_interrupted``: a person was erased while their events were written; nothing was kept.
    """
    moment = now or dt.datetime.now(dt.UTC)
    notes = [usable_note(event.note) for event in events]
    try:
        with store.begin() as connection:
            rows = [_row(event, kept, actor, moment) for event, (kept, _) in zip(events, notes, strict=True)]
            verdicts = _record(connection, rows, moment, owner)
    except IntegrityError as error:
        raise StoreError(
            "feedback_interrupted", "写入时有档案被删除，本批未记入", hint="重发同一批，已记入的不会重复"
        ) from error
    removed = ["、".join(finding.text for finding in findings) for _, findings in notes]
    return tuple(
        _result(row, verdict, words) for row, verdict, words in zip(rows, verdicts, removed, strict=True)
    )


def read_events(
    store: Store,
    *,
    kinds: Collection[EventKind] | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    synthetic: bool | None = None,
    profile_id: str | None = None,
) -> pd.DataFrame:
    """Read events in the order in which they happened.

    Parameters
    ----------
    store
        The store.
    kinds
        Kinds wanted; all when left out.
    since, until
        First moment and the moment after the last, by when the events happened.
    synthetic
        Whether to read those of generated data or those of real data; both when left out.
    profile_id
        One person only.

    Returns
    -------
    DataFrame
        actor, event_id, kind, side, vacancy_id, profile_id, list_id, position (Int64), propensity, variant,
        model_version, reason, note, happened_at and recorded_at (UTC), synthetic; without rows where there is
        no such event.
    """
    table = feedback_event.c
    query = sa.select(feedback_event).order_by(table.happened_at, table.recorded_at, *_key())
    conditions = (
        (kinds, lambda given: table.kind.in_([kind.value for kind in given])),
        (since, lambda given: table.happened_at >= given.astimezone(dt.UTC)),
        (until, lambda given: table.happened_at < given.astimezone(dt.UTC)),
        (synthetic, lambda given: table.synthetic == given),
        (profile_id, lambda given: table.profile_id == given),
    )
    for given, condition in conditions:
        if given is not None:
            query = query.where(condition(given))
    with store.read() as connection:
        frame = read_frame(connection, query)
    return frame.assign(
        position=frame["position"].astype("Int64"),
        synthetic=frame["synthetic"].astype(bool),
        **{name: pd.to_datetime(frame[name], utc=True) for name in ("happened_at", "recorded_at")},
    )


def read_standings(
    store: Store, actors: Collection[str], *, vacancy_id: str | None = None
) -> list[PairStanding]:
    """Return how far pairs came that some senders did something with, beyond showing and looking at them.

    Parameters
    ----------
    store
        The store.
    actors
        The senders.
    vacancy_id
        One vacancy only.

    Returns
    -------
    list of PairStanding
        One a pair, what happened last first.
    """
    table = feedback_event.c
    seen = (EventKind.SHOWN.value, EventKind.OPENED.value)
    query = sa.select(feedback_event).where(table.actor.in_(sorted(actors)), table.kind.not_in(seen))
    if vacancy_id is not None:
        query = query.where(table.vacancy_id == vacancy_id)
    latest: dict[_Pair, PairStanding] = {}
    with store.read() as connection:
        for row in connection.execute(query.order_by(table.happened_at, table.recorded_at)):
            pair = _Pair(row.vacancy_id, row.profile_id)
            kind, happened_at = EventKind(row.kind), _utc(row.happened_at)
            latest[pair] = PairStanding(*pair, kind, row.reason, happened_at)
    return sorted(latest.values(), key=lambda each: (each.happened_at, each.profile_id), reverse=True)


def _record(
    connection: sa.Connection, rows: Sequence[_Row], moment: dt.datetime, owner: str
) -> list[_Fault | bool]:
    """Write the rows that can be; return for each a fault, or whether it is new."""
    stored = _stored(connection, rows)
    synthetic = {table: _synthetic(connection, table, rows, owner) for table in (vacancy, profile)}
    faults = [_impossible(row, synthetic, moment) for row in rows]
    for row in rows:
        row["synthetic"] = any(found.get(row[_id_of(table)]) for table, found in synthetic.items())
    shown = _first_shown(connection, [row for row, fault in zip(rows, faults, strict=True) if not fault])
    fresh: dict[str, _Row] = {}
    verdicts: list[_Fault | bool] = []
    for row, fault in zip(rows, faults, strict=True):
        before = stored.get(row["event_id"]) or fresh.get(row["event_id"])
        verdict = _against(before, row) if before else fault or _too_early(row, shown) or True
        verdicts.append(verdict)
        if verdict is True:
            fresh[row["event_id"]] = row
    upsert(connection, feedback_event, list(fresh.values()), replace=False)
    # Somebody else may have sent the same ids at the same moment: what is there now decides.
    kept = _stored(connection, list(fresh.values()))
    return [
        _against(kept[row["event_id"]], row)
        if verdict is True and kept[row["event_id"]]["recorded_at"] != moment
        else verdict
        for row, verdict in zip(rows, verdicts, strict=True)
    ]


def _row(event: FeedbackEvent, note: str, actor: str, moment: dt.datetime) -> _Row:
    plain = {name: value.value if isinstance(value, StrEnum) else value for name, value in event}
    times = {"happened_at": event.happened_at.astimezone(dt.UTC), "recorded_at": moment}
    return {**plain, **times, "note": note, "actor": actor}


def _result(row: _Row, verdict: _Fault | bool, removed: str) -> EventResult:
    if isinstance(verdict, _Fault):
        return EventResult(row["event_id"], EventStatus.REFUSED, verdict.code, verdict.message)
    status = EventStatus.RECORDED if verdict else EventStatus.KNOWN
    told = f"已从补充说明中删去不得作为条件的内容：{removed}" if removed else ""
    return EventResult(row["event_id"], status, message=told)


def _impossible(
    row: _Row, synthetic: Mapping[sa.Table, Mapping[str, bool]], moment: dt.datetime
) -> _Fault | None:
    """Return why an event cannot be, by itself."""
    for table, name in ((vacancy, "需求"), (profile, "人才档案")):
        given = row[_id_of(table)]
        if given not in synthetic[table]:
            return _Fault(f"{table.name}_unknown", f"库中没有编号为 {mask_contacts(given)} 的{name}")
    if row["happened_at"] > moment + _SKEW:
        return _Fault("event_in_future", f"发生时间 {row['happened_at']:%Y-%m-%d %H:%M} UTC 还没有到")
    return None


def _too_early(row: _Row, shown: _Shown) -> _Fault | None:
    """Return why an event cannot be, given when its pair was first shown."""
    kind = EventKind(row["kind"])
    sides = list(Side) if kind in JOINT_KINDS else [Side(row["side"])]
    pair = _Pair(row["vacancy_id"], row["profile_id"])
    moments = [shown[pair, side.value] for side in sides if (pair, side.value) in shown]
    if not moments or kind is EventKind.SHOWN or row["happened_at"] >= min(moments):
        return None
    told = f"{kind.chinese}早于首次展示（{min(moments):%Y-%m-%d %H:%M} UTC）"
    return _Fault("event_before_shown", told)


def _against(before: Mapping[str, Any], row: _Row) -> _Fault | bool:
    """Compare an event with the one that has its id: False for the same, else the fault."""
    ours = {name for name in row if name not in {"recorded_at", "synthetic"}}
    if all(before[name] == row[name] for name in ours):
        return False
    return _Fault("event_id_taken", "同一编号的事件已经记入，内容不同；一个编号只能用于一个事件")


def _stored(connection: sa.Connection, rows: Sequence[_Row]) -> dict[str, _Row]:
    """Return the sender's events that are here under the ids of some rows."""
    found: dict[str, _Row] = {}
    for chunk in chunked(rows):
        ids = [row["event_id"] for row in chunk]
        query = sa.select(feedback_event).where(
            feedback_event.c.actor == chunk[0]["actor"], feedback_event.c.event_id.in_(ids)
        )
        for row in connection.execute(query).mappings():
            times = {name: _utc(row[name]) for name in ("happened_at", "recorded_at")}
            found[row["event_id"]] = {**row, **times}
    return found


def _synthetic(
    connection: sa.Connection, table: sa.Table, rows: Sequence[_Row], owner: str
) -> dict[str, bool]:
    """Return those ids of a table that are here for an owner, and whether they were generated."""
    seen = sa.true() if owner == OFFICE else visible_to(table, owner)
    (key,) = table.primary_key.columns
    found: dict[str, bool] = {}
    for chunk in chunked(sorted({row[_id_of(table)] for row in rows})):
        query = sa.select(key, table.c.synthetic).where(key.in_(chunk), seen)
        found.update((str(each), bool(generated)) for each, generated in connection.execute(query))
    return found


def _first_shown(connection: sa.Connection, rows: Sequence[_Row]) -> _Shown:
    """Return when each pair was first shown to each side, here or among the rows."""
    table = feedback_event.c
    moments: dict[tuple[_Pair, str], dt.datetime] = {}

    def note(pair: _Pair, side: str, moment: dt.datetime) -> None:
        moments[pair, side] = min(moment, moments.get((pair, side), moment))

    for row in rows:
        if EventKind(row["kind"]) is EventKind.SHOWN:
            note(_Pair(row["vacancy_id"], row["profile_id"]), row["side"], row["happened_at"])
    for chunk in chunked(sorted({_Pair(row["vacancy_id"], row["profile_id"]) for row in rows})):
        columns = (table.vacancy_id, table.profile_id, table.side)
        query = (
            sa.select(*columns, sa.func.min(table.happened_at))
            .where(table.kind == EventKind.SHOWN.value, sa.tuple_(*columns[:2]).in_(chunk))
            .group_by(*columns)
        )
        for vacancy_id, profile_id, side, moment in connection.execute(query):
            note(_Pair(vacancy_id, profile_id), side, _utc(moment))
    return moments


def _id_of(table: sa.Table) -> str:
    return f"{table.name}_id"


def _key() -> list[Any]:
    return list(feedback_event.primary_key)


def _utc(moment: Any) -> dt.datetime:
    """Return a moment as the databases give it back, one of them without saying that it is UTC."""
    read = dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    utc: dt.datetime = read.astimezone(dt.UTC) if read.tzinfo else read.replace(tzinfo=dt.UTC)
    return utc
