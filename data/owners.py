"""Whose a row is: the office's, which everybody sees, or an agency's, which only it and the office see."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import sqlalchemy as sa

from data.normalise.text import clean

__all__ = ["MIXED", "OFFICE", "is_visible", "owned_id", "visible_to"]

OFFICE: Final = ""
"""Owner of the office's rows."""

MIXED: Final = "*"
"""Owner of a vacancy whose postings are of several owners: only the office sees them together.

No agency has this number: theirs begin with ``ag_``.
"""

_DIGITS = 24


def owned_id(owner: str, stated: str) -> str:
    """Return the number under which a row of an owner is kept.

    Parameters
    ----------
    owner
        The agency; empty for the office.
    stated
        The number that the owner's own system gives the row.

    Returns
    -------
    str
        The stated number for the office. For an agency one that no other owner's row can have, whatever
        number is stated there; always the same for the same owner and number.

    Examples
    --------
    >>> owned_id("", "P-17")
    'P-17'
    >>> owned_id("ag_0a1b2c3d", "P-17")
    'ag_0a1b2c3d.e8e405955352996cebcc7085'
    """
    if owner == OFFICE:
        return stated
    return f"{owner}.{hashlib.sha256(clean(f'{owner}¦{stated}').encode()).hexdigest()[:_DIGITS]}"


def is_visible(row_owner: str, owner: str) -> bool:
    """Tell whether a caller of an owner may see a row: the office sees all.

    Parameters
    ----------
    row_owner
        Whose the row is.
    owner
        The caller's agency; empty for the office.
    """
    return owner == OFFICE or row_owner in {OFFICE, owner}


def visible_to(table: sa.Table, owner: str) -> sa.ColumnElement[bool]:
    """Return the condition that keeps of a table only what a caller may see.

    Parameters
    ----------
    table
        A table with the column ``owner``.
    owner
        The caller's agency; empty for the office.

    Returns
    -------
    ColumnElement
        For the office everything, and of vacancies every need once, as it is counted. For an agency what
        is the office's or its own; never another's, and never a vacancy that holds another's postings.
    """
    if owner != OFFICE:
        return table.c.owner.in_((OFFICE, owner))
    counted: Any = table.c.get("counted_in")
    return sa.true() if counted is None else counted.is_(None)
