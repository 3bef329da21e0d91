"""Alive and ready."""

from __future__ import annotations

import dataclasses
import re

import pytest
import sqlalchemy as sa
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
    assert body.pop("free_mb") > 0
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
        "vectors": "exact",
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


@pytest.fixture
def ready_code(own_service):
    """Return the status and code of ``/readyz`` after something happened to the service."""

    def asked(**changes):
        service = dataclasses.replace(own_service, **changes)
        with TestClient(create_app(service.settings, service=service)) as client:
            answer = client.get("/readyz")
            assert client.get("/healthz").status_code == 200
        return answer.status_code, answer.json().get("code")

    return asked


def test_a_store_of_another_version_is_not_ready(ready_code, own_service):
    assert ready_code() == (200, None)
    with own_service.store.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    assert ready_code() == (503, "store_outdated")


def test_a_disk_that_is_almost_full_is_not_ready(ready_code, own_service):
    assert ready_code(settings=own_service.settings.model_copy(update={"min_free_mb": 10**9})) == (
        503,
        "disk_full",
    )


def test_a_database_that_went_away_and_came_back(own_service):
    path = own_service.settings.var_dir / "yingcai.db"
    with TestClient(create_app(own_service.settings, service=own_service)) as client:
        own_service.store.engine.dispose()
        aside = path.rename(path.with_suffix(".aside"))
        path.mkdir()
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "store_unreachable")
        path.rmdir()
        aside.rename(path)
        assert client.get("/readyz").status_code == 200


def test_metrics_count_by_template_and_name_nobody(client):
    client.post("/v1/matches/vacancies", json={"profile_id": "NOBODY-9"})
    client.get("/nowhere/13800001234")
    answer = client.get("/metrics", headers={"X-API-Key": ""})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert re.search(
        r'yingcai_requests_total{method="POST",route="/v1/matches/vacancies",status="4xx"} \d', answer.text
    )
    assert 'route="unmatched"' in answer.text
    assert 'yingcai_pool_size{pool="profiles"} 200.0' in answer.text
    assert "13800001234" not in answer.text
    assert "NOBODY" not in answer.text


def test_a_service_that_is_starting_has_metrics_already(tmp_path):
    answer = TestClient(create_app(Settings(var_dir=tmp_path))).get("/metrics")
    assert answer.status_code == 200
    assert "yingcai_requests_in_flight" in answer.text
