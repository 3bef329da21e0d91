"""Many queries at once, each with its own allowed set: a blocked matrix product and little besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.encoder.protocol import Vectors, quiet
from matching.index.exact import rounding_error
from matching.index.hits import Hits

__all__ = ["search_blocks"]

_QUERIES, _ROWS = 256, 16_384
"""Largest block: 16 MB of scores, which stay in the cache while they are looked at."""

_MASK_BYTES = 2**27
"""Memory for the masks of one block of queries."""

_RESCORED = 4096
"""Pairs scored exactly at a time."""

_GROUPS = 1024
"""Groups of a block whose largest scores bound its own ``k``-th best."""

_MANY = 4
"""From this many times ``k`` survivors a query on, a block's own ``k``-th best is worth looking for."""


def search_blocks(
    parts: Sequence[Vectors],
    queries: Vectors,
    k: int,
    *,
    allowed: Callable[[int], NDArray[np.bool_]],
    largest: float,
    progress: Callable[[int, int], None] = quiet,
) -> Hits:
    """Return the ``k`` best allowed rows of every query over arrays that follow one another.

    A score is compared with the query's ``k``-th best so far; only what reaches it is looked at again.
    After the first blocks that is next to nothing, so selection costs a comparison and not a sort.
    """
    queries = np.ascontiguousarray(queries, np.float32)
    size = sum(map(len, parts))
    positions = np.full((len(queries), k), -1, np.int64)
    scores = np.full((len(queries), k), -np.inf, np.float32)
    if k <= 0 or not size:
        return Hits(positions, scores)
    step = int(np.clip(_MASK_BYTES // size, 1, _QUERIES))
    for start in range(0, len(queries), step):
        block = slice(start, min(start + step, len(queries)))
        masks = np.stack([allowed(i) for i in range(block.start, block.stop)])
        positions[block], scores[block] = _search_block(parts, queries[block], k, masks, largest)
        progress(block.stop, len(queries))
    return Hits(positions, scores)


def _search_block(
    parts: Sequence[Vectors], queries: Vectors, k: int, masks: NDArray[np.bool_], largest: float
) -> Hits:
    """Search as many queries as fit into memory together with their masks."""
    norms = np.linalg.norm(queries.astype(np.float64), axis=1)
    margin = rounding_error(norms, largest, queries.shape[1])
    found = Hits(np.full((len(queries), k), -1, np.int64), np.full((len(queries), k), -np.inf, np.float32))
    room = np.empty((len(queries), _ROWS), np.float32)
    for offset, rows in _blocks(parts):
        products = room.reshape(-1)[: len(queries) * len(rows)].reshape(len(queries), len(rows))
        np.matmul(queries, rows.T, out=products)
        bar = _float32_below(found.scores[:, -1] - margin)
        near = _near(products, masks[:, offset : offset + len(rows)], bar, k, margin)
        pairs = np.flatnonzero(near)
        if len(pairs):
            query_numbers, columns = np.divmod(pairs, len(rows))
            exact = _pair_scores(queries, rows, query_numbers, columns)
            found = _merge(found, query_numbers, columns + offset, exact)
    return found


def _blocks(parts: Sequence[Vectors]) -> Iterator[tuple[int, Vectors]]:
    """Yield blocks of rows with the position of their first row."""
    offset = 0
    for part in parts:
        for start in range(0, len(part), _ROWS):
            yield offset + start, part[start : start + _ROWS]
        offset += len(part)


def _near(
    products: Vectors,
    masks: NDArray[np.bool_],
    bar: NDArray[np.float32],
    k: int,
    margin: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Return which allowed products can still be among the ``k`` best."""
    near = (products >= bar[:, None]) & masks
    if k >= products.shape[1] or np.count_nonzero(near) <= _MANY * k * len(products):
        return near
    kth = _kth_at_least(np.where(near, products, np.float32(-np.inf)), k)
    near &= products >= _float32_below(kth - 2 * margin)[:, None]
    return near


def _kth_at_least(products: Vectors, k: int) -> Vectors:
    """Return for every row a number that its ``k``-th largest reaches: that of the largest of groups.

    The largest of ``k`` groups are ``k`` numbers of the row; to sort one number a group takes a small part of
    the time, and rarely is the bound much lower.
    """
    groups = max(_GROUPS, 8 * k)
    each = products.shape[1] // groups
    if each > 1:
        products = products[:, : each * groups].reshape(len(products), each, groups).max(axis=1)
    kth: Vectors = np.partition(products, -k, axis=1)[:, -k]
    return kth


def _float32_below(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Round down, so that a bar never rises by being stored."""
    return np.nextafter(values.astype(np.float32), np.float32(-np.inf))


def _pair_scores(
    queries: Vectors, rows: Vectors, query_numbers: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return the exact score of every pair of a query and a row."""
    scores = np.empty(len(columns), np.float32)
    for start in range(0, len(columns), _RESCORED):
        chunk = slice(start, start + _RESCORED)
        scores[chunk] = np.vecdot(rows[columns[chunk]], queries[query_numbers[chunk]])
    return scores


def _merge(
    found: Hits,
    query_numbers: NDArray[np.int64],
    positions: NDArray[np.int64],
    scores: NDArray[np.float32],
) -> Hits:
    """Keep the best of what was found so far and what is new."""
    queries, k = found.positions.shape
    owners = np.concatenate([np.repeat(np.arange(queries), k), query_numbers])
    all_positions = np.concatenate([found.positions.ravel(), positions])
    all_scores = np.concatenate([found.scores.ravel(), scores])
    order = np.lexsort((all_positions, -all_scores, owners))
    # Every query brings at least the k places it had, so the first k of each are always there.
    first = np.searchsorted(owners[order], np.arange(queries))
    kept = order[first[:, None] + np.arange(k)]
    return Hits(all_positions[kept], all_scores[kept])
