"""What becomes of a rated cell: listed, watched, kept for an edition, removed, or none of these."""

from __future__ import annotations

from dataclasses import dataclass

from data.catalogue.entries import Reason
from data.catalogue.list_status import ListStatus
from data.catalogue.reasons import EXIT_BELOW, EXIT_FILLED, ONE_EMPLOYER
from data.catalogue.urgency import URGENT, CellUrgency

__all__ = ["Listing", "Standing", "listing_of"]

LISTED_STARS = 2
WATCH_FROM = 50.0
NORMAL_FILL = 0.67
MIN_KNOWN = 10


@dataclass(frozen=True)
class Standing:
    """What the listing of a cell is decided on."""

    star: int | None
    """Stars; None when it is not rated, which means confidence D."""
    index: float | None
    """S."""
    urgency: CellUrgency
    """What the raters say."""
    filled90: float
    """Spells of the four quarters filled within ninety days."""
    known90: float
    """Spells for which that is known."""
    one_employer: bool = False
    """True when one employer holds more than 70 %."""
    was_listed: bool = False
    """Whether the edition before listed it."""
    was_below: bool = False
    """Whether the edition before gave it fewer than two stars."""


@dataclass(frozen=True)
class Listing:
    """The decision."""

    status: ListStatus
    """In words."""
    listed: bool | None
    """Whether it is listed; None when it cannot be decided."""
    reasons: tuple[Reason, ...] = ()
    """Why it is removed, moved or undecided."""


def listing_of(standing: Standing) -> Listing:
    """Decide what becomes of a cell.

    Parameters
    ----------
    standing
        What is known of it.

    Returns
    -------
    Listing
        Exit rules come first: a listed cell leaves after two editions below two stars, or when at least 67 %
        of ten or more known spells of the four quarters were filled within ninety days.

    Examples
    --------
    >>> urgent = CellUrgency(75.0, {})
    >>> listing_of(Standing(star=2, index=66.0, urgency=urgent, filled90=8, known90=20)).status
    <ListStatus.LISTED: '列入'>
    """
    if standing.one_employer:
        return Listing(ListStatus.MOVED, False, (ONE_EMPLOYER,))
    if standing.star is None or standing.index is None:
        return Listing(ListStatus.UNRATED, False)
    if standing.was_listed:
        left = _left(standing)
        if left is not None:
            return left
    if standing.star < LISTED_STARS and standing.index < WATCH_FROM:
        return Listing(ListStatus.NOT_LISTED, False)
    return _by_urgency(standing)


def _left(standing: Standing) -> Listing | None:
    """Apply the exit rules to a cell that was listed; None when it goes on as any other."""
    if standing.known90 >= MIN_KNOWN and standing.filled90 >= NORMAL_FILL * standing.known90:
        return Listing(ListStatus.REMOVED, False, (EXIT_FILLED,))
    if standing.star is None or standing.star >= LISTED_STARS:
        return None
    if standing.was_below:
        return Listing(ListStatus.REMOVED, False, (EXIT_BELOW,))
    return Listing(ListStatus.KEPT, True)


def _by_urgency(standing: Standing) -> Listing:
    score, starred = standing.urgency.score, (standing.star or 0) >= LISTED_STARS
    if score is None:
        reason = standing.urgency.reason
        return Listing(ListStatus.UNDECIDED, None, (reason,) if reason else ())
    if starred:
        urgent = score >= URGENT
        return Listing(ListStatus.LISTED if urgent else ListStatus.DEMAND_REPORT, urgent)
    return Listing(ListStatus.WATCHED if score >= URGENT else ListStatus.NOT_LISTED, False)
