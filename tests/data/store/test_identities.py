"""Who a person is cannot be read without the key, nor hung on somebody else, and goes with the person."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from data.errors import InputError, StoreError
from data.store.identities import Identity, read_identity, write_identity
from data.store.schema import profile
from data.store.schema.access import sealed_identity

NOW = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
KEY = b"k" * 32
SOMEBODY = Identity("欧阳镁", "13912345678")


@pytest.fixture
def people(store, write_people):
    """Return a store with P1 and P2, the first of them sealed."""
    write_people(store)
    write_identity(store, "P1", SOMEBODY, key=KEY, by="甲", now=NOW)
    return store


def test_what_was_sealed_is_read_with_the_key_and_replaced_by_what_is_newer(people):
    assert read_identity(people, "P1", key=KEY) == SOMEBODY
    assert read_identity(people, "P2", key=KEY) is None
    write_identity(people, "P1", Identity("欧阳镁", " 新号码 "), key=KEY, by="甲", now=NOW)
    assert read_identity(people, "P1", key=KEY) == Identity("欧阳镁", "新号码")


def test_nothing_kept_says_who_it_is(people):
    with people.read() as connection:
        (row,) = connection.execute(sa.select(sealed_identity)).all()
    assert "欧阳".encode() not in bytes(row.sealed)
    assert b"139" not in bytes(row.sealed)[:16]


def test_another_key_opens_nothing_and_a_seal_is_its_persons_own(people):
    with pytest.raises(StoreError) as caught:
        read_identity(people, "P1", key=b"x" * 32)
    assert caught.value.code == "identity_damaged"
    with people.begin() as connection:
        connection.execute(sealed_identity.update().values(profile_id="P2"))
    with pytest.raises(StoreError) as caught:
        read_identity(people, "P2", key=KEY)
    assert caught.value.code == "identity_damaged"


@pytest.mark.parametrize(
    ("profile_id", "identity", "code"),
    [
        ("P9", SOMEBODY, "profile_unknown"),
        ("P1", Identity(" ", "1"), "identity_invalid"),
        ("P1", Identity("甲", "1" * 201), "identity_invalid"),
    ],
)
def test_nobody_and_nothing_cannot_be_sealed(people, profile_id, identity, code):
    with pytest.raises(InputError) as caught:
        write_identity(people, profile_id, identity, key=KEY, by="甲", now=NOW)
    assert caught.value.code == code


def test_it_goes_with_the_person(people):
    with people.begin() as connection:
        connection.execute(profile.delete().where(profile.c.profile_id == "P1"))
    assert read_identity(people, "P1", key=KEY) is None
