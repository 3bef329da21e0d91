"""An encoder that remembers: unchanged text is never encoded twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from data.store.store import Store
from data.store.vectors import read_vectors, write_vectors
from matching.encoder.protocol import Encoder, Vectors, quiet

__all__ = ["CachedEncoder"]

_CHUNK = 4096


class CachedEncoder:
    """Wraps an encoder with the store's vectors, keyed by the encoder's name and a hash of the text.

    Parameters
    ----------
    encoder
        Encodes what is not known yet.
    store
        Keeps the vectors.
    """

    def __init__(self, encoder: Encoder, store: Store) -> None:
        self._encoder = encoder
        self._store = store

    @property
    def name(self) -> str:
        """The wrapped encoder's name."""
        return self._encoder.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str], *, progress: Callable[[int, int], None] = quiet) -> Vectors:
        """Encode texts; every distinct text that is new is encoded once and kept chunk by chunk."""
        hashes = [hashlib.sha256(text.encode()).digest() for text in texts]
        known = read_vectors(self._store, self.name, list(dict.fromkeys(hashes)))
        new = {key: text for key, text in zip(hashes, texts, strict=True) if key not in known}
        # Sorted, so that each chunk holds texts of one length and an interrupted run keeps most of its work.
        keys = sorted(new, key=lambda key: len(new[key]))
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            vectors = self._encoder.encode(
                [new[key] for key in chunk],
                progress=lambda done, _, start=start: progress(start + done, len(keys)),  # type: ignore[misc]
            )
            write_vectors(self._store, self.name, chunk, vectors)
            known.update(zip(chunk, vectors, strict=True))
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([known[key] for key in hashes])
