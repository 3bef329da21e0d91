"""No route that changes something or may concern people answers without an entry in the audit."""

from __future__ import annotations

import asyncio
import re

from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.privacy.trail import AuditTrail, identify
from data.errors import StoreError
from data.permissions import Scope
from data.store.audit import AuditQuery, read_audit
from data.store.audit_chain import verify_audit
from data.store.keys import create_key

WITHOUT_SCOPE = {
    "/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static", "/v1/session", "/v1/usage",
    "/v1/openapi.json", "/docs",
}  # fmt: skip
"""Addresses that may be read without a scope: they tell nothing of anybody else."""
BY_ONE_SCOPE_OF_SEVERAL = {"/v1/batches", "/v1/batches/{batch_id}", "/v1/batches/{batch_id}/problems"}
"""Addresses whose scope depends on what a file holds; it may hold people."""
PAGES = (
    "/catalogues/", "/forecasts", "/map", "/method", "/indicators", "/bulletins", "/downloads", "/objections",
    "/login", "/static",
)  # fmt: skip
"""Pages of the public."""
BEHIND_THE_LOG_IN = ("/office", "/agency", "/science", "/account", "/logout", "/login")
"""Pages that no key opens; their forms are walked in tests/api/pages/test_all_pages.py."""
BODIES = {
    "/v1/matches/vacancies": {"profile": {"title": "焊工"}},
    "/v1/matches/profiles": {"vacancy": {"title": "焊工"}},
    "/v1/matches/pairs": {"vacancy": {"title": "焊工"}, "profile": {"title": "焊工"}},
    "/v1/matches/relaxations": {"vacancy": {"title": "焊工"}},
}


def entries(service, **wanted):
    return read_audit(service.store, AuditQuery(**wanted), key=service.pseudonym_key, limit=1000)


def routes(app):
    """Return method and template of everything the application answers."""
    return sorted(
        {
            (method, route.path)
            for route in iter_route_contexts(app.routes)
            for method in (route.methods or {"GET"})
            if method not in {"HEAD", "OPTIONS"} and route.path is not None
        }
    )


def scopes_of(app, method, path):
    described = app.openapi()["paths"].get(path, {}).get(method.lower(), {})
    return {scope for each in described.get("security", []) for scopes in each.values() for scope in scopes}


def is_impersonal(app, method, path):
    """Tell whether reading an address leaves no entry: by its scopes, or as one that needs none."""
    scopes = scopes_of(app, method, path)
    if not scopes:
        return path not in BY_ONE_SCOPE_OF_SEVERAL
    return all(scope in {"postings:read", "vacancies:read"} or scope.startswith(("catalogues", "forecasts",
        "indicators", "taxonomy", "bulletins")) for scope in scopes)  # fmt: skip


def test_every_route_that_changes_or_may_concern_people_leaves_an_entry(trailed_app, own_service):
    walked = routes(trailed_app)
    assert ("POST", "/v1/matches/profiles") in walked
    with TestClient(trailed_app, raise_server_exceptions=False) as client:
        client.headers["X-API-Key"] = "bootstrap-key-of-the-tests"
        for method, path in walked:
            if path.startswith((*BEHIND_THE_LOG_IN, "/objections")):
                continue
            before = verify_audit(own_service.store).entries
            answer = client.request(method, re.sub(r"\{[^}]*\}", "x", path), json=BODIES.get(path, {}))
            made = entries(own_service)[: verify_audit(own_service.store).entries - before]
            if method == "GET" and is_impersonal(trailed_app, method, path):
                assert made == [], path
                continue
            nobody = path.startswith(("/v1/session", "/v1/oauth", "/v1/people"))
            if nobody and answer.status_code >= 400:
                continue  # nobody was recognised, nothing was done
            assert made, (method, path, answer.status_code)
            assert {each.route for each in made} == {f"{method} {path}"}
            assert len({each.request_id for each in made}) == 1
            assert {each.actor for each in made} == {"bootstrap"}
            ended = "done" if answer.status_code < 400 else "refused"
            assert made[0].outcome == ended, (method, path, answer.status_code)
    assert verify_audit(own_service.store).faults == ()


