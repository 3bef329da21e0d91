"""What a check of a region pack reports: one thing that does not hold, and where it stands."""

from __future__ import annotations

from enum import StrEnum

from data.records import Record
from data.regions.plan import Figure, Growth, PlanContents, PlanIndicator

__all__ = ["Check", "Flag", "cite_place", "flag_indicator"]


class Check(StrEnum):
    """What a flag is about."""

    DRAFT = "H1"
    """A document is a draft."""
    PARTS = "H2"
    """Parts do not add up to their total."""
    CONFLICT = "H3"
    """Two places of a document differ on one figure, or on what it counts."""
    DEFINITION = "H4"
    """Two similar names count different things."""
    EXPIRED = "H8"
    """The period of a document is over."""
    GROWTH = "C1"
    """A stated growth does not follow from the figures."""
    NO_BASE = "C2"
    """A target or a growth has no base figure to be measured against."""
    DIVISION = "C3"
    """A place code is not in the table of divisions, or bears another name there."""

    @property
    def label(self) -> str:
        """Name of the check in print."""
        return _LABELS[self]


_LABELS = {
    Check.DRAFT: "草案",
    Check.PARTS: "总量与分项",
    Check.CONFLICT: "前后不一",
    Check.DEFINITION: "口径不同",
    Check.EXPIRED: "已到期",
    Check.GROWTH: "增速不符",
    Check.NO_BASE: "无基期",
    Check.DIVISION: "区划代码",
}


class Flag(Record):
    """One thing that does not hold."""

    check: Check
    """What it is about: the number of the hazard or check."""
    subject: str
    """Identifier of the indicator or document, or a place code."""
    message: str
    """What differs and by how much, in Chinese."""
    where: tuple[str, ...]
    """Places in the documents, as cited; empty where the pack itself is meant."""


def cite_place(plan: PlanContents, indicator: PlanIndicator, place: Figure | Growth) -> str:
    """Cite where a figure or growth of an indicator stands."""
    return plan.document(indicator.document).cite(place.clause, place.line)


def flag_indicator(
    check: Check, plan: PlanContents, indicator: PlanIndicator, message: str, *places: Figure | Growth
) -> Flag:
    """Make the flag of an indicator that cites figures or growths, each place once."""
    where = tuple(dict.fromkeys(cite_place(plan, indicator, place) for place in places))
    return Flag(check=check, subject=indicator.id, message=message, where=where)
