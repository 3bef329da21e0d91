"""What the documents of a place say of its talent: categories, definitions and figures, each where it stands.

Nothing here is corrected: two places that differ stay two figures. ``data.regions.indicators`` says where
they differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, PlainSerializer, model_validator

from data.records import Record
from data.regions.documents import Document, Identifier, Text

__all__ = [
    "Amount",
    "Definition",
    "Figure",
    "FigureKind",
    "Growth",
    "Hazard",
    "IndustryList",
    "Measure",
    "PlanContents",
    "PlanIndicator",
    "TalentCategory",
]

Amount = Annotated[
    Decimal, Field(allow_inf_nan=False), PlainSerializer(float, return_type=float, when_used="json")
]
"""A number exactly as printed; in JSON a plain number."""
_Year = Annotated[int, Field(ge=1949, le=2100)]
_Line = Annotated[int, Field(ge=1)]


class Measure(StrEnum):
    """What kind of quantity is counted."""

    STOCK = "存量"
    """How many there are at the end of a year."""
    FLOW = "期间数"
    """How many come about within a period."""
    RATE = "比率"
    """A share or a density."""


class Definition(Record):
    """What a figure counts. Figures of two definitions are neither added nor compared."""

    id: Identifier
    """Identifier; the same one in two packs means the same count."""
    name: Text
    """Name, such as 技能人才."""
    counts: Text
    """What is counted, or that the document does not say."""
    measure: Measure
    """Kind of quantity."""
    split: str = ""
    """Name of the partition it is one part of; only parts of one partition add up."""
    unlike: tuple[Identifier, ...] = ()
    """Definitions that are easily taken for it."""


class FigureKind(StrEnum):
    """Whether a figure was reached or is aimed at."""

    ACTUAL = "现状"
    """Reported as reached."""
    TARGET = "目标"
    """Aimed at."""


class Figure(Record):
    """One figure at one place of a document."""

    year: _Year
    """Year, or the last year of the period."""
    since: _Year | None = None
    """First year of the period; None for a single year or a stock."""
    value: Annotated[Amount, Field(ge=0)]
    """The number, in the indicator's unit."""
    kind: FigureKind
    """Reached or aimed at."""
    about: str = ""
    """The document's own word beside the number, such as 左右, 以上 or 余."""
    written: str = ""
    """The number as the text writes it, where that is another unit, such as 6195 人."""
    definition_id: Identifier | None = None
    """What is counted at this place, where it is not what the indicator counts."""
    clause: Text
    """Article, section or table."""
    line: _Line
    """Line of the document's text."""


class Growth(Record):
    """A growth that a document states."""

    from_year: _Year
    """Year compared with."""
    to_year: _Year
    """Year reached."""
    percent: Amount
    """The growth stated, in percent."""
    clause: Text
    """Article, section or table."""
    line: _Line
    """Line of the document's text."""


class PlanIndicator(Record):
    """An indicator of a plan, with every figure that its document gives for it."""

    id: Identifier
    """Identifier inside the pack."""
    name: Text
    """Name as the document writes it."""
    group: str = ""
    """Heading under which the document lists it."""
    unit: Text
    """Unit of its figures."""
    definition_id: Identifier
    """What it counts."""
    document: Identifier
    """Document it stands in."""
    figures: Annotated[tuple[Figure, ...], Field(min_length=1)]
    """Its figures; of several for one year the first is the one used, and the others are held against it."""
    growth: tuple[Growth, ...] = ()
    """Growths that the document states."""
    parts: tuple[Identifier, ...] = ()
    """Indicators that should add up to it."""

    @property
    def years(self) -> tuple[int, ...]:
        """The years it has figures for, in rising order."""
        return tuple(sorted({figure.year for figure in self.figures}))

    @property
    def base(self) -> Figure | None:
        """The earliest figure reached; None where the document gives only targets."""
        return min(self._of(FigureKind.ACTUAL), key=lambda figure: figure.year, default=None)

    @property
    def target(self) -> Figure | None:
        """The latest figure aimed at; None where nothing is aimed at."""
        return max(self._of(FigureKind.TARGET), key=lambda figure: figure.year, default=None)

    def figure(self, year: int, *, kind: FigureKind | None = None) -> Figure | None:
        """Return the figure used for a year, None where there is none of the indicator's own definition."""
        return next(
            (f for f in self.figures if f.year == year and kind in {None, f.kind} and self.owns(f)), None
        )

    def owns(self, figure: Figure) -> bool:
        """Tell whether a figure counts what the indicator counts."""
        return figure.definition_id in {None, self.definition_id}

    def _of(self, kind: FigureKind) -> Iterator[Figure]:
        return (figure for figure in self.figures if figure.kind is kind and self.owns(figure))


