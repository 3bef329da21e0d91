"""Whether the parts of an indicator add up to its total, and which part a total leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from data.regions.flags import Check, Flag, flag_indicator
from data.regions.growth import half_unit, percent_growth
from data.regions.plan import Figure, PlanContents, PlanIndicator

__all__ = ["check_total"]


class _Year(NamedTuple):
    """A total and all of its parts in one year."""

    whole: Figure
    pieces: tuple[Figure, ...]

    @property
    def summed(self) -> Decimal:
        """What the parts add up to."""
        return _sum(self.pieces)

    @property
    def holds(self) -> bool:
        """True when the total is the sum, to the total's own rounding."""
        return abs(self.summed - self.whole.value) <= half_unit(self.whole.value)

    @property
    def left_out(self) -> tuple[int, ...]:
        """Places of the fewest parts without which the total is exact; empty where none or several fit."""
        excess = self.summed - self.whole.value
        for size in range(1, len(self.pieces)):
            found = [
                places
                for places in combinations(range(len(self.pieces)), size)
                if _sum(self.pieces[place] for place in places) == excess
            ]
            if found:
                return found[0] if len(found) == 1 else ()
        return ()


def check_total(plan: PlanContents, total: PlanIndicator) -> Iterator[Flag]:
    """Compare a total with its parts, in every year for which all of them are given.

    Parameters
    ----------
    plan
        The pack.
    total
        The indicator; one without parts has nothing to compare.

    Yields
    ------
    Flag
        One for each year that does not add up, and one for each growth that starts or ends in such a year.
    """
    parts = [entry for identifier in total.parts for entry in plan.plan_indicators if entry.id == identifier]
    years = {year: full for year in total.years if (full := _full_year(total, parts, year))}
    wrong = [year for year, full in years.items() if not full.holds]
    for year in wrong:
        message = _difference(total, parts, years[year], others_hold=len(wrong) < len(years))
        yield flag_indicator(
            Check.PARTS, plan, total, f"{year}年{message}", years[year].whole, *years[year].pieces
        )
    for growth in total.growth:
        ends = growth.from_year, growth.to_year
        if set(ends) & set(wrong) and set(ends) <= years.keys():
            like = percent_growth(*(years[year].summed for year in ends))
            span = f"{growth.from_year}—{growth.to_year}年增速 {growth.percent}%"
            message = f"{span}两端口径不一；两年都按分项合计为 {like}%"
            yield flag_indicator(Check.PARTS, plan, total, message, growth)


def _full_year(total: PlanIndicator, parts: list[PlanIndicator], year: int) -> _Year | None:
    """Return a year's total and parts, None where one is missing or there are no parts."""
    whole = total.figure(year)
    pieces = tuple(figure for part in parts if (figure := part.figure(year)))
    return _Year(whole, pieces) if whole and pieces and len(pieces) == len(parts) else None


def _difference(total: PlanIndicator, parts: list[PlanIndicator], full: _Year, *, others_hold: bool) -> str:
    gap = abs(full.summed - full.whole.value)
    message = f"分项合计 {full.summed}{total.unit}，总量写 {full.whole.value}，相差 {gap}"
    if full.left_out:
        names = "、".join(parts[place].name for place in full.left_out)
        others = "，其他年份含全部分项" if others_hold else ""
        message += f"；总量恰等于不含“{names}”的合计{others}"
    return message + ("（原文为约数）" if any(figure.about for figure in (full.whole, *full.pieces)) else "")


def _sum(figures: Iterable[Figure]) -> Decimal:
    return sum((figure.value for figure in figures), Decimal(0))
