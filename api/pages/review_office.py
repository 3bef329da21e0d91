"""Who may look at the queues of the office and who decides, and what their pages share."""

from __future__ import annotations

from typing import Annotated, Final, TypeVar

from fastapi import Depends, Request

from api.access.principal import Principal, require_role
from api.dependencies import requires
from api.pages.fields import is_number
from api.pages.visitor import Form
from data.permissions import Role, Scope

__all__ = [
    "PAGE",
    "Answerer",
    "Decider",
    "ObjectionReader",
    "Reader",
    "is_partial",
    "page_number",
    "pages_of",
    "words_of",
]

PAGE: Final = 20
"""Cases on a page."""

_LONGEST_NUMBER: Final = 5
_Item = TypeVar("_Item")


def _reader(caller: Annotated[Principal, requires(Scope.POSTINGS_READ)]) -> Principal:
    return _of_office(caller)


def _decider(caller: Annotated[Principal, requires(Scope.POSTINGS_WRITE)]) -> Principal:
    return _of_office(caller)


def _objection_reader(caller: Annotated[Principal, requires(Scope.OBJECTIONS_READ)]) -> Principal:
    return _of_office(caller)


def _answerer(caller: Annotated[Principal, requires(Scope.OBJECTIONS_WRITE)]) -> Principal:
    return _of_office(caller)


Reader = Annotated[Principal, Depends(_reader)]
"""Somebody of the office who may look at the queues."""
Decider = Annotated[Principal, Depends(_decider)]
"""Somebody of the office who decides."""
ObjectionReader = Annotated[Principal, Depends(_objection_reader)]
"""Somebody of the office who may look at objections."""
Answerer = Annotated[Principal, Depends(_answerer)]
"""Somebody of the office who answers objections."""


def is_partial(request: Request) -> bool:
    """Return whether only a part of the page is asked for."""
    return "hx-request" in request.headers


def page_number(given: str) -> int:
    """Return a page as an address names it, 1 where it names none."""
    return max(1, int(given)) if is_number(given, digits=_LONGEST_NUMBER) else 1


def pages_of(items: list[_Item], page: int, *, size: int = PAGE) -> tuple[list[_Item], int, int]:
    """Cut items into pages.

    Parameters
    ----------
    items
        All of them.
    page
        Page asked for, from 1; the last one where it is beyond.
    size
        Items on a page.

    Returns
    -------
    tuple of list, int and int
        The items of the page, its number, and the number of pages.
    """
    pages = max(1, -(-len(items) // size))
    here = min(page, pages)
    return items[(here - 1) * size : here * size], here, pages


def words_of(form: Form, name: str, longest: int = 4_000) -> str:
    """Return a text field of a form, cut to a length; empty where it is missing."""
    given = form.get(name)
    return given[:longest] if isinstance(given, str) else ""


def _of_office(caller: Principal) -> Principal:
    """Refuse agencies: the queues hold the rows of all owners."""
    if caller.agency_id is not None:
        require_role(caller, *(role for role in Role if role is not Role.AGENCY))
    return caller
