"""Every method's forecast from every past origin and from now, made with what was known then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.forecast.boosting import boosted_steps
from training.forecast.demand import Floats, Integers
from training.forecast.library import INTERMITTENT, LIBRARY, MOST_FITS, library_steps
from training.forecast.market import FIRST_ORIGIN, market_factors, market_steps
from training.forecast.season import Calendar
from training.forecast.shares import share_steps
from training.forecast.smoothing import SIMPLE, Method, predict

__all__ = ["Panel", "Progress", "origins_of", "rolling_points"]

_SEED = 20211231
Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, the steps done and all its steps."""


@dataclass(frozen=True)
class Panel:
    """Series to be forecast together."""

    matrix: Floats
    """Values, series × months, complete."""
    total: Floats
    """The total that carries what they have in common, one value a month."""
    groups: Integers
    """Group of each series, counted from 0; methods are chosen per group."""
    calendar: Calendar
    """Where the months stand in the year."""
    horizon: int
    """Months ahead."""
    parents: Integers | None = None
    """Row of each series' parent, whose values are the sum of its children's; -1 for none."""
    boosted: bool = False
    """Whether gradient boosting is tried too."""

    @property
    def is_parent(self) -> npt.NDArray[np.bool_]:
        """Whether each series is the sum of others."""
        found = np.zeros(len(self.matrix), dtype=bool)
        if self.parents is not None:
            found[self.parents[self.parents >= 0]] = True
        return found

    @property
    def seasonal(self) -> bool:
        """Whether there are two seasons to estimate one from."""
        length = self.calendar.season_length
        return length > 1 and int((self.total > 0).sum()) >= 2 * length


def origins_of(panel: Panel) -> Integers:
    """Return the past origins whose whole horizon was observed, then the present one."""
    n_months = panel.matrix.shape[1]
    return np.append(np.arange(FIRST_ORIGIN, n_months - panel.horizon + 1, dtype=np.int64), n_months)


def rolling_points(panel: Panel, *, progress: Progress | None = None) -> dict[Method, Floats]:
    """Forecast by every method from every origin.

    Parameters
    ----------
    panel
        The series.
    progress
        Told how far the work has come.

    Returns
    -------
    dict[Method, Floats]
        Series × origins × months ahead for each method that was tried; NaN where it had no answer.
        The methods of the library are tried only on groups of few series.
    """
    origins = origins_of(panel)
    shape = (len(panel.matrix), len(origins), panel.horizon)
    steps = {method: np.empty(shape) for method in SIMPLE}
    rows = _library_rows(panel, len(origins))
    for methods, wanted in rows:
        steps |= {method: np.full(shape, np.nan) for method in methods if len(wanted)}
    for column, origin in enumerate(origins.tolist()):
        _forecast_at(steps, panel, rows, column=column, origin=origin)
        if progress:
            progress("逐期回测", column + 1, len(origins))
    if (panel.total >= 0).all() and (panel.total > 0).any():
        market = market_steps(
            panel.total, panel.calendar, origins=origins, horizon=panel.horizon, seasonal=panel.seasonal
        )
        steps[Method.SHARED] = share_steps(
            panel.matrix, panel.total, market, origins=origins, groups=panel.groups
        )
        if panel.boosted and (panel.total > 0).all() and (panel.matrix >= 0).all():
            steps[Method.BOOSTED] = boosted_steps(
                panel.matrix, panel.total, market, origins=origins, rng=np.random.default_rng(_SEED)
            )
    return steps


def _library_rows(panel: Panel, n_origins: int) -> list[tuple[tuple[Method, ...], Integers]]:
    """Return the rows of the groups small enough for the library, steady and intermittent ones apart."""
    sizes = np.bincount(panel.groups, ~panel.is_parent)
    small = (sizes * n_origins <= MOST_FITS)[panel.groups] & ~panel.is_parent
    small &= panel.matrix.shape[1] >= FIRST_ORIGIN
    often_nothing = (panel.matrix == 0).mean(axis=1) > 0.5
    asked = panel.matrix.any(axis=1)
    return [
        (LIBRARY, np.flatnonzero(small & ~often_nothing)),
        (INTERMITTENT, np.flatnonzero(small & often_nothing & asked & (panel.matrix >= 0).all(axis=1))),
    ]


def _forecast_at(
    steps: dict[Method, Floats],
    panel: Panel,
    rows: list[tuple[tuple[Method, ...], Integers]],
    *,
    column: int,
    origin: int,
) -> None:
    """Fill in what each method said at one origin."""
    known = panel.matrix[:, :origin]
    factors = market_factors(
        panel.total, panel.calendar, origin=origin, horizon=panel.horizon, seasonal=panel.seasonal
    )
    for method in SIMPLE:
        steps[method][:, column] = predict(
            known,
            method,
            horizon=panel.horizon,
            factors=factors,
            season_length=panel.calendar.season_length,
        )
    for methods, wanted in rows:
        for method in methods if len(wanted) else ():
            found = library_steps(known[wanted], method, horizon=panel.horizon, factors=factors)
            steps[method][wanted, column] = found
