"""Small tables of demand for the forecast tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from training.forecast.demand import CELL_COLUMNS, Demand, Floats, month_end, next_months
from training.forecast.engine import Forecasts, forecast_series
from training.forecast.points import Panel
from training.forecast.rules import Status
from training.forecast.sides import Sides
from training.forecast.supply import PARTS, Ranged, Supply

MakeDemand = Callable[..., Demand]


@pytest.fixture
def make_demand() -> MakeDemand:
    """A city with two industries; the leaves are split between them in turn."""

    def build(leaves: Floats, *, start: dt.date = dt.date(2023, 1, 1)) -> Demand:
        leaves = np.asarray(leaves, dtype=float)
        owner = np.arange(len(leaves)) % 2
        names = ["港口物流", "镁材料"]
        rows: list[tuple[str, str | None, str | None]] = [("city", None, None)]
        parts = [leaves.sum(axis=0, keepdims=True)]
        for number, name in enumerate(names):
            rows.append(("industry", name, None))
            parts.append(leaves[owner == number].sum(axis=0, keepdims=True))
        for leaf, number in enumerate(owner):
            rows.append(("occupation", names[number], f"occ{leaf}"))
        parts.append(leaves)
        index = pd.DataFrame(rows, columns=list(CELL_COLUMNS), dtype=object)
        return Demand.from_matrix(np.vstack(parts), index, next_months(start, leaves.shape[1]))

    return build


@pytest.fixture
def calm() -> Floats:
    """40 leaves of 40 months with one season and nothing but chance besides: every rule is met."""
    season = np.array([0.7, 0.75, 1.35, 1.2, 1.05, 1.0, 1.0, 0.95, 1.1, 1.0, 1.0, 0.9])
    level = np.linspace(80, 400, 40)[:, None] * season[np.arange(40) % 12]
    return np.random.default_rng(1).poisson(level).astype(float)


@pytest.fixture
def generated() -> Callable[[int, int, int], Floats]:
    """Leaves with a common season, a wandering market, level shifts and Poisson thinning."""

    def build(seed: int, n_leaves: int, n_months: int) -> Floats:
        rng = np.random.default_rng(seed)
        season = np.array([0.7, 0.75, 1.35, 1.2, 1.05, 1.0, 1.0, 0.95, 1.1, 1.0, 1.0, 0.9])
        market = np.exp(np.cumsum(rng.normal(0, 0.03, n_months)))
        base = np.exp(rng.uniform(np.log(25), np.log(400), n_leaves))
        shifts = np.where(
            rng.random((n_leaves, n_months)) < 0.04, rng.normal(0, 0.4, (n_leaves, n_months)), 0
        )
        level = base[:, None] * np.exp(np.cumsum(shifts, axis=1)) * market
        return rng.poisson(level * season[np.arange(n_months) % 12]).astype(float)

    return build


MakeSides = Callable[..., Sides]


_FORECASTS: dict[tuple[object, ...], Forecasts] = {}


@pytest.fixture
def quick_forecasts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forecast without the methods that are fitted series by series, and the same panel only once."""
    monkeypatch.setattr("training.forecast.points.MOST_FITS", 0)

    def remembered(panel: Panel, **_: object) -> Forecasts:
        parents = None if panel.parents is None else panel.parents.tobytes()
        key = (panel.matrix.tobytes(), panel.matrix.shape, panel.calendar, panel.horizon, parents)
        if key not in _FORECASTS:
            _FORECASTS[key] = forecast_series(panel)
        return _FORECASTS[key]

    for module in ("run", "gap_record"):
        monkeypatch.setattr(f"training.forecast.{module}.forecast_series", remembered)


@pytest.fixture
def make_sides(make_demand: MakeDemand) -> MakeSides:
    """Both sides of a small city; the supply of the leaves is counted as their demand is."""

    def build(wanted: Floats, available: Floats, **changed: object) -> Sides:
        demand, inflow = make_demand(wanted), make_demand(available).matrix
        rows, n_months = inflow.shape
        now = inflow.mean(axis=1)
        nothing = np.full((rows, 12), np.nan)
        supply = Supply(
            as_of=month_end(demand.months[-1]),
            index=demand.index,
            months=demand.months,
            available=now,
            stock=np.repeat(now[:, None], n_months, axis=1),
            inflow=inflow,
            outflow=np.zeros_like(inflow),
            months_ahead=next_months(demand.months[-1], 13)[1:],
            ahead=np.zeros((rows, 12)),
            graduates=Ranged(nothing, nothing, nothing),
            retirements=Ranged(nothing, nothing, nothing),
            moves=pd.DataFrame(),
            persons=np.full(rows, 50, dtype=np.int64),
            uncoded=0.0,
            synthetic=True,
            coverage=None,
            known=pd.DataFrame(True, index=range(rows), columns=list(PARTS)),
            statuses=(Status.OK,) * rows,
            reasons=((),) * rows,
        )
        spells = pd.DataFrame(
            columns=["key_industry", "occupation_code", "days", "filled", "net_pay"], dtype=object
        )
        given = {
            "as_of": supply.as_of,
            "demand": demand,
            "open_places": demand.matrix.mean(axis=1),
            "supply": replace(supply, **changed.pop("supply", {})),
            "spells": spells,
            "confidential": np.zeros(rows, dtype=np.bool_),
            "synthetic": True,
        }
        return Sides(**(given | changed))

    return build
