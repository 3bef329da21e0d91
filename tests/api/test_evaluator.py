"""Whoever evaluates the office reads what it does and changes nothing."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

import data.store.passwords
from api.app import create_app
from data.permissions import Role, Scope
from data.store.users import add_user

PASSWORD = "竖窑旁的海风吹了整整八年"
READS = {"get", "head", "options"}
COMPUTES = {Scope.MATCHES_READ}
"""Requests that only work something out come with a body, and so not by GET."""


@pytest.fixture
def evaluator(own_service, monkeypatch):
    """Return the client of an evaluator who is logged in."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(data.store.passwords, "_hasher", cheap)
    add_user(own_service.store, "ping.gu", name="评估", roles=[Role.EVALUATOR], password=PASSWORD, actor="甲")
    app = create_app(own_service.settings, service=own_service)
    with TestClient(app, base_url="https://rc.example.gov.cn") as client:
        told = client.post("/v1/session", json={"user_id": "ping.gu", "password": PASSWORD}).json()
        client.headers["X-CSRF-Token"] = told["csrf_token"]
        yield client


def test_every_route_that_changes_something_is_closed_to_the_evaluator(evaluator):
    document = evaluator.get("/openapi.json").json()
    walked = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            scopes = {scope for each in operation.get("security", []) for scope in each.get("OAuth2", [])}
            if method in READS or not scopes:
                continue  # what is open to everybody who is known, or to people themselves, has no scope
            if scopes <= COMPUTES:
                assert path.startswith("/v1/matches/"), path
                continue
            where = path.replace("{", "").replace("}", "")
            answer = evaluator.request(method, where, json={})
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), (method, path)
            walked.append((method, path))
    assert {("post", "/v1/searches"), ("post", "/v1/objections"), ("post", "/v1/match-jobs")} <= set(walked)
    assert len(walked) >= 10
