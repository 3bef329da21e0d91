"""Which occupations a major leads to, and how surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from data.normalise.majors import parse_majors
from matching.coding.codes import Suggestion
from matching.coding.major_occupations import official_occupations

__all__ = ["Lead", "MajorRanker", "leads_of", "major_keys"]

_SUGGESTED = 10
_FIRST = 0.7
"""How surely the first suggestion for a major leads on; it falls to half of that over five ranks."""
_HALVING = 5.0


class MajorRanker(Protocol):
    """Ranks occupations for majors."""

    def rank(self, names: Sequence[str], *, k: int) -> list[tuple[Suggestion, ...]]:
        """Return the best occupations of each major."""


class Lead(NamedTuple):
    """An occupation that a major leads to."""

    occupation_code: str
    """Code of 大典 2022."""
    strength: float
    """1 where the official teaching standard names it; less where it was inferred from majors alike."""
    official: bool
    """True where the standard names it."""


def leads_of(names: Sequence[str], *, ranker: MajorRanker | None = None) -> Mapping[str, tuple[Lead, ...]]:
    """Return the occupations that majors lead to.

    Parameters
    ----------
    names
        Names of majors.
    ranker
        Suggests occupations for a major that no official standard knows; such a major leads nowhere
        without one.

    Returns
    -------
    mapping of str to tuple of Lead
        Every name given, the surest occupations first.

    Examples
    --------
    >>> [lead.official for lead in leads_of(["机电一体化技术"])["机电一体化技术"]][:1]
    [True]
    """
    known = official_occupations()
    found = {name: tuple(Lead(code, 1.0, official=True) for code in known.get(name, ())) for name in names}
    unknown = sorted(name for name, leads in found.items() if not leads)
    if ranker is None or not unknown:
        return found
    for name, suggested in zip(unknown, ranker.rank(unknown, k=_SUGGESTED), strict=True):
        found[name] = tuple(
            Lead(each.code, round(_FIRST * _HALVING / (_HALVING + rank), 4), official=False)
            for rank, each in enumerate(suggested)
        )
    return found


def major_keys(text: str) -> tuple[str, ...]:
    """Return the names of the majors in a cell, spelled as the catalogues spell them.

    Parameters
    ----------
    text
        The cell as received.

    Returns
    -------
    tuple of str
        Each once; empty for an empty cell and for 不限.
    """
    return tuple(dict.fromkeys(term.name for term in parse_majors(text)))
