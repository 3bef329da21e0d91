"""What people may ask for themselves: codes that open their data, requests with a clock, no matching.

The law: 个人信息保护法 art. 24 (automated decisions), 44-47 (see, copy, correct, erase), 50 (answer in time).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from enum import StrEnum
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from pydantic import field_validator

from data.errors import InputError, UnknownName
from data.records import Record
from data.store.history import record_change
from data.store.moments import beijing_day, utc
from data.store.schema import profile
from data.store.schema.access import matching_objection, person_request, person_token
from data.store.store import Store, upsert

__all__ = [
    "ANSWER_WORKDAYS",
    "PersonRequest",
    "RequestKind",
    "RequestStatus",
    "Times",
    "answer_request",
    "close_access",
    "due_day",
    "issue_code",
    "list_requests",
    "make_request",
    "object_to_matching",
    "objects_to_matching",
    "open_access",
    "person_of",
]

ANSWER_WORKDAYS: Final = 15
"""Days from Monday to Friday in which the office answers; holidays are not left out, so it is never later."""
_FRIDAY: Final = 5
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUPS, _GROUP = 4, 4
_MOST_OPEN: Final = 20
_LONGEST: Final = 2000


class RequestKind(StrEnum):
    """What a person asks for."""

    CORRECT = "correct"
    """Something held is wrong or missing."""
    DISPUTE = "dispute"
    """What was concluded is wrong: a code, a match, a refusal."""
    REVIEW = "review"
    """A human being is to look at an automated result and explain it."""
    ERASE = "erase"
    """Everything is to be deleted."""


class RequestStatus(StrEnum):
    """How far a request is."""

    OPEN = "open"
    """The office has not answered."""
    DONE = "done"
    """It was done as asked."""
    REFUSED = "refused"
    """It was not; the answer says why."""


class Times(NamedTuple):
    """How long codes and sessions last."""

    code: dt.timedelta = dt.timedelta(days=3)
    """A code, until it is used."""
    session: dt.timedelta = dt.timedelta(minutes=30)
    """A session opened with it."""


class PersonRequest(Record):
    """One request."""

    request_id: str
    """Number, ``R`` and 16 hexadecimal digits."""
    profile_id: str
    """Who asks."""
    kind: RequestKind
    """What for."""
    text: str
    """In the person's words."""
    created_at: dt.datetime
    """When, UTC."""
    due_on: dt.date
    """The day by which it must be answered."""
    status: RequestStatus
    """How far it is."""
    answer: str
    """What the office answered; empty while open."""
    answered_by: str | None
    """Who answered."""
    answered_at: dt.datetime | None
    """When, UTC."""

    @field_validator("created_at", "answered_at")
    @classmethod
    def _in_utc(cls, moment: dt.datetime | None) -> dt.datetime | None:
        """Bring a time to UTC; SQLite hands it back without its zone."""
        return None if moment is None else utc(moment)

    def is_overdue(self, on: dt.date) -> bool:
        """Return whether it should have been answered before a day and was not."""
        return self.status is RequestStatus.OPEN and self.due_on < on


def due_day(on: dt.date) -> dt.date:
    """Return the day by which what is asked on a day must be answered.

    Examples
    --------
    >>> str(due_day(dt.date(2026, 11, 20)))
    '2026-12-11'
    """
    left = ANSWER_WORKDAYS
    while left:
        on += dt.timedelta(days=1)
        left -= on.weekday() < _FRIDAY
    return on


def issue_code(
    store: Store, profile_id: str, *, by: str, now: dt.datetime, times: Times | None = None
) -> str:
    """Make a code that opens once what is held on a person; the office hands it to whoever proved to be it.

    A code that was issued before and not used is void from now on.

    Raises
    ------
    UnknownName
        ``profile_unknown``.
    """
    code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    with store.begin() as connection:
        _require_profile(connection, profile_id)
        earlier = (person_token.c.profile_id == profile_id) & (person_token.c.kind == "code")
        connection.execute(person_token.delete().where(earlier))
        _keep(connection, code, profile_id, kind="code", by=by, now=now, lasts=(times or Times()).code)
    return code


def open_access(store: Store, code: str, *, now: dt.datetime, times: Times | None = None) -> str | None:
    """Open a session with a code, which is used up by it.

    Parameters
    ----------
    store
        The store.
    code
        The code, in any case, with or without its hyphens.
    now
        The moment, UTC.
    times
        How long the session lasts.

    Returns
    -------
    str or None
        The secret of the session; None for a code that is unknown, used up or too old.
    """
    secret = secrets.token_urlsafe(32)
    with store.begin() as connection:
        connection.execute(person_token.delete().where(person_token.c.expires_at <= now))
        here = (person_token.c.token_sha256 == _hash(code)) & (person_token.c.kind == "code")
        query = sa.select(person_token.c.profile_id, person_token.c.issued_by).where(here)
        found = connection.execute(query).one_or_none()
        # Of two who use a code at once only one deletes it.
        if found is None or not connection.execute(person_token.delete().where(here)).rowcount:
            return None
        lasts = (times or Times()).session
        _keep(connection, secret, found.profile_id, kind="session", by=found.issued_by, now=now, lasts=lasts)
    return secret


def person_of(store: Store, secret: str, *, now: dt.datetime) -> str | None:
    """Return whose session a secret opens; None for one that ended or never was."""
    query = sa.select(person_token.c.profile_id).where(
        person_token.c.token_sha256 == hashlib.sha256(secret.encode()).hexdigest(),
        person_token.c.kind == "session",
        person_token.c.expires_at > sa.literal(now, person_token.c.expires_at.type),
    )
    with store.read() as connection:
        found: str | None = connection.execute(query).scalar_one_or_none()
    return found


