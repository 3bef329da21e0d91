"""A long table of real monthly skill demand, seven regions under each skill."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from training.forecast.long import LongOptions, forecast_long, out_files, read_long, write_long

FOLDER = Path(__file__).resolve().parents[4] / "../shared/data/jobsdf_to_2023-06"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="缺少真实月度需求数据 ../shared/data/jobsdf_to_2023-06"),
]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The regions of the first 300 skills; the skills themselves have no rows."""
    wide = pd.read_parquet(FOLDER / "demand_region.parquet")
    wide = wide[wide["skill_id"] < 300]
    keys = pd.DataFrame(
        {
            "series_id": "区域" + wide["region_id"].astype(str) + "-" + wide["skill_id"].astype(str),
            "parent_id": "能力" + wide["skill_id"].astype(str),
        }
    )
    table = pd.concat([keys, wide.iloc[:, 2:]], axis=1).melt(
        ["series_id", "parent_id"], var_name="month", value_name="value"
    )
    path = tmp_path_factory.mktemp("long") / "in.csv"
    table.to_csv(path, index=False)
    return path


def test_real_demand_goes_in_and_coherent_forecasts_come_out(source):
    forecast = forecast_long(read_long(source), LongOptions(as_of=dt.date(2023, 7, 3)), horizon=3)
    files = out_files(source.with_name("out.csv"), source=source)
    write_long(forecast, files)
    out = pd.read_csv(files.months)
    assert len(out) == (2100 + 300) * 3
    assert set(out["month"]) == {"2023-07", "2023-08", "2023-09"}
    parts = out[out["series_id"].str.startswith("区域")].assign(
        parent=lambda frame: "能力" + frame["series_id"].str.split("-").str[1]
    )
    groups = parts.groupby(["parent", "month"])["mean"]
    table = pd.DataFrame({"sum": groups.sum(), "known": groups.count()})
    table["own"] = out.set_index(["series_id", "month"])["mean"].reindex(table.index)
    whole = table[table["known"] == 7]
    assert len(whole) > 600
    np.testing.assert_allclose(whole["sum"], whole["own"])
    # What is withheld for its short history is a part of its parent, never less than nothing.
    known = table[table["own"].notna()]
    assert (known["sum"] <= known["own"] * (1 + 1e-9)).all()
    assert out.loc[out["status"] != "refused", "mean"].notna().all()
    assert out.loc[out["status"] == "ok", ["lo80", "hi80"]].notna().all(axis=None)
