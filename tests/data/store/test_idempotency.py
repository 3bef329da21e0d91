"""A key stands for one request of its owner, for a day."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest

from data.errors import ConflictError
from data.store.idempotency import (
    KEPT,
    KeyedRequest,
    RepeatedRequestError,
    earlier_resource,
    keep_request,
)

NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
REQUEST = KeyedRequest("ag_a", "k", "POST /v1/things", "a" * 64)


def keep(store, request=REQUEST, resource_id="T1", now=NOW):
    with store.begin() as connection:
        keep_request(connection, request, resource_id, status=201, now=now)


def test_a_key_stands_for_its_request_and_no_other(store):
    assert earlier_resource(store, REQUEST, now=NOW) is None
    keep(store)
    assert earlier_resource(store, REQUEST, now=NOW) == "T1"
    assert earlier_resource(store, replace(REQUEST, owner="ag_b"), now=NOW) is None
    for other in (replace(REQUEST, sha256="b" * 64), replace(REQUEST, route="POST /v1/others")):
        with pytest.raises(ConflictError) as refused:
            earlier_resource(store, other, now=NOW)
        assert refused.value.code == "idempotency_key_reused"


def test_a_key_can_be_used_anew_after_a_day(store):
    keep(store)
    with pytest.raises(RepeatedRequestError):
        keep(store, resource_id="T2", now=NOW + KEPT - dt.timedelta(seconds=1))
    assert earlier_resource(store, REQUEST, now=NOW + KEPT) is None
    keep(store, replace(REQUEST, sha256="b" * 64), "T3", NOW + KEPT)
    assert earlier_resource(store, replace(REQUEST, sha256="b" * 64), now=NOW + KEPT) == "T3"


def test_what_is_rolled_back_was_never_asked_for(store):
    with pytest.raises(ZeroDivisionError), store.begin() as connection:
        keep_request(connection, REQUEST, "T1", status=201, now=NOW)
        raise ZeroDivisionError
    assert earlier_resource(store, REQUEST, now=NOW) is None


def test_of_two_at_once_the_second_waits_for_the_first_and_makes_nothing(store):
    first_wrote, outcomes = threading.Event(), []

    def second():
        first_wrote.wait()
        try:
            keep(store, resource_id="T2")
        except RepeatedRequestError:
            outcomes.append("repeated")

    thread = threading.Thread(target=second)
    thread.start()
    with store.begin() as connection:
        keep_request(connection, REQUEST, "T1", status=201, now=NOW)
        first_wrote.set()
        thread.join(timeout=0.3)
        assert thread.is_alive()
    thread.join()
    assert outcomes == ["repeated"]
    assert earlier_resource(store, REQUEST, now=NOW) == "T1"
