"""All vacancies against all profiles at once, hard rules first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matching.encoder.protocol import quiet
from matching.index import Hits
from matching.pool import Pool

__all__ = ["count_exposure", "nearest_profiles"]


def count_exposure(vacancies: Pool, profiles: Pool, *, k: int) -> NDArray[np.int64]:
    """Count for every profile the vacancies that have it among their nearest.

    Parameters
    ----------
    vacancies, profiles
        The pools.
    k
        How many count as nearest.

    Returns
    -------
    ndarray of int64
        By position; -1 for what is no member.
    """
    positions, _ = nearest_profiles(vacancies, profiles, k=k)
    listed = positions[positions >= 0]
    counts: NDArray[np.int64] = np.bincount(listed, minlength=len(profiles.rows))
    counts[~profiles.index.alive] = -1
    return counts


def nearest_profiles(
    vacancies: Pool, profiles: Pool, *, k: int, progress: Callable[[int, int], None] = quiet
) -> Hits:
    """Find for every vacancy the allowed profiles that are nearest in meaning.

    Parameters
    ----------
    vacancies, profiles
        The pools.
    k
        Number of profiles for each vacancy.
    progress
        Called with the number of vacancies done and their total.

    Returns
    -------
    Hits
        One row for each member of ``vacancies``, in the order of its ids; exact within what the rules
        allow, filled up with position -1 where fewer than ``k`` are allowed.
    """
    members = np.flatnonzero(vacancies.index.alive)
    queries = vacancies.index.take(members)

    def allowed(row: int) -> NDArray[np.bool_]:
        return profiles.allowed(vacancies.rows[members[row]])[0]

    return profiles.index.search_many(queries, k, allowed=allowed, progress=progress)
