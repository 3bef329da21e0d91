"""The audit over HTTP, for those who may query it."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from data.permissions import Scope
from data.store.audit import Access, Action
from data.store.audit_chain import audit_anchor
from data.store.keys import create_key


@pytest.fixture
def audit_client(own_service):
    """Return a client of whoever may query the audit, with three entries in it."""
    app = create_app(own_service.settings, service=own_service)
    for actor in "甲乙甲":
        own_service.note(Access(actor=actor, action=Action.MATCH_PROFILES, results=1, shown=["P1", actor]))
    with TestClient(app) as client:
        key = create_key(own_service.store, "审计", scopes=frozenset({Scope.AUDIT_READ}))
        client.headers["X-API-Key"] = key
        yield client


def test_entries_come_newest_first_page_by_page_and_without_hashes_of_people(audit_client):
    page = audit_client.get("/v1/audit", params={"actor": "甲", "limit": 1}).json()
    assert [each["number"] for each in page["entries"]] == [3]
    assert page["entries"][0]["people"] == 2
    assert page["before"] == 3
    rest = audit_client.get("/v1/audit", params={"actor": "甲", "before": 3}).json()
    assert [each["number"] for each in rest["entries"]] == [1]
    assert rest["before"] is None


def test_entries_are_found_by_the_person_and_the_time(audit_client):
    def numbers(**wanted):
        return [each["number"] for each in audit_client.get("/v1/audit", params=wanted).json()["entries"]]

    assert numbers(subject="P1") == [3, 2, 1]
    assert numbers(subject="乙") == [2]
    assert numbers(since="2099-01-01T00:00:00") == []
    assert numbers(since="2020-01-01T00:00:00+08:00", action="match.profiles") == [3, 2, 1]
    assert audit_client.get("/v1/audit", params={"action": "moon"}).status_code == 422


def test_the_anchor_is_the_hash_of_the_newest_entry_before_it_was_asked_for(audit_client, own_service):
    head = audit_anchor(own_service.store)
    told = audit_client.get("/v1/audit/anchor").json()
    assert audit_anchor(own_service.store).number == head.number + 1
    assert (told["number"], told["sha256"]) == (head.number, head.sha256)


def test_nobody_else_may_query_it(audit_client, own_service):
    key = create_key(own_service.store, "别人", scopes=frozenset(Scope) - {Scope.AUDIT_READ})
    for path in ("/v1/audit", "/v1/audit/anchor"):
        assert audit_client.get(path, headers={"X-API-Key": key}).status_code == 403


def test_a_number_that_no_entry_can_have_is_refused(audit_client):
    answer = audit_client.get("/v1/audit", params={"before": 2**53})
    assert (answer.status_code, answer.json()["code"]) == (422, "request_malformed")
