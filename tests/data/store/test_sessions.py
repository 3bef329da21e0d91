"""Sessions end by time, by hand and with the account."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from data.permissions import Role
from data.store.schema import user_session
from data.store.sessions import SessionTimes, close_session, close_sessions, open_session, read_session
from data.store.users import admit_user, lock_user, set_roles

NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
TIMES = SessionTimes(idle=30 * MINUTE, longest=120 * MINUTE)


@pytest.fixture
def user(store):
    return admit_user(store, "oidc-1", name="李四", roles=[Role.EDITOR])


@pytest.fixture
def secret(store, user):
    return open_session(store, user.user_id, now=NOW, times=TIMES)


def read(store, secret, minutes):
    return read_session(store, secret, now=NOW + minutes * MINUTE, times=TIMES)


def count(store):
    with store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(user_session)).scalar_one()


def test_a_session_belongs_to_whom_it_was_opened_for(store, user, secret):
    found = read(store, secret, 0)
    assert (found.user, found.created_at, found.expires_at) == (user, NOW, NOW + 120 * MINUTE)
    with store.read() as connection:
        assert secret not in str(connection.execute(sa.select(user_session)).all())


def test_what_was_never_given_out_is_no_session(store, secret):
    for given in ("", "x" * 43, "' OR 1=1 --", "密" * 43, "\0" * 43, "a" * 10_000):
        assert read(store, given, 0) is None
    assert read(store, secret, 0) is not None


def test_it_ends_when_nothing_was_asked_for_too_long(store, secret):
    assert read(store, secret, 29) is not None
    assert read(store, secret, 58) is not None
    assert read(store, secret, 88) is None
    assert count(store) == 0


def test_it_ends_at_last_whatever_was_asked(store, secret):
    assert all(read(store, secret, minutes) for minutes in (25, 50, 75, 100, 119))
    assert read(store, secret, 120) is None


def test_it_is_closed_alone_or_with_all_others_of_the_user(store, user, secret):
    more = [open_session(store, user.user_id, now=NOW, times=TIMES) for _ in range(2)]
    close_session(store, secret)
    assert read(store, secret, 1) is None
    assert read(store, more[0], 1) is not None
    assert close_sessions(store, user.user_id) == 2
    assert read(store, more[1], 1) is None


def test_it_follows_the_account_at_once(store, user, secret):
    set_roles(store, user.user_id, [Role.APPROVER], actor="甲")
    assert read(store, secret, 1).user.roles == {Role.APPROVER}
    lock_user(store, user.user_id, actor="甲")
    assert read(store, secret, 2) is None


def test_sessions_whose_time_is_over_are_swept_out(store, user, secret):
    open_session(store, user.user_id, now=NOW + 200 * MINUTE, times=TIMES)
    assert count(store) == 1
