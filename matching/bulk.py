"""All vacancies against all profiles at once, hard rules first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.errors import InputError
from data.execution import Executor
from matching.encoder.protocol import Vectors, quiet
from matching.index import FlatIndex, Hits
from matching.index.exact import merged
from matching.pool import Pool
from matching.rules import RULES, RuleColumns

__all__ = ["PoolShards", "Shard", "StoredRows", "count_exposure", "nearest_in_shards", "nearest_profiles"]

_ROWS = 65_536
"""Profiles of a shard: 100 MB of vectors."""

_QUERIES = 16_384
"""Vacancies that are sent along with the shards at a time."""

_ASKED = sorted({field for rule in RULES for field in rule.vacancy_fields})
"""Fields of a vacancy that the hard rules read."""


class StoredRows(NamedTuple):
    """Rows of an array on a disk that every machine sees by one path."""

    path: Path
    """The file, as NumPy writes it."""
    start: int
    """Number of the first row."""
    stop: int
    """Number of the row after the last one."""

    def read(self) -> Vectors:
        """Map the rows.

        Raises
        ------
        InputError
            ``shard_unreadable``: this machine does not see the file.
        """
        try:
            rows: Vectors = np.load(self.path, mmap_mode="r", allow_pickle=False)[self.start : self.stop]
        except OSError as error:
            raise InputError(
                "shard_unreadable",
                f"读不到索引文件 {self.path}：{error.strerror or error}",
                hint="让每台机器以同一路径看到索引文件夹，或不用 --shared-index",
            ) from error
        return rows


class Shard(NamedTuple):
    """Profiles in order of position, with no more of them than a search and the hard rules read."""

    start: int
    """Position of the first one."""
    vectors: Vectors | StoredRows
    """What they are searched by, or where that is."""
    columns: RuleColumns
    """What the hard rules read of them."""
    alive: NDArray[np.bool_]
    """False for what is no member."""


class PoolShards(Sequence[Shard]):
    """A pool in shards of one size, by position.

    Parameters
    ----------
    profiles
        The pool.
    stored
        File with the vectors of all its positions, which workers then read themselves; None sends them.
    """

    def __init__(self, profiles: Pool, stored: Path | None = None) -> None:
        self._profiles = profiles
        self._stored = stored

    def __len__(self) -> int:
        return (self._profiles.index.size + _ROWS - 1) // _ROWS

    def __getitem__(self, number: Any) -> Any:
        places = np.arange(self._profiles.index.size)[number * _ROWS : (number + 1) * _ROWS]
        if not len(places):
            raise IndexError(number)
        index, columns = self._profiles.index, self._profiles.columns
        start, stop = int(places[0]), int(places[-1]) + 1
        vectors = index.take(places) if self._stored is None else StoredRows(self._stored, start, stop)
        return Shard(start, vectors, columns.taken(places), index.alive[places])


class _Asked(NamedTuple):
    """Vacancies whose nearest profiles are looked for."""

    rows: Sequence[Mapping[str, Any]]
    vectors: Vectors
    k: int


def count_exposure(
    vacancies: Pool, profiles: Pool, *, k: int, executor: Executor | None = None
) -> NDArray[np.int64]:
    """Count for every profile the vacancies that have it among their nearest.

    Parameters
    ----------
    vacancies, profiles
        The pools.
    k
        How many count as nearest.
    executor
        Where profiles are searched; this process when left out.

    Returns
    -------
    ndarray of int64
        By position; -1 for what is no member.
    """
    positions, _ = nearest_profiles(vacancies, profiles, k=k, executor=executor)
    listed = positions[positions >= 0]
    counts: NDArray[np.int64] = np.bincount(listed, minlength=len(profiles.rows))
    counts[~profiles.index.alive] = -1
    return counts


def nearest_profiles(
    vacancies: Pool,
    profiles: Pool,
    *,
    k: int,
    progress: Callable[[int, int], None] = quiet,
    executor: Executor | None = None,
    stored: Path | None = None,
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
    executor
        Where profiles are searched, shard by shard, if that is not on this machine: here one search keeps
        all cores busy. This process when left out. The hits are the same to the last bit.
    stored
        File with the vectors of all positions of ``profiles``, where every machine sees it.

    Returns
    -------
    Hits
        One row for each member of ``vacancies``, in the order of its ids; exact within what the rules
        allow, filled up with position -1 where fewer than ``k`` are allowed.
    """
    if executor is not None and executor.distributed:
        shards = PoolShards(profiles, stored)
        return nearest_in_shards(vacancies, shards, k=k, progress=progress, executor=executor)
    members = np.flatnonzero(vacancies.index.alive)
    queries = vacancies.index.take(members)

    def allowed(row: int) -> NDArray[np.bool_]:
        return profiles.allowed(vacancies.rows[members[row]])[0]

    return profiles.index.search_many(queries, k, allowed=allowed, progress=progress)


def nearest_in_shards(
    vacancies: Pool,
    shards: Sequence[Shard],
    *,
    k: int,
    executor: Executor,
    progress: Callable[[int, int], None] = quiet,
) -> Hits:
    """Find for every vacancy the allowed profiles that are nearest, where no process need hold all profiles.

    Parameters
    ----------
    vacancies
        The vacancies.
    shards
        The profiles, cut in any way; one is made when it is sent, again for every block of vacancies.
    k
        Number of profiles for each vacancy.
    executor
        Where shards are searched.
    progress
        Called with the number of vacancies done and their total; those under way count by their shards.

    Returns
    -------
    Hits
        As of :func:`nearest_profiles`, to the last bit.
    """
    members = np.flatnonzero(vacancies.index.alive)
    found = []
    for start in range(0, len(members), _QUERIES):
        block = members[start : start + _QUERIES]
        rows = [{field: vacancies.rows[at].get(field) for field in _ASKED} for at in block.tolist()]
        asked = _Asked(rows, vacancies.index.take(block), k)
        best = _nothing(len(block), k)
        for done, hits in enumerate(executor.map(_search, shards, shared=asked), start=1):
            best = merged(best, hits)
            progress(start + len(block) * done // len(shards), len(members))
        found.append(best)
    empty = _nothing(0, k)
    return Hits(
        np.concatenate([empty.positions, *(each.positions for each in found)]),
        np.concatenate([empty.scores, *(each.scores for each in found)]),
    )


def _search(asked: _Asked, shard: Shard) -> Hits:
    """Search all vacancies in one shard."""

    def allowed(row: int) -> NDArray[np.bool_]:
        return shard.columns.take_allowed(asked.rows[row], row_is_vacancy=True, alive=shard.alive).mask

    vectors = shard.vectors.read() if isinstance(shard.vectors, StoredRows) else shard.vectors
    positions, scores = FlatIndex(vectors).search_many(asked.vectors, asked.k, allowed=allowed)
    return Hits(np.where(positions >= 0, positions + shard.start, -1), scores)


def _nothing(queries: int, k: int) -> Hits:
    return Hits(np.full((queries, k), -1, np.int64), np.full((queries, k), -np.inf, np.float32))
