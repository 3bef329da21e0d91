"""Merge postings into vacancies: one need, counted once.

A first, cautious rule. Two postings are the same need when employer, normalised title and place agree,
neither pay nor stated number contradicts, they run at the same time or follow within 14 days of each
other while none had been closed before, and — where both describe duties — the duties do not differ.
Nothing is merged across employers. A posting that opens after the earlier one closed starts a new spell.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

import pandas as pd
from rapidfuzz.fuzz import ratio

from data.records import Outcome

__all__ = ["Merge", "Relation", "merge_postings", "normalise_title"]

_BRACKETS = re.compile(r"[（(【\[《]([^）)】\]》]*)[)）】\]》]")
_ADVERT = re.compile(
    r"急聘|急招|高薪|诚聘|直聘|五险一金|五险|双休|单休|包吃住?|包住|食宿|提供住宿|不加班|可实习|年底双薪"
    r"|\d+(\.\d+)?\s*[-~—至]\s*\d+(\.\d+)?\s*[kK千万元]*|\d+\s*[kK]\b|\d+元(/\w+)?"
)
_SEPARATORS = re.compile(r"[\s\-—_/|·,，、:：+&!！]+")
_GAP = dt.timedelta(days=14)
_PAY_TOLERANCE = 0.2
_SAME_DUTIES = 60.0


class Relation(StrEnum):
    """Why a posting belongs to its vacancy."""

    FIRST = "FIRST"
    """It speaks for the vacancy."""
    FULL = "FULL"
    """Its duties are the same, letter for letter."""
    SEMANTIC = "SEMANTIC"
    """Its duties are worded differently but agree."""
    PARTIAL = "PARTIAL"
    """One of the two says nothing about the duties."""


class Merge(NamedTuple):
    """Vacancies, and the postings each was made from."""

    vacancies: pd.DataFrame
    """Columns vacancy_id, posting_id, heads, opened_on, closed_on, outcome, synthetic."""
    members: pd.DataFrame
    """Columns vacancy_id, posting_id, relation."""


def normalise_title(title: str) -> str:
    """Return what the spellings of one title share: no advertising, no bracketed pay, one case.

    A bracket is dropped only where it holds advertising: 教师（一） and 教师（二） stay two posts.
    """
    text = unicodedata.normalize("NFKC", title).lower()
    text = _BRACKETS.sub(lambda found: "" if _ADVERT.search(found[1]) else f"({found[1]})", text)
    bare = _SEPARATORS.sub("", _ADVERT.sub("", text))
    return bare or _SEPARATORS.sub("", text)


def merge_postings(postings: pd.DataFrame) -> Merge:
    """Group postings into vacancies.

    Parameters
    ----------
    postings
        One row each with the columns of the store's ``posting`` table.

    Returns
    -------
    Merge
        Every posting belongs to exactly one vacancy. The vacancy's heads are those that its postings
        state: copies repeat a number and do not add to it.
    """
    frame = postings.assign(
        title_key=postings["title"].map(normalise_title),
        opened=postings["posted_on"].where(postings["posted_on"].notna(), postings["observed_on"]),
        place=postings["place_code"].fillna(""),
    )
    frame = frame.sort_values(["opened", "posting_id"], na_position="first")
    vacancies: list[_Row] = []
    members: list[dict[str, str]] = []
    for _, group in frame.groupby(["employer_key", "title_key", "place"], sort=False):
        for spell in _spells(group.to_dict("records")):
            vacancy = _vacancy(spell)
            vacancies.append(vacancy)
            members.extend(
                {"vacancy_id": vacancy["vacancy_id"], "posting_id": row["posting_id"], "relation": relation}
                for row, relation in spell
            )
    return Merge(
        vacancies=pd.DataFrame(vacancies, columns=list(_COLUMNS)),
        members=pd.DataFrame(members, columns=["vacancy_id", "posting_id", "relation"]),
    )


_COLUMNS = ("vacancy_id", "posting_id", "heads", "opened_on", "closed_on", "outcome", "synthetic")
_Row = dict[Any, Any]
_Spell = list[tuple[_Row, str]]


def _spells(rows: Iterable[_Row]) -> list[_Spell]:
    spells: list[_Spell] = []
    for row in rows:
        for spell in reversed(spells):
            relation = _relation(spell, row)
            if relation is not None:
                spell.append((row, relation))
                break
        else:
            spells.append([(row, Relation.FIRST)])
    return spells


def _relation(spell: _Spell, row: _Row) -> Relation | None:
    first = spell[0][0]
    if not _contemporary(spell, row) or not _same_pay(first, row) or not _same_heads(spell, row):
        return None
    left, right = first["duties"], row["duties"]
    if not left or not right:
        return Relation.PARTIAL
    if left == right:
        return Relation.FULL
    return Relation.SEMANTIC if ratio(left, right, score_cutoff=_SAME_DUTIES) else None


def _contemporary(spell: _Spell, row: _Row) -> bool:
    opened = _known(row["opened"])
    ends = [_end(member) for member, _ in spell]
    if opened is None:
        return all(end is None for end in ends)
    return all(end is not None and opened <= end for end in ends)


def _end(row: _Row) -> dt.date | None:
    """Return the last day on which a copy of a posting is still the same need; None without a date."""
    opened: dt.date | None = _known(row["opened"])
    if opened is None:
        return None
    closed: dt.date | None = _known(row["closed_on"])
    valid_until: dt.date | None = _known(row["valid_until"])
    if closed is None and row["outcome"] == Outcome.OPEN.value:
        closed = valid_until
    return closed or opened + _GAP


def _same_pay(left: _Row, right: _Row) -> bool:
    first, second = _pay(left), _pay(right)
    if first is None or second is None:
        return True
    return abs(first - second) <= _PAY_TOLERANCE * max(first, second)


def _same_heads(spell: _Spell, row: _Row) -> bool:
    """Tell whether the stated numbers agree: a copy repeats its number, another need has its own."""
    heads = _known(row["headcount"])
    stated = {_known(member["headcount"]) for member, _ in spell} - {None}
    return heads is None or not stated or heads in stated


def _pay(row: _Row) -> float | None:
    ends = [_known(row[name]) for name in ("salary_low", "salary_high")]
    stated: list[float] = [end for end in ends if end is not None]
    return sum(stated) / len(stated) if stated else None


def _known(value: Any) -> Any:
    """Return the value, or None for any of pandas' missing ones."""
    return None if pd.isna(value) else value


def _vacancy(spell: _Spell) -> _Row:
    rows = [row for row, _ in spell]
    heads = [row["headcount"] for row in rows if _known(row["headcount"]) is not None]
    closed = [row["closed_on"] for row in rows if _known(row["closed_on"]) is not None]
    known = [row["outcome"] for row in rows if row["outcome"] != Outcome.UNKNOWN.value]
    first = rows[0]
    return {
        "vacancy_id": "V" + hashlib.sha256(first["posting_id"].encode()).hexdigest()[:15],
        "posting_id": first["posting_id"],
        "heads": int(max(heads)) if heads else None,
        "opened_on": _known(first["opened"]),
        "closed_on": max(closed) if closed and len(closed) == len(rows) else None,
        "outcome": known[-1] if known else Outcome.UNKNOWN.value,
        "synthetic": any(row["synthetic"] for row in rows),
    }
