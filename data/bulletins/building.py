"""Build the bulletins of a quarter from the store, and keep them there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

import pandas as pd

from data.bulletins.document import Bulletin, draw_up
from data.bulletins.quarter import Quarter
from data.demand import latest_day, of_one_nature, read_demand
from data.errors import RefusedError, UnknownName
from data.regions import Region
from data.self_forecast.quarters import quarter_of, quarter_span, shift_quarter
from data.store.bulletins import write_bulletin
from data.store.store import Store

__all__ = ["BuiltBulletin", "build_bulletins"]

_LEAST_COVERED: Final = dt.timedelta(days=15)
"""A quarter counts as covered when something opened or closed in its last fifteen days, or later."""


class BuiltBulletin(NamedTuple):
    """A bulletin in the store."""

    bulletin_id: int
    """Its number."""
    bulletin: Bulletin
    """What it says."""
    repeated: bool
    """True when the store had the very same one already."""


def build_bulletins(
    store: Store,
    region: Region,
    *,
    today: dt.date,
    quarter: str | None = None,
    industries: Sequence[str] | None = None,
) -> list[BuiltBulletin]:
    """Draw up the bulletins of a quarter and keep them.

    Parameters
    ----------
    store
        The store.
    region
        The region.
    today
        The day; a quarter that is not over has no bulletin.
    quarter
        Such as ``2026Q3``; the last one that the data cover when left out.
    industries
        Key industries; when left out the whole region and every key industry.

    Returns
    -------
    list of BuiltBulletin
        The whole region first. Built again from the same data they are the same.

    Raises
    ------
    UnknownName
        The region has no such key industry.
    RefusedError
        The quarter is not over, or the data do not cover it.
    """
    for name in industries or ():
        if name not in region.key_industries:
            known = "、".join(region.key_industries)
            raise UnknownName(
                "industry_unknown", f"{region.name_zh}没有重点产业“{name}”", hint=f"现有重点产业：{known}"
            )
    vacancies = of_one_nature(read_demand(store, region))
    latest = latest_day(vacancies, today=today)
    chosen = quarter or _last_covered(latest, today)
    _check_covered(chosen, latest, today)
    this, former = _counted(vacancies, region, chosen)
    subjects = [None, *region.key_industries] if industries is None else list(industries)
    synthetic = bool(vacancies["synthetic"].astype(bool).all())
    made = [draw_up(region, this, former, industry=each, synthetic=synthetic) for each in subjects]
    return [BuiltBulletin(*_kept(store, each)) for each in made]


def _counted(vacancies: pd.DataFrame, region: Region, quarter: str) -> tuple[Quarter, Quarter | None]:
    """Return the quarter and the one before, None where the data begin later than that."""
    before = shift_quarter(quarter, -1)
    opened = (day for day in vacancies["opened_on"] if day is not None)
    begun = min(opened, default=quarter_span(quarter)[0])
    covered = begun <= quarter_span(before)[0] + _LEAST_COVERED
    this = Quarter.from_frame(vacancies, region, quarter)
    return this, Quarter.from_frame(vacancies, region, before) if covered else None


def _last_covered(latest: dt.date, today: dt.date) -> str:
    quarter = quarter_of(latest)
    over = quarter_span(quarter)[1] < today and latest >= quarter_span(quarter)[1] - _LEAST_COVERED
    return quarter if over else shift_quarter(quarter, -1)


def _check_covered(quarter: str, latest: dt.date, today: dt.date) -> None:
    last = quarter_span(quarter)[1]
    if today <= last:
        raise RefusedError("quarter_not_over", f"{quarter} 还没有结束", hint="季度结束后再编制")
    if latest < last - _LEAST_COVERED:
        raise RefusedError(
            "quarter_not_covered",
            f"库中需求只到 {latest}，不覆盖 {quarter}",
            hint="先导入该季的招聘信息",
        )


def _kept(store: Store, made: Bulletin) -> tuple[int, Bulletin, bool]:
    content = made.model_dump(mode="json")
    bulletin_id, repeated = write_bulletin(store, content, now=dt.datetime.now(dt.UTC))
    return bulletin_id, made, repeated
