"""What comes out of a survey: totals that tell nothing of a single unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from data.errors import InputError, UnknownName
from data.records import Record
from data.survey.forms import ItemKind, read_form
from data.survey.schema import answer, form_return
from data.survey.store import SurveyStore

__all__ = ["LARGEST_SHARE", "LEAST_UNITS", "Total", "aggregate"]

LEAST_UNITS = 3
"""Fewest units that a published total may have."""

LARGEST_SHARE = 0.7
"""Largest share of a published total that one unit may have."""

_BY_PERIOD = "period"
_MISSING = "（未填）"


class Total(Record):
    """The total of an item over the units of one group."""

    group: str
    """The period or the category."""
    units: int | None
    """Number of units; empty where they are fewer than may be told."""
    total: float | None
    """Sum; empty where it is withheld."""
    withheld: str
    """Why it is withheld, in Chinese; empty where it is not."""


def aggregate(
    store: SurveyStore, form_number: str, item: str, *, by: str = _BY_PERIOD, period: str | None = None
) -> list[Total]:
    """Return the totals of an item.

    A total of fewer than three units, or of which one unit has more than 70 %, is withheld. Where exactly one
    group of a period would be withheld the smallest other one is withheld too, so that it cannot be found by
    subtraction.

    Parameters
    ----------
    store
        The survey store.
    form_number
        The form.
    item
        Code of an item of the kind 数值.
    by
        ``period``, or the code of an item of the kind 分类.
    period
        The period to be told by category; the latest when left out. Not used by period.

    Returns
    -------
    list of Total
        One for each group, in order of its name.

    Raises
    ------
    UnknownName
        The form or an item is unknown, or the form has no returns.
    InputError
        ``survey_item_kind``: the item is no number, or ``by`` no category.
    """
    described = read_form(store, form_number)
    if described.item(item).kind is not ItemKind.NUMBER:
        raise InputError("survey_item_kind", f"指标 {item} 不是数值，不能求和", hint="换一个数值指标")
    if by != _BY_PERIOD and described.item(by).kind is not ItemKind.CATEGORY:
        raise InputError(
            "survey_item_kind", f"指标 {by} 不是分类，不能分组", hint="换一个分类指标，或 period"
        )
    with store.read() as connection:
        groups = _groups(connection, form_number, item, by, period)
    if not groups:
        raise UnknownName(
            "returns_unknown",
            f"表 {form_number} 的指标 {item} 没有报送",
            hint="用 yingcai survey upload 上传",
        )
    reasons = {name: _reason(values) for name, values in groups.items()}
    if by != _BY_PERIOD:
        _protect(groups, reasons)
    return [_total(name, groups[name], reasons[name]) for name in sorted(groups)]


def _groups(
    connection: sa.Connection, form_number: str, item: str, by: str, period: str | None
) -> dict[str, list[float]]:
    """Return the numbers of the units of each group."""
    numbers, names = answer.alias(), answer.alias()
    stated = (form_return.c.form_number == form_number) & numbers.c.number.is_not(None)
    joined = form_return.join(
        numbers, (numbers.c.return_id == form_return.c.return_id) & (numbers.c.item == item)
    )
    if by == _BY_PERIOD:
        query = sa.select(form_return.c.period, numbers.c.number).select_from(joined).where(stated)
    else:
        latest = sa.select(sa.func.max(form_return.c.period)).where(form_return.c.form_number == form_number)
        wanted = period if period is not None else latest.scalar_subquery()
        named = (names.c.return_id == form_return.c.return_id) & (names.c.item == by)
        query = (
            sa.select(names.c.category, numbers.c.number)
            .select_from(joined.join(names, named, isouter=True))
            .where(stated, form_return.c.period == wanted)
        )
    groups: dict[str, list[float]] = defaultdict(list)
    for name, number in connection.execute(query):
        groups[name or _MISSING].append(number)
    return dict(groups)


def _reason(values: Sequence[float]) -> str:
    if len(values) < LEAST_UNITS:
        return f"不足 {LEAST_UNITS} 家单位"
    sizes = [abs(value) for value in values]
    if sum(sizes) and max(sizes) / sum(sizes) > LARGEST_SHARE:
        return f"一家单位占 {LARGEST_SHARE:.0%} 以上"
    return ""


def _protect(groups: Mapping[str, Sequence[float]], reasons: dict[str, str]) -> None:
    """Withhold a second group where only one is, the smallest of the others."""
    open_groups = [name for name, reason in reasons.items() if not reason]
    if len(reasons) - len(open_groups) == 1 and open_groups:
        smallest = min(open_groups, key=lambda name: (abs(sum(groups[name])), name))
        reasons[smallest] = "防止由合计倒推他组"


def _total(name: str, values: Sequence[float], reason: str) -> Total:
    return Total(
        group=name,
        units=len(values) if len(values) >= LEAST_UNITS else None,
        total=None if reason else round(sum(values), 6),
        withheld=reason,
    )
