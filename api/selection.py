"""What callers choose of an answer: fields, facets and filters, each refused by name where it is unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from heapq import nlargest
from itertools import takewhile
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from rapidfuzz import process

from api.problems import UNUSABLE
from data.lookup import Lookup, Term

__all__ = ["Facet", "check_code", "check_values", "chosen", "facets_of", "refused"]

_NEAREST = 3
_SHORT = 12


class Facet(BaseModel):
    """How often a field has a value."""

    value: str | None = Field(description="取值；空为没有此项", examples=["5"])
    count: int = Field(description="条数", examples=[12])


def refused(parameter: str, message: str) -> RequestValidationError:
    """Return the 422 of a query parameter whose value cannot be used.

    Parameters
    ----------
    parameter
        Its name.
    message
        What is wrong and what to write instead, in Chinese.
    """
    return RequestValidationError(
        [{"type": UNUSABLE, "loc": ("query", parameter), "msg": message, "ctx": {"error": message}}]
    )


def check_values(parameter: str, given: Iterable[str], known: Collection[str]) -> None:
    """Refuse values that are not known, and name those that are nearest.

    Parameters
    ----------
    parameter
        Name of the query parameter.
    given
        What the caller wrote.
    known
        What there is.

    Raises
    ------
    RequestValidationError
        One is unknown: an empty answer would hide the mistake.
    """
    for value in given:
        if value not in known:
            raise refused(parameter, f"没有“{value}”；{_instead(value, list(known))}")


def check_code(parameter: str, given: str, lookup: Lookup) -> tuple[str, ...]:
    """Return a code with all below it, or refuse one that is unknown and name those that are nearest.

    Parameters
    ----------
    parameter
        Name of the query parameter.
    given
        What the caller wrote.
    lookup
        The classification.

    Raises
    ------
    RequestValidationError
        It is no code; where it is a name the code of the name is nearest.
    """
    if given in lookup.terms:
        return lookup.within(given)
    near = "、".join(f"{term.code} {term.name}" for term in _nearest(given, lookup))
    raise refused(parameter, f"没有代码“{given}”；最接近的是：{near}")


def chosen(parameter: str, given: str | None, known: Collection[str]) -> tuple[str, ...]:
    """Return the names of a list divided by commas, each once, in the order given; empty when left out.

    Raises
    ------
    RequestValidationError
        A name is unknown.
    """
    names = tuple(dict.fromkeys(name.strip() for name in (given or "").split(",") if name.strip()))
    check_values(parameter, names, known)
    return names


def facets_of(rows: Iterable[BaseModel], names: Iterable[str]) -> dict[str, list[Facet]]:
    """Count the values of fields over records, the most frequent first, empty ones last.

    Parameters
    ----------
    rows
        The records of all pages that the filters leave.
    names
        Fields with one value each.
    """
    kept = list(rows)
    return {name: _facets(Counter(getattr(row, name) for row in kept)) for name in names}


def _facets(counts: Counter[Any]) -> list[Facet]:
    order = sorted(counts.items(), key=lambda item: (item[0] is None, -item[1], str(item[0])))
    return [Facet(value=None if value is None else str(value), count=count) for value, count in order]


def _instead(value: str, known: list[str]) -> str:
    if len(known) <= _SHORT:
        return f"可用：{'、'.join(known) or '无'}"
    near = [name for name, _, _ in process.extract(value, known, limit=_NEAREST)]
    return f"最接近的是：{'、'.join(near)}"


def _nearest(given: str, lookup: Lookup) -> list[Term]:
    """Return what a text is found in; else the codes that begin alike, or the names that are spelt alike."""
    found = [hit.term for hit in lookup.search(given)[:_NEAREST]]
    if found:
        return found
    if given.isascii():
        shared = {code: _shared(code, given) for code in lookup.terms}
        return [lookup.terms[code] for code in nlargest(_NEAREST, shared, key=shared.__getitem__)]
    names = {code: term.name for code, term in lookup.terms.items()}
    return [lookup.terms[code] for _, _, code in process.extract(given, names, limit=_NEAREST)]


def _shared(left: str, right: str) -> int:
    """Return the number of first characters that two codes share."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))
