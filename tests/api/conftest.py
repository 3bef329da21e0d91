"""A served synthetic city that needs no model weights."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from api.privacy.erasing import embedded_texts
from api.service import Service
from data.editions import build_editions
from data.pseudonyms import read_key
from data.regions import read_region
from data.settings import Settings
from data.store.documents import write_forecast
from data.store.erasure import erase_person
from data.store.profiles import read_profiles
from data.store.store import Store
from data.synthetic import generate_city, write_city
from matching.coding import Coders
from matching.encoder.language import LanguageCorrection
from matching.encoder.model import EmbeddingModel
from matching.ingest import Intake, ingest_file
from training.forecast.publish import publish_forecast

BOOTSTRAP = "bootstrap-key-of-the-tests"
TODAY = dt.date(2026, 11, 21)
POSTINGS = (
    "岗位编号,岗位名称,用人单位,工作地点,需求人数,岗位职责,发布日期\n"
    "a1,岸桥司机,示例港口有限公司,营口市鲅鱼圈区,3,负责集装箱岸桥操作,2026-11-01\n"
    "a2,会计,示例港口有限公司,营口市鲅鱼圈区,1,负责记账,2026-11-20\n"
)
HEADER = "档案编号,求职岗位,能力,意向地点\n"
PEOPLE = [f"PERSON{i:02}" for i in range(12)]


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


@pytest.fixture(scope="session")
def bare_service(
    tmp_path_factory: pytest.TempPathFactory, hashing_model: EmbeddingModel
) -> Iterator[Service]:
    """Return a service on a store without anything, loaded once; nobody writes to it."""
    settings = Settings(
        var_dir=tmp_path_factory.mktemp("bare"), bootstrap_key=SecretStr(BOOTSTRAP), refresh_seconds=0
    )
    made = Service.from_settings(settings, model=hashing_model)
    with made.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    yield made
    made.store.engine.dispose()


@pytest.fixture
def own_service(bare_service: Service, tmp_path: Path) -> Iterator[Service]:
    """Return a service on an empty store of the test's own, without loading it anew."""
    shutil.copy(bare_service.settings.var_dir / "yingcai.db", tmp_path / "yingcai.db")
    settings = bare_service.settings.model_copy(update={"var_dir": tmp_path})
    store = Store.as_it_is(settings.store_url)
    yield dataclasses.replace(bare_service, settings=settings, store=store)
    store.engine.dispose()


@pytest.fixture(scope="session")
def forecast_client(
    hashing_model: EmbeddingModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """Return a client with a valid key on a store for forecast runs only; see ``keep_forecast``."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("forecasts"), bootstrap_key=SecretStr(BOOTSTRAP))
    made = Service.from_settings(settings, model=hashing_model)
    with TestClient(create_app(settings, service=made)) as client:
        client.headers["X-API-Key"] = BOOTSTRAP
        yield client
    made.store.engine.dispose()


@pytest.fixture
def keep_forecast(forecast_client: TestClient) -> Callable[[dict[str, Any]], None]:
    """Keep a document as the newest forecast run that ``forecast_client`` serves."""

    def keeps(document: dict[str, Any]) -> None:
        header = {"region": "yingkou", "as_of": dt.date(2026, 10, 31), "method": "m/1"}
        store = forecast_client.app.state.service.store
        write_forecast(store, {**header, "synthetic": document["synthetic"], "document": document})

    return keeps


class Served:
    """A service on a folder, beside somebody else who writes to its store."""

    postings, header = POSTINGS, HEADER

    def __init__(self, folder, coders, model, **settings):
        self.folder, self.coders = folder, coders
        self.settings = Settings(var_dir=folder, bootstrap_key=SecretStr("key"), **settings)
        self.store = Store.from_url(self.settings.store_url)
        if not read_profiles(self.store).size:
            self.bring("needs.csv", POSTINGS)
            self.bring_people(PEOPLE)
        self.service = Service.from_settings(self.settings, model=model)
        self.refresher = self.service.refresher

    def bring(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        intake = Intake(
            self.store, self.coders, read_region("yingkou"), self.folder, 10**8, dt.date(2026, 11, 21)
        )
        ingest_file(intake, path)

    def bring_people(self, ids, title="岸桥司机"):
        rows = "".join(f"{each},{title},岸桥；集装箱,营口\n" for each in ids)
        self.bring(f"{ids[0]}.csv", HEADER + rows)

    def erase(self, profile_id):
        erase_person(
            self.store,
            profile_id,
            key=read_key(self.folder),
            actor="甲",
            reason="本人要求",
            texts_of=embedded_texts,
            reports=self.folder / "reports",
            tombstone_file=self.folder / "tombstones.jsonl",
        )

    @property
    def client(self):
        client = TestClient(create_app(self.settings, service=self.service))
        client.headers["X-API-Key"] = "key"
        return client

    @property
    def people(self):
        return sorted(self.service.matcher.profiles.ids)

    def close(self):
        self.store.engine.dispose()
        self.service.store.engine.dispose()


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory, coders, hashing_model):
    """Return the folder of a service that was stopped."""
    folder = tmp_path_factory.mktemp("filled")
    made = Served(folder, coders, hashing_model)
    with made.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.close()
    return folder


@pytest.fixture
def serve(filled_once, tmp_path, coders, hashing_model):
    made = []
    shutil.copytree(filled_once, tmp_path, dirs_exist_ok=True)

    def start(**settings):
        made.append(Served(tmp_path, coders, hashing_model, **{"refresh_seconds": 0} | settings))
        return made[-1]

    yield start
    for each in made:
        each.close()
