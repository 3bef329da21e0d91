"""Failed attempts cost time, more and more of it."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from data.store.login_delays import ACCOUNT, ADDRESS, account_of, address_of, count_attempt, forgive
from data.store.schema import login_delay

NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
KEY = b"k" * 32
ZHANG, HERE = account_of("zhang.san", KEY), address_of("192.0.2.1", KEY)


def attempt(store, seconds=0, subjects=(ZHANG, HERE)):
    return count_attempt(store, subjects, now=NOW + seconds * SECOND)


def test_delays_double_up_to_a_limit():
    assert [ACCOUNT.after(n) / SECOND for n in (0, 5, 6, 7, 8, 11, 500)] == [0, 0, 30, 60, 120, 900, 900]
    assert ADDRESS.after(20) == dt.timedelta(0) < ADDRESS.after(21)


def test_the_sixth_failure_of_an_account_shuts_it_for_half_a_minute(store):
    assert [attempt(store) for _ in range(6)] == [None] * 6
    assert attempt(store) == attempt(store, 29) == NOW + 30 * SECOND
    assert attempt(store, 30) is None
    assert attempt(store, 31) == NOW + 90 * SECOND


def test_a_name_in_other_letters_is_the_same_account_and_unknown_ones_are_delayed_too(store):
    for name in ("nobody", "NOBODY", " nobody") * 2:
        attempt(store, subjects=[account_of(name, KEY)])
    assert attempt(store, subjects=[account_of("nobody", KEY)]) is not None
    assert attempt(store) is None


def test_an_address_that_tries_many_accounts_is_shut_too(store):
    for n in range(21):
        assert attempt(store, subjects=[account_of(f"user{n}", KEY), HERE]) is None
    assert attempt(store, 1, [account_of("another", KEY), HERE]) == NOW + 30 * SECOND
    assert attempt(store, 1, [account_of("another", KEY), address_of("192.0.2.2", KEY)]) is None


def test_all_addresses_of_one_line_are_one():
    assert address_of("2001:db8::1", KEY) == address_of("2001:db8::ffff", KEY)
    assert address_of("2001:db8::1", KEY) != address_of("2001:db8:0:1::1", KEY)
    assert address_of("192.0.2.1", KEY) != address_of("192.0.2.2", KEY)
    assert address_of("testclient", KEY) != address_of("", KEY)


def test_a_right_password_frees_the_account_and_gives_the_address_its_attempt_back(store):
    for _ in range(3):
        attempt(store)
    forgive(store, ZHANG, HERE)
    with store.read() as connection:
        rows = dict(connection.execute(sa.select(login_delay.c.subject_sha256, login_delay.c.failures)).all())
    assert rows == {HERE.subject_sha256: 2}
    for _ in range(6):
        attempt(store)
    forgive(store, ZHANG)
    assert attempt(store) is None


def test_failures_of_yesterday_are_forgotten(store):
    for _ in range(6):
        attempt(store)
    assert attempt(store, 86_400) is None
    assert attempt(store, 86_401) is None


def test_many_attempts_at_once_cannot_slip_past_the_count(store):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: attempt(store), range(24)))
    assert answers.count(None) == 6


def test_nothing_kept_names_an_account_or_an_address(store):
    attempt(store)
    with store.read() as connection:
        kept = str(connection.execute(sa.select(login_delay)).all())
    assert "zhang" not in kept
    assert "192" not in kept
