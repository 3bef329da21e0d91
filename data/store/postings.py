"""Postings and the vacancies they were merged into."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from data.store.frames import read_frame, rows_of
from data.store.schema import posting, profile, vacancy, vacancy_posting
from data.store.store import Store, chunked, upsert
from data.vacancies import merge_postings

__all__ = [
    "Merged",
    "count_known",
    "count_postings",
    "employers_of",
    "merge_employers",
    "read_postings",
    "read_vacancies",
    "write_postings",
]

_COMMIT_ROWS = 5000


def write_postings(store: Store, batch_id: int, frame: pd.DataFrame) -> None:
    """Insert or replace postings, committing every 5,000 rows."""
    rows = list(rows_of(frame, posting, batch_id=batch_id))
    for chunk in chunked(rows, _COMMIT_ROWS):
        with store.begin() as connection:
            upsert(connection, posting, chunk)


def read_postings(store: Store, *, ids: Collection[str] | None = None) -> pd.DataFrame:
    """Read postings: all, or those with the given ids."""
    query = sa.select(posting).order_by(posting.c.posting_id)
    with store.read() as connection:
        if ids is None:
            return read_frame(connection, query)
        parts = [
            read_frame(connection, query.where(posting.c.posting_id.in_(chunk)))
            for chunk in chunked(sorted(ids))
        ]
    return pd.concat(parts, ignore_index=True) if parts else read_postings(store).iloc[:0]


def employers_of(store: Store, posting_ids: Sequence[str]) -> dict[str, str]:
    """Return the employer key of every posting that is in the store, by its id."""
    found: dict[str, str] = {}
    with store.read() as connection:
        for chunk in chunked(posting_ids):
            query = sa.select(posting.c.posting_id, posting.c.employer_key).where(
                posting.c.posting_id.in_(chunk)
            )
            found.update((row.posting_id, row.employer_key) for row in connection.execute(query))
    return found


def count_known(store: Store, kind: str, ids: Sequence[str]) -> int:
    """Return how many of these postings or profiles (``kind``) are in the store."""
    key = posting.c.posting_id if kind == "posting" else profile.c.profile_id
    with store.read() as connection:
        return sum(
            int(connection.execute(sa.select(sa.func.count()).where(key.in_(chunk))).scalar_one())
            for chunk in chunked(ids)
        )


def count_postings(store: Store) -> int:
    """Return the number of postings."""
    with store.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(posting)).scalar_one())


class Merged(NamedTuple):
    """How many postings became how many vacancies."""

    postings: int
    vacancies: int


def merge_employers(store: Store, employer_keys: Sequence[str]) -> Merged:
    """Merge the postings of these employers into vacancies anew.

    What an employer's postings were merged into before is replaced in the same transaction.
    """
    postings_in = vacancies_out = 0
    for chunk in chunked(sorted(set(employer_keys)), 2000):
        with store.begin() as connection:
            postings = pd.concat(
                [
                    read_frame(connection, sa.select(posting).where(posting.c.employer_key.in_(part)))
                    for part in chunked(chunk)
                ],
                ignore_index=True,
            )
            merge = merge_postings(postings)
            _forget(connection, postings["posting_id"].tolist())
            upsert(connection, vacancy, list(rows_of(merge.vacancies, vacancy)))
            upsert(connection, vacancy_posting, list(rows_of(merge.members, vacancy_posting)))
        postings_in += len(postings)
        vacancies_out += len(merge.vacancies)
    return Merged(postings_in, vacancies_out)


def read_vacancies(store: Store) -> pd.DataFrame:
    """Read vacancies with the fields of the posting that speaks for them.

    Returns
    -------
    DataFrame
        The columns of ``vacancy`` and ``posting`` (heads, opened_on, closed_on, outcome and synthetic
        are the vacancy's) and ``posting_ids``, the tuple of all its postings.
    """
    own = {"heads", "opened_on", "closed_on", "outcome", "synthetic"}
    spoken = [column for column in posting.columns if column.name not in own | {"posting_id"}]
    query = (
        sa.select(vacancy, *spoken)
        .join(posting, posting.c.posting_id == vacancy.c.posting_id)
        .order_by(vacancy.c.vacancy_id)
    )
    with store.read() as connection:
        frame = read_frame(connection, query)
        members = read_frame(
            connection,
            sa.select(vacancy_posting.c.vacancy_id, vacancy_posting.c.posting_id).order_by(
                vacancy_posting.c.vacancy_id, vacancy_posting.c.posting_id
            ),
        )
    frame["heads"] = frame["heads"].astype("float64")
    grouped = members.groupby("vacancy_id")["posting_id"].agg(tuple)
    frame["posting_ids"] = frame["vacancy_id"].map(grouped)
    return frame


def _forget(connection: sa.Connection, posting_ids: list[str]) -> None:
    gone: set[Any] = set()
    for chunk in chunked(posting_ids):
        query = sa.select(vacancy_posting.c.vacancy_id).where(vacancy_posting.c.posting_id.in_(chunk))
        gone.update(connection.execute(query).scalars())
    for chunk in chunked(sorted(gone)):
        connection.execute(vacancy_posting.delete().where(vacancy_posting.c.vacancy_id.in_(chunk)))
        connection.execute(vacancy.delete().where(vacancy.c.vacancy_id.in_(chunk)))