def test_what_may_be_read_without_a_scope_is_known(trailed_app):
    """A new address that asks for no scope is to be thought about before it is listed here."""
    unknown = [
        path
        for method, path in routes(trailed_app)
        if method == "GET"
        and not scopes_of(trailed_app, method, path)
        and path not in WITHOUT_SCOPE | BY_ONE_SCOPE_OF_SEVERAL
        and not path.startswith((*PAGES, *BEHIND_THE_LOG_IN, "/v1/people"))
    ]
    assert unknown == []


def test_a_look_that_a_route_notes_is_not_noted_twice(trailed_client, own_service):
    answer = trailed_client.post("/v1/matches/profiles", json=BODIES["/v1/matches/profiles"])
    (entry,) = entries(own_service)
    assert answer.status_code == 200
    assert (entry.action, entry.route) == ("match.profiles", "POST /v1/matches/profiles")
    assert len(entry.request_id) == 32


def test_who_may_not_is_noted_and_who_is_nobody_is_not(trailed_app, own_service):
    key = create_key(own_service.store, "乙", scopes=frozenset({Scope.FORECASTS_READ}))
    with TestClient(trailed_app) as client:
        body = BODIES["/v1/matches/pairs"]
        assert client.post("/v1/matches/pairs", json=body).status_code == 401
        assert client.post("/v1/nowhere").status_code == 404
        assert entries(own_service) == []
        refused = client.post("/v1/matches/pairs", json=body, headers={"X-API-Key": key})
    (entry,) = entries(own_service)
    assert refused.status_code == 403
    assert (entry.actor, entry.action, entry.outcome) == ("乙", "request.change", "refused")


def test_an_address_is_kept_as_its_template_and_what_it_names_as_a_hash(trailed_client, own_service):
    for path in ("/people/P000001", "/things/13800001234"):

        @trailed_client.app.get(
            f"/v1{path.rsplit('/', 1)[0]}" + ("/{profile_id}" if "P0" in path else "/{n}")
        )
        def reads():
            identify("甲", agency_id="A1", scopes=[Scope.PROFILES_READ])
            return {}

        assert trailed_client.get(f"/v1{path}").status_code == 200
    thing, person = entries(own_service)
    assert (person.route, thing.route) == ("GET /v1/people/{profile_id}", "GET /v1/things/{n}")
    assert (len(person.people), len(thing.people), thing.agency_id) == (1, 0, "A1")
    assert entries(own_service, subject="P000001") == [person]
    assert entries(own_service, subject="13800001234") == [thing]
    assert "13800001234" not in str(thing) + str(person)


def test_an_error_of_ours_is_noted_as_one(trailed_client, own_service, monkeypatch):
    def breaks(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(type(own_service.matcher), "match_vacancy", breaks)
    answer = trailed_client.post("/v1/matches/profiles", json=BODIES["/v1/matches/profiles"])
    (entry,) = entries(own_service)
    assert answer.status_code == 500
    assert (entry.action, entry.outcome) == ("request.change", "failed")


def test_what_cannot_be_noted_is_not_answered(trailed_client, monkeypatch):
    @trailed_client.app.delete("/v1/things")
    def deletes():
        identify("甲")
        return {"secret": "不应看到"}

    def breaks(*_, **__):
        raise StoreError("audit_failed", "查看记录写不进数据库，未给出结果", hint="稍后重试")

    monkeypatch.setattr("api.service.record_access", breaks)
    answer = trailed_client.delete("/v1/things")
    assert (answer.status_code, answer.json()["code"]) == (503, "audit_failed")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "不应看到" not in answer.text


def test_nothing_but_requests_is_looked_at():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    asyncio.run(AuditTrail(app)({"type": "lifespan"}, None, None))
    identify("甲")
    assert seen == ["lifespan"]
