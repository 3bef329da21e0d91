"""A matrix as a city has it: clusters, many equal rows, rows of zeros and rows that are no numbers."""

from __future__ import annotations

import importlib.util
import os
import uuid
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from matching.index import FlatIndex
from matching.index.served import ServedIndex

SERVER = Path(__file__).resolve().parents[2] / "scale" / "milvus_server.py"
ROWS, DIMENSION, CLUSTERS = 50_000, 32, 100


@pytest.fixture(scope="package")
def cluster_of():
    return np.random.default_rng(1).integers(CLUSTERS, size=ROWS)


@pytest.fixture(scope="package")
def vectors(cluster_of):
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(CLUSTERS, DIMENSION))
    rows = centres[cluster_of] + rng.normal(size=(ROWS, DIMENSION))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows = rows.astype(np.float32)
    rows[rng.choice(ROWS, 3000, replace=False)] = rows[7]
    rows[rng.choice(ROWS, 500, replace=False)] = 0
    rows[rng.choice(ROWS, 50, replace=False), 3] = np.nan
    return rows


@pytest.fixture(scope="package")
def mapped(vectors, tmp_path_factory):
    path = tmp_path_factory.mktemp("vectors") / "vectors.npy"
    np.save(path, vectors)
    return np.load(path, mmap_mode="r")


def brute_force(vectors, query, k, allowed):
    """Score every row, sort them all: the slow, obvious twin."""
    scores = np.array([np.dot(row, query) for row in vectors[allowed]], np.float32)
    kept = ~np.isnan(scores)
    positions, scores = allowed[kept], scores[kept]
    order = sorted(range(len(positions)), key=lambda i: (-scores[i], positions[i]))[:k]
    return positions[order], scores[order]


@pytest.fixture(scope="package")
def twin():
    return brute_force


@pytest.fixture(scope="session")
def milvus_address(tmp_path_factory):
    """Address of a real Milvus server: the one that is named, or one started here."""
    named = os.environ.get("YINGCAI_TEST_MILVUS")
    if named:
        with database_of(named) as address:
            yield address
        return
    described = importlib.util.spec_from_file_location("milvus_server", SERVER)
    milvus_server = importlib.util.module_from_spec(described)
    described.loader.exec_module(milvus_server)
    try:
        with milvus_server.running(tmp_path_factory.mktemp("milvus")) as (address, _):
            yield address
    except milvus_server.NoServer as error:
        pytest.skip(f"!!! no Milvus server, so NOTHING of it is tested: {error}")


@contextmanager
def database_of(address):
    """Make a database of this run's own on a server that others may use at the same time."""
    from pymilvus import MilvusClient

    from matching.index.milvus import MilvusServer

    name = f"yingcai_{uuid.uuid4().hex[:12]}"
    client = MilvusClient(uri=address)
    client.create_database(name)
    yield f"{address}/{name}"
    MilvusServer(f"{address}/{name}").forget()
    client.drop_database(name)
    client.close()


@pytest.fixture(scope="session")
def milvus(milvus_address):
    from matching.index.milvus import MilvusServer

    server = MilvusServer(milvus_address)
    yield server
    server.forget()


@pytest.fixture(scope="session", params=["here", "milvus"])
def base_of(request):
    """Make a base that is searched here, or one whose every search a server makes."""
    if request.param == "here":
        return FlatIndex
    server, made = request.getfixturevalue("milvus"), {}

    def make(vectors):
        version = server.version_of(vectors, {})
        if version not in made:
            base = ServedIndex(vectors, {}, server=server, side=f"test{len(made)}", least=1)
            made[version] = base
            if np.isfinite(vectors).all(axis=1).any():
                base.open()
        # After a failure the rows are read here: the test must fail then, and not pass that way.
        assert made[version].ready or not np.isfinite(vectors).all(axis=1).any()
        return made[version]

    return make


@pytest.fixture
def begun(monkeypatch):
    """Keep threads from running and collect them."""
    threads = []

    def start(thread):
        threads.append(thread)

    monkeypatch.setattr("threading.Thread.start", start)
    return threads
