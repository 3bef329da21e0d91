"""The files of a forecast."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from training.forecast.long import forecast_long, out_files, write_long
from training.forecast.long.writing import OUT_COLUMNS, STATUS_COLUMNS, SUMS_COLUMNS


@pytest.fixture
def written(tmp_path, from_series, market, options):
    """Forecast the market and a short series, write them and return the files."""

    def write(name, horizon=3):
        table = from_series({**market, "短,“序列”": [1.0] * 3})
        files = out_files(tmp_path / name, source=tmp_path / "in.csv")
        forecast = forecast_long(table, options, horizon=horizon)
        write_long(forecast, files)
        return forecast, files

    return write


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_the_months_have_one_row_per_series_and_month(written, name):
    forecast, files = written(name)
    frame = pd.read_csv(files.months) if name.endswith("csv") else pd.read_parquet(files.months)
    assert tuple(frame.columns) == OUT_COLUMNS
    assert tuple(OUT_COLUMNS) == (
        "series_id", "month", "mean", "lo80", "hi80", "lo95", "hi95", "method", "status",
    )  # fmt: skip
    assert len(frame) == 151 * 3
    assert frame["month"].tolist()[:4] == ["2024-01", "2024-02", "2024-03", "2024-01"]
    assert frame["series_id"].nunique() == 151
    first = frame[frame["series_id"] == "s149"]
    np.testing.assert_allclose(first["mean"], forecast.mean[149, :3])
    np.testing.assert_allclose(first[["lo80", "hi80", "lo95", "hi95"]], forecast.bounds[149, :3])
    refused = frame[frame["series_id"] == "短,“序列”"]
    assert refused["status"].tolist() == ["refused"] * 3
    assert refused[["mean", "lo80", "hi80", "lo95", "hi95", "method"]].isna().all(axis=None)


def test_the_sums_are_those_of_the_months_with_intervals_of_their_own(written):
    forecast, files = written("out.csv")
    frame = pd.read_csv(files.sums)
    assert tuple(frame.columns) == SUMS_COLUMNS
    assert len(frame) == 151
    row = frame[frame["series_id"] == "s149"].iloc[0]
    assert (row["first_month"], row["last_month"]) == ("2024-01", "2024-03")
    assert row["mean"] == pytest.approx(forecast.mean[149, :3].sum())
    # Months do not all miss on one side: the interval of the sum is narrower than the sum of intervals.
    assert row["hi80"] - row["lo80"] < np.ptp(forecast.bounds[149, :3, :2], axis=1).sum()


def test_every_series_has_its_status_and_reasons(written):
    _, files = written("out.csv")
    with files.status.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == STATUS_COLUMNS
    assert len({row["series_id"] for row in rows}) == 151
    (short,) = (row for row in rows if row["series_id"] == "短,“序列”")
    assert (short["status"], short["code"]) == ("refused", "insufficient_history")
    assert (short["have"], short["need"]) == ("3", "6")
    (healthy,) = (row for row in rows if row["series_id"] == "s149")
    assert (healthy["status"], healthy["code"], healthy["message"]) == ("ok", "", "")


def test_nothing_unfinished_is_left_and_old_files_are_replaced(written):
    written("out.csv")
    _, files = written("out.csv", horizon=1)
    names = {path.name for path in files.months.parent.iterdir()}
    assert names == {"out.csv", "out.sums.csv", "out.status.csv"}
    assert len(pd.read_csv(files.months)) == 151


@pytest.mark.parametrize(
    ("out", "source"),
    [("out.xlsx", "in.csv"), ("in.csv", "in.csv"), ("in.csv", "in.sums.csv"), ("none/out.csv", "in.csv")],
)
def test_a_file_that_cannot_be_written_is_refused_before_the_work(tmp_path, out, source):
    with pytest.raises(InputError) as found:
        out_files(tmp_path / out, source=tmp_path / source)
    assert found.value.code == "forecast_out"
