"""What people agreed to: that an agency learns who they are, for one purpose and a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa

from data.errors import InputError, UnknownName
from data.store.history import record_change
from data.store.moments import utc
from data.store.schema import consent, profile
from data.store.store import Store, inserted_id

__all__ = [
    "has_consent",
    "list_consents",
    "page_of_consents",
    "read_consent",
    "record_consent",
    "withdraw_consent",
]


_LABELLED: Final = sa.select(
    consent, sa.func.coalesce(profile.c.synthetic, sa.false()).label("synthetic")
).outerjoin(profile, profile.c.profile_id == consent.c.profile_id)


def _keep_nothing(_connection: sa.Connection, _consent_id: str) -> None:
    pass


def record_consent(
    store: Store,
    profile_id: str,
    *,
    agency: str,
    purpose: str,
    valid_from: dt.date,
    valid_to: dt.date,
    recorded_by: str,
    keep: Callable[[sa.Connection, str], None] = _keep_nothing,
) -> int:
    """Keep a consent and return its number.

    Parameters
    ----------
    store
        The store.
    profile_id
        Who agreed.
    agency
        To whom the person may be named.
    purpose
        What for.
    valid_from, valid_to
        First and last day.
    recorded_by
        Who took the consent down.
    keep
        Called with the transaction and the number before it is committed.

    Raises
    ------
    UnknownName
        ``profile_unknown``.
    InputError
        ``consent_period`` or ``consent_blank``.
    """
    if valid_to < valid_from:
        raise InputError(
            "consent_period", f"同意的截止日 {valid_to} 早于起始日 {valid_from}", hint="核对两个日期"
        )
    if not all(text.strip() for text in (agency, purpose, recorded_by)):
        raise InputError("consent_blank", "机构、目的、经办人都要写明", hint="补填后重新登记")
    with store.begin() as connection:
        known = sa.select(profile.c.profile_id).where(profile.c.profile_id == profile_id)
        if connection.execute(known).first() is None:
            raise UnknownName("profile_unknown", f"没有编号为 {profile_id} 的人才档案", hint="核对档案编号")
        inserted = connection.execute(
            consent.insert().values(
                profile_id=profile_id,
                agency=agency.strip(),
                purpose=purpose.strip(),
                valid_from=valid_from,
                valid_to=valid_to,
                recorded_by=recorded_by.strip(),
                recorded_at=dt.datetime.now(dt.UTC),
            )
        )
        number = inserted_id(inserted)
        _note(connection, number, recorded_by, "granted")
        keep(connection, str(number))
    return number


def withdraw_consent(store: Store, consent_id: int, *, by: str) -> None:
    """End a consent from now on; one that was withdrawn before keeps its time.

    Raises
    ------
    UnknownName
        ``consent_unknown``.
    """
    with store.begin() as connection:
        query = sa.select(consent.c.withdrawn_at).where(consent.c.consent_id == consent_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownName(
                "consent_unknown",
                f"没有编号为 {consent_id} 的同意记录",
                hint="用 yingcai person consents 查看",
            )
        if row.withdrawn_at is None:
            connection.execute(
                consent.update()
                .where(consent.c.consent_id == consent_id)
                .values(withdrawn_at=dt.datetime.now(dt.UTC))
            )
            _note(connection, consent_id, by, "withdrawn")


def list_consents(store: Store, profile_id: str) -> list[dict[str, Any]]:
    """Return every consent of a person, withdrawn and expired ones included, the oldest first."""
    query = sa.select(consent).where(consent.c.profile_id == profile_id).order_by(consent.c.consent_id)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def page_of_consents(
    store: Store, conditions: Iterable[sa.ColumnElement[bool]], *, after: int = 0, limit: int
) -> list[dict[str, Any]]:
    """Return consents in the order in which they were recorded, withdrawn and expired ones included.

    Each says with ``synthetic`` whether the person is generated.

    Parameters
    ----------
    store
        The store.
    conditions
        Which.
    after
        Only those with a greater number.
    limit
        At most so many.
    """
    query = _LABELLED.where(consent.c.consent_id > after, *conditions)
    with store.read() as connection:
        found = connection.execute(query.order_by(consent.c.consent_id).limit(limit)).mappings()
        return [_in_utc(dict(row)) for row in found]


def read_consent(
    store: Store, consent_id: int, conditions: Iterable[sa.ColumnElement[bool]]
) -> dict[str, Any]:
    """Return one consent that meets conditions, with ``synthetic`` as :func:`page_of_consents` gives it.

    Raises
    ------
    UnknownName
        ``consent_unknown``: there is none, or it does not meet them.
    """
    query = _LABELLED.where(consent.c.consent_id == consent_id, *conditions)
    with store.read() as connection:
        row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise UnknownName("consent_unknown", f"没有编号为 {consent_id} 的同意记录", hint="核对编号")
    return _in_utc(dict(row))


def _in_utc(row: Mapping[str, Any]) -> dict[str, Any]:
    moments = {name: row[name] for name in ("recorded_at", "withdrawn_at") if row[name] is not None}
    return {**row, **{name: utc(moment) for name, moment in moments.items()}}


def has_consent(store: Store, profile_id: str, agency: str, purpose: str, on: dt.date) -> bool:
    """Return whether a person may be named to an agency for a purpose on a day.

    Agency and purpose must be those of the consent, word for word; a consent that was withdrawn counts for
    no day.
    """
    query = (
        sa.select(consent.c.consent_id)
        .where(
            consent.c.profile_id == profile_id,
            consent.c.agency == agency.strip(),
            consent.c.purpose == purpose.strip(),
            consent.c.valid_from <= on,
            consent.c.valid_to >= on,
            consent.c.withdrawn_at.is_(None),
        )
        .limit(1)
    )
    with store.read() as connection:
        return connection.execute(query).first() is not None


def _note(connection: sa.Connection, consent_id: int, actor: str, kind: str) -> None:
    record_change(
        connection, actor=actor, table_name=consent.name, row_key=str(consent_id), kind=kind, fields={}
    )
