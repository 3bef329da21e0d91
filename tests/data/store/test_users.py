"""People of the office and their roles."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

import data.store.passwords
from data.errors import InputError, UnknownName
from data.permissions import Role, Scope
from data.store.history import read_changes
from data.store.schema import office_user
from data.store.users import (
    UserStatus,
    add_user,
    admit_user,
    check_login,
    list_users,
    lock_user,
    read_user,
    set_password,
    set_roles,
    unlock_user,
)

GOOD, OTHER = "竖窑旁的海风吹了整整八年", "鲅鱼圈的灯塔夜里亮着呢呀"


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(
        data.store.passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )


def add(store, user_id="zhang.san", **changes):
    given = {"name": "张三", "roles": [Role.EDITOR], "password": GOOD, "actor": "甲"}
    return add_user(store, user_id, **given | changes)


def kept(store):
    with store.read() as connection:
        return connection.execute(sa.select(office_user.c.password_hash)).scalar_one()


def test_a_user_logs_in_with_the_right_password_only(store):
    made = add(store)
    assert check_login(store, "zhang.san", GOOD) == made == read_user(store, "zhang.san")
    for user_id, password in [
        ("zhang.san", OTHER),
        ("zhang.san", ""),
        ("li.si", GOOD),
        ("", GOOD),
        ("zhang.san' OR 1=1 --", GOOD),
        ("zhang\0san", GOOD),
        ("张" * 10_000, GOOD),
        ("zhang.san", "长" * 10_000),
    ]:
        assert check_login(store, user_id, password) is None
    assert GOOD not in kept(store)


def test_roles_allow_together_what_each_allows(store):
    made = add(store, roles=[Role.EDITOR, Role.ADMIN])
    assert {Scope.CATALOGUES_WRITE, Scope.ACCESS_MANAGE} <= made.scopes
    changed = set_roles(store, "zhang.san", [Role.EVALUATOR], actor="乙")
    assert changed.scopes == Role.EVALUATOR.scopes
    noted = read_changes(store, table_name="office_user", row_key="zhang.san")
    assert [(each["kind"], each["actor"]) for each in noted] == [("added", "甲"), ("roles", "乙")]
    assert noted[1]["fields"] == {"roles": [["admin", "editor"], ["evaluator"]]}


def test_a_locked_account_is_closed_until_it_is_unlocked(store):
    add(store)
    assert lock_user(store, "zhang.san", actor="甲").status is UserStatus.LOCKED
    assert check_login(store, "zhang.san", GOOD) is None
    unlock_user(store, "zhang.san", actor="甲")
    assert check_login(store, "zhang.san", GOOD) is not None


def test_another_password_replaces_the_old_one(store):
    add(store)
    set_password(store, "zhang.san", OTHER, actor="甲")
    assert check_login(store, "zhang.san", GOOD) is None
    assert check_login(store, "zhang.san", OTHER) is not None
    with pytest.raises(InputError, match="口令"):
        set_password(store, "zhang.san", "短", actor="甲")


def test_an_outdated_hash_is_renewed_at_the_next_login(store, monkeypatch):
    add(store)
    before = kept(store)
    monkeypatch.setattr(
        data.store.passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    )
    check_login(store, "zhang.san", GOOD)
    assert kept(store) != before
    assert check_login(store, "zhang.san", GOOD) is not None


def test_what_cannot_be_a_user_is_refused(sqlite_store):
    for changes, code in (
        ({"user_id": "Zhang"}, "user_id_invalid"),
        ({"user_id": "张三"}, "user_id_invalid"),
        ({"user_id": "oidc-0123456789abcdef"}, "user_id_invalid"),
        ({"user_id": "z" * 33}, "user_id_invalid"),
        ({"name": " "}, "user_name_invalid"),
        ({"name": "张\n三"}, "user_name_invalid"),
        ({"roles": []}, "roles_empty"),
        ({"password": "短"}, "password_too_short"),
    ):
        with pytest.raises(InputError) as caught:
            add(sqlite_store, **changes)
        assert caught.value.code == code
    assert list_users(sqlite_store) == []


def test_no_two_users_share_a_name_to_log_in_with(store):
    add(store)
    with pytest.raises(InputError, match="已有用户"):
        add(store, password=OTHER)
    assert check_login(store, "zhang.san", GOOD) is not None


def test_a_user_that_is_not_there(store):
    for change in (
        lambda: read_user(store, "li.si"),
        lambda: set_roles(store, "li.si", [Role.ADMIN], actor="甲"),
        lambda: lock_user(store, "li.si", actor="甲"),
        lambda: unlock_user(store, "li.si", actor="甲"),
        lambda: set_password(store, "li.si", GOOD, actor="甲"),
    ):
        with pytest.raises(UnknownName, match=r"li\.si"):
            change()


def test_a_user_whom_another_system_vouches_for_has_its_roles_and_no_password(store):
    admit_user(store, "oidc-1", name="李四", roles=[Role.EDITOR])
    again = admit_user(store, "oidc-1", name="", roles=[Role.APPROVER])
    assert (again.name, again.roles) == ("oidc-1", {Role.APPROVER})
    assert check_login(store, "oidc-1", "") is None
    (noted,) = read_changes(store, table_name="office_user", row_key="oidc-1")
    assert noted["fields"] == {"roles": [["editor"], ["approver"]]}
    lock_user(store, "oidc-1", actor="甲")
    assert admit_user(store, "oidc-1", name="李四", roles=[Role.EDITOR]).status is UserStatus.LOCKED


def test_a_role_that_this_version_does_not_know_allows_nothing(store):
    add(store)
    with store.begin() as connection:
        connection.execute(office_user.update().values(roles=["emperor"]))
    assert read_user(store, "zhang.san").scopes == frozenset()
