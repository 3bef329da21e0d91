"""What the words of a posting's fields say of which key industry, and how much they weigh there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from data.reference import read_reference
from data.regions.packs import KeyIndustry, Region
from data.regions.terms import TermScanner

__all__ = ["NONE_OF_THEM", "WEIGHINGS", "Found", "Lexicon", "Strength", "Weighing", "lexicons_of"]

NONE_OF_THEM = -1
"""Place of an industry that is none of the key ones."""

# What may stand beside an entry of a platform's industry field: 计算机软件,互联网/电子商务 or ['互联网'].
_EDGES = ",、;|/·丨 '\"[]"


class Strength(StrEnum):
    """How much a term tells."""

    STRONG = "strong"
    """It decides alone in a title or an employer's name."""
    PLAIN = "plain"
    """A word of the industry."""
    OCCUPATION = "occupation"
    """A word of work that other industries need too."""
    WEAK = "weak"
    """It only tips the scales."""


Found = Mapping[int, Mapping[str, Strength]]
"""Terms found in a text, by the place of their industry in the region's list."""
_Signs = dict[str, dict[int, Strength]]


class Weighing(NamedTuple):
    """What the terms found in one field are worth."""

    label: str
    """The field's name in evidence."""
    points: Mapping[Strength, float]
    """Points of one term."""
    most: float | None
    """Largest sum; None where only the strongest term counts."""

    def total(self, strengths: Iterable[Strength]) -> float:
        """Return the points of several terms; 0 for none."""
        each = [self.points[strength] for strength in strengths]
        return max(each, default=0.0) if self.most is None else min(self.most, sum(each))


_NAME = {Strength.STRONG: 3.0, Strength.PLAIN: 2.0, Strength.OCCUPATION: 2.0, Strength.WEAK: 0.5}
_SKILL = {Strength.STRONG: 1.0, Strength.PLAIN: 1.0, Strength.OCCUPATION: 1.0, Strength.WEAK: 0.25}
_DUTY = {Strength.STRONG: 0.5, Strength.PLAIN: 0.5, Strength.OCCUPATION: 0.5, Strength.WEAK: 0.125}
WEIGHINGS: Mapping[str, Weighing] = {
    "title": Weighing("岗位名称", _NAME, None),
    "employer": Weighing("用人单位", _NAME, None),
    "industry_raw": Weighing("行业", _NAME, None),
    "skills": Weighing("能力", _SKILL, 2.0),
    "duties": Weighing("职责", _DUTY, 2.0),
}
"""The fields that are read, in the order in which evidence names them."""

_TEXT = {
    "strong_terms": Strength.STRONG,
    "terms": Strength.PLAIN,
    "occupation_terms": Strength.OCCUPATION,
    "weak_terms": Strength.WEAK,
}
_EMPLOYER = {"strong_terms": Strength.STRONG, "employer_terms": Strength.PLAIN}
_PLATFORM = {"platform_industries": Strength.PLAIN}


class Lexicon:
    """The terms of one kind of field.

    Parameters
    ----------
    signs
        Term to the industries it speaks for.
    ignored
        Phrases inside which nothing is found.
    edges
        As in :class:`data.regions.terms.TermScanner`.
    """

    def __init__(self, signs: _Signs, *, ignored: Iterable[str] = (), edges: str = "") -> None:
        self._signs = signs
        self._scanner = TermScanner([*signs, *ignored], edges=edges)

    def read(self, text: str) -> Found:
        """Return the terms found in a folded text; empty when there is none."""
        found: dict[int, dict[str, Strength]] = defaultdict(dict)
        for term in self._scanner.find(text):
            for place, strength in self._signs.get(term, {}).items():
                found[place][term] = strength
        return found


def lexicons_of(region: Region) -> dict[str, Lexicon]:
    """Return the lexicon of every field of ``WEIGHINGS``."""
    text = Lexicon(_signs(region.industries, _TEXT), ignored=region.ignored_terms)
    employer = Lexicon(_signs(region.industries, _EMPLOYER), ignored=region.ignored_terms)
    platform = Lexicon(_platform_signs(region), edges=_EDGES)
    return {
        "title": text, "employer": employer, "industry_raw": platform, "skills": text, "duties": text,
    }  # fmt: skip


def _signs(industries: Iterable[KeyIndustry], fields: Mapping[str, Strength]) -> _Signs:
    signs: _Signs = defaultdict(dict)
    for place, industry in enumerate(industries):
        for field, strength in fields.items():
            for term in getattr(industry, field):
                signs[term].setdefault(place, strength)
    return signs


def _platform_signs(region: Region) -> _Signs:
    """Return the entries of industry fields: the platforms' own, the industries' names, GB/T 4754."""
    listed = _signs(region.industries, _PLATFORM)
    names = {name: {place: Strength.PLAIN} for place, name in enumerate(region.key_industries)}
    other = {entry: {NONE_OF_THEM: Strength.PLAIN} for entry in region.other_platform_industries}
    return {**_gbt4754_signs(region), **other, **listed, **names}


def _gbt4754_signs(region: Region) -> _Signs:
    """Return names and codes of GB/T 4754 that lie in exactly one key industry."""
    place_of = {code: place for place, industry in enumerate(region.industries) for code in industry.gbt4754}
    signs: _Signs = defaultdict(dict)
    table = read_reference("industries")
    for code, name, section in zip(table["code"], table["name"], table["section"], strict=True):
        finest = next((code[:n] for n in range(len(code), 0, -1) if code[:n] in place_of), None)
        if finest is not None:
            for entry in (name, f"{section}{code}", code) if len(code) == 4 else (name, f"{section}{code}"):
                signs[entry][place_of[finest]] = Strength.PLAIN
    return {entry: places for entry, places in signs.items() if len(places) == 1}
