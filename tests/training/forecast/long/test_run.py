"""Forecasts of long tables as a whole."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from training.forecast.long import LongOptions, forecast_long, long_table
from training.forecast.rules import Status


def codes_of(forecast, name):
    row = forecast.ids.index(name)
    return {one.finding.reason["code"] for one in forecast.noted if one.row == row}


def status_of(forecast, name):
    return forecast.status[forecast.ids.index(name)]


def check_invariants(forecast, *, nonnegative=True):
    """What holds whatever the table: no number without a status, none with a refusal."""
    refused = forecast.status == Status.REFUSED
    assert np.isnan(forecast.mean[refused]).all()
    assert np.isnan(forecast.bounds[refused]).all()
    assert np.isfinite(forecast.mean[~refused]).all()
    assert not (nonnegative and (forecast.mean[~refused] < 0).any())
    np.testing.assert_allclose(
        forecast.mean[~refused, :-1].sum(axis=1), forecast.mean[~refused, -1], rtol=1e-6, atol=1e-6
    )
    lo80, hi80, lo95, hi95 = np.moveaxis(forecast.bounds[~refused], 2, 0)
    for low, high in ((lo80, hi80), (lo95, hi95), (lo95, lo80), (hi80, hi95)):
        known = ~np.isnan(low) & ~np.isnan(high)
        assert (low[known] <= high[known] + 1e-9).all()
    told = {one.row for one in forecast.noted if one.finding.status is Status.REFUSED}
    assert told == set(np.flatnonzero(refused).tolist())
    assert (forecast.method[refused] == "").all()
    assert (forecast.method[~refused] != "").all()


def test_a_healthy_table_is_forecast_with_intervals(from_series, market, options):
    forecast = forecast_long(from_series(market), options, horizon=3)
    check_invariants(forecast)
    assert forecast.months == (dt.date(2024, 1, 1), dt.date(2024, 2, 1), dt.date(2024, 3, 1))
    assert (forecast.n_months, forecast.last_month) == (36, dt.date(2023, 12, 1))
    assert sum(forecast.counts().values()) == 150
    # The largest series has about 400 a month, the smallest about 2.
    assert status_of(forecast, "s149") is Status.OK
    assert not np.isnan(forecast.bounds[149]).any()
    assert forecast.mean[149, -1] == pytest.approx(3 * 400 * 0.93, rel=0.15)
    assert status_of(forecast, "s0") is Status.INDICATIVE
    assert codes_of(forecast, "s0") == {"below_publication_volume"}
    assert not np.isnan(forecast.mean[0]).any()


def test_series_that_cannot_be_used_change_nothing_for_the_others(from_series, market, options):
    alone = forecast_long(from_series(market), options, horizon=2)
    bad = {
        "negative": [-1.0] * 36,
        "short": [3.0] * 3,
        "late": [],
        "spike": [0.0] * 35 + [900.0],
        "zero": [0] * 36,
    }
    beside = forecast_long(from_series({**market, **bad}), options, horizon=2)
    check_invariants(beside)
    np.testing.assert_allclose(beside.mean[:150], alone.mean, equal_nan=True)
    np.testing.assert_allclose(beside.bounds[:150], alone.bounds, equal_nan=True)
    assert codes_of(beside, "negative") == {"negative"}
    assert codes_of(beside, "short") == {"insufficient_history"}
    assert codes_of(beside, "spike") == {"insufficient_history"}
    assert status_of(beside, "spike") is Status.REFUSED


def test_a_series_of_zeros_is_forecast_as_zero_and_only_indicative(from_series, market, options):
    idle = {f"z{number}": [0.0] * 36 for number in range(20)}
    forecast = forecast_long(from_series({**market, **idle}), options, horizon=3)
    row = forecast.ids.index("z3")
    assert status_of(forecast, "z3") is Status.INDICATIVE
    assert codes_of(forecast, "z3") == {"all_zero", "stays_zero"}
    assert forecast.mean[row].tolist() == [0.0] * 4
    # Twenty series at each of 21 origins, and none of them ever woke up.
    assert np.isnan(forecast.bounds[row]).all()
    few = forecast_long(from_series({**market, "z0": [0.0] * 36}), options, horizon=3)
    assert codes_of(few, "z0") == {"all_zero", "uncalibrated"}
    assert np.isnan(few.bounds[150]).all()
    assert few.mean[150].tolist() == [0.0] * 4


def test_a_constant_series_goes_on_without_the_season_of_the_others(from_series, market, options):
    forecast = forecast_long(from_series({**market, "flat": [100.0] * 36}), options, horizon=3)
    assert status_of(forecast, "flat") is Status.INDICATIVE
    assert codes_of(forecast, "flat") == {"constant"}
    row = forecast.ids.index("flat")
    assert forecast.mean[row].tolist() == [100, 100, 100, 300]
    assert np.isnan(forecast.bounds[row]).all()


def test_a_series_that_jumped_lately_is_only_indicative(from_series, market, options):
    jumps = {"gone": [100.0] * 33 + [0.0] * 3, "spike": [50.0] * 35 + [5000.0]}
    forecast = forecast_long(from_series({**market, **jumps}), options, horizon=3)
    for name in jumps:
        assert status_of(forecast, name) is Status.INDICATIVE
        assert "series_break" in codes_of(forecast, name)
    # Of 150 ordinary series chance alone may look like a jump in one or two.
    assert sum("series_break" in codes_of(forecast, name) for name in market) <= 2


def test_a_series_that_began_later_is_forecast_from_its_own_months(from_series, market, options):
    table = from_series({**market, "young": [60.0] * 10})
    forecast = forecast_long(table, options, horizon=3, season_length=1)
    # Ten months of 60 and nothing known before: 60 again, not half of it for the months before it began.
    assert forecast.mean[150] == pytest.approx([60, 60, 60, 180], rel=0.02)
    assert codes_of(forecast, "young") == {"uncalibrated"}


def test_with_too_few_months_of_its_own_it_takes_the_season_of_the_table(from_series, market, options):
    forecast = forecast_long(from_series({**market, "young": market["s140"][-10:]}), options, horizon=3)
    check_invariants(forecast)
    # Both know the low January and February and the high March.
    np.testing.assert_allclose(forecast.mean[150], forecast.mean[140], rtol=0.15)
    assert forecast.mean[150, 2] > 1.25 * forecast.mean[150, 0]
    assert codes_of(forecast, "young") == {"uncalibrated", "table_season"}


def test_series_of_about_one_age_are_calibrated_on_each_other(from_series, market, options):
    older = {f"y{number}": market[f"s{number}"][-30:] for number in range(30, 150)}
    forecast = forecast_long(from_series({**older, "s149": market["s149"]}), options, horizon=3)
    check_invariants(forecast)
    assert status_of(forecast, "y140") is Status.OK
    assert set(forecast.backtest["level"]) == {"series", "series@30"}


def test_children_add_up_to_their_parents_at_every_level(from_series, market, options):
    named = list(market.items())[60:72]
    series = dict(named[:8])
    parents = {name: f"p{number % 2}" for number, name in enumerate(series)}
    total = np.zeros(36)
    for number in range(2):
        own = np.sum([series[name] for name in parents if parents[name] == f"p{number}"], axis=0)
        total += own
        series[f"p{number}"] = own.tolist()
        parents[f"p{number}"] = "all"
    series["all"] = total.tolist()
    for name, values in named[8:]:
        series[name] = values
        parents[name] = "built"
    # A child with too short a history is withheld, but is a part of what is built.
    series["new"], parents["new"] = [40.0] * 3, "built"
    forecast = forecast_long(from_series(series, parents), options, horizon=3)
    check_invariants(forecast)
    place = {name: row for row, name in enumerate(forecast.ids)}
    for parent in ("p0", "p1", "all"):
        children = [place[name] for name, above in parents.items() if above == parent]
        assert status_of(forecast, parent) is not Status.REFUSED
        np.testing.assert_allclose(forecast.mean[children].sum(axis=0), forecast.mean[place[parent]])
    assert codes_of(forecast, "built") >= {"built_from_children"}
    known = [place[name] for name, above in parents.items() if above == "built" and name != "new"]
    assert status_of(forecast, "new") is Status.REFUSED
    assert forecast.mean[place["built"], 0] > forecast.mean[known, 0].sum()


def test_three_points_are_too_few_however_many_series_there_are(options):
    count = 20_000
    table = long_table(
        {
            "series_id": pa.array(np.repeat(np.arange(count), 3)),
            "month": pa.array(["2023-10", "2023-11", "2023-12"] * count),
            "value": pa.array(np.tile([1, 2, 3], count)),
        }
    )
    forecast = forecast_long(table, options, horizon=3)
    assert forecast.counts()[Status.REFUSED] == count
    assert {one.finding.reason["code"] for one in forecast.noted} == {"insufficient_history"}
    assert forecast.mean.shape == (count, 4)


@pytest.mark.parametrize(
    ("months", "horizon", "code"),
    [(11, 1, "insufficient_history"), (36, 13, "horizon_not_supported"), (30, 12, "horizon_not_supported")],
)
def test_what_the_table_is_too_short_for_is_refused_series_by_series(
    from_series, options, months, horizon, code
):
    table = from_series({"a": [50.0] * months, "b": [-1.0] * months})
    forecast = forecast_long(table, options, horizon=horizon)
    check_invariants(forecast)
    assert (codes_of(forecast, "a"), codes_of(forecast, "b")) == ({code}, {"negative"})
    assert forecast.mean.shape == (2, horizon + 1)


def test_below_two_seasons_a_forecast_is_indicative(from_series, market, options):
    young = {name: values[-20:] for name, values in market.items()}
    forecast = forecast_long(from_series(young), options, horizon=3)
    check_invariants(forecast)
    assert "no_season_index" in codes_of(forecast, "s149")
    assert status_of(forecast, "s149") is Status.INDICATIVE
    without = forecast_long(from_series(young), options, horizon=3, season_length=1)
    assert "no_season_index" not in codes_of(without, "s149")


def test_a_lone_series_has_a_figure_without_an_interval(from_series, market, options):
    forecast = forecast_long(from_series({"only": market["s149"]}), options, horizon=3)
    check_invariants(forecast)
    assert codes_of(forecast, "only") == {"uncalibrated"}
    assert status_of(forecast, "only") is Status.INDICATIVE


def test_values_below_zero_are_forecast_when_allowed(from_series, market, options):
    shifted = {name: [value - 100 for value in values] for name, values in market.items()}
    allowed = dataclasses.replace(options, allow_negative=True)
    forecast = forecast_long(from_series(shifted), allowed, horizon=3)
    check_invariants(forecast, nonnegative=False)
    assert status_of(forecast, "s0") is not Status.REFUSED
    assert forecast.mean[0, 0] < 0


@pytest.mark.parametrize("wrong", [{"horizon": 0}, {"horizon": 3, "season_length": 0}])
def test_a_horizon_and_a_season_have_at_least_one_month(from_series, options, wrong):
    with pytest.raises(InputError, match="不小于 1"):
        forecast_long(from_series({"a": [1] * 12}), options, **wrong)


def test_progress_is_reported(from_series, market, options):
    stages = []
    forecast_long(from_series(market), options, horizon=1, progress=lambda *step: stages.append(step[0]))
    assert stages[0] == "核对数据"


_IDS = st.sampled_from(["a", "b", "c", "合计", "", None])
_MONTHS = st.one_of(
    st.integers(0, 20).map(lambda number: f"{2022 + number // 12}-{number % 12 + 1:02d}"),
    st.sampled_from(["2023年6月", "202312", "2031-01", "六月", "", None, "2023-02-30"]),
)
_VALUES = st.one_of(
    st.integers(0, 9).map(str),
    st.sampled_from(["", None, "-3", "inf", "-inf", "nan", "1e400", "1e13", "多", "0x1f", "1_000", "٣"]),
)
_ROWS = st.lists(st.tuples(_IDS, _MONTHS, _VALUES, _IDS), min_size=1, max_size=60)


@settings(deadline=None, max_examples=40)
@given(rows=_ROWS, whole=st.sets(_IDS, max_size=3), zero=st.booleans(), negative=st.booleans())
def test_whatever_stands_in_a_table_every_series_gets_a_status_or_the_table_an_error(
    rows, whole, zero, negative
):
    # Some series are complete besides, so that there is something to forecast.
    rows = rows + [
        (name, f"{2022 + number // 12}-{number % 12 + 1:02d}", str(number % 5), None)
        for name in sorted(whole, key=str)
        for number in range(24)
    ]
    columns = [pa.array(part, pa.string()) for part in zip(*rows, strict=True)]
    names = ("series_id", "month", "value", "parent_id")
    options = LongOptions(dt.date(2024, 1, 10), missing_zero=zero, allow_negative=negative)
    try:
        table = long_table(dict(zip(names, columns, strict=True)))
    except InputError as error:
        assert error.code == "long_no_series"
        return
    forecast = forecast_long(table, options, horizon=2)
    check_invariants(forecast, nonnegative=not negative)
    own = {name for name, *_ in rows if name}
    assert own <= set(forecast.ids) <= own | {above for name, *_, above in rows if name and above}
    assert len(set(forecast.ids)) == len(forecast.ids)
