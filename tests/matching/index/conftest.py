"""A matrix as a city has it: clusters, many equal rows, rows of zeros and rows that are no numbers."""

from __future__ import annotations

import numpy as np
import pytest

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
