"""The forecast on real monthly skill demand, last six months as test, four windows of three months.

The expected ranges were recorded from this code; to record them again, print the errors that the
assertions compare. The first months of the test hold a market shock and an early Spring Festival: on the
totals a plain repetition of the year before was then as good as the pooled season.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from training.forecast import Demand, Status, forecast_demand
from training.forecast.demand import CELL_COLUMNS, Floats, next_months
from training.forecast.smoothing import Method, predict_at

FOLDER = Path(__file__).resolve().parents[3] / "../shared/data/jobsdf_to_2023-06"
BASELINES = (Method.LAST, Method.MEAN3, Method.SES, Method.SEASONAL_NAIVE)
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="缺少真实月度需求数据 ../shared/data/jobsdf_to_2023-06"),
]


def series(name: str) -> Floats:
    """The city total, then every series."""
    table = pd.read_parquet(FOLDER / f"demand_{name}.parquet")
    matrix = table.iloc[:, 2:].to_numpy(dtype=float)
    assert matrix.shape[1] == 30
    return np.vstack([matrix.sum(axis=0), matrix])


def mean_errors(matrix: Floats, origins: Iterable[int]) -> dict[Method, float]:
    """Mean absolute error over all series and three months ahead, the origins weighing the same."""
    return {
        method: float(
            np.mean(
                [
                    np.abs(
                        matrix[1:, origin : origin + 3]
                        - predict_at(
                            matrix,
                            method,
                            origin=origin,
                            horizon=3,
                            first_month=0,
                            city_row=0,
                            with_season=True,
                        )[1:]
                    ).mean()
                    for origin in origins
                ]
            )
        )
        for method in Method
    }


def gain(errors: dict[Method, float], baselines: Iterable[Method] = BASELINES) -> float:
    return 1 - errors[Method.POOLED] / min(errors[method] for method in baselines)


def test_by_region_it_beats_every_baseline_by_six_percent() -> None:
    errors = mean_errors(series("region"), range(24, 28))
    assert errors[Method.POOLED] == pytest.approx(35.48, abs=0.05)
    assert gain(errors) >= 0.06


def test_on_the_totals_it_beats_all_but_the_seasonal_naive_which_it_ties() -> None:
    errors = mean_errors(series("r0"), range(24, 28))
    assert errors[Method.POOLED] == pytest.approx(217.4, abs=0.3)
    assert gain(errors, (Method.LAST, Method.MEAN3, Method.SES)) >= 0.2
    assert abs(gain(errors)) < 0.01


def test_on_the_totals_it_beats_every_baseline_over_all_origins() -> None:
    assert gain(mean_errors(series("r0"), range(13, 28))) >= 0.06


def test_a_whole_run_on_real_totals_holds_back_what_it_must() -> None:
    matrix = series("r0")
    codes = [None, *(str(number) for number in range(len(matrix) - 1))]
    index = pd.DataFrame(
        {
            "level": ["city"] + ["occupation"] * (len(matrix) - 1),
            "key_industry": None,
            "occupation_code": codes,
        }
    )[list(CELL_COLUMNS)]
    demand = Demand.from_matrix(matrix, index, next_months(dt.date(2021, 1, 1), 30))
    held = forecast_demand(demand, as_of=dt.date(2023, 7, 10))
    # February 2023 stands 48 % above January after the season is taken off.
    assert held.sums["status"].eq(Status.REFUSED).all()
    assert held.sums["reasons"].iloc[0][0]["code"] == "structural_break"
    released = forecast_demand(demand, as_of=dt.date(2023, 7, 10), release_break=True)
    published = released.sums[released.sums["status"] != Status.REFUSED]
    assert len(published) > 1500
    assert published[["lo80", "hi80"]].notna().all().all()
    assert published["lo95"].isna().all()
    rows = released.backtest
    pooled = rows[
        (rows["method"] == Method.POOLED) & (rows["target"] == "sum") & (rows["volume_class"] == "20+")
    ]
    coverage = pooled.set_index("level").loc["occupation", "coverage80"]
    # Five origins only, and the first three forecast into the shock of early 2023.
    assert coverage == pytest.approx(0.72, abs=0.02)
