from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from training.forecast import Demand, ForecastRun, forecast_demand
from training.forecast.demand import Floats


@pytest.fixture
def forecast(make_demand: Callable[..., Demand], generated: Callable[[int, int, int], Floats]) -> ForecastRun:
    leaves = generated(11, 40, 33)
    leaves[0] = 0
    return forecast_demand(make_demand(leaves), as_of=dt.date(2025, 10, 9))


def test_a_run_survives_json(forecast: ForecastRun) -> None:
    text = json.dumps(forecast.to_records(), ensure_ascii=False, allow_nan=False)
    again = ForecastRun.from_records(json.loads(text))
    for name in ("table", "sums", "backtest", "origins"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(forecast, name))
    for name in ("method", "as_of", "last_month", "horizon", "index", "index_status"):
        assert getattr(again, name) == getattr(forecast, name)
    assert again.to_records() == forecast.to_records()


def test_records_are_plain(forecast: ForecastRun) -> None:
    records = forecast.to_records()
    assert (records["as_of"], records["last_month"]) == ("2025-10-09", "2025-09-01")
    city, refused = records["sums"][0], records["sums"][3]
    assert type(city["level"]) is str
    assert (refused["status"], refused["mean"], refused["lo80"]) == ("refused", None, None)
    assert refused["reasons"][0]["code"] == "insufficient_history"
    assert city["lo95"] is None
    assert records["table"][0]["month"] == "2025-10-01"
    # Origins 13 to 30 of 33 months from 2023 on; eight of them have been seen whole from the eleventh on.
    first = records["origins"][0]
    assert (first["level"], first["target"], first["origin"]) == ("city", "month1", "2024-12-01")
    assert (first["coverage80"], first["coverage95"]) in {(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)}
    assert records["origins"][-1]["origin"] == "2025-07-01"
    assert not any(isinstance(value, np.generic) for value in city.values())


def test_unknown_and_missing_fields_are_named(forecast: ForecastRun) -> None:
    records = forecast.to_records()
    with pytest.raises(InputError, match="colour"):
        ForecastRun.from_records({**records, "colour": "red"})
    del records["horizon"]
    with pytest.raises(InputError, match="horizon"):
        ForecastRun.from_records(records)
