"""The records that leave the store as copies: who sees which, in order of their ids, a chunk at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from data.errors import InputError
from data.owners import OFFICE, visible_to
from data.store.feed import Resource
from data.store.records import POSTINGS, PROFILES, VACANCIES
from data.store.schema import edition, entry, posting, profile, vacancy_posting
from data.store.schema.access import matching_objection
from data.store.schema.releases import edition_release, edition_step, edition_version
from data.store.sources import entries_for
from data.store.store import chunked

__all__ = ["Copies", "Size"]

_KINDS: Final = {
    Resource.POSTINGS: POSTINGS,
    Resource.VACANCIES: VACANCIES,
    Resource.PROFILES: PROFILES,
}
_PUBLIC_STATES: Final = ("consultation", "published")
_LONGEST_NUMBER: Final = 9
_OUT: Final = ("withdrawn", "rejected")


class Size(NamedTuple):
    """How many records there are."""

    records: int
    """Number of them."""
    synthetic: bool
    """True where one of them is synthetic."""


@dataclass(frozen=True)
class Copies:
    """The records of a resource that a caller may copy, in a transaction of the caller's.

    Vacancies are each need once for the office, as it is counted, and what it may see for an agency. People
    who object to automated matching are left out. Entries are those of editions neither withdrawn nor
    rejected, for an agency of those that were put before the public, with what a caller may be told of
    the vacancies and postings they rest on.
    """

    connection: sa.Connection
    """The transaction."""
    resource: Resource
    """Which records."""
    owner: str
    """The caller's agency; empty for the office."""

    def size(self, *, after: str | None = None) -> Size:
        """Count the records behind an id, all where none is given."""
        synthetic = edition if self.resource is Resource.ENTRIES else _KINDS[self.resource].table
        any_synthetic = sa.func.max(sa.cast(synthetic.c.synthetic, sa.Integer))
        query = self._query(after).order_by(None)
        counted = query.with_only_columns(sa.func.count(), any_synthetic, maintain_column_froms=True)
        count, some = self.connection.execute(counted).one()
        return Size(int(count), bool(some))

    def ids(self, *, after: str | None = None) -> list[str]:
        """Return the ids of the records behind an id, all where none is given; not of entries."""
        query = self._query(after).with_only_columns(_KINDS[self.resource].key, maintain_column_froms=True)
        return list(self.connection.execute(query).scalars())

    def chunks(self, *, after: str | None = None, rows: int = 1000) -> Iterator[dict[str, dict[str, Any]]]:
        """Return the records by id in order of their ids, so many at a time.

        Parameters
        ----------
        after
            Go on behind this id.
        rows
            At most so many in one chunk.

        Yields
        ------
        dict
            Id to record; nothing where there are no records.
        """
        query = self._query(after).execution_options(yield_per=rows)
        for part in self.connection.execute(query).mappings().partitions():
            yield self._records(part)

    def records(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return those of the records with these ids that the caller may see, by id."""
        found: dict[str, dict[str, Any]] = {}
        for chunk in chunked(ids):
            query = self._query(None).where(self._among(chunk))
            found |= self._records(self.connection.execute(query).mappings().all())
        return found

    def _query(self, after: str | None) -> sa.Select[Any]:
        if self.resource is Resource.ENTRIES:
            return self._entries(after)
        kind = _KINDS[self.resource]
        query = sa.select(*kind.columns).select_from(kind.source).order_by(kind.key)
        query = query.where(visible_to(kind.table, self.owner))
        if self.resource is Resource.PROFILES:
            objects = sa.exists().where(matching_objection.c.profile_id == profile.c.profile_id)
            query = query.where(~objects)
        return query if after is None else query.where(kind.key > after)

    def _entries(self, after: str | None) -> sa.Select[Any]:
        release = edition_version.join(
            edition_release, edition_release.c.release_id == edition_version.c.release_id
        )
        of_edition = edition_version.c.edition_id == entry.c.edition_id
        query = (
            sa.select(
                entry.c.edition_id, entry.c.entry_id, entry.c.position, entry.c.content,
                edition.c.region, edition.c.kind, edition.c.edition, edition.c.as_of, edition.c.synthetic,
                edition_version.c.release_id, edition_version.c.version, edition_release.c.state,
            )
            .join(edition, edition.c.edition_id == entry.c.edition_id)
            .outerjoin(release, of_edition)
            .where(edition_release.c.state.is_(None) | edition_release.c.state.not_in(_OUT))
            .order_by(entry.c.edition_id, entry.c.entry_id)
        )  # fmt: skip
        if self.owner != OFFICE:
            of_release = edition_step.c.release_id == edition_release.c.release_id
            query = query.where(sa.exists().where(of_release, edition_step.c.target.in_(_PUBLIC_STATES)))
        if after is None:
            return query
        edition_id, entry_id = _entry_key(after)
        return query.where(sa.tuple_(entry.c.edition_id, entry.c.entry_id) > sa.tuple_(edition_id, entry_id))

    def _among(self, ids: Collection[str]) -> sa.ColumnElement[bool]:
        if self.resource is Resource.ENTRIES:
            keys = [_entry_key(each) for each in ids]
            return sa.tuple_(entry.c.edition_id, entry.c.entry_id).in_(keys)
        return _KINDS[self.resource].key.in_(ids)

    def _records(self, found: Sequence[sa.RowMapping]) -> dict[str, dict[str, Any]]:
        rows = [dict(row) for row in found]
        if self.resource is Resource.ENTRIES:
            contents = entries_for(self.connection, [row["content"] for row in rows], self.owner)
            return {
                f"{row['edition_id']}/{row['entry_id']}": {**row, "content": content}
                for row, content in zip(rows, contents, strict=True)
            }
        key = _KINDS[self.resource].key.name
        records = {row[key]: row for row in rows}
        if self.resource is Resource.VACANCIES:
            self._add_postings(records)
        return records

    def _add_postings(self, records: dict[str, dict[str, Any]]) -> None:
        """Add to each vacancy those of its postings that the caller may see."""
        for row in records.values():
            row["posting_ids"] = []
        members = (
            sa.select(vacancy_posting.c.vacancy_id, vacancy_posting.c.posting_id)
            .join(posting, posting.c.posting_id == vacancy_posting.c.posting_id)
            .where(visible_to(posting, self.owner))
            .order_by(vacancy_posting.c.vacancy_id, vacancy_posting.c.posting_id)
        )
        for chunk in chunked(list(records)):
            held = members.where(vacancy_posting.c.vacancy_id.in_(chunk))
            for vacancy_id, posting_id in self.connection.execute(held):
                records[vacancy_id]["posting_ids"].append(posting_id)


def _entry_key(text: str) -> tuple[int, str]:
    """Return the edition and the entry that an id names."""
    number, _, entry_id = text.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        raise InputError(
            "after_invalid", f"after“{text}”不是条目的编号", hint="写 目录编号/条目编号，如 3/E0001"
        )
    return int(number), entry_id