class TalentCategory(Record):
    """A category of talent that a document uses."""

    name: Text
    """Name as the document writes it."""
    kind: Text
    """What divides it from the others: 队伍 (team) or 层次 (level)."""
    definition_id: Identifier
    """What belongs to it."""
    document: Identifier
    """Document that uses it."""
    clause: Text
    """Article, section or table."""
    line: _Line
    """Line of the document's text."""


class IndustryList(Record):
    """Another list of industries in a document, kept apart from the key industries."""

    name: Text
    """What the document lists them for."""
    items: Annotated[tuple[Text, ...], Field(min_length=1)]
    """The industries as written."""
    document: Identifier
    """Document it stands in."""
    clause: Text
    """Article or section."""
    line: _Line
    """Line of the document's text."""


class Hazard(Record):
    """Something in the documents that misleads whoever uses them unread."""

    id: Annotated[str, Field(pattern=r"^H[1-9]\d*$")]
    """Number of the hazard, the same in all packs."""
    what: Text
    """What is found."""
    where: Text
    """Where it is found."""
    rule: Text
    """What the product does about it."""


class PlanContents(Record):
    """Everything a pack takes from its documents besides the key industries."""

    documents: tuple[Document, ...] = ()
    """The documents."""
    definitions: tuple[Definition, ...] = ()
    """What the figures and categories count."""
    talent_categories: tuple[TalentCategory, ...] = ()
    """Categories of talent that the documents use."""
    industry_lists: tuple[IndustryList, ...] = ()
    """Lists of industries besides the key ones; never merged with them."""
    plan_indicators: tuple[PlanIndicator, ...] = ()
    """Indicators, in the order of the documents."""
    hazards: tuple[Hazard, ...] = ()
    """What misleads in the documents."""

    @model_validator(mode="after")
    def _references_exist(self) -> Self:
        documents, definitions, indicators = (
            _distinct(entry.id for entry in entries)
            for entries in (self.documents, self.definitions, self.plan_indicators)
        )
        _distinct(hazard.id for hazard in self.hazards)
        unknown = {entry.document for entry in self.talent_categories} - documents
        unknown |= {entry.document for entry in self.industry_lists} - documents
        unknown |= {entry.document for entry in self.plan_indicators} - documents
        unknown |= {entry.definition_id for entry in self.talent_categories} - definitions
        unknown |= {entry.definition_id for entry in self.plan_indicators} - definitions
        unknown |= {other for definition in self.definitions for other in definition.unlike} - definitions
        for indicator in self.plan_indicators:
            unknown |= set(indicator.parts) - (indicators - {indicator.id})
            unknown |= {f.definition_id for f in indicator.figures if f.definition_id} - definitions
        if unknown:
            raise ValueError(f"引用了没有列出的标识：{'、'.join(sorted(unknown))}")
        return self

    def document(self, identifier: str) -> Document:
        """Return a document of the pack by its identifier."""
        return next(document for document in self.documents if document.id == identifier)

    def definition(self, identifier: str) -> Definition:
        """Return a definition of the pack by its identifier."""
        return next(definition for definition in self.definitions if definition.id == identifier)


def _distinct(identifiers: Iterable[str]) -> set[str]:
    """Return identifiers as a set; refuse repeated ones."""
    counts = Counter(identifiers)
    twice = sorted(identifier for identifier, n in counts.items() if n > 1)
    if twice:
        raise ValueError(f"标识重复：{'、'.join(twice)}")
    return set(counts)
