"""Put an item beside others and compute what their features look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.encoder.protocol import Vectors
from matching.meaning import FieldSpace, MeaningSpace
from matching.pairs import Pair, Stated
from matching.pool import Pool
from matching.queries import Query
from matching.skills import shared_writing

__all__ = ["pair_with_members", "pair_with_query"]


class _Others(NamedTuple):
    """Items of the other side, one entry each."""

    rows: Sequence[Mapping[str, Any]]
    terms: Sequence[Mapping[str, Stated]]
    titles: Vectors | None
    duties: Vectors | None


def pair_with_members(
    query: Query, pool: Pool, positions: NDArray[np.int64], space: MeaningSpace
) -> list[Pair]:
    """Put an item beside members of the other side's pool, in the order of the positions."""
    others = _Others(
        [pool.rows[position] for position in positions.tolist()],
        [pool.terms(position, query.background.lexicon) for position in positions.tolist()],
        pool.titles.take(positions),
        pool.duties.take(positions),
    )
    return _pairs(query, others, space, vacancies=pool.vacancies)


def pair_with_query(query: Query, other: Query, space: MeaningSpace, *, vacancies: bool) -> Pair:
    """Put an item beside another that need not be stored; ``vacancies`` tells the other's side."""
    vectors = other.vectors
    others = _Others(
        [other.row],
        [other.terms],
        None if vectors is None else vectors.title[None, :],
        None if vectors is None else vectors.duties[None, :],
    )
    return _pairs(query, others, space, vacancies=vacancies)[0]


def _pairs(query: Query, others: _Others, space: MeaningSpace, *, vacancies: bool) -> list[Pair]:
    own = query.vectors
    titles = _similar(space.title, "title", own and own.title, others.titles, query, others)
    duties = _similar(space.duties, "text", own and own.duties, others.duties, query, others)
    made = []
    for i, (row, terms) in enumerate(zip(others.rows, others.terms, strict=True)):
        vacancy, profile = (row, query.row) if vacancies else (query.row, row)
        asked, held = (terms, query.terms) if vacancies else (query.terms, terms)
        made.append(
            Pair(
                vacancy=vacancy,
                profile=profile,
                asked=asked,
                held=held,
                title=titles[i],
                duties=duties[i] if row["text"] and query.row["text"] else None,
                wording=shared_writing(row["title"], query.row["title"]),
                background=query.background,
            )
        )
    return made


def _similar(
    space: FieldSpace,
    name: str,
    own: Vectors | None,
    theirs: Vectors | None,
    query: Query,
    others: _Others,
) -> Sequence[float | None]:
    """Return calibrated similarities; None for each where the encoder could not be used."""
    if own is None or theirs is None:
        return [None] * len(others.rows)
    scripts = [row[f"{name}_script"] for row in others.rows]
    similar: list[float | None] = space.similarity(
        theirs @ own, query.row[f"{name}_script"], scripts
    ).tolist()
    return similar
