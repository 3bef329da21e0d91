"""Merge postings into vacancies: one need of one employer, counted once, every merge with its reason."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Hashable, Iterable, Iterator
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.owners import OFFICE
from data.records import Outcome
from data.vacancies.advert import NEEDED, Advert, adverts_of
from data.vacancies.decisions import Decision, Decisions
from data.vacancies.flags import flags_of, refreshes_of, reposted_soon
from data.vacancies.spells import Spell, group_spells, spell_before
from data.vacancies.titles import NeedTitle, need_title

__all__ = ["Merge", "Row", "merge_postings", "merge_rows", "vacancy_id_of"]

_VACANCY_COLUMNS = (
    "vacancy_id",
    "posting_id",
    "heads",
    "opened_on",
    "closed_on",
    "outcome",
    "synthetic",
    "employer_key",
    "via_agency",
    "previous_id",
    "refreshes",
    "flags",
    "owner",
    "counted_in",
)
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_MEMBER_COLUMNS = ("vacancy_id", "posting_id", "relation", "score", "evidence")
Row = dict[str, Any]
"""A row of a table, value by column."""


class Merge(NamedTuple):
    """Vacancies, and the postings each was made from."""

    vacancies: pd.DataFrame
    """The columns of the store's ``vacancy`` table."""
    members: pd.DataFrame
    """The columns of the store's ``vacancy_posting`` table."""

    @classmethod
    def from_rows(cls, vacancies: list[Row], members: list[Row]) -> Self:
        """Build it from rows."""
        return cls(
            vacancies=pd.DataFrame(vacancies, columns=list(_VACANCY_COLUMNS)),
            members=pd.DataFrame(members, columns=list(_MEMBER_COLUMNS)),
        )


def merge_postings(postings: pd.DataFrame, *, decisions: Iterable[Decision] = ()) -> Merge:
    """Group postings into vacancies.

    Nothing is merged across employers (``end_employer_key``). Within one, postings whose titles agree but
    for decoration are compared by :mod:`data.vacancies.comparison` and grouped in time by
    :mod:`data.vacancies.spells`; a posting must be the same need as every posting of its vacancy, so that
    likeness never chains across a contradiction.

    Parameters
    ----------
    postings
        One row each with the columns :data:`data.vacancies.advert.NEEDED` of the store's ``posting`` table.
    decisions
        What people said of pairs of postings; obeyed before any test. Without a decision the merge is as if
        it had never been made.

    Returns
    -------
    Merge
        Every posting belongs to exactly one vacancy, whatever the order of the rows. The vacancy's heads are
        those that its postings state: copies repeat a number and do not add to it. All are the office's;
        :func:`data.vacancies.ownership.merge_owned` tells whose they are.
    """
    vacancies, members = merge_rows(postings, Decisions(decisions))
    return Merge.from_rows([{**row, "owner": OFFICE, "counted_in": None} for row in vacancies], members)


def merge_rows(postings: pd.DataFrame, known: Decisions) -> tuple[list[Row], list[Row]]:
    """Group postings into vacancies and return these and their members as rows, without owners."""
    frame = postings[list(NEEDED)].assign(place_code=_optional(postings["place_code"]))
    stated = list(zip(frame["title"], frame["place_code"], frame["place_raw"], strict=True))
    titles: dict[Hashable, NeedTitle] = {each: need_title(*each) for each in set(stated)}
    opened = frame["posted_on"].where(frame["posted_on"].notna(), frame["observed_on"])
    frame = (
        frame.assign(
            opened=[dt.date.min if gone else day for day, gone in zip(opened, opened.isna(), strict=True)],
            block=_blocks(frame, [titles[each] for each in stated], known),
        )
        .sort_values(["opened", "posting_id"], kind="stable")
        .sort_values("block", kind="stable")
    )
    vacancies: list[Row] = []
    members: list[Row] = []
    for block in _runs(adverts_of(frame, titles), frame["block"].tolist()):
        _settle(block, known, vacancies, members)
    return vacancies, members


def _optional(column: pd.Series[Any]) -> list[Any]:
    return [None if gone else value for value, gone in zip(column, column.isna(), strict=True)]


