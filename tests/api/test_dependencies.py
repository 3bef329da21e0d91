"""Every route knows who asks and what for."""

from __future__ import annotations

import dataclasses

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from data.permissions import Scope
from data.store.keys import create_key, revoke_key

GUARDED = ["/v1/catalogues/demand/current", "/v1/forecasts", "/v1/usage"]
OPEN = {"/healthz", "/readyz", "/v1/oauth/token"}
OF_EVERY_CALLER = {"/v1/usage"}
OF_ONE_SCOPE_OF_SEVERAL = {
    "/v1/batches", "/v1/batches/preview", "/v1/batches/{batch_id}", "/v1/batches/{batch_id}/problems",
}  # fmt: skip
"""Which scope they need depends on what the file holds; ``tests/api/routes/test_batches.py`` walks that."""
OF_EVERY_USER = {"/v1/session", "/v1/session/password"}


def described(client):
    """Return path, method and security of every operation of the API."""
    document = client.get("/openapi.json").json()
    return document, [
        (path, method, operation.get("security", []))
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def status(client, key):
    headers = {} if key is None else {"X-API-Key": key}
    with TestClient(client.app) as fresh:
        return fresh.get("/v1/catalogues/demand/current", headers=headers).status_code


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("key", ["", "wrong", "yc_000000000000_x", "yc__", "密钥".encode(), "x" * 10_000])
def test_a_missing_or_wrong_key_is_refused_with_a_problem(client, path, key):
    answer = client.get(path, headers={"X-API-Key": key})
    assert answer.status_code == 401
    assert answer.json()["code"] == "key_missing_or_invalid"
    assert answer.headers["www-authenticate"].startswith("ApiKey")


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


def test_without_a_bootstrap_key_an_empty_key_opens_nothing(service):
    bare = service.settings.model_copy(update={"bootstrap_key": type(service.settings.bootstrap_key)("")})
    app = create_app(bare, service=dataclasses.replace(service, settings=bare))
    with TestClient(app) as client:
        assert client.get("/v1/forecasts", headers={"X-API-Key": ""}).status_code == 401


def test_every_route_of_the_api_names_its_scope_in_the_description(client):
    document, operations = described(client)
    schemes = document["components"]["securitySchemes"]
    assert {scheme["type"] for scheme in schemes.values()} == {"apiKey", "oauth2"}
    flow = schemes["OAuth2"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "/v1/oauth/token"
    assert flow["scopes"] == {scope.value: scope.label for scope in Scope}
    assert (schemes["ApiKey"]["in"], schemes["Session"]["in"]) == ("header", "cookie")
    for path, method, security in operations:
        names = {name for each in security for name in each}
        scopes = {scope for each in security for scope in each.get("OAuth2", [])}
        if path in OPEN or (path, method) == ("/v1/session", "post"):
            assert names == set()
        elif (path, method) == ("/v1/people/sessions", "post"):
            assert names == set()  # the code is in the body
        elif path.startswith("/v1/people/"):
            assert names == {"Person"}, path
        elif path in OF_EVERY_USER:
            assert names == {"Session"}
        else:
            assert names == {"ApiKey", "OAuth2", "Session"}, path
            assert len(scopes) == (0 if path in OF_EVERY_CALLER | OF_ONE_SCOPE_OF_SEVERAL else 1), path
            assert scopes <= set(Scope)


def test_a_key_without_the_scope_of_a_route_is_refused_before_anything_else(service, client):
    """Walk every route with a key that may do only what no route does."""
    key = create_key(service.store, "无权程序", scopes=[Scope.PROFILES_UNMASK])
    _, operations = described(client)
    walked = 0
    for path, method, security in operations:
        if not any(each.get("OAuth2") for each in security):
            continue
        where = path.replace("{kind}", "demand").replace("{", "").replace("}", "")
        answer = client.request(method, where, headers={"X-API-Key": key}, json={})
        if answer.status_code != 422:  # a path or body that is malformed tells nothing either
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), path
            walked += 1
    assert walked >= 3
