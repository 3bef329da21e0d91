"""Keys of the HTTP API."""

from __future__ import annotations

import dataclasses

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from data.store.keys import create_key, list_keys, revoke_key

GUARDED = ["/v1/catalogues/demand/current", "/v1/forecasts"]


def status(client, key):
    headers = {} if key is None else {"X-API-Key": key}
    with TestClient(client.app) as fresh:
        return fresh.get("/v1/catalogues/demand/current", headers=headers).status_code


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("key", ["", "wrong", "yc_000000000000_x", "yc__", "密钥".encode()])
def test_a_missing_or_wrong_key_is_refused_with_a_problem(client, path, key):
    answer = client.get(path, headers={"X-API-Key": key})
    assert answer.status_code == 401
    assert answer.json()["code"] == "key_missing_or_invalid"
    assert answer.headers["www-authenticate"] == "ApiKey"


def test_matching_needs_a_key_too(client):
    for path in ("vacancies", "profiles", "pairs", "relaxations"):
        answer = client.post(f"/v1/matches/{path}", json={"profile_id": "P000001"}, headers={"X-API-Key": ""})
        assert answer.status_code == 401


def test_no_header_at_all_is_refused(client):
    assert status(client, None) == 401


def test_a_created_key_opens_and_a_revoked_one_no_longer(service, client):
    key = create_key(service.store, "示例机构")
    assert status(client, key) == 200
    assert status(client, key + "x") == 401
    revoke_key(service.store, key.split("_")[1])
    assert status(client, key) == 401
    assert list_keys(service.store)[-1]["revoked_at"] is not None


def test_without_a_bootstrap_key_an_empty_key_opens_nothing(service):
    bare = service.settings.model_copy(update={"bootstrap_key": type(service.settings.bootstrap_key)("")})
    app = create_app(bare, service=dataclasses.replace(service, settings=bare))
    with TestClient(app) as client:
        assert client.get("/v1/forecasts", headers={"X-API-Key": ""}).status_code == 401
