from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from data.errors import InputError
from training.forecast.demand import Floats
from training.forecast.panel import PanelForecast, forecast_panel

Generated = Callable[[int, int, int], Floats]
START = dt.date(2022, 4, 1)


def forecast(matrix: Floats, **options: Any) -> PanelForecast:
    return forecast_panel(matrix, first_month=START, **{"horizon": 3, **options})


def test_a_panel_has_a_forecast_and_bounds_for_every_row(generated: Generated) -> None:
    matrix = generated(3, 60, 40)
    before = matrix.copy()
    found = forecast(matrix)
    assert found.mean.shape == (60, 3)
    assert found.bounds.shape == (60, 4, 4)
    assert len(found.method) == len(found.volume_class) == len(found.n_origins) == 60
    low80, high80, low95, high95 = np.moveaxis(found.bounds, 2, 0)
    assert (low95 <= low80).all()
    assert (low80 <= high80).all()
    assert (high80 <= high95).all()
    assert (found.bounds >= 0).all()
    assert np.array_equal(matrix, before)
    assert set(found.backtest["level"]) == {"series"}


def test_short_records_have_no_bounds(generated: Generated) -> None:
    matrix = generated(3, 100, 40)
    few = forecast(matrix[:, :22])  # origins 13 to 19
    assert np.isnan(few.bounds).all()
    some = forecast(matrix[:, :30])  # 15 origins: 80 % only
    assert np.isfinite(some.bounds[:, :, :2]).all()
    assert np.isnan(some.bounds[:, :, 2:]).all()
    none = forecast(matrix[:, :2])
    assert np.isfinite(none.mean).all()
    assert (none.n_origins == 0).all()
    assert none.backtest.empty
    assert none.volume_class[0].count("-") == 1


def test_levels_are_reported_on_their_own_and_children_add_up(generated: Generated) -> None:
    leaves = generated(5, 40, 30)
    matrix = np.vstack([leaves.sum(axis=0), leaves])
    found = forecast(matrix, groups=["top"] + ["leaf"] * 40, parents=[-1] + [0] * 40)
    assert set(found.backtest["level"]) == {"top", "leaf"}
    assert found.method[0] == "bottom_up"
    assert found.mean[1:].sum(axis=0).tolist() == pytest.approx(found.mean[0].tolist())


def test_the_reference_total_is_that_of_the_first_level(generated: Generated) -> None:
    leaves = generated(5, 40, 30)
    matrix = np.vstack([leaves.sum(axis=0), leaves])
    levels = ["top"] + ["leaf"] * 40
    given = forecast(matrix, groups=levels, total=leaves.sum(axis=0))
    assert forecast(matrix, groups=levels).mean.tolist() == given.mean.tolist()
    assert forecast(leaves).mean == pytest.approx(given.mean[1:])


def test_index_values_below_nothing_are_forecast_without_shares() -> None:
    matrix = np.random.default_rng(1).normal(-50, 1, (40, 30))
    found = forecast(matrix, nonnegative=False)
    assert found.mean.mean() == pytest.approx(-50, abs=1)
    assert (found.bounds[:, :, 0] < found.bounds[:, :, 1]).all()
    assert found.bounds[:, :3, :2].mean() == pytest.approx(-50, abs=1)
    held = found.backtest[
        (found.backtest["method"] == "combined") & (found.backtest["volume_class"] == "all")
    ]
    assert (held["coverage80"] > 0.7).all()
    assert (forecast(matrix).mean == 0).all()


@pytest.mark.parametrize("season_length", [1, 4, 12])
def test_any_season_will_do(season_length: int) -> None:
    matrix = np.tile([50.0, 100, 200, 100], (60, 9)) + np.arange(60)[:, None]
    found = forecast(matrix, season_length=season_length, horizon=4)
    if season_length == 4:
        assert found.mean[0].tolist() == pytest.approx([50, 100, 200, 100], rel=0.1)
    assert np.isfinite(found.mean).all()


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    forecast(np.full((5, 16), 3.0), progress=lambda *step: told.append(step))
    assert told == [("逐期回测", 1, 2), ("逐期回测", 2, 2), ("逐列拟合", 1, 1), ("回测评估", 1, 1)]


@pytest.mark.parametrize(
    ("matrix", "options", "code"),
    [
        (np.full((2, 3), np.nan), {}, "panel_values"),
        (np.zeros((0, 3)), {}, "panel_values"),
        (np.zeros(3), {}, "panel_values"),
        (np.zeros((2, 3)), {"horizon": 0}, "panel_options"),
        (np.zeros((2, 3)), {"season_length": 0}, "panel_options"),
        (np.zeros((2, 3)), {"groups": ["a"]}, "panel_shape"),
        (np.zeros((2, 3)), {"parents": [-1]}, "panel_shape"),
        (np.zeros((2, 3)), {"total": np.zeros(2)}, "panel_shape"),
    ],
)
def test_what_cannot_be_forecast_is_refused(matrix: Floats, options: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as refused:
        forecast(matrix, **options)
    assert refused.value.code == code
