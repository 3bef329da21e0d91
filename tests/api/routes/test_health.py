"""Alive and ready."""

from __future__ import annotations

from fastapi.testclient import TestClient

from api.app import create_app
from data.settings import Settings


def test_a_process_is_alive_without_a_key_and_before_anything_is_loaded(tmp_path):
    app = create_app(Settings(var_dir=tmp_path))
    answer = TestClient(app).get("/healthz")  # without `with` the lifespan has not run
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_readiness_counts_what_can_be_matched(client, service):
    answer = client.get("/readyz", headers={"X-API-Key": ""})
    assert answer.status_code == 200
    serving = service.refresher.serving
    body = answer.json()
    assert body.pop("refreshed_at")
    assert body == {
        "status": "ready",
        "region": "营口市",
        "vacancies": len(service.matcher.vacancies),
        "profiles": 200,
        "as_of": "2026-10-31",
        "model_version": service.matcher.model_version,
        "bundle_id": None,
        "index_version": service.matcher.index_version,
        "store_version": serving.store_version,
        "refresh_failure": None,
        "garbage": 0.0,
        "degraded": False,
    }
    assert serving.store_version
    assert body["index_version"] != "memory"
    assert answer.json()["vacancies"] > 0


def test_a_service_that_is_starting_is_not_ready(tmp_path):
    app = create_app(Settings(var_dir=tmp_path))
    answer = TestClient(app).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["code"] == "not_ready"
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_empty_store_is_ready_with_nothing_to_match(empty_client):
    answer = empty_client.get("/readyz").json()
    assert (answer["vacancies"], answer["profiles"]) == (0, 0)


def test_without_a_service_the_application_loads_its_own(service, hashing_model, monkeypatch):
    monkeypatch.setattr("api.service.build_model", lambda settings: hashing_model)
    app = create_app(service.settings)
    with TestClient(app) as client:
        assert client.get("/readyz").json()["profiles"] == 200
    app.state.service.store.engine.dispose()