def close_access(store: Store, profile_id: str) -> int:
    """End every session of a person and void codes that were not used; return how many there were."""
    with store.begin() as connection:
        return connection.execute(
            person_token.delete().where(person_token.c.profile_id == profile_id)
        ).rowcount


def make_request(
    store: Store, profile_id: str, kind: RequestKind, text: str, *, now: dt.datetime
) -> PersonRequest:
    """Keep what a person asks for; its clock runs from today.

    Raises
    ------
    UnknownName
        ``profile_unknown``.
    InputError
        ``request_text``: no words or more than 2,000 characters; ``requests_too_many``: 20 are open.
    """
    if not 0 < len(text.strip()) <= _LONGEST:
        raise InputError("request_text", "请求没有内容或过长", hint=f"用 1 到 {_LONGEST} 字写明要求")
    made = PersonRequest(
        request_id=f"R{secrets.token_hex(8)}",
        profile_id=profile_id,
        kind=kind,
        text=text.strip(),
        created_at=now,
        due_on=due_day(beijing_day(now)),
        status=RequestStatus.OPEN,
        answer="",
        answered_by=None,
        answered_at=None,
    )
    with store.begin() as connection:
        _require_profile(connection, profile_id)
        own = (person_request.c.profile_id == profile_id) & (person_request.c.status == "open")
        count = sa.select(sa.func.count()).select_from(person_request).where(own)
        if connection.execute(count).scalar_one() >= _MOST_OPEN:
            raise InputError("requests_too_many", f"未答复的请求已有 {_MOST_OPEN} 件", hint="等候答复")
        connection.execute(person_request.insert().values(_row(made)))
    return made


def list_requests(
    store: Store, *, profile_id: str | None = None, status: RequestStatus | None = None
) -> list[PersonRequest]:
    """Return requests, the one that is due first in front.

    Parameters
    ----------
    store
        The store.
    profile_id
        Of one person only; None for everybody.
    status
        Only those; None for all.
    """
    wanted = [
        column == value
        for column, value in ((person_request.c.profile_id, profile_id), (person_request.c.status, status))
        if value is not None
    ]
    order = (person_request.c.due_on, person_request.c.created_at, person_request.c.request_id)
    with store.read() as connection:
        rows = connection.execute(sa.select(person_request).where(*wanted).order_by(*order)).mappings()
        return [PersonRequest(**row) for row in rows]


def answer_request(
    store: Store, request_id: str, status: RequestStatus, answer: str, *, by: str, now: dt.datetime
) -> PersonRequest:
    """Answer a request once; the answer is the office's last word on it.

    Raises
    ------
    UnknownName
        ``request_unknown``.
    InputError
        ``request_answered``: it was answered before; ``answer_missing``: no words, or left open.
    """
    if status is RequestStatus.OPEN or not answer.strip():
        raise InputError(
            "answer_missing", "要写明结果与答复", hint="办结写 done，不能照办写 refused 并说明理由"
        )
    here = person_request.c.request_id == request_id
    with store.begin() as connection:
        answered = connection.execute(
            person_request.update()
            .where(here, person_request.c.status == RequestStatus.OPEN.value)
            .values(status=status.value, answer=answer.strip(), answered_by=by, answered_at=now)
        )
        row = connection.execute(sa.select(person_request).where(here)).mappings().one_or_none()
    if row is None:
        raise UnknownName("request_unknown", f"没有编号为 {request_id} 的请求", hint="核对编号")
    if not answered.rowcount:
        raise InputError("request_answered", f"请求 {request_id} 已答复过", hint="另有要求的请本人再提")
    return PersonRequest(**row)


def object_to_matching(store: Store, profile_id: str, *, objects: bool, now: dt.datetime) -> None:
    """Take a person out of automated matching, or back in; whoever serves loads its pools anew.

    Raises
    ------
    UnknownName
        ``profile_unknown``.
    """
    with store.begin() as connection:
        _require_profile(connection, profile_id)
        if objects:
            upsert(connection, matching_objection, [{"profile_id": profile_id, "since": now}], replace=False)
        else:
            connection.execute(
                matching_objection.delete().where(matching_objection.c.profile_id == profile_id)
            )
        kind = "opted_out" if objects else "opted_in"
        record_change(
            connection, actor="person", table_name=profile.name, row_key=profile_id, kind=kind, fields={}
        )


def objects_to_matching(store: Store, profile_id: str) -> bool:
    """Return whether a person wants no automated matching."""
    query = sa.select(matching_objection.c.profile_id).where(matching_objection.c.profile_id == profile_id)
    with store.read() as connection:
        return connection.execute(query).first() is not None


def _require_profile(connection: sa.Connection, profile_id: str) -> None:
    known = sa.select(profile.c.profile_id).where(profile.c.profile_id == profile_id)
    if connection.execute(known).first() is None:
        raise UnknownName("profile_unknown", "没有这份人才档案", hint="核对档案编号")


def _keep(
    connection: sa.Connection,
    secret: str,
    profile_id: str,
    *,
    kind: str,
    by: str,
    now: dt.datetime,
    lasts: dt.timedelta,
) -> None:
    hashed = _hash(secret) if kind == "code" else hashlib.sha256(secret.encode()).hexdigest()
    connection.execute(
        person_token.insert().values(
            token_sha256=hashed,
            profile_id=profile_id,
            kind=kind,
            issued_by=by,
            issued_at=now,
            expires_at=now + lasts,
        )
    )


def _hash(code: str) -> str:
    """Return the hash of a code however it was written: 79 random bits need no slow one."""
    plain = "".join(mark for mark in code.upper() if mark.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _row(request: PersonRequest) -> dict[str, Any]:
    return request.model_dump() | {"kind": request.kind.value, "status": request.status.value}
