"""Rates: counted per caller and class, told in headers, never a reason to fail."""

from __future__ import annotations

import pytest
from limits import parse
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from api.access.limits import LOGINS, RateLimits, too_often
from data.errors import InputError
from data.settings import Settings


def rates(**changes):
    return RateLimits.from_settings(Settings(**changes))


def test_a_rate_is_used_up_and_others_are_unharmed():
    limits = rates(rate_matches="2/hour")
    states = [limits.hit("matches", "agency:a") for _ in range(3)]
    assert [(each.granted, each.remaining) for each in states] == [(True, 1), (True, 0), (False, 0)]
    assert limits.hit("matches", "agency:b").granted
    assert limits.hit("reads", "agency:a").granted
    assert limits.hit(LOGINS, "agency:a").granted


def test_the_headers_are_those_of_the_draft():
    state = rates(rate_matches="2/hour").hit("matches", "a")
    assert state.headers["RateLimit-Policy"] == '"matches";q=2;w=3600'
    assert state.headers["RateLimit"].startswith('"matches";r=1;t=')
    assert 1 <= state.reset <= 3600


def test_a_refusal_says_when_to_come_back():
    limits = rates(rate_matches="1/hour")
    limits.hit("matches", "a")
    error = too_often(limits.hit("matches", "a"))
    assert (error.status, error.code) == (429, "rate_exceeded")
    assert 1 <= int(error.headers["Retry-After"]) <= 3600
    assert "至多 1 次" in error.message


@pytest.mark.parametrize("storage", ["nonsense", "memcached://x", "redis+nonsense://x", ""])
def test_a_storage_that_cannot_be_used_is_refused_at_the_start(storage):
    with pytest.raises(InputError) as caught:
        rates(rate_storage=storage)
    assert caught.value.code == "rate_storage_invalid"


def test_a_storage_that_is_gone_turns_nobody_away():
    class Gone(MemoryStorage):
        def acquire_sliding_window_entry(self, *_, **__):
            raise StorageError(ConnectionError())

    limits = RateLimits(SlidingWindowCounterRateLimiter(Gone()), {"reads": parse("1/minute")})
    assert [limits.hit("reads", "a").granted for _ in range(3)] == [True] * 3


def test_a_redis_that_does_not_answer_turns_nobody_away():
    limits = rates(rate_storage="redis://127.0.0.1:1")
    assert limits.hit("reads", "a").granted
