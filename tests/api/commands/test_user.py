"""``yingcai user``."""

from __future__ import annotations

import pytest
import typer
from argon2 import PasswordHasher

import data.store.passwords
from api.commands import user
from data.settings import Settings
from data.store.store import Store
from data.store.users import check_login

GOOD, OTHER = "竖窑旁的海风吹了整整八年", "鲅鱼圈的灯塔夜里亮着呢呀"


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """Serve these commands alone, with cheap hashes."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.add_typer(user.app, name="user")
    app.callback()(lambda: None)
    monkeypatch.setattr("api.cli.app", app)
    monkeypatch.setattr(
        data.store.passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )


@pytest.fixture
def password(tmp_path):
    """Return a function that writes a password to a file."""

    def write(text=GOOD):
        path = tmp_path / "password"
        path.write_text(f"{text}\r\nsecond line\n", encoding="utf-8")
        return path

    return write


def add(run, path, *more):
    stated = ("--name", "张三", "--role", "editor", "--password-file", path)
    return run("user", "add", "zhang.san", *stated, *more)


def opens(var, password):
    store = Store.from_url(Settings(var_dir=var).store_url)
    found = check_login(store, "zhang.san", password)
    store.engine.dispose()
    return found is not None


def test_a_user_is_made_with_a_password_from_a_file(run, var, password):
    done = add(run, password(), "--role", "approver")
    assert done.out.strip() == "已新建用户 zhang.san"
    assert opens(var, GOOD)
    assert run("user", "list").out.strip() == "zhang.san  张三  审定、编辑  本部门  有效"
    (row,) = run("user", "list", "--json").json
    assert (row["user_id"], row["roles"], row["status"]) == ("zhang.san", ["approver", "editor"], "active")
    assert "argon2" not in str(row)
    assert add(run, password()).line.startswith("失败 [user_known]")


def test_a_password_can_be_typed_twice_unseen(run, var, monkeypatch):
    asked = []
    monkeypatch.setattr("typer.prompt", lambda *given, **options: asked.append(options) or GOOD)
    assert run("user", "add", "zhang.san", "--name", "张三", "--role", "editor").code == 0
    assert asked[0]["hide_input"]
    assert asked[0]["confirmation_prompt"]
    assert opens(var, GOOD)


def test_a_weak_password_is_refused_and_never_repeated(run, password):
    done = add(run, password("123456789012"))
    assert done.line.startswith("失败 [password_common]")
    assert "123456789012" not in done.err


def test_roles_change(run, password):
    add(run, password())
    told = run("user", "role", "zhang.san", "--role", "evaluator").out
    assert told.strip() == "zhang.san 的角色：评估（只读）"
    assert run("user", "role", "zhang.san", "--role", "admin", "--json").json["roles"] == ["admin"]
    assert run("user", "role", "zhang.san", "--role", "emperor").code == 2


def test_an_account_is_locked_and_unlocked(run, var, password):
    add(run, password())
    assert run("user", "lock", "zhang.san").out.strip() == "用户 zhang.san 已锁定"
    assert not opens(var, GOOD)
    assert "已锁定" in run("user", "list").out
    assert run("user", "unlock", "zhang.san").out.strip() == "用户 zhang.san 可以登录"
    assert opens(var, GOOD)


def test_a_password_is_replaced(run, var, password):
    add(run, password())
    done = run("user", "password", "zhang.san", "--password-file", password(OTHER))
    assert done.out.strip() == "用户 zhang.san 的口令已改换"
    assert opens(var, OTHER)
    changed = run("user", "password", "zhang.san", "--password-file", password(), "--json").json
    assert changed == {"user_id": "zhang.san", "changed": True}


def test_no_users_and_unknown_ones(run):
    assert run("user", "list").out.strip() == "没有用户"
    assert run("user", "lock", "li.si").line.startswith("失败 [user_unknown]")
