"""Keys open what they allow, for as long as they hold."""

from __future__ import annotations

import datetime as dt
from hmac import compare_digest

import pytest
import sqlalchemy as sa

import data.store.keys
from data.errors import InputError, UnknownName
from data.permissions import DEFAULT_SCOPES, OFFICE_SCOPES, Scope
from data.store.agencies import add_agency
from data.store.history import read_changes
from data.store.keys import (
    create_key,
    list_keys,
    read_credential,
    revoke_key,
    rotate_key,
    touch_key,
    verify_key,
)
from data.store.moments import utc
from data.store.schema import api_key

NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def agency(store):
    return register(store)


def register(store):
    return add_agency(
        store,
        "示例机构",
        licence_number="N1",
        licence_from=NOW.date(),
        licence_to=NOW.date(),
        contact="客服部",
        actor="甲",
    )


def number(key):
    return key.split("_")[1]


def test_a_key_opens_until_it_is_revoked_and_only_its_hash_is_kept(store):
    key = create_key(store, "统计程序", actor="甲")
    found = verify_key(store, key)
    assert (found.holder, found.agency, found.scopes) == ("统计程序", None, DEFAULT_SCOPES)
    assert found == read_credential(store, number(key))
    assert verify_key(store, key[:-1] + ("a" if key[-1] != "a" else "b")) is None
    (row,) = list_keys(store)
    assert key not in str(row)
    assert "key_sha256" not in row
    revoke_key(store, number(key), actor="乙")
    assert verify_key(store, key) is None
    assert read_credential(store, number(key)) is None
    noted = read_changes(store, table_name="api_key", row_key=number(key))
    assert [(each["kind"], each["actor"]) for each in noted] == [("created", "甲"), ("revoked", "乙")]


def test_a_key_of_an_agency_brings_the_agency(store, agency):
    key = create_key(store, "招聘网站", agency_id=agency.agency_id, scopes=[Scope.MATCHES_READ])
    found = verify_key(store, key)
    assert (found.agency, found.scopes) == (agency, {Scope.MATCHES_READ})


def test_what_is_no_key_opens_nothing(store):
    create_key(store, "统计程序")
    for key in (
        "",
        "yc_none",
        "yc_000000000000_" + "a" * 43,
        "yc_' OR 1=1 --_" + "a" * 43,
        "yc_00000000000\0_" + "a" * 43,
        "yc_000000000000_" + "密" * 43,
        "y" * 10_000,
        "yc_000000000000_" + "a" * 10_000,
        "密钥\ud800",
    ):
        assert verify_key(store, key) is None
    assert len(list_keys(store)) == 1


def test_hashes_are_compared_in_constant_time_for_unknown_keys_too(sqlite_store, monkeypatch):
    compared = []
    digest = lambda *given: compared.append(given) or compare_digest(*given)  # noqa: E731
    monkeypatch.setattr(data.store.keys.hmac, "compare_digest", digest)
    key = create_key(sqlite_store, "统计程序")
    verify_key(sqlite_store, key)
    verify_key(sqlite_store, f"yc_000000000000_{'a' * 43}")
    assert [len(kept) for kept, _ in compared] == [64, 64]


def test_a_key_tells_when_it_ends(store):
    key = create_key(store, "统计程序", expires_at=NOW)
    found = verify_key(store, key)
    assert not found.expired(NOW - DAY)
    assert found.expired(NOW)
    assert not verify_key(store, create_key(store, "统计程序")).expired(NOW)


def test_a_rotated_key_and_its_successor_are_both_valid_for_a_time(store, agency):
    old = create_key(store, "招聘网站", agency_id=agency.agency_id, scopes=[Scope.MATCHES_READ])
    new = rotate_key(store, number(old), overlap=7 * DAY, now=NOW, actor="甲")
    first, second = verify_key(store, old), verify_key(store, new)
    assert first.expires_at == NOW + 7 * DAY
    assert (second.holder, second.agency, second.scopes) == (first.holder, first.agency, first.scopes)
    assert second.expires_at is None


def test_a_rotation_never_prolongs_a_key(store):
    old = create_key(store, "统计程序", expires_at=NOW + DAY)
    rotate_key(store, number(old), overlap=7 * DAY, now=NOW)
    assert verify_key(store, old).expires_at == NOW + DAY


def test_a_rotation_that_cannot_be(store):
    key = create_key(store, "统计程序")
    for overlap in (-DAY, 91 * DAY):
        with pytest.raises(InputError, match="并行期"):
            rotate_key(store, number(key), overlap=overlap, now=NOW)
    revoke_key(store, number(key))
    for key_id in (number(key), "none"):
        with pytest.raises(UnknownName, match="没有编号为"):
            rotate_key(store, key_id, overlap=DAY, now=NOW)
    with pytest.raises(UnknownName):
        revoke_key(store, "none")


def test_the_last_use_is_noted_at_most_once_a_minute(store):
    key = create_key(store, "统计程序")
    seconds = dt.timedelta(seconds=1)
    used = []
    for now in (NOW, NOW + 59 * seconds, NOW + 61 * seconds):
        touch_key(store, verify_key(store, key), now=now)
        (row,) = list_keys(store)
        used.append(utc(row["last_used_at"]))
    assert used == [NOW, NOW, NOW + 61 * seconds]


def test_a_holder_that_would_pass_for_somebody_else_is_refused(sqlite_store):
    for holder in ("", " ", "bootstrap", "CLI: root", "user:zhang", "oidc:1", "甲\n乙", "长" * 121):
        with pytest.raises(InputError) as caught:
            create_key(sqlite_store, holder)
        assert caught.value.code == "holder_invalid"
    assert list_keys(sqlite_store) == []


def test_a_key_of_the_office_cannot_bear_the_name_of_an_agency(store, agency):
    with pytest.raises(InputError, match="已登记的机构"):
        create_key(store, agency.name)
    with pytest.raises(UnknownName, match="ag_none"):
        create_key(store, "程序", agency_id="ag_none")
    with pytest.raises(InputError, match="没有任何权限"):
        create_key(store, "程序", scopes=[])


def test_keys_from_before_scopes_keep_what_they_could_do(store):
    with store.begin() as connection:
        there = sa.MetaData()
        there.reflect(connection)
        there.drop_all(connection)
    store.upgrade("0008")
    with store.begin() as connection:
        row = {"key_id": "a" * 12, "key_sha256": "b" * 64, "holder": "旧程序", "created_at": NOW}
        connection.execute(sa.insert(sa.table("api_key", *map(sa.column, row))).values(**row))
    store.upgrade()
    assert read_credential(store, "a" * 12).scopes == {
        Scope.CATALOGUES_READ,
        Scope.FEEDBACK_WRITE,
        Scope.FORECASTS_READ,
        Scope.MATCHES_READ,
    }
    with store.read() as connection:
        assert connection.execute(sa.select(api_key.c.agency_id)).scalar_one() is None


@pytest.mark.parametrize("scope", sorted(OFFICE_SCOPES))
def test_what_knows_no_owners_is_not_for_the_key_of_an_agency(sqlite_store, scope):
    known = register(sqlite_store)
    with pytest.raises(InputError) as refused:
        create_key(sqlite_store, "招聘网站", agency_id=known.agency_id, scopes=[Scope.MATCHES_READ, scope])
    assert refused.value.code == "scope_office_only"
    assert scope in refused.value.message
    assert list_keys(sqlite_store) == []
    assert verify_key(sqlite_store, create_key(sqlite_store, "统计程序", scopes=[scope])).scopes == {scope}
