"""The principal: who asks, as routes, the audit, limits and quotas see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from api.access.errors import Forbidden
from data.owners import OFFICE
from data.permissions import OFFICE_SCOPES, Role, Scope
from data.store.agencies import Agency
from data.store.keys import Credential
from data.store.users import OfficeUser

__all__ = ["BOOTSTRAP", "Principal", "PrincipalKind", "require_office", "require_role", "require_scope"]


class PrincipalKind(StrEnum):
    """What kind of caller it is."""

    AGENCY = "agency"
    """An agency: a program with a key or a token, or one of its people in a browser."""
    OFFICE_KEY = "office_key"
    """A program of the office itself."""
    OFFICE_USER = "office_user"
    """Somebody of the office in a browser."""
    BOOTSTRAP = "bootstrap"
    """The key of the settings, for tests and first steps."""


@dataclass(frozen=True)
class Principal:
    """Who asks and what they may do."""

    actor: str
    """Name for the audit: the agency, the holder of the key, or ``user:`` and the user."""
    kind: PrincipalKind
    """What kind of caller it is."""
    scopes: frozenset[Scope]
    """What it may do."""
    agency_name: str = ""
    """What the agency is called, as consents name it; empty for the office."""
    agency_id: str | None = None
    """The agency; None for the office. Whoever belongs to an agency sees that agency's own rows only."""
    key_id: str | None = None
    """Number of the key; None in a browser."""
    user_id: str | None = None
    """The user; None for programs."""
    roles: frozenset[Role] = frozenset()
    """Roles in the office; empty for programs."""
    daily_quota: int | None = None
    """Units a day that the registration of the agency states."""

    @property
    def owner(self) -> str:
        """Whose rows are its own: the agency's, or the office's where it is empty."""
        return self.agency_id or OFFICE

    @property
    def caller(self) -> str:
        """What usage and rates are counted for: all keys of an agency together."""
        if self.agency_id is not None:
            return f"agency:{self.agency_id}"
        if self.user_id is not None:
            return f"user:{self.user_id}"
        return self.kind.value if self.key_id is None else f"key:{self.key_id}"

    @classmethod
    def from_credential(cls, credential: Credential) -> Principal:
        """Return the program that holds a key."""
        owner = credential.agency
        return cls(
            actor=credential.holder if owner is None else owner.name,
            kind=PrincipalKind.OFFICE_KEY if owner is None else PrincipalKind.AGENCY,
            scopes=credential.scopes if owner is None else credential.scopes - OFFICE_SCOPES,
            agency_name="" if owner is None else owner.name,
            agency_id=None if owner is None else owner.agency_id,
            key_id=credential.key_id,
            daily_quota=None if owner is None else owner.daily_quota,
        )

    @classmethod
    def from_user(cls, user: OfficeUser, agency: Agency | None = None) -> Principal:
        """Return somebody of the office, or of the agency that is given."""
        return cls(
            actor=f"user:{user.user_id}",
            kind=PrincipalKind.OFFICE_USER if agency is None else PrincipalKind.AGENCY,
            scopes=user.scopes if agency is None else user.scopes - OFFICE_SCOPES,
            agency_name="" if agency is None else agency.name,
            agency_id=None if agency is None else agency.agency_id,
            user_id=user.user_id,
            roles=user.roles,
            daily_quota=None if agency is None else agency.daily_quota,
        )


BOOTSTRAP = Principal(actor="bootstrap", kind=PrincipalKind.BOOTSTRAP, scopes=frozenset(Scope))
"""Whoever holds the key of the settings."""


def require_scope(principal: Principal, scope: Scope) -> None:
    """Refuse a caller that may not do something.

    Raises
    ------
    Forbidden
        ``scope_missing``.
    """
    if scope not in principal.scopes:
        raise Forbidden(
            "scope_missing",
            f"没有“{scope.label}”的权限（{scope.value}）",
            hint="请管理员为密钥或用户加上这项权限",
            headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope.value}"'},
        )


def require_office(principal: Principal, message: str, *, hint: str) -> None:
    """Refuse agencies what is the office's alone.

    Raises
    ------
    Forbidden
        ``office_only``.
    """
    if principal.agency_id is not None:
        raise Forbidden("office_only", message, hint=hint)


def require_role(principal: Principal, *roles: Role) -> None:
    """Refuse a caller who has none of the roles; a program never has one.

    Raises
    ------
    Forbidden
        ``role_missing``.
    """
    if not principal.roles.intersection(roles):
        names = "、".join(role.label for role in roles)
        raise Forbidden("role_missing", f"此事须由“{names}”办理", hint="请有此角色的人登录后办理")
