"""Vacancies: merged from the postings of an employer anew whenever one of them or a decision changes."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from data.employers import EmployerIndex
from data.execution import Executor, InProcess, batched
from data.store.frames import read_frame, rows_of
from data.store.schema import posting, vacancy, vacancy_decision, vacancy_posting
from data.store.store import Store, chunked, insert_rows
from data.vacancies import Decision, Merge, merge_owned
from data.vacancies.advert import NEEDED

__all__ = [
    "Merged",
    "duplicate_rates",
    "merge_employers",
    "merge_within",
    "read_employer_index",
    "read_vacancies",
]

_EMPLOYERS_A_TRANSACTION = 1000


class Merged(NamedTuple):
    """How many postings became how many vacancies."""

    postings: int
    """Postings of the employers."""
    vacancies: int
    """Needs that they are about."""
    duplicates: dict[str, int]
    """Postings that are not the first of their vacancy, by source; sources without any are left out."""


def merge_employers(
    store: Store,
    end_employer_keys: Iterable[str],
    *,
    executor: Executor | None = None,
    step: Callable[[int, int], None] | None = None,
) -> Merged:
    """Merge the postings of these employers into vacancies anew.

    What their postings were merged into before is replaced in the same transaction, a thousand employers
    at a time; doing it again changes nothing.

    Parameters
    ----------
    store
        The store.
    end_employer_keys
        Keys of the employers whose need the postings are.
    executor
        Where the postings of a thousand employers are compared; here when left out.
    step
        Called with the number of employers done and the total.

    Returns
    -------
    Merged
        Counts over these employers and those that share a name or credit code with them; zeros where
        none of them has a posting.
    """
    with store.read() as connection:
        index = read_employer_index(connection)
    families: dict[str, list[str]] = {}
    for key in sorted(index.siblings(end_employer_keys)):
        families.setdefault(index.resolve(key), []).append(key)
    total, done = Merged(0, 0, {}), 0
    waiting: deque[tuple[int, list[str], pd.DataFrame]] = deque()

    def parts() -> Iterator[pd.DataFrame]:
        for part in batched(families.values(), _EMPLOYERS_A_TRANSACTION):
            keys = [key for each in part for key in each]
            with store.read() as connection:
                postings = _Gathered.from_employers(connection, index, keys).postings
            waiting.append((len(part), keys, postings))
            yield postings

    with store.read() as connection:
        known = (index, _read_decisions(connection))
    for merge in (executor or InProcess()).map(_merge, parts(), shared=known):
        count, keys, postings = waiting.popleft()
        with store.begin() as connection:
            found = _Gathered.from_employers(connection, index, keys)
            # Somebody may have changed a posting while the merge was made.
            as_merged = found.postings.equals(postings)
            merged = found.write(connection, merge if as_merged else _merge(known, found.postings))
        total = Merged(
            total.postings + merged.postings,
            total.vacancies + merged.vacancies,
            dict(Counter(total.duplicates) + Counter(merged.duplicates)),
        )
        done += count
        if step is not None:
            step(done, len(families))
    return total


def merge_within(connection: sa.Connection, index: EmployerIndex, end_employer_keys: Iterable[str]) -> Merged:
    """Merge the postings of these employers anew in an open transaction.

    Parameters
    ----------
    connection
        The transaction.
    index
        Which names stand for which credit codes, as from :func:`read_employer_index`.
    end_employer_keys
        Keys of the employers, with all that resolve to the same one.

    Returns
    -------
    Merged
        Counts over these employers, and over others whose posting an old vacancy of theirs held.
    """
    found = _Gathered.from_employers(connection, index, end_employer_keys)
    return found.write(connection, _merge((index, _read_decisions(connection)), found.postings))


def read_employer_index(connection: sa.Connection) -> EmployerIndex:
    """Read which employer names stand for which credit codes, over all owners and for each."""
    query = sa.select(posting.c.employer, posting.c.credit_code, posting.c.owner).where(
        posting.c.credit_code.is_not(None)
    )
    return EmployerIndex.from_owned(
        (row.employer, row.credit_code, row.owner) for row in connection.execute(query.distinct())
    )


def read_vacancies(store: Store, *, own: bool = False) -> pd.DataFrame:
    """Read vacancies with the fields of the posting that speaks for them.

    Parameters
    ----------
    store
        The store.
    own
        Whether to read the rows as well in which owners see their own postings of a need that is counted
        elsewhere; without them every posting is in one row.

    Returns
    -------
    DataFrame
        The columns of ``vacancy`` and ``posting`` — where both have one (employer_key, outcome, closed_on,
        synthetic, owner), it is the vacancy's — and ``posting_ids``, the tuple of all its postings.
    """
    spoken = [column for column in posting.columns if column.name not in vacancy.columns]
    query = (
        sa.select(vacancy, *spoken)
        .join(posting, posting.c.posting_id == vacancy.c.posting_id)
        .order_by(vacancy.c.vacancy_id)
    )
    held = sa.select(vacancy_posting.c.vacancy_id, vacancy_posting.c.posting_id).order_by(
        vacancy_posting.c.vacancy_id, vacancy_posting.c.posting_id
    )
    if not own:
        query = query.where(vacancy.c.counted_in.is_(None))
    with store.read(much=True) as connection:
        frame = read_frame(connection, query)
        members = read_frame(connection, held)
    frame["heads"] = frame["heads"].astype("float64")
    grouped = members.groupby("vacancy_id")["posting_id"].agg(tuple)
    frame["posting_ids"] = frame["vacancy_id"].map(grouped)
    return frame


def duplicate_rates(store: Store) -> pd.DataFrame:
    """Count duplicates source by source.

    Returns
    -------
    DataFrame
        Columns source, postings, duplicates (postings that are not the first of their vacancy), rate (their
        share, 0 to 1) and across_sources (duplicates whose first posting came from another source), one row
        a source in order; empty for an empty store.
    """
    first = posting.alias("first_posting")
    copy = vacancy_posting.c.posting_id != vacancy.c.posting_id
    query = (
        sa.select(
            posting.c.source,
            sa.func.count().label("postings"),
            sa.func.sum(sa.case((copy, 1), else_=0)).label("duplicates"),
            sa.func.sum(sa.case((copy & (posting.c.source != first.c.source), 1), else_=0)).label(
                "across_sources"
            ),
        )
        .select_from(vacancy_posting)
        .join(vacancy, vacancy.c.vacancy_id == vacancy_posting.c.vacancy_id)
        .join(posting, posting.c.posting_id == vacancy_posting.c.posting_id)
        .join(first, first.c.posting_id == vacancy.c.posting_id)
        .where(vacancy.c.counted_in.is_(None))
        .group_by(posting.c.source)
        .order_by(posting.c.source)
    )
    with store.read(much=True) as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    columns = ["source", "postings", "duplicates", "across_sources"]
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], "int64"))
    frame.insert(3, "rate", frame["duplicates"] / frame["postings"])
    return frame


class _Gathered(NamedTuple):
    """What is merged together, and what it was merged into before."""

    postings: pd.DataFrame
    replaced: set[str]

    @classmethod
    def from_employers(
        cls, connection: sa.Connection, index: EmployerIndex, keys: Iterable[str]
    ) -> _Gathered:
        """Gather the postings of employers, and of others whose posting an old vacancy of theirs held."""
        wanted = set(keys)
        replaced = _vacancies_of(connection, wanted)
        while others := index.siblings(_holders_of(connection, replaced)) - wanted:
            wanted |= others
            replaced = _vacancies_of(connection, wanted)
        return cls(_postings_of(connection, wanted), replaced)

    def write(self, connection: sa.Connection, merge: Merge) -> Merged:
        """Replace the old vacancies by those of a merge of these postings."""
        _forget(connection, self.replaced)
        for table, frame in ((vacancy, merge.vacancies), (vacancy_posting, merge.members)):
            insert_rows(connection, table, list(rows_of(frame, table)))
        sources = dict(zip(self.postings["posting_id"], self.postings["source"], strict=True))
        counted = merge.vacancies[merge.vacancies["counted_in"].isna()]
        members = merge.members["posting_id"][merge.members["vacancy_id"].isin(set(counted["vacancy_id"]))]
        firsts = set(counted["posting_id"])
        duplicates = Counter(sources[each] for each in members if each not in firsts)
        return Merged(len(self.postings), len(counted), dict(duplicates))


def _merge(known: tuple[EmployerIndex, Sequence[Decision]], postings: pd.DataFrame) -> Merge:
    """Merge postings, here or on a worker."""
    index, decisions = known
    return merge_owned(postings, index=index, decisions=decisions)


def _postings_of(connection: sa.Connection, keys: set[str]) -> pd.DataFrame:
    query = sa.select(*(posting.c[name] for name in NEEDED), posting.c.owner)
    parts = [
        read_frame(connection, query.where(posting.c.end_employer_key.in_(chunk)))
        for chunk in chunked(sorted(keys) or [""])
    ]
    return pd.concat(parts, ignore_index=True)


def _vacancies_of(connection: sa.Connection, keys: set[str]) -> set[str]:
    """Return the vacancies that these employers have, or that hold a posting of theirs."""
    found: set[str] = set()
    held = sa.select(vacancy_posting.c.vacancy_id).join(
        posting, posting.c.posting_id == vacancy_posting.c.posting_id
    )
    for chunk in chunked(sorted(keys)):
        own = sa.select(vacancy.c.vacancy_id).where(vacancy.c.employer_key.in_(chunk))
        found.update(connection.execute(own).scalars())
        found.update(connection.execute(held.where(posting.c.end_employer_key.in_(chunk))).scalars())
    return found


def _holders_of(connection: sa.Connection, vacancy_ids: set[str]) -> set[str]:
    """Return the employers whose postings some vacancies hold."""
    found: set[str] = set()
    query = sa.select(posting.c.end_employer_key).join(
        vacancy_posting, vacancy_posting.c.posting_id == posting.c.posting_id
    )
    for chunk in chunked(sorted(vacancy_ids)):
        found.update(
            connection.execute(query.where(vacancy_posting.c.vacancy_id.in_(chunk)).distinct()).scalars()
        )
    return found


def _read_decisions(connection: sa.Connection) -> Sequence[Decision]:
    query = sa.select(
        vacancy_decision.c.left_posting_id, vacancy_decision.c.right_posting_id, vacancy_decision.c.same
    ).order_by(vacancy_decision.c.left_posting_id, vacancy_decision.c.right_posting_id)
    return [Decision(*row) for row in connection.execute(query)]


def _forget(connection: sa.Connection, vacancy_ids: set[str]) -> None:
    for chunk in chunked(sorted(vacancy_ids)):
        connection.execute(vacancy_posting.delete().where(vacancy_posting.c.vacancy_id.in_(chunk)))
        connection.execute(vacancy.delete().where(vacancy.c.vacancy_id.in_(chunk)))
