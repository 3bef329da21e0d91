"""Bring the parts of a file into the store, each in one transaction."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from data.codes import CodingKind
from data.execution import Executor
from data.intake import Reading
from data.normalise.contacts import mask_contacts
from data.normalise.rows import Normalised, content_id
from data.owners import OFFICE, owned_id
from data.sources.columns import TableKind
from data.sources.raw import RawTable
from data.store.batches import write_part, write_raw_rows
from data.store.known import ids_in_batch, read_known
from data.store.postings import write_postings
from data.store.profiles import write_profiles
from data.store.reviews import queue_reviews
from data.store.schema import posting, profile
from data.store.store import Store
from data.store.tombstones import erased_ids
from matching.coding import CodedFrame, Coders
from matching.encoder.cached import CachedEncoder, sent_vectors
from matching.encoder.protocol import Vectors
from matching.ingest.report import PartReport
from matching.queries import ENCODER_FAILURES

__all__ = ["Coding", "Kept", "PartIntake", "code_kept", "code_part", "for_people"]

_log = logging.getLogger(__name__)

_PSEUDONYM = re.compile("[0-9a-f]{64}")
_LONGEST_REFERENCE = 128
_LISTED = 2000
"""Most problems of one part that the error report lists."""


@dataclass(frozen=True)
class Kept:
    """The rows of a part that go in, and what became of the others."""

    number: int
    """Of the part in its file, from 0."""
    table: RawTable
    """The rows as received."""
    normalised: Normalised
    """The rows typed."""
    frame: pd.DataFrame
    """The rows that go in."""
    rejected: dict[str, int]
    """Rows that do not, by reason."""
    replaced: int
    """Rows that replace one of the store."""
    repeated: int
    """Rows that repeat an earlier one of the file."""
    released: tuple[str, ...]
    """Employers whose vacancies lose a posting."""
    erased: frozenset[int]
    """Rows of people who were erased."""


class Coding(NamedTuple):
    """What a worker needs to code the rows of a part."""

    frame: pd.DataFrame
    """The rows."""
    kind: TableKind
    """What they are."""
    by_meaning: bool
    """False where the encoder failed."""
    texts: Sequence[str]
    """Texts whose vectors come along."""
    vectors: Vectors | None
    """A row for each; None where the coders' own encoder is to be asked."""


class _Holder(NamedTuple):
    """Whose an id is."""

    owner: str
    employer_key: str = ""
    end_employer_key: str = ""


