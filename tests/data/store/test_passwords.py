"""Passwords: rules, hashing, and checks that take the same work for everybody."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

import data.store.passwords
from data.errors import InputError
from data.store.passwords import check_rules, hash_password, verify_password

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
GOOD = "竖窑旁的海风吹了整整八年"


@pytest.fixture
def cheap(monkeypatch):
    monkeypatch.setattr(data.store.passwords, "_hasher", CHEAP)


def test_the_hash_is_argon2id_with_the_parameters_of_rfc_9106():
    hasher = data.store.passwords._hasher
    assert (hasher.memory_cost, hasher.time_cost, hasher.type.name) == (65536, 3, "ID")


@pytest.mark.parametrize(
    "password", [GOOD, "correct horse battery", "aaaaabbbbcccde", "１２a４五六七八九十壹贰"]
)
def test_length_is_what_counts(password):
    check_rules(password, user_id="zhang.san")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("十一个字符还差一个呀", "password_too_short"),
        ("a1!" * 43, "password_too_long"),
        ("PasswordPassword", "password_common"),
        ("ｐａｓｓｗｏｒｄ１２３４", "password_common"),
        ("123456789012", "password_common"),
        ("aaaabbbbaaaabbbb", "password_common"),
        ("zhang.san2026", "password_common"),
    ],
)
def test_what_everybody_tries_first_is_refused(password, code):
    with pytest.raises(InputError) as caught:
        check_rules(password, user_id="zhang.san")
    assert caught.value.code == code
    assert not password or password not in str(caught.value)


def test_a_password_fits_its_own_hash_only_however_it_is_typed(cheap):
    kept = hash_password("correct horse １２")
    assert verify_password(kept, "correct horse 12") == (True, False)
    assert verify_password(kept, "correct horse 13") == (False, False)
    assert kept != hash_password("correct horse １２")


def test_an_account_that_is_not_there_takes_the_same_work_and_fits_nothing(monkeypatch):
    checked = []

    class Counting(PasswordHasher):
        def verify(self, kept, password):
            checked.append(kept)
            return super().verify(kept, password)

    monkeypatch.setattr(data.store.passwords, "_hasher", Counting(time_cost=1, memory_cost=8, parallelism=1))
    kept = hash_password(GOOD)
    for each in ("", kept):
        assert verify_password(each, "falsch falsch") == (False, False)
    unknown, known = checked
    assert unknown.rsplit("$", 2)[0] == known.rsplit("$", 2)[0]
    assert verify_password("nonsense", GOOD) == (False, False)


def test_a_hash_of_other_parameters_is_told_to_be_outdated(cheap):
    old = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(GOOD)
    assert verify_password(old, GOOD) == (True, True)
