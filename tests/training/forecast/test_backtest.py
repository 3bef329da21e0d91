from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from training.forecast.backtest import (
    ALL_VOLUMES,
    BACKTEST_COLUMNS,
    PUBLISHABLE,
    SUM,
    BackTest,
    Part,
    back_test,
    target_names,
)
from training.forecast.demand import Demand, Floats
from training.forecast.engine import Forecasts, forecast_series
from training.forecast.intervals import LEAST_RESIDUALS, bands_at
from training.forecast.parents import parents_of
from training.forecast.points import Panel
from training.forecast.season import Calendar
from training.forecast.smoothing import Method

MakeDemand = Callable[..., Demand]


def engine(demand: Demand, *, horizon: int = 3) -> Forecasts:
    groups = np.zeros(len(demand.matrix), dtype=np.int64)
    calendar = Calendar(dt.date(2023, 1, 1))
    return forecast_series(Panel(demand.matrix, demand.total, groups, calendar, horizon, parents_of(demand)))


def report(demand: Demand, *, horizon: int = 3) -> pd.DataFrame:
    found = engine(demand, horizon=horizon)
    test = BackTest(demand.matrix, found.points, found.residuals)
    return back_test(test, [Part(level, "") for level in demand.index["level"]]).scores


def line(table: pd.DataFrame, **wanted: str) -> dict[str, float]:
    found = table
    for column, value in wanted.items():
        found = found[found[column] == value]
    assert len(found) == 1
    row: dict[str, float] = found.iloc[0].to_dict()
    return row


def test_targets_are_the_months_and_their_sum() -> None:
    assert target_names(2) == ("month1", "month2", "sum")


def test_a_ramp_is_missed_by_what_it_climbs(make_demand: MakeDemand) -> None:
    # Two leaves that climb by 1 a month from 100: the last value misses by 1, 2 and 3, their sum by 6;
    # the mean of three months by one more each. Origins 13 to 17 of 20 months.
    table = report(make_demand(np.tile(np.arange(100.0, 120.0), (2, 1))))
    here = {"level": "occupation", "volume_class": ALL_VOLUMES}
    last = [line(table, **here, target=target, method=Method.LAST) for target in target_names(3)]
    assert [row["mae"] for row in last] == [1, 2, 3, 6]
    assert [row["mase"] for row in last[:3]] == [1, 2, 3]
    assert np.isnan(last[3]["mase"])
    assert [(row["n_origins"], row["n_forecasts"], row["n_zero_scale"]) for row in last] == [(5, 10, 0)] * 4
    assert line(table, **here, target=SUM, method=Method.MEAN3)["mae"] == 9
    assert [row["rmsse"] for row in last[:3]] == [1, 2, 3]
    assert np.isnan(last[3]["rmsse"])
    assert [row["mae_to_last_value"] for row in last] == [1] * 4
    assert line(table, **here, target=SUM, method=Method.MEAN3)["mae_to_last_value"] == 1.5
    # The year before lies 12 below: 12 for each month, 36 for their sum.
    assert last[3]["mae_to_seasonal_naive"] == pytest.approx(6 / 36)
    # Observed one month ahead: 113 to 117, twice.
    assert last[0]["wape"] == pytest.approx(10 / (2 * 575))
    assert last[0]["bias"] == pytest.approx(-10 / (2 * 575))


def test_levels_are_told_apart(make_demand: MakeDemand) -> None:
    table = report(make_demand(np.tile(np.arange(100.0, 120.0), (4, 1))))
    here = {"volume_class": ALL_VOLUMES, "target": "month1", "method": Method.LAST}
    assert [line(table, level=level, **here)["mae"] for level in ("city", "industry", "occupation")] == [
        4,
        2,
        1,
    ]


def test_volumes_are_told_apart_and_small_ones_left_out_of_the_publishable(make_demand: MakeDemand) -> None:
    table = report(make_demand(np.array([[3.0], [30.0], [300.0]]) + np.arange(20) % 2))
    here = table[
        (table["level"] == "occupation") & (table["target"] == SUM) & (table["method"] == Method.SES)
    ]
    counts = dict(zip(here["volume_class"], here["n_forecasts"], strict=True))
    assert counts == {"1-5": 5, "20-50": 5, "100-500": 5, ALL_VOLUMES: 15, PUBLISHABLE: 10}


def test_series_that_never_move_are_counted_and_left_out_of_the_scaled_error(make_demand: MakeDemand) -> None:
    row = line(
        report(make_demand(np.full((2, 20), 50.0))),
        level="occupation",
        volume_class=ALL_VOLUMES,
        target="month1",
        method=Method.COMBINED,
    )
    assert (row["wape"], row["mae"], row["bias"]) == pytest.approx((0, 0, 0))
    assert row["n_zero_scale"] == 10
    assert np.isnan(row["mase"])


def test_series_without_enough_history_are_not_measured(make_demand: MakeDemand) -> None:
    leaves = np.full((2, 20), 50.0)
    leaves[1, :10] = 0  # six own months from origin 16 on, so origins 16 and 17 count
    table = report(make_demand(leaves))
    row = line(table, level="occupation", volume_class=ALL_VOLUMES, target=SUM, method=Method.COMBINED)
    assert (row["n_origins"], row["n_forecasts"]) == (5, 5 + 2)


