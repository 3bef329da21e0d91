"""Agencies that may use the API, with their licence for human resources services."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from data.errors import InputError, UnknownName
from data.store.history import record_change
from data.store.moments import utc
from data.store.schema import agency
from data.store.store import Store

__all__ = [
    "RESERVED_NAMES",
    "Agency",
    "AgencyStatus",
    "Standing",
    "add_agency",
    "agency_from",
    "list_agencies",
    "read_agency",
    "renew_agency",
    "resume_agency",
    "suspend_agency",
]

RESERVED_NAMES: Final = re.compile(r"\s*(bootstrap\s*$|(cli|user|agency|oidc)\s*:)", re.IGNORECASE)
"""Names that would pass for another kind of caller in the audit."""
_LONGEST_NAME, _LONGEST_NUMBER = 120, 64


class AgencyStatus(StrEnum):
    """What the office decided about an agency."""

    ACTIVE = "active"
    """It may use the API as long as its licence is valid."""
    SUSPENDED = "suspended"
    """Its keys and tokens open nothing."""


class Standing(StrEnum):
    """Whether an agency may use the API on a day, and if not, why."""

    GOOD = "good"
    """It may."""
    SUSPENDED = "suspended"
    """The office suspended it."""
    LICENCE_EXPIRED = "licence_expired"
    """Its licence ended before the day."""
    LICENCE_NOT_YET_VALID = "licence_not_yet_valid"
    """Its licence begins after the day."""

    @property
    def label(self) -> str:
        """The standing in Chinese."""
        return _STANDINGS[self]


_STANDINGS = {
    Standing.GOOD: "正常",
    Standing.SUSPENDED: "已暂停",
    Standing.LICENCE_EXPIRED: "许可证已到期",
    Standing.LICENCE_NOT_YET_VALID: "许可证尚未生效",
}


@dataclass(frozen=True)
class Agency:
    """An agency as it is registered."""

    agency_id: str
    """Identifier, such as ``ag_3f2a91c0``."""
    name: str
    """Full name; no two agencies share one."""
    licence_number: str
    """Number of its licence (人力资源服务许可证编号)."""
    licence_from: dt.date
    """First day of the licence."""
    licence_to: dt.date
    """Last day of the licence."""
    contact: str
    """Office and telephone to turn to."""
    status: AgencyStatus
    """What the office decided."""
    daily_quota: int | None
    """Units a day; None where the service's own setting holds."""
    created_at: dt.datetime
    """When it was registered, UTC."""

    def standing(self, on: dt.date) -> Standing:
        """Return whether the agency may use the API on a day; a suspension is named before the licence."""
        if self.status is not AgencyStatus.ACTIVE:
            return Standing.SUSPENDED
        if on > self.licence_to:
            return Standing.LICENCE_EXPIRED
        return Standing.LICENCE_NOT_YET_VALID if on < self.licence_from else Standing.GOOD


def add_agency(
    store: Store,
    name: str,
    *,
    licence_number: str,
    licence_from: dt.date,
    licence_to: dt.date,
    contact: str,
    actor: str,
    daily_quota: int | None = None,
) -> Agency:
    """Register an agency.

    Parameters
    ----------
    store
        The store.
    name
        Full name, at most 120 characters.
    licence_number
        Number of its licence, at most 64 characters.
    licence_from, licence_to
        First and last day of the licence.
    contact
        Office and telephone to turn to, at most 120 characters.
    actor
        Who registers it.
    daily_quota
        Units a day, at least 1; None leaves it to the service's setting.

    Raises
    ------
    InputError
        ``agency_blank``, ``agency_text_too_long``, ``licence_period``, ``quota_out_of_range`` or
        ``agency_known``.
    """
    name, licence_number, contact = name.strip(), licence_number.strip(), contact.strip()
    _check_texts(licence_number, name, contact)
    _check_period(licence_from, licence_to)
    if daily_quota is not None and daily_quota < 1:
        raise InputError("quota_out_of_range", f"每日配额 {daily_quota} 小于 1", hint="停用机构请用 suspend")
    made = Agency(
        agency_id=f"ag_{secrets.token_hex(4)}",
        name=name,
        licence_number=licence_number,
        licence_from=licence_from,
        licence_to=licence_to,
        contact=contact,
        status=AgencyStatus.ACTIVE,
        daily_quota=daily_quota,
        created_at=dt.datetime.now(dt.UTC),
    )
    try:
        with store.begin() as connection:
            connection.execute(agency.insert().values(**vars(made)))
            _note(connection, made.agency_id, actor, "added", {})
    except sa.exc.IntegrityError as error:
        raise InputError(
            "agency_known", f"已有名为 {name} 的机构", hint="用 yingcai agency list 查看"
        ) from error
    return made


