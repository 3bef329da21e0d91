"""Bring one part of a file into the store, in one transaction."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data.codes import CodingKind
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
from matching.ingest.report import PartReport
from matching.queries import ENCODER_FAILURES

__all__ = ["code_kept", "for_people", "store_part"]

_log = logging.getLogger(__name__)

_PSEUDONYM = re.compile("[0-9a-f]{64}")
_LONGEST_REFERENCE = 128
_LISTED = 2000
"""Most problems of one part that the error report lists."""


@dataclass(frozen=True)
class _Kept:
    """The rows of a part that go in."""

    frame: pd.DataFrame
    rejected: dict[str, int]
    replaced: int
    repeated: int
    released: tuple[str, ...]
    erased: frozenset[int]


def store_part(
    store: Store,
    coders: Coders,
    reading: Reading,
    batch_id: int,
    number: int,
    table: RawTable,
    normalised: Normalised,
    *,
    progress: Callable[[str, int, int], None],
) -> PartReport:
    """Code the rows of a part, then write them, their raw form and the part's report in one transaction."""
    kept = _kept(store, reading, batch_id, normalised)
    coded, degraded = code_kept(coders, kept.frame, reading.kind, progress)
    report = _report(reading, normalised, kept, coded, degraded=degraded)
    subjects = dict(zip(coded.frame["row"].tolist(), coded.frame[reading.id_column].tolist(), strict=True))
    received = _received(table, reading, subjects)
    write = write_profiles if reading.kind is TableKind.PROFILE else write_postings
    with store.begin() as connection:
        write_raw_rows(connection, batch_id, received, subjects=subjects)
        write(connection, batch_id, coded.frame)
        queue_reviews(connection, for_people(coded.reviews) if degraded else coded.reviews)
        write_part(connection, batch_id, number, report.model_dump(mode="json"))
    return report


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


def _kept(store: Store, reading: Reading, batch_id: int, normalised: Normalised) -> _Kept:
    """Return the rows that go in: of nobody who was erased, and none that repeats an earlier part."""
    frame = _of_owner(normalised.frame, reading)
    released: tuple[str, ...] = ()
    erased: set[str] = set()
    table = profile if reading.kind is TableKind.PROFILE else posting
    if reading.kind is TableKind.POSTING:
        frame, released = _own_ids(store, frame, reading.owner)
    else:
        frame = _own_profiles(store, frame, reading.owner)
        erased = _erased(store, frame, reading)
    ids = frame[reading.id_column]
    gone = ids.isin(erased)
    repeated = ids.isin(ids_in_batch(store, batch_id, ids.tolist())) & ~gone
    rejected = Counter(
        {problem.row: problem.code for problem in normalised.problems if problem.fatal}.values()
    )
    rejected["erased"] += int(gone.sum())
    kept = frame[~gone & ~repeated].reset_index(drop=True)
    known = read_known(store, table, kept[reading.id_column].tolist())
    return _Kept(
        frame=kept,
        rejected=dict(+rejected),
        replaced=int(kept[reading.id_column].isin(known).sum()),
        repeated=int(repeated.sum()) + normalised.duplicates,
        released=released,
        erased=frozenset(frame["row"][gone].tolist()),
    )


def _of_owner(frame: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Say whose the rows are; an agency's get ids that only its rows can have, and keep what was stated."""
    stated = frame[reading.id_column]
    if reading.owner == OFFICE:
        return frame.assign(owner=OFFICE, stated=stated)
    ids = [owned_id(reading.owner, each) for each in stated]
    reference = [each[:_LONGEST_REFERENCE] for each in stated]
    return frame.assign(owner=reading.owner, stated=stated, reference=reference, **{reading.id_column: ids})


def _own_profiles(store: Store, frame: pd.DataFrame, owner: str) -> pd.DataFrame:
    """Give a profile another id where somebody else's has the stated one."""
    holders = read_known(store, profile, frame["profile_id"].tolist(), "owner")
    ids = [
        _another_id(owner, each) if each in holders and holders[each].owner != owner else each
        for each in frame["profile_id"]
    ]
    return frame.assign(profile_id=ids)


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


def _own_ids(store: Store, frame: pd.DataFrame, owner: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Give a posting an id of its own where another employer's posting already has the stated one.

    Two offices number their posts from 1: neither may replace the other's, and nobody another owner's. Also
    returns the employers whose vacancies lose a posting, because its newer text names another end employer.
    """
    columns = ("employer_key", "end_employer_key", "owner")
    holders = read_known(store, posting, frame["posting_id"].tolist(), *columns)
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


def _received(table: RawTable, reading: Reading, subjects: Mapping[int, str]) -> pd.DataFrame:
    """Return the rows as received, contacts hidden; of people only those rows that were stored."""
    frame = table.frame
    if reading.kind is TableKind.PROFILE:
        frame = frame[frame.index.isin(subjects)]
    return pd.DataFrame({name: _hidden(frame[name]) for name in frame.columns}, index=frame.index)


def _hidden(column: pd.Series[str]) -> list[str]:
    hidden = {text: mask_contacts(text) for text in set(column)}
    return [hidden[text] for text in column]


def _report(
    reading: Reading, normalised: Normalised, kept: _Kept, coded: CodedFrame, *, degraded: bool
) -> PartReport:
    frame = kept.frame
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
