"""A report as values: headings, paragraphs, tables and pictures, the same for every form it is printed in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.catalogue.entries import AnyCatalogue

__all__ = ["BANNER", "Picture", "Report", "Section", "Sheet", "banner_of", "facts_of"]

BANNER = "合成数据"
"""Label of everything that rests on generated data."""


@dataclass(frozen=True)
class Sheet:
    """A table of texts."""

    caption: str
    """What it shows; may be empty."""
    header: tuple[str, ...]
    """Heads of the columns."""
    rows: tuple[tuple[str, ...], ...]
    """Cells in the same order."""
    widths: tuple[float, ...] = ()
    """Relative widths of the columns; equal when left out."""


@dataclass(frozen=True)
class Picture:
    """A chart that stands in a file of its own."""

    file: str
    """Path of its SVG below the folder of the edition."""
    title: str
    """What it shows."""
    alt: str
    """The same in words, for those who cannot see it."""
    data: str
    """Path of the table behind it."""


@dataclass(frozen=True)
class Section:
    """A part with a heading."""

    heading: str
    """Heading; may be empty."""
    paragraphs: tuple[str, ...] = ()
    """Text before the tables."""
    sheets: tuple[Sheet, ...] = ()
    """Tables."""
    pictures: tuple[Picture, ...] = ()
    """Charts."""


@dataclass(frozen=True)
class Report:
    """A document for readers."""

    title: str
    """Title."""
    banner: str
    """Label of the nature of the data; empty for real data."""
    facts: tuple[str, ...]
    """Day, method and snapshot that every figure rests on."""
    as_of: dt.date
    """Day on which the data stand, which is also the date of the document."""
    sections: tuple[Section, ...]
    """Parts in order."""
    attachment: str = ""
    """附件1 and the like, top left; empty for a document by itself."""
    landscape: bool = False
    """Whether it is printed on A4 landscape."""


def banner_of(*catalogues: AnyCatalogue) -> str:
    """Return the label that is due when any of the catalogues rests on generated data; else nothing."""
    return BANNER if any(catalogue.synthetic for catalogue in catalogues) else ""


def facts_of(catalogue: AnyCatalogue) -> tuple[str, ...]:
    """Say what the figures of a catalogue rest on."""
    return (
        f"数据截至 {catalogue.as_of.isoformat()}（统计期起 {catalogue.period_start.isoformat()}）",
        f"方法版本 {catalogue.method_version}",
        f"数据快照 {catalogue.snapshot}",
    )
