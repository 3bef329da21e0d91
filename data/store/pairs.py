"""Pairs of postings that a person should look at: merged on thin evidence, or just not merged."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from data.store.explanations import DecisionMade
from data.store.frames import read_frame
from data.store.schema import posting, vacancy, vacancy_decision, vacancy_posting
from data.store.store import Store
from data.vacancies import Relation
from data.vacancies.advert import NEEDED
from data.vacancies.near import near_misses

__all__ = ["DoubtfulPair", "PairKind", "decided_pairs", "doubtful_pairs", "read_decision"]

_DOUBTFUL: Final = (Relation.PARTIAL.value, Relation.SEMANTIC.value)
_NEAR_DAYS: Final = 365


class PairKind(StrEnum):
    """Why a pair is to be looked at."""

    MERGED = "merged"
    """The two were merged, but do not say the same."""
    NEAR = "near"
    """The two were kept apart, but little tells them apart."""


class DoubtfulPair(NamedTuple):
    """Two postings of one employer."""

    left: str
    """The earlier posting, or the one that the other was compared with."""
    right: str
    """The other."""
    relation: str | None
    """Relation by which they were merged; None where they were not."""
    score: float
    """Likeness, 0 to 1."""
    evidence: dict[str, Any]
    """What was compared, and how each test came out."""


def doubtful_pairs(store: Store, kind: PairKind) -> list[DoubtfulPair]:
    """Return the pairs that nobody decided about, the most doubtful first.

    Parameters
    ----------
    store
        The store.
    kind
        Which: pairs that were merged, or needs of the last year before the newest that were kept apart.

    Returns
    -------
    list of DoubtfulPair
        Merged pairs from the least alike, pairs kept apart from the most alike.
    """
    with store.read() as connection:
        found = _merged(connection) if kind is PairKind.MERGED else _near(connection)
        query = sa.select(vacancy_decision.c.left_posting_id, vacancy_decision.c.right_posting_id)
        decided = {(left, right) for left, right in connection.execute(query)}
    return [pair for pair in found if tuple(sorted((pair.left, pair.right))) not in decided]


def decided_pairs(store: Store, *, limit: int = 20) -> list[DecisionMade]:
    """Return what people decided about two postings, the newest first."""
    query = sa.select(vacancy_decision).order_by(vacancy_decision.c.decided_at.desc()).limit(limit)
    with store.read() as connection:
        return [DecisionMade(**row) for row in connection.execute(query).mappings()]


def read_decision(store: Store, left: str, right: str) -> DecisionMade | None:
    """Return what was decided about two postings, given in any order; None where nothing was."""
    one, other = sorted((left, right))
    table = vacancy_decision.c
    own = (table.left_posting_id == one) & (table.right_posting_id == other)
    with store.read() as connection:
        row = connection.execute(sa.select(vacancy_decision).where(own)).mappings().one_or_none()
    return None if row is None else DecisionMade(**row)


def _merged(connection: sa.Connection) -> list[DoubtfulPair]:
    table = vacancy_posting.c
    query = (
        sa.select(table.posting_id, table.relation, table.score, table.evidence)
        .join(vacancy, vacancy.c.vacancy_id == table.vacancy_id)
        .where(table.relation.in_(_DOUBTFUL), vacancy.c.counted_in.is_(None))
        .order_by(table.score, table.posting_id)
    )
    return [
        DoubtfulPair(row.evidence["compared_with"], row.posting_id, row.relation, row.score, row.evidence)
        for row in connection.execute(query)
    ]


def _near(connection: sa.Connection) -> list[DoubtfulPair]:
    newest = connection.execute(sa.select(sa.func.max(vacancy.c.opened_on))).scalar_one_or_none()
    if newest is None:
        return []
    query = (
        sa.select(*(posting.c[name] for name in NEEDED))
        .join(vacancy, vacancy.c.posting_id == posting.c.posting_id)
        .where(vacancy.c.counted_in.is_(None), vacancy.c.opened_on >= newest - dt.timedelta(days=_NEAR_DAYS))
    )
    return [
        DoubtfulPair(left, right, None, comparison.score, comparison.evidence)
        for left, right, comparison in near_misses(read_frame(connection, query))
    ]
