"""A served synthetic city that needs no model weights."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from api.service import Service
from data.editions import build_editions
from data.regions import read_region
from data.settings import Settings
from data.store.store import Store
from data.synthetic import generate_city, write_city
from matching.coding import Coders
from matching.encoder.language import LanguageCorrection
from matching.encoder.model import EmbeddingModel
from matching.ingest import Intake, ingest_file
from training.forecast.publish import publish_forecast

BOOTSTRAP = "bootstrap-key-of-the-tests"
TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with 26 months of postings of 16 employers and 200 profiles: enough for stars and a forecast."""
    folder = tmp_path_factory.mktemp("city")
    write_city(generate_city(seed=5, months=26, employers=16, profiles=200), folder)
    return folder


@pytest.fixture(scope="session")
def coders(hashing_model: EmbeddingModel) -> Coders:
    """Return the coders on the hashing model."""
    return Coders.from_reference(hashing_model)


@pytest.fixture(scope="session")
def service(
    city: Path,
    coders: Coders,
    hashing_model: EmbeddingModel,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """Return the loaded service of the city, with both catalogues and a forecast."""
    folder = tmp_path_factory.mktemp("served")
    settings = Settings(var_dir=folder, bootstrap_key=SecretStr(BOOTSTRAP))
    store = Store.from_url(settings.store_url)
    region = read_region("yingkou")
    intake = Intake(store, coders, region, folder, 10**8, TODAY)
    for name in ("postings.csv", "profiles.csv"):
        ingest_file(intake, city / name)
    build_editions(store, region)
    publish_forecast(store, region)
    loaded = Service.from_settings(settings, model=hashing_model)
    store.engine.dispose()
    yield loaded
    loaded.store.engine.dispose()


@pytest.fixture(scope="session")
def client(service: Service) -> Iterator[TestClient]:
    """Return a client with a valid key."""
    with TestClient(create_app(service.settings, service=service)) as made:
        made.headers["X-API-Key"] = BOOTSTRAP
        yield made


@pytest.fixture
def empty_service(tmp_path: Path, hashing_model: EmbeddingModel) -> Iterator[Service]:
    """Return a service on a store without anything; its model has no language correction."""
    settings = Settings(var_dir=tmp_path, bootstrap_key=SecretStr(BOOTSTRAP))
    nothing = LanguageCorrection(
        means={}, components=np.empty((0, hashing_model.encoder.dimension), np.float32)
    )
    made = Service.from_settings(settings, model=dataclasses.replace(hashing_model, correction=nothing))
    yield made
    made.store.engine.dispose()


@pytest.fixture
def empty_client(empty_service: Service) -> Iterator[TestClient]:
    """Return a client with a valid key on an empty store; a server error comes back as its answer."""
    app = create_app(empty_service.settings, service=empty_service)
    with TestClient(app, raise_server_exceptions=False) as made:
        made.headers["X-API-Key"] = BOOTSTRAP
        yield made