def _blocks(frame: pd.DataFrame, titles: list[NeedTitle], decisions: Decisions) -> np.ndarray:
    """Return a number for what must be compared: one employer and one title or city, or what was joined."""
    employer = frame["end_employer_key"]
    title = pd.Series([each.key for each in titles], index=frame.index, dtype=object)
    place = pd.Series([_city(each.place_code) for each in titles], index=frame.index, dtype=object)
    links = [
        frame.groupby([employer, title], sort=False).ngroup(),
        frame.groupby([employer, place], sort=False).ngroup(),
    ]
    joined = pd.Series(decisions.linked(frame["posting_id"].tolist()), dtype=object)
    links.append(pd.Series(pd.factorize(joined)[0]))
    rows, size = np.arange(len(frame)), len(frame)
    offsets = np.cumsum([size, *(len(frame) for _ in links[:-1])])
    ends = np.concatenate([link.to_numpy() + offset for link, offset in zip(links, offsets, strict=True)])
    starts = np.tile(rows, len(links))
    nodes = size * (len(links) + 1)
    graph = coo_array((np.ones(len(starts), dtype=np.int8), (starts, ends)), shape=(nodes, nodes))
    blocks: np.ndarray = connected_components(graph, directed=False)[1][:size]
    return blocks


def _city(place_code: str | None) -> str:
    """Return the digits of the city, or of the municipality that is a province of its own."""
    digits = (place_code or "")[:4]
    return digits[:2] if digits[:2] in _MUNICIPALITIES else digits


def _runs(adverts: Iterable[Advert], blocks: list[int]) -> Iterator[list[Advert]]:
    """Yield runs of equal block numbers."""
    run: list[Advert] = []
    last: int | None = None
    for advert, block in zip(adverts, blocks, strict=True):
        if run and block != last:
            yield run
            run = []
        run.append(advert)
        last = block
    if run:
        yield run


def _settle(adverts: list[Advert], decisions: Decisions, vacancies: list[Row], members: list[Row]) -> None:
    """Group one block and append its vacancies and members."""
    spells = group_spells(adverts, decisions)
    soon: dict[str, int] = {}
    for position, spell in enumerate(spells):
        before = spell_before(spell, spells[:position], decisions)
        count = soon[before.first.posting_id] + 1 if before and reposted_soon(spell, before) else 0
        soon[spell.first.posting_id] = count
        vacancies.append(_vacancy(spell, before, count))
        members.extend(_members(spell))


def vacancy_id_of(posting_id: str) -> str:
    """Return the id of the vacancy that a posting speaks for."""
    return "V" + hashlib.sha256(posting_id.encode()).hexdigest()[:15]


def _vacancy(spell: Spell, before: Spell | None, soon_reposts: int) -> Row:
    adverts = spell.adverts
    closed = [advert.closed for advert in adverts if advert.closed is not None]
    known = [advert.outcome for advert in adverts if advert.outcome != Outcome.UNKNOWN.value]
    return {
        "vacancy_id": vacancy_id_of(spell.first.posting_id),
        "posting_id": spell.first.posting_id,
        "heads": max((advert.heads for advert in adverts if advert.heads is not None), default=None),
        "opened_on": spell.first.opened,
        "closed_on": max(closed) if len(closed) == len(adverts) else None,
        "outcome": known[-1] if known else Outcome.UNKNOWN.value,
        "synthetic": any(advert.synthetic for advert in adverts),
        "employer_key": spell.first.employer_key,
        "via_agency": all(advert.agency and not advert.named for advert in adverts),
        "previous_id": vacancy_id_of(before.first.posting_id) if before else None,
        "refreshes": refreshes_of(spell),
        "flags": tuple(flags_of(spell, soon_reposts=soon_reposts)),
    }


def _members(spell: Spell) -> Iterator[Row]:
    for member in spell.members():
        yield {
            "vacancy_id": vacancy_id_of(spell.first.posting_id),
            "posting_id": member.advert.posting_id,
            "relation": member.relation.value,
            "score": member.comparison.score if member.comparison else 1.0,
            "evidence": member.comparison.evidence if member.comparison else {},
        }
