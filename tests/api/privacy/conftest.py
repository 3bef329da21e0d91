"""An application whose requests leave a trail, on a small store of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.service import Service

BOOTSTRAP = "bootstrap-key-of-the-tests"


@pytest.fixture
def trailed_app(own_service: Service) -> FastAPI:
    """Return the application on an empty store."""
    return create_app(own_service.settings, service=own_service)


@pytest.fixture
def trailed_client(trailed_app: FastAPI) -> Iterator[TestClient]:
    """Return a client with a valid key; a server error comes back as its answer."""
    with TestClient(trailed_app, raise_server_exceptions=False) as made:
        made.headers["X-API-Key"] = BOOTSTRAP
        yield made
