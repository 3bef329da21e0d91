"""Find a code by part of it, of its name or of another name: what a person types into a field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

import pandas as pd

from data.normalise.text import clean
from data.reference import (
    graduate_majors,
    industries,
    industry_aliases,
    major_aliases,
    major_names,
    majors,
    market_titles,
    occupations,
    read_reference,
    skills,
    work_types,
)

__all__ = [
    "Closeness",
    "Hit",
    "Lookup",
    "MatchedOn",
    "Term",
    "industry_lookup",
    "major_lookup",
    "occupation_lookup",
    "place_lookup",
    "skill_lookup",
]

_CODE_MARKS: Final = frozenset("0123456789-")
_PLACE_LEVELS: Final = {"province": "省级", "city": "地级", "county": "县级"}
_CLASS_LEVEL: Final = "专业类"


class Closeness(StrEnum):
    """How a text was found, the closest first."""

    EXACT = "exact"
    """It is the whole."""
    PREFIX = "prefix"
    """It is the beginning."""
    SUBSTRING = "substring"
    """It is a part."""


class MatchedOn(StrEnum):
    """What a text was found in."""

    CODE = "code"
    """The code; never in the middle of one."""
    NAME = "name"
    """The name."""
    ALIAS = "alias"
    """Another name."""


_CLOSENESS: Final = tuple(Closeness)
_MATCHED: Final = tuple(MatchedOn)


class Term(NamedTuple):
    """A code and what it is called."""

    code: str
    """The code."""
    name: str
    """Its name."""
    level: str
    """Its level in the classification, for a skill its group."""
    parent: str | None
    """Code of the level above; None at the top."""
    aliases: tuple[str, ...]
    """Other names, in the order of the table."""


class Hit(NamedTuple):
    """A term that was found."""

    term: Term
    """The term."""
    closeness: Closeness
    """How it was found."""
    matched: MatchedOn
    """In what it was found."""
    text: str
    """The code, name or other name that holds what was looked for."""


class _Spelling(NamedTuple):
    folded: str
    place: int
    matched: MatchedOn
    text: str


@dataclass(frozen=True)
class Lookup:
    """The terms of one classification, ready to be searched."""

    terms: Mapping[str, Term]
    """Terms by code, in the order of the codes."""
    spellings: tuple[_Spelling, ...]
    """Everything that is searched, folded."""

    @classmethod
    def from_terms(cls, terms: Iterable[Term]) -> Lookup:
        """Make terms searchable; a code that is given twice counts once, as first given."""
        ordered = sorted(terms, key=lambda term: term.code)
        found: dict[str, Term] = {}
        for term in ordered:
            found.setdefault(term.code, term)
        spellings = [
            _Spelling(_folded(text), place, matched, text)
            for place, term in enumerate(found.values())
            for matched, texts in (
                (MatchedOn.CODE, (term.code,)),
                (MatchedOn.NAME, (term.name,)),
                (MatchedOn.ALIAS, term.aliases),
            )
            for text in texts
        ]
        return cls(found, tuple(spellings))

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels there are, in the order in which they first occur."""
        return tuple(dict.fromkeys(term.level for term in self.terms.values()))

    def children(self, code: str) -> tuple[Term, ...]:
        """Return the terms one level below a code, in the order of their codes; empty at the finest."""
        return tuple(term for term in self.terms.values() if term.parent == code)

    def within(self, code: str) -> tuple[str, ...]:
        """Return a code and every code below it, in their order; empty for a code that is not there."""
        below = {code}
        return tuple(each for each in self.terms if each in below or self._is_below(each, below))

    def _is_below(self, code: str, known: set[str]) -> bool:
        """Tell whether a code lies below one of some; if so it is added to them."""
        if any(above.code in known for above in self.path(self.terms[code])):
            known.add(code)
            return True
        return False

    def path(self, term: Term) -> tuple[Term, ...]:
        """Return the terms above a term, the top first; empty at the top."""
        above: list[Term] = []
        parent = term.parent
        while parent is not None:
            above.insert(0, self.terms[parent])
            parent = above[0].parent
        return tuple(above)

    def search(self, text: str, *, level: str | None = None) -> tuple[Hit, ...]:
        """Find terms by code, name or other name.

        Parameters
        ----------
        text
            What was typed; case, width and blanks do not matter. A code is found by its beginning, with or
            without hyphens.
        level
            Level that the terms are of; any when left out.

        Returns
        -------
        tuple of Hit
            What equals the text, then what begins with it, then what holds it; within these a code before a
            name before another name, the shorter before the longer, then by code. Each term once, by its
            closest spelling; empty for an empty text.

        Examples
        --------
        >>> [hit.term.name for hit in occupation_lookup().search("6-18-02-04")]
        ['焊工']
        """
        wanted = _folded(text)
        terms = tuple(self.terms.values())
        ranked = sorted(
            (_CLOSENESS.index(how), _MATCHED.index(each.matched), len(each.folded), each.place, number)
            for number, each in enumerate(self.spellings)
            if (how := _closeness(wanted, each)) is not None
            and (level is None or terms[each.place].level == level)
        )
        hits: dict[int, Hit] = {}
        for closest, _, _, place, number in ranked:
            spelling = self.spellings[number]
            hits.setdefault(place, Hit(terms[place], _CLOSENESS[closest], spelling.matched, spelling.text))
        return tuple(hits.values())


