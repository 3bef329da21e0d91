"""What the rest of the product asks of an encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Encoder", "Vectors", "quiet"]

Vectors = NDArray[np.float32]
"""Row vectors, float32."""


def quiet(done: int, total: int) -> None:
    """Report progress to nobody."""


class Encoder(Protocol):
    """Turns texts into unit vectors whose inner product is a similarity."""

    @property
    def name(self) -> str:
        """Identifies model, backend and settings: equal names give equal vectors."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str], *, progress: Callable[[int, int], None] = quiet) -> Vectors:
        """Encode texts into an array of shape ``(len(texts), dimension)``."""
