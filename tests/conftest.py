"""Fixtures that more than one folder uses."""

from __future__ import annotations

import os
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis_settings

from data.settings import Settings
from data.store.store import Store
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import PLAIN, EmbeddingModel, build_model
from matching.features import FEATURES
from matching.learned import RankerCurves

SHARED = Path(__file__).resolve().parents[1] / "../shared"
POSTGRES = os.environ.get("YINGCAI_TEST_DATABASE_URL", "")

# On a developer's machine every run tries other examples; a run that gates a change tries the same ones.
# No test asserts a time: machines are shared.
hypothesis_settings.register_profile("developer", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis_settings.load_profile("developer")
if os.environ.get("CI"):
    hypothesis_settings.load_profile("ci")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say loudly what a run leaves out."""
    lines = []
    if not POSTGRES:
        lines.append("!!! YINGCAI_TEST_DATABASE_URL is not set: every PostgreSQL test is SKIPPED")
    if not (SHARED / "data").is_dir():
        lines.append("!!! ../shared/data is absent: every test on real data is SKIPPED")
    return lines


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real files."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is absent")
    return folder


@pytest.fixture(scope="session")
def model() -> EmbeddingModel:
    """Return the packaged embedding model, built once into the cache."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return build_model(Settings())


@pytest.fixture(scope="session")
def plain_model() -> EmbeddingModel:
    """Return the packaged embedding model without the shipped adapter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return build_model(Settings(encoder_adapter=PLAIN))


@pytest.fixture(scope="session")
def hashing_model() -> EmbeddingModel:
    """Return an embedding model that needs no weights."""
    return EmbeddingModel.from_encoder(HashingEncoder())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        made = Store.from_url(f"sqlite:///{tmp_path / 'test.db'}")
        yield made
        made.engine.dispose()
        return
    if not POSTGRES:
        pytest.skip("YINGCAI_TEST_DATABASE_URL is not set")
    schema = f"test_{uuid.uuid4().hex}"
    admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.schema.CreateSchema(schema))
    url = sa.make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={schema}"})
    made = Store.from_url(url.render_as_string(hide_password=False))
    yield made
    made.engine.dispose()
    with admin.connect() as connection:
        connection.execute(sa.schema.DropSchema(schema, cascade=True))
    admin.dispose()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty SQLite store."""
    made = Store.from_url(f"sqlite:///{tmp_path / 'test.db'}")
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def learned_curves() -> RankerCurves:
    """Return curves of three steps for every feature, and probabilities for one side."""
    shares = [(each.name, each.for_vacancy, each.for_person) for each in FEATURES]

    def side(column: int) -> dict[str, object]:
        return {
            "curves": [
                {
                    "feature": share[0],
                    "edges": [0.25, 0.75],
                    "values": [0.0, 0.4 * share[column], share[column]],
                    "missing": 0.3 * share[column],
                }
                for share in shares
            ],
            "calibration": None,
        }

    calibrated = {"scores": [20.0, 60.0, 90.0], "probabilities": [0.05, 0.3, 0.8]}
    sides = {"vacancy": side(1) | {"calibration": calibrated}, "person": side(2)}
    return RankerCurves.from_document({"name": "behaviour", "version": "1", "sides": sides})
