"""``yingcai serve``."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.commands.serve import application, server_options
from api.edge import EdgeProtocol
from data.settings import current_settings


@pytest.fixture
def served(monkeypatch):
    calls = []
    monkeypatch.setattr("api.edge.logs.configure_logs", lambda: None)
    monkeypatch.setattr("uvicorn.run", lambda app, **options: calls.append((app, options)))
    return calls


def test_the_service_listens_where_it_is_told(run, filled, served):
    done = run("serve", "--host", "127.0.0.2", "--port", "8123", "--region", "liaoning")
    assert done.code == 0
    ((app, options),) = served
    assert (options["host"], options["port"]) == ("127.0.0.2", 8123)
    assert "http://127.0.0.2:8123" in done.err
    with TestClient(app) as client:
        assert client.get("/readyz").json()["region"] == "辽宁省"
    app.state.service.store.engine.dispose()


def test_by_default_only_this_machine_is_listened_to(run, filled, served):
    run("serve")
    ((app, options),) = served
    assert (options["host"], options["port"]) == ("127.0.0.1", 8000)
    with TestClient(app) as client:
        assert client.get("/readyz").json()["region"] == "营口市"
    app.state.service.store.engine.dispose()


def test_several_processes_get_the_region_and_a_folder_for_the_metrics_of_all(
    run, filled, served, monkeypatch
):
    for name in ("YINGCAI_REGION", "PROMETHEUS_MULTIPROC_DIR"):
        monkeypatch.setenv(name, "before")
    done = run("serve", "--workers", "3", "--region", "liaoning")
    assert done.code == 0
    ((app, options),) = served
    assert (app, options["factory"], options["workers"]) == ("api.commands.serve:application", True, 3)
    assert os.environ["YINGCAI_REGION"] == "liaoning"
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    assert folder.is_dir()
    assert list(folder.iterdir()) == []
    assert "3 倍" in done.err


@pytest.fixture(autouse=True)
def thawed():
    """Give the tests that follow a garbage collection that sees everything."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("filled")
def test_each_process_loads_its_own_application_and_keeps_it_out_of_garbage_collections(
    monkeypatch, hashing_model
):
    monkeypatch.setattr("api.edge.logs.configure_logs", lambda: None)
    current_settings.cache_clear()
    app = application(model=hashing_model)
    current_settings.cache_clear()
    assert gc.get_freeze_count() > 0
    with TestClient(app) as client:
        assert client.get("/readyz").json()["region"] == "营口市"
    app.state.service.store.engine.dispose()


def test_connections_are_bounded_and_ended_gracefully():
    options = server_options()
    assert options["http"] is EdgeProtocol
    assert options["timeout_graceful_shutdown"] > 0
    assert not options["access_log"]