@cache
def occupation_lookup() -> Lookup:
    """职业 of the 大典 2022, all four levels; other names are market titles and 工种."""
    aliases = _grouped(
        pd.concat(
            [
                work_types().set_axis(["alias", "code"], axis=1),
                market_titles()[["title", "occupation_code"]].set_axis(["alias", "code"], axis=1),
            ]
        )
    )
    return Lookup.from_terms(_terms(occupations(), aliases))


@cache
def industry_lookup() -> Lookup:
    """行业 of GB/T 4754-2017, all four levels; other names are those of platforms."""
    return Lookup.from_terms(_terms(industries(), _grouped(industry_aliases())))


@cache
def major_lookup() -> Lookup:
    """专业, classes of 专业 and, with G before the code, disciplines of graduates."""
    table, aliases = majors(), _grouped(major_aliases())
    levels = dict(zip(table["code"], table["level"], strict=True))
    levels |= {f"G{code}": level for code, level in graduate_majors()[["code", "level"]].to_numpy().tolist()}
    parents = dict(zip(table["code"], table["class_code"], strict=True))
    return Lookup.from_terms(
        Term(code, name, levels.get(code, _CLASS_LEVEL), parents.get(code), _others(name, aliases[code]))
        for code, name in major_names().items()
    )


@cache
def skill_lookup() -> Lookup:
    """能力 of the product's own vocabulary; the level is the group."""
    table = skills()
    return Lookup.from_terms(
        Term(code, name, kind, None, _others(name, filter(None, aliases.split("|"))))
        for code, name, kind, aliases in table[["skill_id", "name", "kind", "aliases"]].to_numpy().tolist()
    )


@cache
def place_lookup() -> Lookup:
    """地区 of GB/T 2260; other names are those in use, of development zones and of former times."""
    table = read_reference("divisions")
    table = table.assign(level=table["level"].map(_PLACE_LEVELS))
    return Lookup.from_terms(_terms(table, _grouped(read_reference("place_aliases")[["alias", "code"]])))


def _terms(table: pd.DataFrame, aliases: Mapping[str, Sequence[str]]) -> list[Term]:
    return [
        Term(code, name, level, parent or None, _others(name, aliases[code]))
        for code, name, level, parent in table[["code", "name", "level", "parent"]].to_numpy().tolist()
    ]


def _grouped(table: pd.DataFrame) -> defaultdict[str, list[str]]:
    """Return the other names of each code of a table with the columns alias and code."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for alias, code in table[["alias", "code"]].to_numpy().tolist():
        found[code].append(alias)
    return found


def _others(name: str, aliases: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(alias for alias in aliases if alias != name))


def _folded(text: str) -> str:
    return "".join(clean(text).lower().split())


def _closeness(wanted: str, spelling: _Spelling) -> Closeness | None:
    """Tell how a text stands in a spelling; None where it does not."""
    if not wanted:
        return None
    if spelling.matched is MatchedOn.CODE:
        return _closeness_of_code(wanted, spelling.folded)
    if wanted == spelling.folded:
        return Closeness.EXACT
    if spelling.folded.startswith(wanted):
        return Closeness.PREFIX
    return Closeness.SUBSTRING if wanted in spelling.folded else None


def _closeness_of_code(wanted: str, code: str) -> Closeness | None:
    given, own = (text.replace("-", "") if set(text) <= _CODE_MARKS else text for text in (wanted, code))
    if not given:
        return None
    if given == own:
        return Closeness.EXACT
    return Closeness.PREFIX if own.startswith(given) else None