def agency_from(row: Any) -> Agency:
    """Return the agency of a row that has all columns of the table."""
    return Agency(
        agency_id=row.agency_id,
        name=row.name,
        licence_number=row.licence_number,
        licence_from=row.licence_from,
        licence_to=row.licence_to,
        contact=row.contact,
        status=AgencyStatus(row.status),
        daily_quota=row.daily_quota,
        created_at=utc(row.created_at),
    )


def list_agencies(store: Store) -> list[Agency]:
    """Return every agency, in the order of registration."""
    query = sa.select(agency).order_by(agency.c.created_at, agency.c.agency_id)
    with store.read() as connection:
        return [agency_from(row) for row in connection.execute(query)]


def read_agency(store: Store, agency_id: str) -> Agency:
    """Return one agency.

    Raises
    ------
    UnknownName
        ``agency_unknown``.
    """
    with store.read() as connection:
        return _read(connection, agency_id)


def suspend_agency(store: Store, agency_id: str, *, actor: str) -> Agency:
    """Let an agency's keys and tokens open nothing from now on.

    Raises
    ------
    UnknownName
        ``agency_unknown``.
    """
    return _change(store, agency_id, actor, "suspended", {"status": AgencyStatus.SUSPENDED})


def resume_agency(store: Store, agency_id: str, *, actor: str) -> Agency:
    """End a suspension; the keys work again as long as the licence is valid.

    Raises
    ------
    UnknownName
        ``agency_unknown``.
    """
    return _change(store, agency_id, actor, "resumed", {"status": AgencyStatus.ACTIVE})


def renew_agency(
    store: Store,
    agency_id: str,
    *,
    licence_from: dt.date,
    licence_to: dt.date,
    actor: str,
    licence_number: str | None = None,
) -> Agency:
    """Enter the new licence of an agency.

    Parameters
    ----------
    store
        The store.
    agency_id
        The agency.
    licence_from, licence_to
        First and last day of the new licence.
    actor
        Who enters it.
    licence_number
        Its number; None where it stays the same.

    Raises
    ------
    UnknownName
        ``agency_unknown``.
    InputError
        ``agency_blank``, ``agency_text_too_long`` or ``licence_period``.
    """
    _check_period(licence_from, licence_to)
    values: dict[str, Any] = {"licence_from": licence_from, "licence_to": licence_to}
    if licence_number is not None:
        values["licence_number"] = licence_number.strip()
        _check_texts(values["licence_number"])
    return _change(store, agency_id, actor, "renewed", values)


def _change(store: Store, agency_id: str, actor: str, kind: str, values: dict[str, Any]) -> Agency:
    with store.begin() as connection:
        before = _read(connection, agency_id)
        connection.execute(agency.update().where(agency.c.agency_id == agency_id).values(**values))
        fields = {name: [str(getattr(before, name)), str(value)] for name, value in values.items()}
        _note(connection, agency_id, actor, kind, fields)
        return _read(connection, agency_id)


def _read(connection: sa.Connection, agency_id: str) -> Agency:
    row = connection.execute(sa.select(agency).where(agency.c.agency_id == agency_id)).one_or_none()
    if row is None:
        raise UnknownName(
            "agency_unknown", f"没有编号为 {agency_id} 的机构", hint="运行 yingcai agency list 查看"
        )
    return agency_from(row)


def _check_texts(number: str, *names: str) -> None:
    if RESERVED_NAMES.match(names[0] if names else ""):
        raise InputError(
            "agency_name_reserved",
            f"机构名称“{names[0][:20]}”不能用",
            hint="按许可证所载填写，不以 cli:、user:、agency:、oidc: 开头",
        )
    if not all((number, *names)):
        raise InputError("agency_blank", "机构名称、许可证编号、联系处都要写明", hint="补填后重新登记")
    if len(number) > _LONGEST_NUMBER or any(len(name) > _LONGEST_NAME for name in names):
        raise InputError(
            "agency_text_too_long",
            f"机构名称、联系处至多 {_LONGEST_NAME} 个字符，许可证编号至多 {_LONGEST_NUMBER} 个",
            hint="按许可证所载填写",
        )


def _check_period(first: dt.date, last: dt.date) -> None:
    if last < first:
        raise InputError(
            "licence_period", f"许可证的截止日 {last} 早于起始日 {first}", hint="按许可证所载填写"
        )


def _note(
    connection: sa.Connection, agency_id: str, actor: str, kind: str, fields: dict[str, list[str]]
) -> None:
    record_change(
        connection, actor=actor, table_name=agency.name, row_key=agency_id, kind=kind, fields=fields
    )
