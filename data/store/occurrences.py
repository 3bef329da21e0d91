"""Where a text that waits for a decision occurs: a few postings and profiles that hold it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import sqlalchemy as sa

from data.codes import CodingKind
from data.store.records import holds_text
from data.store.schema import posting, profile
from data.store.store import Store

__all__ = ["Occurrence", "occurrences_of"]

_WORDS = {
    CodingKind.OCCUPATION: (posting.c.title, profile.c.title),
    CodingKind.INDUSTRY: (posting.c.industry_raw, None),
    CodingKind.MAJOR: (posting.c.majors, profile.c.majors),
    CodingKind.SKILL: (posting.c.skills, profile.c.skills),
}
"""Columns of postings and of profiles whose texts are coded."""


class Occurrence(NamedTuple):
    """A record that holds a text; of a person nothing is in it but what they do."""

    record_id: str
    """The posting; empty for a person, who is not to be found from here."""
    title: str
    """What the work is called."""
    employer: str
    """Who posted it; empty for a person."""
    duties: str
    """Beginning of the duties; empty for a person."""
    synthetic: bool
    """True for generated data."""


def occurrences_of(store: Store, kind: CodingKind, text: str, *, k: int = 3) -> tuple[Occurrence, ...]:
    """Return some records that hold a text, postings before people.

    Parameters
    ----------
    store
        The store.
    kind
        What the text is coded to.
    text
        The text as written.
    k
        Most records.

    Returns
    -------
    tuple of Occurrence
        Empty where none holds it any more.
    """
    in_postings, in_profiles = _WORDS[kind]
    found: list[Occurrence] = []
    with store.read() as connection:
        wanted = (posting.c.posting_id, posting.c.title, posting.c.employer, posting.c.duties)
        query = sa.select(*wanted, posting.c.synthetic).where(_holds(store, in_postings, text)).limit(k)
        found += [Occurrence(*row) for row in connection.execute(query)]
        if len(found) < k and in_profiles is not None:
            told = sa.select(profile.c.title, profile.c.synthetic)
            people = connection.execute(told.where(_holds(store, in_profiles, text)).limit(k - len(found)))
            found += [Occurrence("", row.title, "", "", row.synthetic) for row in people]
    return tuple(found)


def _holds(store: Store, column: sa.Column[Any], text: str) -> sa.ColumnElement[bool]:
    if not isinstance(column.type, sa.JSON):
        return holds_text(store, column, text) & (column == text)
    written = list(dict.fromkeys([json.dumps(text), json.dumps(text, ensure_ascii=False)]))
    listed = sa.cast(column, sa.Text)
    return sa.or_(*(listed.contains(each, autoescape=True) for each in written))
