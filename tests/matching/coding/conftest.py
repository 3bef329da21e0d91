"""Coders on the hashing model, shared by all tests of the folder."""

from __future__ import annotations

import pytest

from data.store.store import Store
from matching.coding import Coders


@pytest.fixture(scope="session")
def coders(hashing_model):
    return Coders.from_reference(hashing_model)


@pytest.fixture(scope="session")
def model(model, tmp_path_factory):
    """Return the packaged model with a memory: the tables are encoded once for all tests of the folder."""
    store = Store.from_url(f"sqlite:///{tmp_path_factory.mktemp('vectors') / 'vectors.db'}")
    yield model.with_store(store)
    store.engine.dispose()
