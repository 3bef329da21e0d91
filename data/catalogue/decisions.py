"""Bring together what was rated, what raters say and what experts voted: the decision on each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from data.catalogue.causes import CauseEvidence, causes_of, place_overlap, reopened_share, suitable_share
from data.catalogue.city import RatedCity
from data.catalogue.entries import Reason
from data.catalogue.experts import Nomination, within_limit
from data.catalogue.list_status import ListStatus
from data.catalogue.listing import Listing, Standing, listing_of
from data.catalogue.previous import CellBefore
from data.catalogue.rating import RatedCell
from data.catalogue.reasons import EXPERT_LIMIT, PAY_CAP
from data.catalogue.urgency import CellUrgency, Urgency

__all__ = ["ACTIONS", "Decision", "change_of", "decide", "with_experts"]

ACTIONS = {"Q": "引进", "K": "在岗培训", "P": "提薪改善", "G": "柔性引才", "R": "留才", "T": "提前培养"}
"""建议措施 of each cause."""
LISTED_STARS = 2


@dataclass(frozen=True)
class Decision:
    """One cell with everything that is said of it."""

    rated: RatedCell
    """The cell."""
    listing: Listing
    """What becomes of it."""
    urgency: CellUrgency
    """急需度."""
    causes: tuple[str, ...]
    """Causes whose rule holds."""
    before: CellBefore | None
    """What the edition before said."""
    change: str | None
    """Change of its stars in words."""
    nomination: Nomination | None = None
    """The vote that lists it; None for a computed entry."""
    over_limit: bool = False
    """True when it passed the vote and was left out by the limit."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is not rated, held back, removed or left out."""
        found = (*self.rated.reasons, *self.listing.reasons, *((EXPERT_LIMIT,) if self.over_limit else ()))
        return tuple(dict.fromkeys(found))


def decide(city: RatedCity, urgency: Urgency, seekers: Mapping[str, dict[str, int]]) -> tuple[Decision, ...]:
    """Decide on every cell of a city, experts left aside.

    Parameters
    ----------
    city
        The rated cells.
    urgency
        急需度 of the edition.
    seekers
        Active seekers by occupation and GB/T 2260 code.

    Returns
    -------
    tuple of Decision
        In order of the cells.
    """
    return tuple(_decision(city, rated, urgency.of(*rated.key), seekers) for rated in city.cells)


def _decision(
    city: RatedCity, rated: RatedCell, urgency: CellUrgency, seekers: Mapping[str, dict[str, int]]
) -> Decision:
    before = city.before.of(*rated.key)
    listing = listing_of(
        Standing(
            star=rated.star,
            index=rated.measured.index,
            urgency=urgency,
            filled90=float(rated.cell.column("filled90").sum()),
            known90=float(rated.cell.column("known90").sum()),
            one_employer=rated.one_employer,
            was_listed=before is not None and before.listed,
            was_below=before is not None and (before.star or 0) < LISTED_STARS,
        )
    )
    change = change_of(rated.star, before, has_edition_before=city.before.exists)
    if listing.status is ListStatus.REMOVED:
        change = ListStatus.REMOVED.value
    return Decision(rated, listing, urgency, _causes(rated, urgency, seekers), before, change)


def change_of(star: int | None, before: CellBefore | None, *, has_edition_before: bool) -> str | None:
    """Put the change of stars in words.

    Parameters
    ----------
    star
        Stars now; None for X.
    before
        What the edition before said of the cell; None when it had no such entry.
    has_edition_before
        Whether there is an edition before.

    Returns
    -------
    str or None
        新增, 升级, 降级 or 维持; None for a first edition. X ranks below no star.

    Examples
    --------
    >>> change_of(3, CellBefore("YK-S-2026-00000000", 2, True), has_edition_before=True)
    '升级'
    """
    if not has_edition_before:
        return None
    if before is None:
        return "新增"
    now, then = (-1 if value is None else value for value in (star, before.star))
    return "升级" if now > then else "降级" if now < then else "维持"


def _causes(rated: RatedCell, urgency: CellUrgency, seekers: Mapping[str, dict[str, int]]) -> tuple[str, ...]:
    """Name the causes of a cell with at least one star; poor pay is named from rating on."""
    if rated.star is None:
        return ()
    if not rated.star:
        return ("P",) if rated.poor_pay else ()
    places: dict[str, int] = {}
    for code in rated.members or (rated.cell.occ_code,):
        for place, n in seekers.get(code, {}).items():
            places[place] = places.get(place, 0) + n
    return causes_of(
        CauseEvidence(
            ratio_score=rated.measured.scores.get("i1"),
            outcome_score=rated.measured.outcome_score,
            gate_probability=rated.spread.gate_probability if rated.spread else None,
            poor_pay=rated.poor_pay or PAY_CAP in rated.reasons,
            suitable_share=suitable_share(rated.cell),
            place_overlap=place_overlap(rated.cell, places),
            reopened_share=reopened_share(rated.cell),
            parts=urgency.parts,
        )
    )


def with_experts(decisions: Sequence[Decision], nominations: Sequence[Nomination]) -> tuple[Decision, ...]:
    """List the unrated cells that experts voted for, within the limit.

    Parameters
    ----------
    decisions
        All cells of the catalogue.
    nominations
        Cells that passed the vote, best first. A cell with stars keeps them and needs no vote.

    Returns
    -------
    tuple of Decision
        In the same order.
    """
    by_key = {(item.occ_code, item.key_industry): item for item in nominations}
    open_keys = {decision.rated.key for decision in decisions if decision.rated.star is None}
    usable = [item for key, item in by_key.items() if key in open_keys]
    computed = sum(bool(decision.listing.listed) for decision in decisions)
    chosen = usable[: within_limit(usable, computed)]
    listed = Listing(ListStatus.LISTED, True)
    done: set[tuple[str, str | None]] = set()
    result = []
    # Real cells stand before generated ones of the same key, which a vote does not mean.
    for decision in decisions:
        key = decision.rated.key
        item = by_key.get(key) if decision.rated.star is None and key not in done else None
        if item is None:
            result.append(decision)
        elif item in chosen:
            result.append(replace(decision, nomination=item, listing=listed))
        else:
            result.append(replace(decision, over_limit=True))
        if item is not None:
            done.add(key)
    return tuple(result)
