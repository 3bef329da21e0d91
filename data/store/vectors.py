"""Vectors by encoder and content hash."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from data.store.schema import embedding
from data.store.store import Store, chunked, upsert

__all__ = ["read_vectors", "write_vectors"]


def read_vectors(store: Store, encoder: str, hashes: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
    """Return the vectors that are known, by text hash."""
    found: dict[bytes, NDArray[np.float32]] = {}
    with store.read() as connection:
        for chunk in chunked(hashes):
            query = sa.select(embedding.c.text_sha256, embedding.c.vector).where(
                embedding.c.encoder == encoder, embedding.c.text_sha256.in_(chunk)
            )
            for text_sha256, vector in connection.execute(query):
                found[bytes(text_sha256)] = np.frombuffer(vector, "<f4")
    return found


def write_vectors(store: Store, encoder: str, hashes: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
    """Keep vectors; those already known stay as they are."""
    rows = [
        {"encoder": encoder, "text_sha256": key, "vector": vector.astype("<f4").tobytes()}
        for key, vector in zip(hashes, vectors, strict=True)
    ]
    with store.begin() as connection:
        upsert(connection, embedding, rows, replace=False)
