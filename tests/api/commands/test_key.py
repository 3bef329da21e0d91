"""``yingcai key``."""

from __future__ import annotations

import datetime as dt

from api.access.signing import SigningKeys
from data.permissions import DEFAULT_SCOPES, Scope
from data.settings import Settings
from data.store.agencies import add_agency
from data.store.keys import verify_key
from data.store.store import Store

DAY = dt.date(2026, 1, 1)


def opened(var):
    return Store.from_url(Settings(var_dir=var).store_url)


def found(var, key):
    store = opened(var)
    credential = verify_key(store, key)
    store.engine.dispose()
    return credential


def number(key):
    return key.split("_")[1]


def test_a_key_is_shown_once_and_kept_only_as_a_hash(run, var):
    done = run("key", "create", "--holder", "示例机构")
    key = done.out.strip()
    assert done.code == 0
    assert (found(var, key).holder, found(var, key).scopes) == ("示例机构", DEFAULT_SCOPES)
    assert key.encode() not in (var / "yingcai.db").read_bytes()
    assert key not in run("key", "list").out


def test_a_key_can_be_listed_and_revoked(run, var):
    made = run("key", "create", "--json").json
    assert made["holder"] == "默认"
    key_id = number(made["key"])
    listed = run("key", "list").out
    assert f"{key_id}  默认" in listed
    assert "有效  未用过" in listed
    assert "matches:read" in listed
    assert run("key", "revoke", key_id).out.strip() == f"密钥 {key_id} 已停用"
    assert "停用" in run("key", "list").out
    assert found(var, made["key"]) is None


def test_a_key_may_do_what_was_said_until_its_time_is_over(run, var):
    key = run("key", "create", "--scope", "matches:read", "--scope", "jobs:write", "--days", "30").out.strip()
    credential = found(var, key)
    assert sorted(credential.scopes) == ["jobs:write", "matches:read"]
    assert credential.expires_at is not None
    assert "有效至" in run("key", "list").out
    unknown = run("key", "create", "--scope", "moon:read")
    assert unknown.code == 2
    assert "moon:read" in unknown.err


def test_a_key_of_an_agency_bears_its_name(run, var):
    run("key", "list")
    store = opened(var)
    agency = add_agency(
        store,
        "示例机构",
        licence_number="N1",
        licence_from=DAY,
        licence_to=DAY,
        contact="客服部",
        actor="甲",
    )
    store.engine.dispose()
    made = run("key", "create", "--agency", agency.agency_id, "--json").json
    assert made["holder"] == "示例机构"
    assert found(var, made["key"]).agency == agency
    assert f"示例机构（{agency.agency_id}）" in run("key", "list").out
    assert run("key", "create", "--holder", "示例机构").line.startswith("失败 [holder_invalid]")
    assert run("key", "create", "--agency", "ag_none").line.startswith("失败 [agency_unknown]")


def test_a_key_is_replaced_and_the_old_one_goes_on_for_some_days(run, var):
    old = run("key", "create").out.strip()
    new = run("key", "rotate", number(old), "--days", "3").out.strip()
    ends = found(var, old).expires_at
    assert found(var, new).expires_at is None
    again = run("key", "rotate", number(new), "--days", "0", "--json").json
    assert (again["replaces"], again["overlap_days"]) == (number(new), 0)
    assert "到期" in run("key", "list").out
    assert dt.timedelta(days=2) < ends - dt.datetime.now(dt.UTC) <= dt.timedelta(days=3)
    assert run("key", "rotate", number(old), "--days", "91").line.startswith("失败 [overlap_out_of_range]")


def test_the_key_that_signs_tokens_is_replaced(run, var):
    first = run("key", "rotate-signing", "--json").json["kid"]
    told = run("key", "rotate-signing").out
    now, before = SigningKeys(var / "token-keys").accepted()
    assert before.kid == first
    assert now.kid in told


def test_the_list_and_a_revocation_as_json(run):
    key_id = number(run("key", "create", "--json").json["key"])
    assert run("key", "revoke", key_id, "--json").json == {"key_id": key_id, "revoked": True}
    (row,) = run("key", "list", "--json").json
    assert set(row) == {
        "key_id",
        "holder",
        "agency_id",
        "scopes",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    }
    assert row["revoked_at"]


def test_every_scope_is_listed_with_what_it_allows(run):
    told = run("key", "scopes").out.splitlines()
    assert len(told) == len(Scope)
    assert "* matches:read" in told[[line[2:].split()[0] for line in told].index("matches:read")]
    assert run("key", "scopes", "--json").json == {scope.value: scope.label for scope in Scope}


def test_no_keys_is_an_empty_list(run):
    assert run("key", "list", "--json").json == []


def test_revoking_an_unknown_key_is_one_line(run):
    done = run("key", "revoke", "nobody")
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith("失败 [key_unknown]")
