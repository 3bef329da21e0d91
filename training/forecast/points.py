"""Every method's forecast from every past origin and from now, made with what was known then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.execution import Executor, InProcess
from training.forecast.boosting import boosted_steps
from training.forecast.demand import Floats, Integers
from training.forecast.library import INTERMITTENT, LIBRARY, MOST_FITS, Rolling, Tried, rolling_steps
from training.forecast.market import FIRST_ORIGIN, market_factors, market_steps
from training.forecast.season import Calendar
from training.forecast.shares import share_steps
from training.forecast.smoothing import SIMPLE, Method, predict

__all__ = ["Panel", "Progress", "origins_of", "rolling_points"]

_SEED = 20211231
_BLOCK = 64
"""Series that the library forecasts together: those of a small city are one part."""
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


def rolling_points(
    panel: Panel, *, progress: Progress | None = None, executor: Executor | None = None
) -> dict[Method, Floats]:
    """Forecast by every method from every origin.

    Parameters
    ----------
    panel
        The series.
    progress
        Told how far the work has come.
    executor
        Where series are fitted one by one, in blocks; this process when left out.

    Returns
    -------
    dict[Method, Floats]
        Series × origins × months ahead for each method that was tried; NaN where it had no answer.
        The methods of the library are tried only on groups of few series.
    """
    origins = origins_of(panel)
    shape = (len(panel.matrix), len(origins), panel.horizon)
    steps = {method: np.empty(shape) for method in SIMPLE}
    factors = tuple(
        market_factors(
            panel.total, panel.calendar, origin=origin, horizon=panel.horizon, seasonal=panel.seasonal
        )
        for origin in origins.tolist()
    )
    for column, origin in enumerate(origins.tolist()):
        _forecast_at(steps, panel, factors[column], column=column, origin=origin)
        if progress:
            progress("逐期回测", column + 1, len(origins))
    rolling = Rolling(origins, factors, panel.horizon)
    steps |= _library_points(panel, rolling, executor=executor or InProcess(), progress=progress)
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


def _library_points(
    panel: Panel, rolling: Rolling, *, executor: Executor, progress: Progress | None
) -> dict[Method, Floats]:
    """Forecast by the library, block by block of the series; NaN for the series that it is not tried on."""
    kinds = _library_rows(panel, len(rolling.origins))
    shape = (len(panel.matrix), len(rolling.origins), panel.horizon)
    steps = {method: np.full(shape, np.nan) for methods, rows in kinds for method in methods if len(rows)}
    every = np.sort(np.concatenate([rows for _, rows in kinds]))
    places = [
        [(methods, np.intersect1d(rows, every[start : start + _BLOCK])) for methods, rows in kinds]
        for start in range(0, len(every), _BLOCK)
    ]
    blocks = (tuple(Tried(methods, panel.matrix[rows]) for methods, rows in block) for block in places)
    found = executor.map(rolling_steps, blocks, shared=rolling)
    for done, (block, answers) in enumerate(zip(places, found, strict=True), start=1):
        for (_, rows), by_method in zip(block, answers, strict=True):
            for method, points in by_method.items():
                if len(rows):
                    steps[method][rows] = points
        if progress:
            progress("逐列拟合", done, len(places))
    return steps


def _forecast_at(
    steps: dict[Method, Floats], panel: Panel, factors: Floats, *, column: int, origin: int
) -> None:
    """Fill in what each quick method said at one origin."""
    known = panel.matrix[:, :origin]
    for method in SIMPLE:
        steps[method][:, column] = predict(
            known,
            method,
            horizon=panel.horizon,
            factors=factors,
            season_length=panel.calendar.season_length,
        )
