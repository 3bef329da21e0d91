"""Who asks, and what they may do."""

from __future__ import annotations

import datetime as dt

import pytest

from api.access.errors import Forbidden
from api.access.principal import BOOTSTRAP, Principal, PrincipalKind, require_role, require_scope
from data.permissions import Role, Scope
from data.store.agencies import Agency, AgencyStatus
from data.store.keys import Credential
from data.store.users import OfficeUser, UserStatus

NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
AGENCY = Agency("ag_1", "示例机构", "N1", NOW.date(), NOW.date(), "客服部", AgencyStatus.ACTIVE, 50, NOW)
SCOPES = frozenset({Scope.MATCHES_READ})


def credential(agency):
    return Credential("0" * 12, "招聘网站", agency, SCOPES, None)


def test_a_program_of_an_agency_acts_in_the_name_of_the_agency():
    made = Principal.from_credential(credential(AGENCY))
    assert (made.kind, made.actor, made.agency_id) == (PrincipalKind.AGENCY, "示例机构", "ag_1")
    assert (made.caller, made.daily_quota, made.scopes) == ("agency:ag_1", 50, SCOPES)


def test_a_program_of_the_office_acts_as_its_holder():
    made = Principal.from_credential(credential(None))
    assert (made.kind, made.actor, made.agency_id) == (PrincipalKind.OFFICE_KEY, "招聘网站", None)
    assert made.caller == f"key:{'0' * 12}"


def test_a_user_has_the_scopes_of_the_roles():
    user = OfficeUser("zhang.san", "张三", frozenset({Role.EVALUATOR}), UserStatus.ACTIVE, NOW)
    made = Principal.from_user(user)
    assert (made.kind, made.actor, made.caller) == (
        PrincipalKind.OFFICE_USER,
        "user:zhang.san",
        "user:zhang.san",
    )
    assert made.scopes == Role.EVALUATOR.scopes


def test_the_key_of_the_settings_may_do_everything_but_what_needs_a_person():
    for scope in Scope:
        require_scope(BOOTSTRAP, scope)
    assert BOOTSTRAP.caller == BOOTSTRAP.actor == "bootstrap"
    with pytest.raises(Forbidden, match="审定"):
        require_role(BOOTSTRAP, Role.APPROVER)


def test_a_scope_that_is_missing_is_named():
    with pytest.raises(Forbidden, match="feedback:write") as caught:
        require_scope(Principal.from_credential(credential(AGENCY)), Scope.FEEDBACK_WRITE)
    assert caught.value.code == "scope_missing"
    assert (
        caught.value.headers["WWW-Authenticate"]
        == 'Bearer error="insufficient_scope", scope="feedback:write"'
    )


def test_one_of_several_roles_is_enough():
    user = Principal.from_user(OfficeUser("a", "甲", frozenset({Role.EDITOR}), UserStatus.ACTIVE, NOW))
    require_role(user, Role.APPROVER, Role.EDITOR)
    with pytest.raises(Forbidden) as caught:
        require_role(user, Role.APPROVER, Role.ADMIN)
    assert caught.value.code == "role_missing"
