"""A small encoder without a model: hashed character n-grams."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from matching.encoder.protocol import Vectors, quiet

__all__ = ["HashingEncoder"]


class HashingEncoder:
    """Hashes the character 1- to 3-grams of a text into a unit vector.

    It knows spelling, not meaning. It needs no model, so it serves tests and dry runs.

    Parameters
    ----------
    dimension
        Length of a vector.
    """

    def __init__(self, dimension: int = 256) -> None:
        self._vectorizer = HashingVectorizer(
            analyzer="char", ngram_range=(1, 3), n_features=dimension, alternate_sign=True, norm="l2"
        )

    @property
    def name(self) -> str:
        """``hashing`` and the length of a vector."""
        return f"hashing/{self.dimension}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._vectorizer.n_features)

    def encode(self, texts: Sequence[str], *, progress: Callable[[int, int], None] = quiet) -> Vectors:
        """Encode texts; the empty text becomes the zero vector."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        vectors: Vectors = self._vectorizer.transform(list(texts)).toarray().astype(np.float32)
        progress(len(texts), len(texts))
        return vectors
