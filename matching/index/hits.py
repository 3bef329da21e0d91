"""What every search over vectors or texts answers with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Hits"]


class Hits(NamedTuple):
    """Positions and scores, best first; equal scores stand in order of position.

    One query gives arrays of at most ``k`` entries. Many queries give one row each of exactly ``k``
    entries, filled up with position -1 and score minus infinity.
    """

    positions: NDArray[np.int64]
    scores: NDArray[np.float32]
