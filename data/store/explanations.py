"""Why a vacancy is one vacancy: its postings, how each compares with the first, and what people decided."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from data.errors import UnknownName
from data.records import Record
from data.store.schema import posting, vacancy, vacancy_decision, vacancy_posting
from data.store.store import Store, chunked

__all__ = ["DecisionMade", "Explanation", "MemberOf", "SpellOf", "explain"]


class MemberOf(Record):
    """One posting of a vacancy."""

    posting_id: str
    """The posting."""
    source: str
    """Where it came from."""
    title: str
    """Title as stated."""
    employer: str
    """Whoever posted it, as stated."""
    end_employer: str | None
    """The employer that an agency's text names."""
    place_raw: str
    """Place as stated."""
    posted_on: dt.date | None
    """Day it was published."""
    observed_on: dt.date | None
    """Day it was seen."""
    relation: str
    """Relation to the first posting."""
    score: float | None
    """Likeness, 0 to 1."""
    evidence: dict[str, Any]
    """What was compared, and how each test came out."""


class DecisionMade(Record):
    """What a person said of two postings."""

    left_posting_id: str
    """One posting."""
    right_posting_id: str
    """The other."""
    same: bool
    """True when they are one need."""
    decided_by: str
    """Who decided."""
    decided_at: dt.datetime
    """When."""
    note: str
    """Why."""


class SpellOf(Record):
    """One spell of a need."""

    vacancy_id: str
    """The vacancy."""
    opened_on: dt.date | None
    """First day."""
    closed_on: dt.date | None
    """Last day, where it is known."""
    outcome: str
    """How it ended."""


class Explanation(Record):
    """Why a vacancy is one vacancy."""

    vacancy_id: str
    """The vacancy."""
    employer_key: str
    """Whose need it is."""
    heads: int | None
    """Places."""
    opened_on: dt.date | None
    """First day."""
    closed_on: dt.date | None
    """Last day, where it is known."""
    outcome: str
    """How it ended."""
    via_agency: bool
    """True when only agencies posted it and named no employer."""
    refreshes: int
    """How many times it was posted or seen again."""
    flags: tuple[dict[str, Any], ...]
    """What makes it doubtful."""
    members: tuple[MemberOf, ...]
    """Its postings, the first one first."""
    decisions: tuple[DecisionMade, ...]
    """What people decided about any of its postings."""
    previous: tuple[SpellOf, ...]
    """Earlier spells of the same need, the latest first."""


def explain(store: Store, vacancy_id: str) -> Explanation:
    """Return why a vacancy is one vacancy.

    Parameters
    ----------
    store
        The store.
    vacancy_id
        The vacancy.

    Returns
    -------
    Explanation
        With its postings, decisions and earlier spells.

    Raises
    ------
    UnknownName
        ``vacancy_unknown``.
    """
    with store.read() as connection:
        row = _row(connection, vacancy_id)
        if row is None:
            raise UnknownName(
                "vacancy_unknown", f"没有编号为 {vacancy_id} 的需求", hint="用 yingcai vacancy list 查看编号"
            )
        members = _members(connection, vacancy_id)
        names = [
            name for name in Explanation.model_fields if name not in ("members", "decisions", "previous")
        ]
        return Explanation.model_validate(
            {name: row[name] for name in names}
            | {
                "members": sorted(members, key=lambda member: member["posting_id"] != row["posting_id"]),
                "decisions": _decisions(connection, [member["posting_id"] for member in members]),
                "previous": _previous(connection, row["previous_id"]),
            }
        )


def _row(connection: sa.Connection, vacancy_id: str) -> dict[str, Any] | None:
    query = sa.select(vacancy).where(vacancy.c.vacancy_id == vacancy_id)
    found = connection.execute(query).mappings().one_or_none()
    return None if found is None else dict(found)


def _members(connection: sa.Connection, vacancy_id: str) -> list[dict[str, Any]]:
    own = ("relation", "score", "evidence")
    said = [posting.c[name] for name in MemberOf.model_fields if name not in own]
    query = (
        sa.select(*said, *(vacancy_posting.c[name] for name in own))
        .join(vacancy_posting, vacancy_posting.c.posting_id == posting.c.posting_id)
        .where(vacancy_posting.c.vacancy_id == vacancy_id)
        .order_by(posting.c.posted_on, posting.c.observed_on, posting.c.posting_id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _decisions(connection: sa.Connection, posting_ids: list[str]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    table = vacancy_decision.c
    for chunk in chunked(posting_ids):
        query = sa.select(vacancy_decision).where(
            table.left_posting_id.in_(chunk) | table.right_posting_id.in_(chunk)
        )
        for row in connection.execute(query).mappings():
            found[row["left_posting_id"], row["right_posting_id"]] = dict(row)
    return [found[pair] for pair in sorted(found)]


def _previous(connection: sa.Connection, previous_id: str | None) -> list[dict[str, Any]]:
    spells: list[dict[str, Any]] = []
    while previous_id is not None:
        row = _row(connection, previous_id)
        if row is None:
            break
        spells.append({name: row[name] for name in SpellOf.model_fields})
        previous_id = row["previous_id"]
    return spells
