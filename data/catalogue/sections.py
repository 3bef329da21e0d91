"""What both catalogues share: the order of sections, identifiers, categories and masked names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Protocol

__all__ = [
    "AGENCY_SECTION",
    "OTHER_SECTION",
    "CatalogueRegion",
    "catalogue_title",
    "entry_ids",
    "masked_employer",
    "section_order",
    "talent_category",
]

OTHER_SECTION = "其他产业"
"""Heading of what lies outside the region's key industries."""
AGENCY_SECTION = "人力资源服务机构代招（单列，不计入紧缺指数）"
"""Heading of what labour agencies advertise."""

CATEGORY_BY_MAJOR_GROUP = {"2": "专业技术", "6": "技能"}


class CatalogueRegion(Protocol):
    """What a catalogue needs to know of a region."""

    @property
    def name_zh(self) -> str:
        """Name in print, such as 营口市."""
        ...

    @property
    def entry_prefix(self) -> str:
        """First part of its entry identifiers, such as ``YK``."""
        ...

    @property
    def key_industries(self) -> Sequence[str]:
        """The key industries in the order in which they are printed."""
        ...


def section_order(key_industries: Sequence[str], present: Iterable[str]) -> dict[str, int]:
    """Give every section its place: the region's order, then unlisted industries, others, agencies.

    Parameters
    ----------
    key_industries
        The region's list.
    present
        Sections of the entries at hand.

    Returns
    -------
    dict
        Place by section, from 0; only the region's list and the fixed ones when nothing is present.
    """
    unlisted = sorted(set(present) - {*key_industries, OTHER_SECTION, AGENCY_SECTION})
    return {
        section: place
        for place, section in enumerate([*key_industries, *unlisted, OTHER_SECTION, AGENCY_SECTION])
    }


def entry_ids(keys: Sequence[Sequence[str]], *, prefix: str, letter: str, edition: str) -> list[str]:
    """Derive identifiers from what entries are about.

    Parameters
    ----------
    keys
        What makes each entry the one it is; no two alike.
    prefix
        The region's prefix.
    letter
        ``D`` or ``S``.
    edition
        The edition.

    Returns
    -------
    list of str
        One identifier per key, such as ``YK-D-2027-0f3a9c11``. The eight digits stay the same from one
        edition to the next; where two keys share them, the later one in sorted order is hashed again.
    """
    taken: set[str] = set()
    by_key: dict[tuple[str, ...], str] = {}
    for key in sorted(tuple(key) for key in keys):
        attempt = 0
        digits = _digits(key, attempt)
        while digits in taken:
            attempt += 1
            digits = _digits(key, attempt)
        taken.add(digits)
        by_key[key] = f"{prefix}-{letter}-{edition}-{digits}"
    return [by_key[tuple(key)] for key in keys]


def _digits(key: tuple[str, ...], attempt: int) -> str:
    text = "\x1f".join(key if attempt == 0 else (*key, str(attempt)))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def masked_employer(key_industry: str | None, *, via_agency: bool) -> str:
    """Name an employer by its kind only: 某人力资源服务机构, 某……企业 or 某企业."""
    if via_agency:
        return "某人力资源服务机构"
    return f"某{key_industry or ''}企业"


def talent_category(occupation_code: str | None) -> str | None:
    """Tell the 人才类别 by the major group of the occupation; None where it does not settle the category."""
    return CATEGORY_BY_MAJOR_GROUP.get((occupation_code or " ")[0])


def catalogue_title(region: str, edition: str, name: str, *, synthetic: bool) -> str:
    """Title in print, with the banner that generated data must carry."""
    return f"{'【合成数据，仅供演示】' if synthetic else ''}{region}{name}（{edition}版）"
