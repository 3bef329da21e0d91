"""People who may log in: of the office with their roles, of an agency for what agencies do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from data.errors import ConflictError, InputError, UnknownName
from data.permissions import Role, Scope
from data.store.agencies import read_agency
from data.store.history import record_change
from data.store.moments import utc
from data.store.passwords import check_rules, hash_password, verify_password
from data.store.schema import office_user, user_session
from data.store.store import Store, upsert

__all__ = [
    "OfficeUser",
    "UserStatus",
    "actor_names",
    "add_user",
    "admit_user",
    "check_login",
    "list_users",
    "lock_user",
    "read_user",
    "set_password",
    "set_roles",
    "unlock_user",
    "user_from",
]

_FORM: Final = re.compile(r"[a-z][a-z0-9._]{1,31}")
_LONGEST_NAME: Final = 60


class UserStatus(StrEnum):
    """Whether somebody may log in."""

    ACTIVE = "active"
    """Yes."""
    LOCKED = "locked"
    """An administrator locked the account."""


@dataclass(frozen=True)
class OfficeUser:
    """Somebody of the office, or of an agency where one is named."""

    user_id: str
    """What is typed to log in."""
    name: str
    """What others read."""
    roles: frozenset[Role]
    """What the person does."""
    status: UserStatus
    """Whether the person may log in."""
    created_at: dt.datetime
    """When the account was made, UTC."""
    agency_id: str = ""
    """The agency; empty for the office."""

    @property
    def scopes(self) -> frozenset[Scope]:
        """What the roles allow together."""
        return frozenset(scope for role in self.roles for scope in role.scopes)

    @property
    def has_password(self) -> bool:
        """Whether a password opens the account; False where another system vouches for the person."""
        return _FORM.fullmatch(self.user_id) is not None


def add_user(
    store: Store,
    user_id: str,
    *,
    name: str,
    roles: Collection[Role],
    password: str,
    actor: str,
    agency_id: str = "",
) -> OfficeUser:
    """Make an account.

    Parameters
    ----------
    store
        The store.
    user_id
        What is typed to log in: 2 to 32 lower-case letters, digits, dots and underscores, a letter first.
    name
        What others read, 1 to 60 characters.
    roles
        At least one; for an agency ``agency`` and no other, which nobody of the office may have.
    password
        At least 12 characters, none of the common ones.
    actor
        Who makes it.
    agency_id
        The agency whose person it is; empty for the office.

    Raises
    ------
    InputError
        ``user_id_invalid``, ``user_name_invalid``, ``roles_empty``, ``roles_apart``, ``user_known`` or a rule
        of passwords.
    UnknownName
        ``agency_unknown``.
    """
    if not _FORM.fullmatch(user_id):
        raise InputError(
            "user_id_invalid",
            f"用户名“{user_id[:40]}”不能用",
            hint="2 到 32 个小写字母、数字、点、下划线，字母开头",
        )
    _check_name(name)
    _check_roles(roles, agency_id)
    if agency_id:
        read_agency(store, agency_id)
    check_rules(password, user_id=user_id)
    now = dt.datetime.now(dt.UTC)
    row = _row(user_id, name, roles, now) | {"password_hash": hash_password(password), "password_at": now}
    row["agency_id"] = agency_id
    try:
        with store.begin() as connection:
            connection.execute(office_user.insert().values(**row))
            _note(connection, user_id, actor, "added", {"roles": [[], row["roles"]]})
    except sa.exc.IntegrityError as error:
        raise InputError("user_known", f"已有用户 {user_id}", hint="运行 yingcai user list 查看") from error
    return read_user(store, user_id)


def admit_user(store: Store, user_id: str, *, name: str, roles: Collection[Role]) -> OfficeUser:
    """Make or refresh the account of somebody whom another system vouches for; no password opens it.

    Parameters
    ----------
    store
        The store.
    user_id
        Identifier that no local account can have.
    name
        What others read; cut to 60 characters.
    roles
        The roles that the other system gives now, at least one.

    Raises
    ------
    InputError
        ``roles_empty`` or ``roles_apart``.
    """
    _check_roles(roles)
    now = dt.datetime.now(dt.UTC)
    row = _row(user_id, name.strip()[:_LONGEST_NAME] or user_id, roles, now)
    with store.begin() as connection:
        upsert(connection, office_user, [row | {"password_hash": "", "password_at": None}], replace=False)
        before = _read(connection, user_id)
        if before.roles != frozenset(roles):
            _note(connection, user_id, user_id, "roles", {"roles": [sorted(before.roles), row["roles"]]})
        changed = {"name": row["name"], "roles": row["roles"]}
        connection.execute(office_user.update().where(office_user.c.user_id == user_id).values(**changed))
        return _read(connection, user_id)


def check_login(store: Store, user_id: str, password: str) -> OfficeUser | None:
    """Return the user if name and password are right and the account is open.

    An unknown name, a wrong password and a locked account take the same work and have the same answer.
    """
    known = _FORM.fullmatch(user_id) is not None
    with store.read() as connection:
        query = sa.select(office_user).where(office_user.c.user_id == (user_id if known else ""))
        row = connection.execute(query).one_or_none()
    verdict = verify_password("" if row is None else row.password_hash, password)
    if row is None or not verdict.right or row.status != UserStatus.ACTIVE:
        return None
    if verdict.outdated:
        with store.begin() as connection:
            anew = office_user.update().where(office_user.c.user_id == user_id)
            connection.execute(anew.values(password_hash=hash_password(password)))
    return user_from(row)


def list_users(store: Store) -> list[OfficeUser]:
    """Return every user, by identifier."""
    with store.read() as connection:
        rows = connection.execute(sa.select(office_user).order_by(office_user.c.user_id))
        return [user_from(row) for row in rows]


def actor_names(store: Store) -> dict[str, str]:
    """Return what people are called, by the name under which histories and the audit know them."""
    return {f"user:{user.user_id}": user.name for user in list_users(store)}


def read_user(store: Store, user_id: str) -> OfficeUser:
    """Return one user.

    Raises
    ------
    UnknownName
        ``user_unknown``.
    """
    with store.read() as connection:
        return _read(connection, user_id)


def set_roles(
    store: Store, user_id: str, roles: Collection[Role], *, actor: str, keep_admin: bool = False
) -> OfficeUser:
    """Give somebody these roles and no others; open sessions follow at once.

    Parameters
    ----------
    store
        The store.
    user_id
        Whose.
    roles
        As for :func:`add_user`.
    actor
        Who does it.
    keep_admin
        True to refuse what would leave the office without an administrator who can log in.

    Raises
    ------
    UnknownName
        ``user_unknown``.
    InputError
        ``roles_empty`` or ``roles_apart``.
    ConflictError
        ``last_admin``.
    """
    with store.begin() as connection:
        before = _read(connection, user_id)
        _check_roles(roles, before.agency_id)
        names = sorted(roles)
        _update(connection, user_id, {"roles": names})
        if keep_admin:
            _require_admin(connection, before)
        _note(connection, user_id, actor, "roles", {"roles": [sorted(before.roles), names]})
        return _read(connection, user_id)


def lock_user(store: Store, user_id: str, *, actor: str, keep_admin: bool = False) -> OfficeUser:
    """Close an account and every session of it.

    Parameters
    ----------
    store
        The store.
    user_id
        Whose.
    actor
        Who does it.
    keep_admin
        True to refuse what would leave the office without an administrator who can log in.

    Raises
    ------
    UnknownName
        ``user_unknown``.
    ConflictError
        ``last_admin``.
    """
    with store.begin() as connection:
        before = _read(connection, user_id)
        _update(connection, user_id, {"status": UserStatus.LOCKED.value})
        if keep_admin:
            _require_admin(connection, before)
        connection.execute(user_session.delete().where(user_session.c.user_id == user_id))
        _note(connection, user_id, actor, "locked", {})
        return _read(connection, user_id)


def unlock_user(store: Store, user_id: str, *, actor: str) -> OfficeUser:
    """Open an account again; :func:`data.store.login_delays.forgive` ends the delays of failed attempts.

    Raises
    ------
    UnknownName
        ``user_unknown``.
    """
    with store.begin() as connection:
        _update(connection, user_id, {"status": UserStatus.ACTIVE.value})
        _note(connection, user_id, actor, "unlocked", {})
        return _read(connection, user_id)


def set_password(store: Store, user_id: str, password: str, *, actor: str) -> None:
    """Give an account another password and close every session of it.

    Raises
    ------
    UnknownName
        ``user_unknown``.
    InputError
        A rule of passwords, see :func:`data.store.passwords.check_rules`.
    """
    check_rules(password, user_id=user_id)
    read_user(store, user_id)
    changed = {"password_hash": hash_password(password), "password_at": dt.datetime.now(dt.UTC)}
    with store.begin() as connection:
        _update(connection, user_id, changed)
        connection.execute(user_session.delete().where(user_session.c.user_id == user_id))
        _note(connection, user_id, actor, "password", {})


def user_from(row: Any) -> OfficeUser:
    """Return the user of a row that has all columns of the table; unknown roles allow nothing."""
    known = {role.value: role for role in Role}
    return OfficeUser(
        user_id=row.user_id,
        name=row.name,
        roles=frozenset(known[each] for each in row.roles if each in known),
        status=UserStatus(row.status),
        created_at=utc(row.created_at),
        agency_id=row.agency_id,
    )


def _row(user_id: str, name: str, roles: Collection[Role], now: dt.datetime) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "name": name.strip(),
        "roles": sorted(role.value for role in roles),
        "status": UserStatus.ACTIVE.value,
        "created_at": now,
    }


def _read(connection: sa.Connection, user_id: str) -> OfficeUser:
    row = connection.execute(sa.select(office_user).where(office_user.c.user_id == user_id)).one_or_none()
    if row is None:
        raise UnknownName("user_unknown", f"没有用户 {user_id}", hint="运行 yingcai user list 查看")
    return user_from(row)


def _update(connection: sa.Connection, user_id: str, values: dict[str, Any]) -> None:
    _read(connection, user_id)
    connection.execute(office_user.update().where(office_user.c.user_id == user_id).values(**values))


def _require_admin(connection: sa.Connection, before: OfficeUser) -> None:
    """Refuse, within the transaction that changes somebody, to be left without an administrator."""
    if Role.ADMIN not in before.roles:
        return
    # Locked, so that two administrators who take each other out at one moment do not both succeed.
    query = sa.select(office_user).where(office_user.c.status == UserStatus.ACTIVE.value).with_for_update()
    if not any(Role.ADMIN in user_from(row).roles for row in connection.execute(query)):
        raise ConflictError(
            "last_admin",
            f"{before.name} 是最后一位能登录的管理员",
            hint="先让另一个人成为管理员，再作这项改动",
        )


def _check_name(name: str) -> None:
    if not 0 < len(name.strip()) <= _LONGEST_NAME or not name.isprintable():
        raise InputError("user_name_invalid", "姓名不能用", hint=f"1 到 {_LONGEST_NAME} 个字符")


def _check_roles(roles: Collection[Role], agency_id: str = "") -> None:
    if not roles:
        raise InputError("roles_empty", "至少要有一个角色", hint=f"可选：{'、'.join(Role)}")
    wrong = set(roles) != {Role.AGENCY} if agency_id else Role.AGENCY in roles
    if wrong:
        raise InputError(
            "roles_apart",
            f"角色 {'、'.join(sorted(roles))} 与所属不符：机构的人只有 agency，本部门的人没有它",
            hint="机构的人用 --agency 写明机构编号、--role agency；本部门的人换用其他角色",
        )


def _note(
    connection: sa.Connection, user_id: str, actor: str, kind: str, fields: dict[str, list[Any]]
) -> None:
    record_change(
        connection, actor=actor, table_name=office_user.name, row_key=user_id, kind=kind, fields=fields
    )