def test_shares_of_nothing_stay_empty(make_demand: MakeDemand) -> None:
    leaves = np.zeros((2, 16))
    leaves[:, :13] = 40
    table = report(make_demand(leaves))
    assert table["wape"].isna().all()
    assert table["bias"].isna().all()
    assert (table["mae"] >= 0).all()


def test_without_origins_the_report_is_empty(make_demand: MakeDemand) -> None:
    table = report(make_demand(np.ones((2, 15))))
    assert table.empty
    assert list(table.columns) == list(BACKTEST_COLUMNS)


def test_intervals_that_never_miss_cover_everything(make_demand: MakeDemand) -> None:
    table = report(make_demand(np.full((30, 25), 50.0)))
    here = {"level": "occupation", "volume_class": ALL_VOLUMES, "target": SUM}
    row = line(table, **here, method=Method.COMBINED)
    # Origins 13 to 22; the first with eight origins observed three months earlier would be 23.
    assert (row["n_interval_origins"], row["n_origins"]) == (0, 10)
    later = line(report(make_demand(np.full((30, 27), 50.0))), **here, method=Method.COMBINED)
    assert later["n_interval_origins"] == 2
    assert later["coverage80"] == later["coverage80_worst"] == later["coverage95"] == 1
    assert np.isnan(line(table, **here, method=Method.MEAN3)["coverage80"])


def test_the_quantile_loss_is_that_of_five_quantiles(make_demand: MakeDemand) -> None:
    # Forecasts and bounds alike say 50 a month; nothing is lost while 50 come.
    steady = make_demand(np.full((30, 27), 50.0))
    here = {"level": "occupation", "volume_class": ALL_VOLUMES, "target": "month1"}
    assert line(report(steady), **here, method=Method.COMBINED)["wql"] == pytest.approx(0)
    # 60 come at the last two origins: a quantile p of 50 loses 2·p·10, on average over the five 10, of 60.
    leaves = np.full((30, 25), 50.0)
    leaves[:, 23:] = 60
    known = line(report(make_demand(leaves), horizon=1), **here, method=Method.COMBINED)
    assert known["n_interval_origins"] == 4  # origins 21 to 24, at the last of which some is learnt
    only = engine(make_demand(leaves[:, :24]), horizon=1)
    test = BackTest(make_demand(leaves[:, :24]).matrix, only.points, only.residuals)
    parts = [Part("occupation", "")] * 33
    first = line(back_test(test, parts).scores, **here, method=Method.COMBINED)
    assert first["wql"] == pytest.approx(10 / (50 + 50 + 60))


def test_series_without_a_part_are_left_out(make_demand: MakeDemand) -> None:
    demand = make_demand(np.full((3, 20), 50.0))
    found = engine(demand)
    test = BackTest(demand.matrix, found.points, found.residuals)
    parts = [None, None, None, Part("occupation", "镁材料"), None, None]
    table, origins = back_test(test, parts)
    assert set(table["key_industry"]) == {"镁材料"}
    assert set(table["n_forecasts"]) == {5}
    assert origins.empty


def test_a_shock_shows_in_the_worst_origin(make_demand: MakeDemand) -> None:
    leaves = np.full((60, 28), 50.0) + np.arange(28) % 2
    leaves[:, 25:] = 150  # missed from origin 23 on, where intervals begin
    row = line(
        report(make_demand(leaves), horizon=1),
        level="occupation",
        volume_class=ALL_VOLUMES,
        target="month1",
        method=Method.COMBINED,
    )
    assert row["coverage80_worst"] == 0
    assert 0 < row["coverage80"] < 1


def test_coverage_agrees_with_counting(
    make_demand: MakeDemand, generated: Callable[[int, int, int], Floats]
) -> None:
    demand = make_demand(generated(2, 60, 30))
    table = report(demand)
    row = line(table, level="occupation", volume_class=ALL_VOLUMES, target=SUM, method=Method.COMBINED)
    known = engine(demand).residuals
    shares = []
    for column, origin in enumerate(known.origins.tolist()):
        bands = bands_at(known, column)
        held = [
            max(0.0, float(actual - missed + low)) <= actual <= max(0.0, float(actual - missed + high))
            for actual, missed, low, high in zip(
                demand.matrix[3:, origin : origin + 3].sum(axis=1),
                known.errors[3:, column, 3],
                bands.offsets[3:, 3, 1],
                bands.offsets[3:, 3, 2],
                strict=True,
            )
            if not np.isnan(low)
        ]
        if held:
            shares.append(sum(held) / len(held))
    assert bands.n_residuals.min() >= LEAST_RESIDUALS
    assert row["n_interval_origins"] == len(shares) == 5
    assert row["coverage80"] == pytest.approx(np.mean(shares))
    assert row["coverage80_worst"] == pytest.approx(min(shares))
    found = engine(demand)
    test = BackTest(demand.matrix, found.points, found.residuals)
    origins = back_test(test, [Part(level, "") for level in demand.index["level"]]).origins
    own = origins[(origins["level"] == "occupation") & (origins["target"] == SUM)]
    assert own["coverage80"].tolist() == pytest.approx(shares)
    assert own["origin"].tolist() == list(range(23, 28))
    assert (own["coverage95"] >= own["coverage80"]).all()
    assert own["coverage95"].mean() == pytest.approx(row["coverage95"])
