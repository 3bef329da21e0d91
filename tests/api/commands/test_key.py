"""``yingcai key``."""

from __future__ import annotations

from data.settings import Settings
from data.store.keys import holder_of
from data.store.store import Store


def holder(var, key):
    store = Store.from_url(Settings(var_dir=var).store_url)
    found = holder_of(store, key)
    store.engine.dispose()
    return found


def test_a_key_is_shown_once_and_kept_only_as_a_hash(run, var):
    done = run("key", "create", "--holder", "示例机构")
    key = done.out.strip()
    assert done.code == 0
    assert holder(var, key) == "示例机构"
    assert key.encode() not in (var / "yingcai.db").read_bytes()
    assert key not in run("key", "list").out


def test_a_key_can_be_listed_and_revoked(run, var):
    made = run("key", "create", "--json").json
    assert made["holder"] == "默认"
    key_id = made["key"].split("_")[1]
    assert f"{key_id}  默认" in run("key", "list").out
    assert "有效" in run("key", "list").out
    assert run("key", "revoke", key_id).out.strip() == f"密钥 {key_id} 已停用"
    assert "停用" in run("key", "list").out
    assert holder(var, made["key"]) is None


def test_the_list_and_a_revocation_as_json(run):
    key_id = run("key", "create", "--json").json["key"].split("_")[1]
    assert run("key", "revoke", key_id, "--json").json == {"key_id": key_id, "revoked": True}
    (row,) = run("key", "list", "--json").json
    assert set(row) == {"key_id", "holder", "created_at", "revoked_at"}
    assert row["revoked_at"]


def test_no_keys_is_an_empty_list(run):
    assert run("key", "list", "--json").json == []


def test_revoking_an_unknown_key_is_one_line(run):
    done = run("key", "revoke", "nobody")
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith("失败 [key_unknown]")
