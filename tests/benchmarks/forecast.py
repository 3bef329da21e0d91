"""Accuracy, coverage, speed and memory of the forecast, beside its baselines in the same back-test.

    python tests/benchmarks/forecast.py [--series N] [--months N] [--skip-speed]

Speed is measured on drawn series (合成数据): counts of one common season, at 30 months and a horizon of 3,
with points, intervals and the back-test report, against a plain loop of statsforecast's simple exponential
smoothing over the same series, points alone. Accuracy is measured on ``../shared/data`` where it is there:
Job-SDF at its last four origins, pooled over all series and three months, and the Indeed index by sector and
by region at horizons 1, 3, 6 and 12. Every origin sees only the months before it. The sector file holds one
vintage a country, younger than its last month: what was revised since cannot be seen from it, and the figures
are those of revised data. One JSON object a line.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from training.forecast.demand import Floats
from training.forecast.engine import Forecasts, forecast_series
from training.forecast.intervals import bands_at
from training.forecast.panel import forecast_panel
from training.forecast.points import Panel
from training.forecast.season import Calendar
from training.forecast.smoothing import Method
from training.forecast.volume import N_CLASSES, class_label

DATA = Path("../shared/data")
JOB_SDF = ("r0", "region", "r1", "r2")
TEST_ORIGINS = range(24, 28)
SECTORS = (
    "Production & Manufacturing",
    "Industrial Engineering",
    "Electrical Engineering",
    "Civil Engineering",
    "Logistic Support",
    "Loading & Stocking",
    "Driving",
)
FIRST_INDEED_ORIGIN = 24


def say(**values: Any) -> None:
    """Write one line of the report."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def plain_index(total: Floats) -> Floats:
    """The baseline's index: mean distance of the log total from its centred 13 months, shrunk; no holiday."""
    logs, sums, counts = np.log(total), np.zeros(12), np.zeros(12)
    for month, value in enumerate(logs):
        window = logs[max(0, month - 6) : month + 7]
        if len(window) >= 10:
            sums[month % 12] += value - window.mean()
            counts[month % 12] += 1
    effects = sums / (counts + 1)
    return np.asarray(np.exp(effects - effects.mean()), dtype=float)


def plain_pooled(matrix: Floats, origin: int, horizon: int) -> Floats:
    """The baseline: deseasonalised by the plain index, level with alpha 0.5, written out month by month."""
    index = plain_index(matrix[:, :origin].sum(axis=0))[np.arange(origin + horizon) % 12]
    level = matrix[:, 0] / index[0]
    for month in range(1, origin):
        level = 0.5 * matrix[:, month] / index[month] + 0.5 * level
    return np.asarray(level[:, None] * index[origin:], dtype=float)


def grouped(matrix: Floats, *, first_month: dt.date, horizon: int) -> Forecasts:
    """Forecast a panel of one group at every origin."""
    groups = np.zeros(len(matrix), dtype=np.int64)
    return forecast_series(Panel(matrix, matrix.sum(axis=0), groups, Calendar(first_month), horizon))


def coverage(matrix: Floats, found: Forecasts, origins: Sequence[int]) -> dict[str, Any]:
    """Return the share of sums inside their intervals: mean, by origin and by volume class."""
    residuals = found.residuals
    horizon, by_origin = residuals.horizon, {}
    held, rated = np.zeros((2, N_CLASSES)), np.zeros(N_CLASSES)
    for column, origin in enumerate(residuals.origins.tolist()):
        if origin not in origins:
            continue
        classes = residuals.classes[:, column]
        bands = bands_at(residuals, column)
        rows = np.flatnonzero(bands.calibrated & (classes >= 0))
        if len(rows) == 0:
            continue
        observed = matrix[rows, origin : origin + horizon].sum(axis=1)
        centre = observed - residuals.errors[rows, column, -1]
        low95, low80, high80, high95 = np.maximum(centre[:, None] + bands.offsets[rows, -1], 0.0).T
        slack = 1e-9 * (1 + observed)
        inside80 = (low80 - slack <= observed) & (observed <= high80 + slack)
        inside95 = (low95 - slack <= observed) & (observed <= high95 + slack)
        by_origin[str(origin)] = round(float(inside80.mean()), 3)
        rated += np.bincount(classes[rows], minlength=N_CLASSES)
        held[0] += np.bincount(classes[rows], inside80, minlength=N_CLASSES)
        held[1] += np.bincount(classes[rows], inside95, minlength=N_CLASSES)
    if not by_origin:
        return {}
    return {
        "coverage80": round(float(held[0].sum() / rated.sum()), 3),
        "coverage80_worst_origin": min(by_origin.values()),
        "coverage80_by_origin": by_origin,
        "coverage80_by_class": {
            class_label(int(number), int(number)): round(float(held[0][number] / rated[number]), 3)
            for number in np.flatnonzero(rated)
        },
        "coverage95": round(float(held[1].sum() / rated.sum()), 3),
    }


