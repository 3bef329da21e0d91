"""Figures of plans as values that are added and compared only where they count the same."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from data.errors import InputError, RefusedError, UnknownName
from data.regions.packs import Region
from data.regions.plan import Definition

__all__ = ["Reading", "ratio_of", "read_figure", "sum_of"]

_HINT = "先查 yingcai region show 中各指标的口径；口径不同的数只能分别列出"


class Reading(NamedTuple):
    """A figure of a region's plan with what it counts."""

    region: Region
    """The place."""
    definition: Definition
    """What is counted."""
    year: int
    """The year."""
    value: Decimal
    """The number as printed."""
    unit: str
    """Its unit."""

    def __str__(self) -> str:
        return f"{self.region.name_zh}{self.definition.name}{self.year}年{self.value}{self.unit}"


def read_figure(region: Region, indicator: str, year: int) -> Reading:
    """Read one figure of a region's plan.

    Parameters
    ----------
    region
        The region.
    indicator
        Identifier of the indicator in its pack.
    year
        The year.

    Returns
    -------
    Reading
        The figure used for that year.

    Raises
    ------
    UnknownName
        The pack has no such indicator, or no figure for that year.

    Examples
    --------
    >>> from data.regions import read_region
    >>> str(read_figure(read_region("haicheng"), "skilled", 2020))
    '海城市技能人才2020年4.1万人'
    """
    found = next((entry for entry in region.plan_indicators if entry.id == indicator), None)
    if found is None:
        known = "、".join(entry.id for entry in region.plan_indicators) or "无"
        raise UnknownName(
            "indicator_unknown", f"{region.name_zh}没有指标“{indicator}”", hint=f"现有指标：{known}"
        )
    figure = found.figure(year)
    if figure is None:
        years = "、".join(map(str, found.years))
        message = f"{region.name_zh}的“{found.name}”没有 {year} 年的数"
        raise UnknownName("figure_unknown", message, hint=f"文件给出的年份：{years}")
    return Reading(region, region.definition(found.definition_id), year, figure.value, found.unit)


def ratio_of(left: Reading, right: Reading) -> Decimal:
    """Return how many times the right figure the left one is.

    Parameters
    ----------
    left
        The figure compared.
    right
        The figure compared with; not 0.

    Returns
    -------
    Decimal
        The quotient.

    Raises
    ------
    RefusedError
        They count different things or in different units.
    InputError
        The right figure is 0.

    Examples
    --------
    >>> from data.regions import read_region
    >>> plan = read_region("haicheng")
    >>> ratio_of(read_figure(plan, "doctors", 2025), read_figure(plan, "doctors", 2020))
    Decimal('1.4')
    """
    _same_unit(left, right)
    if left.definition.id != right.definition.id:
        raise _different(left, right, "比较")
    if right.value == 0:
        raise InputError("divided_by_zero", f"{right}，不能作除数", hint="换一个不为 0 的年份")
    return left.value / right.value


def sum_of(readings: Sequence[Reading]) -> Decimal:
    """Add figures: parts of one partition of one place, or one count of several places.

    Parameters
    ----------
    readings
        The figures, all of one year.

    Returns
    -------
    Decimal
        The sum; 0 for none.

    Raises
    ------
    RefusedError
        They count different things, are of different years or units, or count someone twice.

    Examples
    --------
    >>> from data.regions import read_region
    >>> plan = read_region("haicheng")
    >>> sum_of([read_figure(plan, name, 2020) for name in ("skilled", "social")])
    Decimal('4.154')
    """
    for left, right in combinations(readings, 2):
        _same_unit(left, right)
        if left.year != right.year:
            raise RefusedError("years_differ", f"{left}与{right}不是同一年，不能相加", hint="只加同一年的数")
        _disjoint(left, right)
    return sum((reading.value for reading in readings), Decimal(0))


def _disjoint(left: Reading, right: Reading) -> None:
    """Refuse two figures that are neither parts of one whole nor one count of two places."""
    same_place = left.region.name == right.region.name
    if left.definition.id == right.definition.id:
        if same_place or _overlap(left.region, right.region):
            raise RefusedError(
                "counted_twice", f"{left}与{right}有重复计入，不能相加", hint="只加互不包含的地区"
            )
    elif not (same_place and left.definition.split and left.definition.split == right.definition.split):
        raise _different(left, right, "相加")


def _overlap(left: Region, right: Region) -> bool:
    """Tell whether one place lies in the other."""
    return left.contains(right.code) or right.contains(left.code)


def _same_unit(left: Reading, right: Reading) -> None:
    if (left.unit, left.definition.measure) != (right.unit, right.definition.measure):
        raise RefusedError(
            "units_differ",
            f"{left}（{left.definition.measure}）与{right}（{right.definition.measure}）单位或性质不同",
            hint=_HINT,
        )


def _different(left: Reading, right: Reading, deed: str) -> RefusedError:
    return RefusedError("definitions_differ", f"{left}与{right}口径不同，不能{deed}", hint=_HINT)
