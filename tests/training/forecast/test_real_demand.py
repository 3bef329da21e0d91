"""The forecast on real monthly series, every origin with nothing but the months before it.

Skill demand: the last six months as test, four windows of three months; the first of them hold a market
shock and an early Spring Festival. The index by region and sector: every origin from the 25th month on. The
expected figures were recorded from this code by ``tests/benchmarks/forecast.py``, which measures the larger
files too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from training.forecast import Demand, Status, forecast_demand
from training.forecast.demand import CELL_COLUMNS, Floats, next_months
from training.forecast.engine import Forecasts, forecast_series
from training.forecast.intervals import bands_at
from training.forecast.points import Panel
from training.forecast.season import Calendar
from training.forecast.smoothing import Method

FOLDER = Path(__file__).resolve().parents[3] / "../shared/data"
BASELINES = (Method.LAST, Method.MEAN3, Method.SES, Method.SEASONAL_NAIVE)
TEST = range(24, 28)
SECTORS = {
    "Production & Manufacturing",
    "Industrial Engineering",
    "Electrical Engineering",
    "Civil Engineering",
    "Logistic Support",
    "Loading & Stocking",
    "Driving",
}
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="缺少真实月度数据 ../shared/data"),
]


@cache
def skills(name: str) -> tuple[Floats, Forecasts]:
    table = pd.read_parquet(FOLDER / f"jobsdf_to_2023-06/demand_{name}.parquet")
    matrix = table.iloc[:, 2:].to_numpy(dtype=float)
    assert matrix.shape[1] == 30
    return matrix, forecast(matrix, dt.date(2021, 1, 1), horizon=3)


def forecast(matrix: Floats, first_month: dt.date, *, horizon: int) -> Forecasts:
    groups = np.zeros(len(matrix), dtype=np.int64)
    return forecast_series(Panel(matrix, matrix.sum(axis=0), groups, Calendar(first_month), horizon))


def mean_errors(
    matrix: Floats, found: Forecasts, origins: Iterable[int], *, scaled: bool = False
) -> dict[Method, Floats]:
    """Mean absolute error of each series over origins and months ahead."""
    past, horizon = found.residuals.origins.tolist(), found.residuals.horizon
    errors = {}
    for method, steps in found.points.items():
        parts = []
        for origin in origins:
            missed = np.abs(steps[:, past.index(origin)] - matrix[:, origin : origin + horizon]).mean(axis=1)
            scale = np.abs(np.diff(matrix[:, :origin], axis=1)).mean(axis=1) if scaled else 1.0
            parts.append(missed / scale)
        errors[method] = np.mean(parts, axis=0)
    return errors


def coverage(matrix: Floats, found: Forecasts, origins: Iterable[int]) -> list[float]:
    """Share of sums over the horizon inside their 80 % interval, by origin."""
    residuals, shares = found.residuals, []
    for origin in origins:
        column = residuals.origins.tolist().index(origin)
        classes = residuals.classes[:, column]
        bands = bands_at(residuals, column)
        rows = np.flatnonzero(bands.calibrated & (classes >= 0))
        observed = matrix[rows, origin : origin + residuals.horizon].sum(axis=1)
        bounds = (observed - residuals.errors[rows, column, -1])[:, None] + bands.offsets[rows, -1, 1:3]
        low, high = np.maximum(bounds, 0).T
        shares.append(float(((low <= observed + 1e-6) & (observed <= high + 1e-6)).mean()))
    return shares


@pytest.mark.parametrize(("name", "expected"), [("r0", 120.98), ("region", 23.85)])
def test_it_beats_every_baseline_by_a_third_in_the_shock(name: str, expected: float) -> None:
    matrix, found = skills(name)
    errors = {method: each.mean() for method, each in mean_errors(matrix, found, TEST).items()}
    assert errors[Method.COMBINED] == pytest.approx(expected, abs=0.1)
    assert errors[Method.COMBINED] < 0.65 * min(errors[method] for method in BASELINES)
    assert errors[Method.COMBINED] < 0.9 * errors[Method.POOLED]


@pytest.mark.parametrize("name", ["r0", "region"])
def test_before_the_shock_it_beats_every_baseline_too(name: str) -> None:
    matrix, found = skills(name)
    errors = {method: each.mean() for method, each in mean_errors(matrix, found, range(13, 22)).items()}
    assert errors[Method.COMBINED] < 0.9 * min(errors[method] for method in BASELINES)


@pytest.mark.parametrize("name", ["r0", "region"])
def test_four_of_five_sums_lie_in_their_interval(name: str) -> None:
    shares = coverage(*skills(name), TEST)
    assert 0.76 <= np.mean(shares) <= 0.84
    assert min(shares) > 0.7


@pytest.mark.parametrize(("horizon", "gain"), [(1, 0.08), (3, 0.08), (6, 0.08)])
def test_sectors_of_manufacturing_logistics_and_engineering_beat_the_naive_methods(
    horizon: int, gain: float
) -> None:
    # One vintage a country is kept, younger than the last month: these are revised figures.
    table = pd.read_csv(FOLDER / "indeed_sector_monthly_to_2023-12.csv")
    wide = table.pivot_table(
        index=["jobcountry", "display_name"], columns="month", values="indeed_job_postings_index"
    ).dropna()
    rows = wide.index.get_level_values("display_name").isin(SECTORS)
    matrix = wide.to_numpy(dtype=float)
    found = forecast(matrix, dt.date(2020, 2, 1), horizon=horizon)
    scaled = mean_errors(matrix, found, range(24, 48 - horizon), scaled=True)
    errors = {method: each[rows].mean() for method, each in scaled.items()}
    assert errors[Method.COMBINED] < (1 - gain) * errors[Method.LAST]
    assert errors[Method.COMBINED] < 0.5 * errors[Method.SEASONAL_NAIVE]


def test_regions_a_year_ahead_beat_the_naive_methods() -> None:
    matrix = pd.read_csv(FOLDER / "indeed_subnational_monthly.csv", index_col=0).to_numpy(dtype=float)
    found = forecast(matrix, dt.date(2020, 2, 1), horizon=12)
    scaled = mean_errors(matrix, found, range(24, 67), scaled=True)
    errors = {method: each.mean() for method, each in scaled.items()}
    assert errors[Method.COMBINED] == pytest.approx(1.718, abs=0.02)
    assert errors[Method.COMBINED] < 0.9 * min(errors[Method.LAST], errors[Method.SEASONAL_NAIVE])
    # A year ahead the first intervals, three origins after eight were known, hold too seldom: it is stated.
    shares = coverage(matrix, found, range(37, 67))
    assert 0.74 <= np.mean(shares) <= 0.86


def test_a_whole_run_on_real_totals_says_what_its_back_test_found() -> None:
    matrix, found = skills("r0")
    codes = [None, *(str(number) for number in range(len(matrix)))]
    index = pd.DataFrame(
        {"level": ["city"] + ["occupation"] * len(matrix), "key_industry": None, "occupation_code": codes}
    )[list(CELL_COLUMNS)]
    whole = np.vstack([matrix.sum(axis=0), matrix])
    demand = Demand.from_matrix(whole, index, next_months(dt.date(2021, 1, 1), 30))
    run = forecast_demand(demand, as_of=dt.date(2023, 7, 10), release_break=True)
    published = run.sums[run.sums["status"] != Status.REFUSED]
    assert len(published) > 1500
    assert published[["lo80", "hi80"]].notna().all().all()
    assert published["lo95"].isna().all()
    assert run.sums["mean"].iloc[0] == pytest.approx(found.now(Method.COMBINED).sum())
    rows = run.backtest
    ours = rows[
        (rows["method"] == Method.COMBINED) & (rows["target"] == "sum") & (rows["volume_class"] == "20+")
    ].set_index("level")
    assert ours.loc["occupation", "mae_to_seasonal_naive"] < 0.7
    assert ours.loc["occupation", "coverage80"] == pytest.approx(0.82, abs=0.03)
