"""What scopes and roles allow."""

from __future__ import annotations

import pytest

from data.permissions import DEFAULT_SCOPES, Role, Scope, known_scopes
from data.settings import Settings


def test_every_scope_and_role_is_described_in_chinese():
    for each in (*Scope, *Role):
        assert any("一" <= letter <= "龥" for letter in each.label)
    assert Scope("matches:read") is Scope.MATCHES_READ
    assert Role("admin") is Role.ADMIN


def test_what_is_unknown_allows_nothing():
    assert known_scopes(["matches:read", "moon:read", "", 5]) == {Scope.MATCHES_READ}
    assert known_scopes([]) == frozenset()


def test_an_evaluator_only_reads_and_nobody_who_edits_approves():
    assert all(scope.endswith(":read") for scope in Role.EVALUATOR.scopes)
    assert Scope.CATALOGUES_WRITE in Role.EDITOR.scopes
    assert Scope.CATALOGUES_WRITE not in Role.APPROVER.scopes
    assert Scope.CATALOGUES_APPROVE not in Role.EDITOR.scopes | Role.ADMIN.scopes


def test_a_new_key_names_no_person_and_changes_no_catalogue():
    assert Scope.PROFILES_UNMASK not in DEFAULT_SCOPES
    assert [scope for scope in DEFAULT_SCOPES if scope.endswith(":write")] == [Scope.FEEDBACK_WRITE]


def test_settings_map_groups_of_a_provider_to_roles(monkeypatch):
    monkeypatch.setenv("YINGCAI_OIDC_ROLES", '{"talent-editors": "editor"}')
    assert Settings().oidc_roles == {"talent-editors": Role.EDITOR}


@pytest.mark.parametrize(
    ("name", "value"), [("RATE_READS", "often"), ("PUBLIC_URL", "ftp://x"), ("TOKEN_SECONDS", "9")]
)
def test_settings_of_access_that_make_no_sense_are_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"YINGCAI_{name}", value)
    with pytest.raises(ValueError, match=name.lower()):
        Settings()
