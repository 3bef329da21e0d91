"""``yingcai serve``."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def served(monkeypatch):
    calls = []
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
