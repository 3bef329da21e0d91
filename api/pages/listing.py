"""What a reader chose of a catalogue: words, boxes ticked, an order and a page; addresses say all of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from api.pages.fields import is_number
from data.catalogue.entries import AnyCatalogue, CatalogueKind, DemandEntry, Entry
from data.catalogue.rules import LEVELS, NOT_RATED
from data.normalise.text import clean

__all__ = ["COLUMNS", "Choice", "Column", "Facet", "Listing", "Option"]

PAGE = 50
"""Entries on a page."""
_LONGEST = 60
_MISSING: Final = "-"
"""Stands in an address for entries without a value."""


class Column(NamedTuple):
    """A column of the page."""

    name: str
    """Sort key in the address."""
    label: str
    """Head in Chinese."""
    numeric: bool
    """True to align right and to sort the largest first."""


COLUMNS: Final[Mapping[CatalogueKind, tuple[Column, ...]]] = {
    CatalogueKind.SHORTAGE: (
        Column("occ_name", "职业", False),
        Column("star", "紧缺等级", True),
        Column("S", "紧缺指数（80%区间）", True),
        Column("confidence", "可信度", False),
        Column("demand_heads", "需求人数", True),
        Column("supply_heads", "求职人数", True),
        Column("ratio", "求人倍率", True),
        Column("pay_median", "参考月薪（元）", True),
        Column("n_spell", "招聘次数", True),
        Column("n_emp", "单位数", True),
    ),
    CatalogueKind.DEMAND: (
        Column("job_title", "岗位", False),
        Column("employer_name", "用人单位", False),
        Column("district", "所在地", False),
        Column("headcount", "需求人数", True),
        Column("education_or_equiv", "学历或同等技能等级", False),
        Column("pay_month_max", "月薪（元）", True),
        Column("occ_name", "职业", False),
        Column("opened_on", "发布日期", False),
        Column("status", "状态", False),
    ),
}
_FACETS: Final[Mapping[CatalogueKind, Mapping[str, str]]] = {
    CatalogueKind.SHORTAGE: {
        "section": "重点产业",
        "star": "紧缺等级",
        "talent_category": "人才类别",
        "confidence": "可信度",
        "change": "较上版",
    },
    CatalogueKind.DEMAND: {
        "section": "重点产业",
        "district": "所在地",
        "status": "状态",
        "talent_category": "人才类别",
        "education_or_equiv": "学历或同等",
    },
}
_LABELS: Final = {name: label for facets in _FACETS.values() for name, label in facets.items()}


@dataclass(frozen=True)
class Choice:
    """What an address asks for; what it cannot mean is left out."""

    words: str = ""
    """Text that an entry must contain."""
    ticked: tuple[tuple[str, frozenset[str]], ...] = ()
    """Values wanted, by field; fields without any are absent."""
    sort: str = ""
    """Column to sort by; printing order when empty."""
    descending: bool = True
    """Whether the largest come first."""
    page: int = 1
    """Page, from 1."""

    @classmethod
    def from_query(cls, query: QueryParams, kind: CatalogueKind) -> Choice:
        """Read an address; unknown columns and facets, and pages that are no numbers, are passed over."""
        columns = {column.name for column in COLUMNS[kind]}
        found = {name: frozenset(query.getlist(name)) - {""} for name in _FACETS[kind]}
        page = query.get("page", "1")
        return cls(
            words=clean(query.get("q", ""))[:_LONGEST],
            ticked=tuple((name, values) for name, values in found.items() if values),
            sort=query["sort"] if query.get("sort") in columns else "",
            descending=query.get("order") != "asc",
            page=int(page) if is_number(page) else 1,
        )

    def address(self, **changes: Any) -> str:
        """Return the query of this choice with changes, from the first page unless one is named."""
        made = replace(self, **({"page": 1} | changes))
        parts = [("q", made.words)] if made.words else []
        parts += [(name, value) for name, values in made.ticked for value in sorted(values)]
        if made.sort:
            parts += [("sort", made.sort), ("order", "desc" if made.descending else "asc")]
        if made.page > 1:
            parts.append(("page", str(made.page)))
        return "?" + urlencode(parts)

    @property
    def narrowed(self) -> bool:
        """Whether some entries are left out."""
        return bool(self.words or self.ticked)


class Option(NamedTuple):
    """A box that can be ticked."""

    value: str
    """Value in the address."""
    label: str
    """Value in Chinese."""
    entries: int
    """Entries that it would leave, with the other facets as they are."""
    ticked: bool
    """Whether it is."""


class Facet(NamedTuple):
    """Boxes of one field."""

    name: str
    """The field."""
    label: str
    """Its name in Chinese."""
    options: tuple[Option, ...]
    """The boxes in order."""

    @property
    def useful(self) -> bool:
        """Whether ticking one could change anything."""
        return len(self.options) > 1 or any(option.ticked for option in self.options)


@dataclass(frozen=True)
class Listing:
    """Some entries of a catalogue, as chosen."""

    choice: Choice
    """What was asked for."""
    total: int
    """Entries that the choice leaves, on all pages."""
    first: int
    """Number of the first entry shown among them, from 1."""
    entries: tuple[Entry, ...]
    """Entries of this page."""
    facets: tuple[Facet, ...]
    """Boxes beside them."""
    page: int
    """Page shown: the last one where a later one was asked for."""
    pages: int
    """Number of pages, at least 1."""

    @classmethod
    def of(cls, catalogue: AnyCatalogue, choice: Choice) -> Listing:
        """Choose, sort and cut the entries of a catalogue."""
        named = _with_words(catalogue.entries, choice.words.casefold())
        wanted = dict(choice.ticked)
        kept = [entry for entry in named if _passes(entry, wanted)]
        kept = _sorted(kept, choice)
        pages = max(1, math.ceil(len(kept) / PAGE))
        page = min(max(1, choice.page), pages)
        begin = (page - 1) * PAGE
        return cls(
            choice=choice,
            total=len(kept),
            first=begin + 1,
            entries=tuple(kept[begin : begin + PAGE]),
            facets=tuple(_facet(name, named, wanted) for name in _FACETS[catalogue.kind]),
            page=page,
            pages=pages,
        )

    @property
    def nearby(self) -> tuple[int | None, ...]:
        """Pages to name: the first, the last and those around this one; None stands for a gap."""
        near = {1, self.pages, *range(self.page - 2, self.page + 3)} & set(range(1, self.pages + 1))
        shown: list[int | None] = []
        for page in sorted(near):
            if shown and page - (shown[-1] or 0) > 1:
                shown.append(None)
            shown.append(page)
        return tuple(shown)


def _with_words(entries: Sequence[Entry], words: str) -> Sequence[Entry]:
    return [entry for entry in entries if words in _text(entry)] if words else entries


def _facet(name: str, entries: Sequence[Entry], wanted: Mapping[str, frozenset[str]]) -> Facet:
    others = {field: values for field, values in wanted.items() if field != name}
    counts = Counter(_value(entry, name) for entry in entries if _passes(entry, others))
    ticked = wanted.get(name, frozenset())
    values = sorted({*counts, *ticked}, key=lambda value: (_rank(name, value), -counts[value], value))
    options = (Option(value, _label(name, value), counts[value], value in ticked) for value in values)
    return Facet(name, _LABELS[name], tuple(options))


def _passes(entry: Entry, wanted: Mapping[str, frozenset[str]]) -> bool:
    return all(_value(entry, name) in values for name, values in wanted.items())


def _value(entry: Entry, name: str) -> str:
    value = getattr(entry, name)
    return _MISSING if value is None else str(value)


def _rank(name: str, value: str) -> float:
    """Return where a value stands among those of its field; stars fall, what has no value comes last."""
    if value == _MISSING:
        return math.inf
    return -int(value) if name == "star" else 0


def _label(name: str, value: str) -> str:
    if name == "star":
        return NOT_RATED if value == _MISSING else f"{'★' * int(value)} {LEVELS[int(value)]}".strip()
    return "未写明" if value == _MISSING else value


def _text(entry: Entry) -> str:
    """Return what words are looked for in, in one case."""
    own: tuple[str | None, ...]
    if isinstance(entry, DemandEntry):
        own = (entry.job_title, entry.employer_name, entry.occ_name, entry.occ_code, entry.duties)
    else:
        own = (entry.occ_name, entry.occ_code)
    return " ".join([*filter(None, own), *entry.skills_required, *entry.major_codes]).casefold()


def _sorted(entries: list[Entry], choice: Choice) -> list[Entry]:
    """Sort by a column, entries without a value last."""
    name = choice.sort
    if not name:
        return entries
    known = [entry for entry in entries if getattr(entry, name) is not None]
    known.sort(key=lambda entry: getattr(entry, name), reverse=choice.descending)
    return known + [entry for entry in entries if getattr(entry, name) is None]
