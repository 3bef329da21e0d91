"""What administrators do with accounts; nobody shuts out themselves, nor the office from its own house."""

from __future__ import annotations

from collections.abc import Collection

from api.access.principal import Principal
from data.errors import ConflictError
from data.permissions import Role
from data.store.login_delays import account_of, forgive
from data.store.store import Store
from data.store.users import OfficeUser, lock_user, read_user, set_password, set_roles, unlock_user

__all__ = ["change_roles", "lock_account", "reset_password", "unlock_account"]


def change_roles(store: Store, user_id: str, roles: Collection[Role], *, caller: Principal) -> OfficeUser:
    """Give somebody these roles and no others.

    Parameters
    ----------
    store
        The store.
    user_id
        Whose.
    roles
        The roles.
    caller
        The administrator.

    Raises
    ------
    ConflictError
        ``own_account``: nobody gives roles to themselves; ``last_admin``: nobody else is one.
    InputError
        As :func:`data.store.users.set_roles`.
    """
    if user_id == caller.user_id:
        raise _own("不能改换自己的角色")
    return set_roles(store, user_id, roles, actor=caller.actor, keep_admin=True)


def lock_account(store: Store, user_id: str, *, caller: Principal) -> OfficeUser:
    """Close an account and every session of it.

    Parameters
    ----------
    store
        The store.
    user_id
        Whose.
    caller
        The administrator.

    Raises
    ------
    ConflictError
        ``own_account`` or ``last_admin``.
    UnknownName
        ``user_unknown``.
    """
    if user_id == caller.user_id:
        raise _own("不能锁定自己的账户")
    return lock_user(store, user_id, actor=caller.actor, keep_admin=True)


def unlock_account(store: Store, user_id: str, *, key: bytes, actor: str) -> OfficeUser:
    """Open an account again, and end the delays of failed attempts to log in.

    Parameters
    ----------
    store
        The store.
    user_id
        Whose.
    key
        The key of the pseudonyms, which delays are kept under.
    actor
        Who does it.

    Raises
    ------
    UnknownName
        ``user_unknown``.
    """
    changed = unlock_user(store, user_id, actor=actor)
    forgive(store, account_of(user_id, key))
    return changed


def reset_password(store: Store, user_id: str, password: str, *, caller: Principal) -> None:
    """Give somebody else's account another password and close every session of it.

    Parameters
    ----------
    store
        The store.
    user_id
        Whose.
    password
        The new password.
    caller
        The administrator.

    Raises
    ------
    ConflictError
        ``own_account``: one's own is changed by whoever knows it; ``account_elsewhere``: another system
        vouches for the account, no password opens it.
    InputError
        A rule of passwords.
    UnknownName
        ``user_unknown``.
    """
    if user_id == caller.user_id:
        raise ConflictError("own_account", "自己的口令不在这里修改", hint="在“我的账户”中凭现在的口令修改")
    if not read_user(store, user_id).has_password:
        raise ConflictError(
            "account_elsewhere", "这个账户由统一登录认证，没有本系统的口令", hint="请在统一登录中修改"
        )
    set_password(store, user_id, password, actor=caller.actor)


def _own(message: str) -> ConflictError:
    return ConflictError("own_account", message, hint="请另一位管理员办理")
