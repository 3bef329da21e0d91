"""How both sides, and the gap between them, were missed at past origins.

Each side is forecast by the published method. The interval of the gap is calibrated on its own past errors,
not put together from the intervals of the two sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.forecast.demand import Demand, Floats, Integers, Level
from training.forecast.engine import forecast_series
from training.forecast.intervals import Residuals, error_units, interval_bands
from training.forecast.parents import parents_of
from training.forecast.points import Panel
from training.forecast.season import Calendar
from training.forecast.sides import Sides
from training.forecast.simulation import PastErrors
from training.forecast.smoothing import Method
from training.forecast.volume import N_CLASSES, history_at, merged_classes, volume_classes

__all__ = ["GapRecord", "forecast_side", "gap_record"]

_LEAST_LENDERS = 100  # pairs of a cell and an origin from which errors are lent, before classes are merged


@dataclass(frozen=True)
class GapRecord:
    """How the gap was missed at past origins, and the interval that follows."""

    inflow: Floats
    """Heads forecast to become available, rows × months ahead."""
    past: PastErrors
    """Errors of both sides at the same origins."""
    groups: Integers
    """Group of like volume of each row now; -1 where its history does not allow a forecast."""
    offsets: Floats
    """Calibrated 10 and 90 % offsets of the gap from its forecast, rows × 2; NaN where not calibrated."""
    n_origins: Integers
    """Origins behind each row's calibration."""
    n_residuals: Integers
    """Past gaps behind it."""


def gap_record(sides: Sides, *, horizon: int, withdrawn: float) -> GapRecord | None:
    """Forecast both sides again from past origins, and calibrate the gap over a horizon on what happened.

    Parameters
    ----------
    sides
        Both sides.
    horizon
        Months ahead.
    withdrawn
        Share of vacancies that are withdrawn.

    Returns
    -------
    GapRecord or None
        None where no past origin has both sides and the whole horizon observed.
    """
    usable = sides.has_series
    if not usable.any():
        return None
    demand = sides.demand
    inflow = Demand.from_matrix(np.nan_to_num(sides.supply.inflow), demand.index, sides.supply.months)
    _, wanted = forecast_side(demand, horizon=horizon)
    mean, supply = forecast_side(inflow, horizon=horizon)
    lead = len(demand.months) - len(sides.supply.months)
    shared, at_demand, at_supply = np.intersect1d(wanted.origins, supply.origins + lead, return_indices=True)
    if len(shared) == 0:
        return None
    classes = np.where(usable[:, None], wanted.classes[:, at_demand], -1)
    errors = wanted.errors[:, at_demand, :horizon], supply.errors[:, at_supply, :horizon]
    gaps = np.cumsum((1 - withdrawn) * errors[0] - errors[1], axis=2)
    gaps = np.concatenate([gaps, gaps[:, :, -1:]], axis=2)
    history = history_at(demand.matrix, len(demand.months))
    now = np.where(usable & history.sufficient, volume_classes(history.volume), -1)
    units = np.stack(
        [_gap_units(demand, inflow, known, lead=lead, withdrawn=withdrawn) for known in shared.tolist()],
        axis=1,
    )
    bands = interval_bands(
        Residuals(horizon, shared.astype(np.int64), gaps, classes, units),
        now,
        known_months=len(demand.months),
        units=_gap_units(demand, inflow, len(demand.months), lead=lead, withdrawn=withdrawn),
    )
    runs = merged_classes(np.bincount(classes[classes >= 0], minlength=N_CLASSES), least=_LEAST_LENDERS)
    group_of = np.repeat(np.arange(len(runs)), [high - low + 1 for low, high in runs])
    return GapRecord(
        inflow=mean,
        past=PastErrors(*errors, np.where(classes >= 0, group_of[classes], -1)),
        groups=np.where(now >= 0, group_of[now], -1),
        offsets=bands.offsets[:, -1, 1:3],
        n_origins=bands.n_origins,
        n_residuals=bands.n_residuals,
    )


def _gap_units(demand: Demand, inflow: Demand, known: int, *, lead: int, withdrawn: float) -> Floats:
    """Return the size of error that the volumes of both sides let expect of each gap, after so many months.

    The sides are taken to err apart from each other; how they err together is in the scores.
    """
    wanted = error_units(history_at(demand.matrix, known).volume)
    available = error_units(history_at(inflow.matrix, known - lead).volume)
    return np.asarray(np.hypot((1 - withdrawn) * wanted, available), dtype=float)


def forecast_side(flow: Demand, *, horizon: int) -> tuple[Floats, Residuals]:
    """Forecast one side by the published method, from now and again from every past origin.

    Parameters
    ----------
    flow
        Heads by month: openings, or people who become available.
    horizon
        Months ahead.

    Returns
    -------
    tuple
        Heads forecast, rows × months ahead, and the errors at past origins.
    """
    groups = np.array([list(Level).index(Level(level)) for level in flow.index["level"]], dtype=np.int64)
    panel = Panel(flow.matrix, flow.total, groups, Calendar(flow.months[0]), horizon, parents_of(flow))
    forecasts = forecast_series(panel)
    return forecasts.now(Method.COMBINED), forecasts.residuals
