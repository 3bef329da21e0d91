"""Series of about one age are forecast together, each from its own months alone.

The months before a series begins are unknown. Filled with 0 they would pull its forecast down, so that a
younger series is forecast apart from those that cover the whole table, from its own months. Where these do
not hold two seasons, the season of the whole table is taken off before and put back after: a season is
shared, and a few months of its own are enough for a level.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from data.execution import Executor
from training.forecast.demand import Floats, Integers, next_months
from training.forecast.long.checking import Panel
from training.forecast.long.hierarchy import Forest
from training.forecast.long.table import Flags
from training.forecast.panel import PanelForecast, forecast_panel
from training.forecast.points import Progress
from training.forecast.season import YEAR, Calendar, seasonal_profile

__all__ = ["Work", "borrows_season", "forecast_together", "level_names", "months_used"]

_DEEPEST_LEVEL = 9
_AGE_STEP = 6


class Work(NamedTuple):
    """What is forecast, and how."""

    forest: Forest
    panel: Panel
    additive: Flags
    horizon: int
    season_length: int
    nonnegative: bool
    report: Progress
    executor: Executor | None = None

    @property
    def first_month(self) -> dt.date:
        """First day of the first month."""
        return dt.date(self.panel.first_month // YEAR, self.panel.first_month % YEAR + 1, 1)

    @property
    def months(self) -> Integers:
        """Months of each series, from its first one on."""
        return np.where(self.panel.usable, self.panel.matrix.shape[1] - self.panel.start, 0)


def level_names(work: Work, rows: Integers) -> list[str]:
    """Name the level of each row: the steps down from the root, one level for a table without parents."""
    if len(work.forest.parents) == 0:
        return ["series"] * len(rows)
    return [f"level{depth}" for depth in np.minimum(work.forest.depth[rows], _DEEPEST_LEVEL).tolist()]


def months_used(work: Work, linked: Flags) -> Integers:
    """Return how many of the last months each series is forecast from.

    The months before a series begins are unknown, so that a later one is forecast apart, with others of
    about its age. In a family that adds up they are known: the sum holds without it.
    """
    width = work.panel.matrix.shape[1]
    own = work.months // _AGE_STEP * _AGE_STEP
    return np.where(linked | (work.panel.start == 0), width, own)


def borrows_season(work: Work, asked: Flags, length: int) -> bool:
    """Return whether series of so many months take the season of the whole table.

    They do when their own months hold less than two seasons and some series have begun by the first month.
    """
    need = 2 * work.season_length
    whole = work.panel.matrix.shape[1] >= need and bool((asked & (work.panel.start == 0)).any())
    return work.season_length > 1 and length < need and whole


def forecast_together(work: Work, asked: Flags, rows: Integers, length: int) -> PanelForecast:
    """Forecast series of about one age as one panel.

    Parameters
    ----------
    work
        What is forecast, and how.
    asked
        All series that are forecast, at any age.
    rows
        Positions of those forecast here.
    length
        Of how many last months.

    Returns
    -------
    PanelForecast
        One row for each of ``rows``. With a borrowed season the back-test is that of the values without it.
    """
    panel, forest = work.panel, work.forest
    width = panel.matrix.shape[1]
    chosen = np.zeros(len(panel.usable), dtype=bool)
    chosen[rows] = True
    # Children of 0 are left out: their parent is the sum of the others as well.
    place = np.cumsum(chosen) - 1
    above = forest.parent[rows]
    linked = (above >= 0) & work.additive[above] & chosen[above]
    borrowed = borrows_season(work, asked, length)
    factors = _factors(work, asked) if borrowed else np.ones(width + work.horizon)
    used = slice(width - length, width)
    forecast = forecast_panel(
        panel.matrix[rows, used] / factors[used],
        first_month=next_months(work.first_month, width - length + 1)[-1],
        horizon=work.horizon,
        season_length=1 if borrowed else work.season_length,
        groups=level_names(work, rows),
        parents=np.where(linked, place[above], -1).tolist() if linked.any() else None,
        total=_total(work, asked, width - length)[used] / factors[used],
        nonnegative=work.nonnegative,
        progress=work.report,
        executor=work.executor,
    )
    return _with_season(forecast, factors[width:]) if borrowed else forecast


def _factors(work: Work, asked: Flags) -> Floats:
    """Return the season of the whole table, the months ahead included."""
    calendar = Calendar(work.first_month, work.season_length)
    count = work.panel.matrix.shape[1] + work.horizon
    return seasonal_profile(_total(work, asked, 0), calendar).factors(calendar, count)


def _with_season(forecast: PanelForecast, ahead: Floats) -> PanelForecast:
    """Put a season back; the interval of the sum is stretched as the sum is."""
    mean = forecast.mean * ahead
    before, after = forecast.mean.sum(axis=1), mean.sum(axis=1)
    whole = np.divide(after, before, out=np.ones_like(after), where=before != 0)
    stretch = np.column_stack([np.broadcast_to(ahead, mean.shape), whole])
    return replace(forecast, mean=mean, bounds=forecast.bounds * stretch[:, :, None])


def _total(work: Work, rows: Flags, since: int) -> Floats:
    """Sum the topmost of the rows that have begun by a column, or of all where none has."""
    whole = rows & (work.panel.start <= since)
    chosen = whole if whole.any() else rows
    covered = np.zeros(len(rows), dtype=bool)
    above = work.forest.parent
    for row in np.argsort(work.forest.depth, kind="stable").tolist():
        covered[row] = above[row] >= 0 and (chosen[above[row]] or covered[above[row]])
    return np.asarray(work.panel.matrix[chosen & ~covered].sum(axis=0), dtype=float)