class PartIntake:
    """Brings the parts of one file into the store, several of them under way at a time.

    Parameters
    ----------
    store
        The store.
    coders
        Code the rows.
    reading
        How the file is read.
    batch_id
        The file.
    executor
        Where texts are encoded and rows coded.
    """

    def __init__(
        self, store: Store, coders: Coders, reading: Reading, batch_id: int, executor: Executor
    ) -> None:
        self.store = store
        self.coders = coders
        self.reading = reading
        self.batch_id = batch_id
        self.executor = executor
        self._under_way: dict[str, _Holder] = {}

    def keep(self, number: int, table: RawTable, normalised: Normalised) -> Kept:
        """Return the rows that go in: of nobody who was erased, and none that repeats an earlier part.

        What parts that are still under way will write counts as written.
        """
        store, reading = self.store, self.reading
        frame = _of_owner(normalised.frame, reading)
        released: tuple[str, ...] = ()
        erased: set[str] = set()
        if reading.kind is TableKind.POSTING:
            frame, released = self._own_ids(frame)
        else:
            frame = self._own_profiles(frame)
            erased = _erased(store, frame, reading)
        ids = frame[reading.id_column]
        gone = ids.isin(erased)
        here = ids_in_batch(store, self.batch_id, ids.tolist()) | self._under_way.keys()
        repeated = ids.isin(here) & ~gone
        rejected = Counter(
            {problem.row: problem.code for problem in normalised.problems if problem.fatal}.values()
        )
        rejected["erased"] += int(gone.sum())
        kept = frame[~gone & ~repeated].reset_index(drop=True)
        known = read_known(store, self._table, kept[reading.id_column].tolist())
        self._under_way |= self._holders(kept)
        return Kept(
            number=number,
            table=table,
            normalised=normalised,
            frame=kept,
            rejected=dict(+rejected),
            replaced=int(kept[reading.id_column].isin(known).sum()),
            repeated=int(repeated.sum()) + normalised.duplicates,
            released=released,
            erased=frozenset(frame["row"][gone].tolist()),
        )

    def prepare(self, kept: Kept, *, progress: Callable[[str, int, int], None]) -> Coding:
        """Encode what the rows need, so that they can be coded anywhere; an outage never breaks a save."""
        frame, kind = kept.frame, self.reading.kind
        encoder = self.coders.model.encoder
        if not isinstance(encoder, CachedEncoder):
            return Coding(frame, kind, True, (), None)
        texts = self.coders.to_encode(frame, kind)
        try:
            if texts or self.executor.workers > 1:
                self.coders.prepare()
            vectors = encoder.on(self.executor).encode(
                texts, progress=lambda done, total: progress("语义编码", done, total)
            )
        except ENCODER_FAILURES as error:
            _log.warning("the encoder failed, rows are stored without codes: %s", type(error).__name__)
            return Coding(frame, kind, False, (), None)
        return Coding(frame, kind, True, texts, vectors)

    def write(self, kept: Kept, coded: CodedFrame, *, degraded: bool) -> PartReport:
        """Write the coded rows, their raw form and the part's report in one transaction."""
        reading = self.reading
        report = _report(reading, kept, coded, degraded=degraded)
        subjects = dict(
            zip(coded.frame["row"].tolist(), coded.frame[reading.id_column].tolist(), strict=True)
        )
        received = _received(kept.table, reading, subjects)
        write = write_profiles if reading.kind is TableKind.PROFILE else write_postings
        with self.store.begin() as connection:
            write_raw_rows(connection, self.batch_id, received, subjects=subjects)
            write(connection, self.batch_id, coded.frame)
            queue_reviews(connection, for_people(coded.reviews) if degraded else coded.reviews)
            write_part(connection, self.batch_id, kept.number, report.model_dump(mode="json"))
        for each in subjects.values():
            self._under_way.pop(each, None)
        return report

    @property
    def _table(self) -> sa.Table:
        return profile if self.reading.kind is TableKind.PROFILE else posting

    def _holders(self, frame: pd.DataFrame) -> dict[str, _Holder]:
        """Return who will have the ids of rows that are under way."""
        ids, owners = frame[self.reading.id_column], frame["owner"]
        if self.reading.kind is TableKind.PROFILE:
            return {each: _Holder(owner) for each, owner in zip(ids, owners, strict=True)}
        keys = zip(ids, owners, frame["employer_key"], frame["end_employer_key"], strict=True)
        return {each: _Holder(*rest) for each, *rest in keys}

    def _known(self, ids: Sequence[str], *columns: str) -> dict[str, _Holder | sa.Row[Any]]:
        """Return who has some ids already, in the store or under way."""
        found = read_known(self.store, self._table, ids, *columns)
        return {**found, **{each: self._under_way[each] for each in ids if each in self._under_way}}

    def _own_profiles(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give a profile another id where somebody else's has the stated one."""
        owner = self.reading.owner
        holders = self._known(frame["profile_id"].tolist(), "owner")
        ids = [
            _another_id(owner, each) if each in holders and holders[each].owner != owner else each
            for each in frame["profile_id"]
        ]
        return frame.assign(profile_id=ids)

    def _own_ids(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """Give a posting an id of its own where another employer's posting already has the stated one.

        Two offices number their posts from 1: neither may replace the other's, and nobody another owner's.
        Also returns the employers whose vacancies lose a posting, because its newer text names another end
        employer.
        """
        owner = self.reading.owner
        columns = ("employer_key", "end_employer_key", "owner")
        holders = self._known(frame["posting_id"].tolist(), *columns)
        ids: list[str] = []
        released: set[str] = set()
        for stated, employer, end in zip(
            frame["posting_id"], frame["employer_key"], frame["end_employer_key"], strict=True
        ):
            holder = holders.get(stated)
            if holder is not None and (holder.employer_key, holder.owner) != (employer, owner):
                ids.append(_another_id(owner, employer, stated))
                continue
            ids.append(stated)
            if holder is not None and holder.end_employer_key != end:
                released.add(holder.end_employer_key)
        return frame.assign(posting_id=ids), tuple(sorted(released))


def code_part(coders: Coders, part: Coding) -> tuple[CodedFrame, bool]:
    """Code the rows of a part, here or on a worker; also tell whether that was without the encoder."""
    if not part.by_meaning:
        return coders.code_frame(part.frame, part.kind, by_meaning=False), True
    came = nullcontext() if part.vectors is None else sent_vectors(part.texts, part.vectors)
    with came:
        return code_kept(coders, part.frame, part.kind, lambda _name, _done, _total: None)


def code_kept(
    coders: Coders, frame: pd.DataFrame, kind: TableKind, progress: Callable[[str, int, int], None]
) -> tuple[CodedFrame, bool]:
    """Code the rows; without an encoder by the tables alone, so that an outage never breaks a save."""
    try:
        return coders.code_frame(frame, kind, progress=progress), False
    except ENCODER_FAILURES as error:
        _log.warning("the encoder failed, rows are stored without codes by meaning: %s", type(error).__name__)
        return coders.code_frame(frame, kind, by_meaning=False, progress=progress), True


def for_people(reviews: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the cases that wait for a person and not for the encoder."""
    return [each for each in reviews if each["suggestions"] or each["kind"] == CodingKind.SKILL.value]


def _of_owner(frame: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Say whose the rows are; an agency's get ids that only its rows can have, and keep what was stated."""
    stated = frame[reading.id_column]
    if reading.owner == OFFICE:
        return frame.assign(owner=OFFICE, stated=stated)
    ids = [owned_id(reading.owner, each) for each in stated]
    reference = [each[:_LONGEST_REFERENCE] for each in stated]
    return frame.assign(owner=reading.owner, stated=stated, reference=reference, **{reading.id_column: ids})


def _erased(store: Store, frame: pd.DataFrame, reading: Reading) -> set[str]:
    """Return the ids of those who were erased, under this id or by what tells who they are, whoever asked.

    Two owners may both number from 1; but the pseudonym of a phone or identity number is one person's.
    """
    own, stated = frame["profile_id"], frame["stated"]
    people = {each for each in stated if _PSEUDONYM.fullmatch(each)}
    gone = erased_ids(store, {*own, *people}, key=reading.pseudonym_key)
    return set(own[own.isin(gone) | stated.isin(gone & people)])


def _another_id(owner: str, *parts: str) -> str:
    return owned_id(owner, content_id(parts))


def _received(table: RawTable, reading: Reading, subjects: Mapping[int, str]) -> pd.DataFrame:
    """Return the rows as received, contacts hidden; of people only those rows that were stored."""
    frame = table.frame
    if reading.kind is TableKind.PROFILE:
        frame = frame[frame.index.isin(subjects)]
    return pd.DataFrame({name: _hidden(frame[name]) for name in frame.columns}, index=frame.index)


def _hidden(column: pd.Series[str]) -> list[str]:
    hidden = {text: mask_contacts(text) for text in set(column)}
    return [hidden[text] for text in column]


def _report(reading: Reading, kept: Kept, coded: CodedFrame, *, degraded: bool) -> PartReport:
    frame, normalised = kept.frame, kept.normalised
    inside = frame["place_code"].map(reading.region.contains).astype(bool)
    return PartReport(
        rows=normalised.rows,
        accepted=len(frame),
        rejected=kept.rejected,
        problems=len(normalised.problems),
        listed=tuple(each for each in normalised.problems if each.row not in kept.erased)[:_LISTED],
        outside_region=int((~inside).sum()),
        replaced=kept.replaced,
        repeated_rows=kept.repeated,
        parsed=dict(normalised.readings),
        coded=coded.report,
        linter=_linter(frame),
        synthetic=int(frame["synthetic"].sum()),
        released=kept.released,
        degraded=degraded,
    )


def _linter(frame: pd.DataFrame) -> dict[str, int]:
    """Return in how many postings each rule of the linter found something."""
    if "findings" not in frame.columns:
        return {}
    return dict(Counter(rule for found in frame["findings"] for rule in {each["rule"] for each in found}))
