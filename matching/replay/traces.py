"""What frozen pools hold of one person, and how it is taken out without moving anybody else.

Positions stay: the person's becomes a dead one with an empty row and vectors of zeros. Means, thresholds and
inverse document frequencies were fitted with the person among others and stay as they were, or every other
score would move; they are sums over many. A skill, a major or an n-gram that nobody else and no vacancy
states would be a trace of the person's own words, so it goes; nothing that is left can ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matching.lexical import LexicalIndex
from matching.pool import lexical_text
from matching.skills import fold
from matching.terms import under

if TYPE_CHECKING:
    from matching.replay.files import Content

__all__ = ["without_person"]

_VECTORS = ("title", "duties", "joined")
_TEXTS = ("title", "summary", "duties")
_NEVER_EMPTY = ("profile_id", "title", "summary")
"""Columns that are texts in every row."""


def without_person(content: Content, profile_id: str) -> Content:
    """Return pools without a person; every position, and every score between others, stays as it was.

    Parameters
    ----------
    content
        Frozen pools.
    profile_id
        Whose data it is.

    Returns
    -------
    Content
        Unchanged where the person is not in them.
    """
    profiles = list(content.rows["profiles"])
    gone = [place for place, row in enumerate(profiles) if row["profile_id"] == profile_id]
    if not gone:
        return content
    own = [profiles[place] for place in gone]
    for place in gone:
        profiles[place] = _blank(profiles[place])
    rows = {**content.rows, "profiles": profiles}
    arrays, terms = dict(content.arrays), dict(content.terms)
    for name in _VECTORS:
        arrays[f"profiles.{name}"] = _zeroed(arrays[f"profiles.{name}"], gone)
    arrays["profiles.alive"] = _zeroed(arrays["profiles.alive"], gone)
    _erase_terms(own, [*rows["vacancies"], *profiles], arrays, terms)
    _erase_grams(gone, [*rows["vacancies"], *profiles], arrays, terms)
    return replace(content, rows=rows, arrays=arrays, terms=terms)


def _blank(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of the same columns that says nothing; what is not stated is unknown to every rule."""
    empty: dict[type[Any], Any] = {tuple: (), bool: False, dict: {}}
    return {name: "" if name in _NEVER_EMPTY else empty.get(type(value)) for name, value in row.items()}


def _zeroed(array: NDArray[Any], places: Sequence[int]) -> NDArray[Any]:
    copy = array.copy()
    copy[places] = 0
    return copy


def _erase_terms(
    own: Sequence[Mapping[str, Any]],
    others: Sequence[Mapping[str, Any]],
    arrays: dict[str, NDArray[Any]],
    terms: dict[str, Any],
) -> None:
    """Forget the skills and majors that only this person's rows state, in lists or in text."""
    for kind in ("skills", "majors"):
        stated = {fold(term) for row in own for term in row[kind]}
        unique = stated - _still_stated(stated, others, kind)
        if not unique:
            continue
        known = terms["terms"][kind]
        places = [place for place, term in enumerate(known) if term not in unique]
        arrays[f"{kind}.vectors"] = arrays[f"{kind}.vectors"][places]
        terms["terms"] = {**terms["terms"], kind: [known[place] for place in places]}
        if kind == "skills":
            counts = terms["frequencies"]
            terms["frequencies"] = {term: n for term, n in counts.items() if term not in unique}


def _still_stated(stated: Iterable[str], others: Sequence[Mapping[str, Any]], kind: str) -> set[str]:
    listed = {fold(term) for row in others for term in row[kind]}
    texts = "\n".join(str(row.get(name) or "").lower() for row in others for name in _TEXTS)
    return {term for term in stated if term in listed or term in texts}


def _erase_grams(
    gone: Sequence[int],
    others: Sequence[Mapping[str, Any]],
    arrays: dict[str, NDArray[Any]],
    terms: dict[str, Any],
) -> None:
    """Empty the person's texts in the lexical index and forget the n-grams that nobody else has."""
    vocabulary = terms["profiles.vocabulary"]
    own: set[int] = set()
    start = 0
    for part in range(_parts(arrays)):
        name = f"profiles.lexical.{part}"
        indptr = arrays[f"{name}.indptr"]
        inside = [place - start for place in gone if start <= place < start + len(indptr) - 1]
        start += len(indptr) - 1
        own |= _cut(arrays, name, inside)
    texts = (lexical_text(row) for row in others if row["title"] or row["skills"])
    index = LexicalIndex.from_arrays(vocabulary, under(arrays, "profiles.lexical"))
    unique = own - index.columns(texts)
    # A control character never stands in a text, so nothing finds what replaces a forgotten n-gram.
    terms["profiles.vocabulary"] = [
        f"\x00{column}" if column in unique else gram for column, gram in enumerate(vocabulary)
    ]


def _parts(arrays: Mapping[str, NDArray[Any]]) -> int:
    return sum(name.startswith("profiles.lexical.") and name.endswith(".indptr") for name in arrays)


def _cut(arrays: dict[str, NDArray[Any]], name: str, places: Sequence[int]) -> set[int]:
    """Empty some rows of a matrix in compressed rows; return the columns that they had."""
    indptr = arrays[f"{name}.indptr"]
    kept = np.ones(int(indptr[-1]), dtype=bool)
    lengths = np.diff(indptr)
    for place in places:
        kept[indptr[place] : indptr[place + 1]] = False
        lengths[place] = 0
    columns = set(arrays[f"{name}.indices"][~kept].tolist())
    for each in ("data", "indices"):
        arrays[f"{name}.{each}"] = arrays[f"{name}.{each}"][kept]
    arrays[f"{name}.indptr"] = np.concatenate([[0], np.cumsum(lengths)]).astype(indptr.dtype)
    return columns