def job_sdf(name: str) -> None:
    """Measure one file of Job-SDF at its last four origins."""
    matrix = pd.read_parquet(DATA / f"jobsdf_to_2023-06/demand_{name}.parquet").iloc[:, 2:].to_numpy(float)
    found = grouped(matrix, first_month=dt.date(2021, 1, 1), horizon=3)
    columns = {origin: found.residuals.origins.tolist().index(origin) for origin in TEST_ORIGINS}
    errors: dict[str, float] = {}
    for method, steps in found.points.items():
        errors[method.value] = mean_error(matrix, {o: steps[:, column] for o, column in columns.items()})
    errors["plain_pooled"] = mean_error(matrix, {o: plain_pooled(matrix, o, 3) for o in TEST_ORIGINS})
    naive = min(errors[m] for m in (Method.LAST, Method.MEAN3, Method.SES, Method.SEASONAL_NAIVE))
    say(
        data=f"Job-SDF {name}",
        series=len(matrix),
        mae={method: round(error, 3) for method, error in errors.items()},
        to_best_naive=round(errors[Method.COMBINED] / naive, 3),
        to_plain_pooled=round(errors[Method.COMBINED] / errors["plain_pooled"], 3),
        chosen=sorted(set(found.names.tolist())),
        **coverage(matrix, found, list(TEST_ORIGINS)),
    )


def mean_error(matrix: Floats, steps: dict[int, Floats]) -> float:
    """Mean absolute error over series, steps and origins."""
    errors = [
        np.abs(found - matrix[:, origin : origin + found.shape[1]]).mean() for origin, found in steps.items()
    ]
    return float(np.mean(errors))


def indeed(name: str, matrix: Floats, measured: Floats, *, horizon: int) -> None:
    """Measure an index on the rows that are asked for; errors over the mean change from month to month."""
    found = grouped(matrix, first_month=dt.date(2020, 2, 1), horizon=horizon)
    columns = [
        (column, origin)
        for column, origin in enumerate(found.residuals.origins.tolist())
        if origin >= FIRST_INDEED_ORIGIN
    ]
    scaled = {}
    for method, steps in found.points.items():
        parts = []
        for column, origin in columns:
            missed = np.abs(steps[:, column] - matrix[:, origin : origin + horizon]).mean(axis=1)
            parts.append((missed / np.abs(np.diff(matrix[:, :origin], axis=1)).mean(axis=1))[measured].mean())
        scaled[method.value] = round(float(np.mean(parts)), 3)
    say(
        data=name,
        series=int(measured.sum()),
        horizon=horizon,
        origins=len(columns),
        mase=scaled,
        beats_last_value=scaled[Method.COMBINED] < scaled[Method.LAST],
        beats_seasonal_naive=scaled[Method.COMBINED] < scaled[Method.SEASONAL_NAIVE],
        chosen=sorted(set(found.names.tolist())),
        **coverage(matrix, found, [origin for _, origin in columns]),
    )


def sectors() -> None:
    """Measure the sectors of manufacturing, logistics and engineering, forecast among all sectors."""
    table = pd.read_csv(DATA / "indeed_sector_monthly_to_2023-12.csv")
    wide = table.pivot_table(
        index=["jobcountry", "display_name"], columns="month", values="indeed_job_postings_index"
    ).dropna()
    measured = wide.index.get_level_values("display_name").isin(SECTORS)
    for horizon in (1, 3, 6):
        indeed("Indeed sectors", wide.to_numpy(float), np.asarray(measured), horizon=horizon)


def regions() -> None:
    """Measure states, provinces and regions."""
    matrix = pd.read_csv(DATA / "indeed_subnational_monthly.csv", index_col=0).to_numpy(float)
    for horizon in (1, 3, 6, 12):
        indeed("Indeed regions", matrix, np.ones(len(matrix), dtype=bool), horizon=horizon)


def told(stage: str, done: int, steps: int) -> None:
    """Show how far the work has come."""
    sys.stderr.write(f"\r{stage} {done}/{steps} ")


def speed(n_series: int, n_months: int) -> None:
    """Time the whole forecast of drawn series and a plain loop of the library over them."""
    from statsforecast.models import SimpleExponentialSmoothing

    rng = np.random.default_rng(0)
    season = 1 + 0.3 * np.sin(np.arange(n_months) * np.pi / 6)
    matrix = rng.poisson(np.exp(rng.normal(1, 2, n_series))[:, None] * season).astype(float)
    started, worked = time.perf_counter(), time.process_time()
    found = forecast_panel(
        matrix,
        first_month=dt.date(2021, 1, 1),
        horizon=3,
        progress=told,
    )
    seconds, busy = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sys.stderr.write("\n")
    model = SimpleExponentialSmoothing(alpha=0.5)
    begun = time.perf_counter()
    for series in matrix:
        model.forecast(y=series, h=3)
    loop = time.perf_counter() - begun
    say(
        data="合成数据",
        series=n_series,
        months=n_months,
        seconds=round(seconds, 1),
        processor_seconds=round(busy, 1),
        peak_gib=round(peak, 2),
        ses_loop_seconds=round(loop, 1),
        ratio_to_ses_loop=round(seconds / loop, 2),
        with_interval=round(float(np.isfinite(found.bounds[:, -1, 0]).mean()), 3),
    )


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=120_000)
    parser.add_argument("--months", type=int, default=30)
    parser.add_argument("--skip-speed", action="store_true")
    given = parser.parse_args(arguments)
    if not given.skip_speed:
        speed(given.series, given.months)
    if not DATA.is_dir():
        say(skipped="缺少 ../shared/data，未测准确度")
        return
    for name in JOB_SDF:
        job_sdf(name)
    sectors()
    regions()


if __name__ == "__main__":
    main(sys.argv[1:])
