"""``yingcai forecast backtest``."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

AS_OF = ("--as-of", "2024-01-10")


@pytest.fixture
def table(tmp_path):
    """Thirty-five series of 30 months, five of them younger."""
    rng = np.random.default_rng(3)
    months = [f"{2021 + number // 12}-{number % 12 + 1:02d}" for number in range(6, 36)]
    values = rng.poisson(np.geomspace(20, 300, 35)[:, None] * np.ones(30))
    frame = pd.DataFrame(values, index=[f"s{row:02d}" for row in range(35)], columns=months)
    long = (
        frame.rename_axis("series_id").reset_index().melt("series_id", var_name="month", value_name="value")
    )
    long = long[(long["series_id"] < "s30") | (long["month"] >= "2022-03")]
    path = tmp_path / "in.csv"
    long.to_csv(path, index=False)
    return path


def test_the_report_is_shown_and_written_by_level_volume_and_target(run, table, tmp_path):
    done = run("forecast", "backtest", table, "--horizon", "2", "--out", tmp_path / "report", *AS_OF)
    assert done.code == 0
    assert "in.csv：数据止于 2023-12，预测 2 个月的滚动回测" in done.out
    for text in ("全部序列 ", "全部序列（18 个月）", "第1月", "第2月", "合计", "比季节朴素", "RMSSE"):
        assert text in done.out
    written = pd.read_csv(tmp_path / "report" / "backtest.csv")
    document = json.loads((tmp_path / "report" / "backtest.json").read_text(encoding="utf-8"))
    assert len(written) == len(document["rows"])
    assert {"level", "volume_class", "target", "method", "wape", "coverage80"} <= set(written.columns)
    # 30 months, two ahead, 13 known at the first origin: 16 origins.
    ours = written[(written["method"] == "combined") & (written["level"] == "series")]
    assert ours["n_origins"].max() == 16
    assert (document["months_used"], document["horizon"]) == (30, 2)


def test_fewer_origins_use_fewer_months(run, table):
    done = run(
        "forecast", "backtest", table, "--horizon", "2", "--origins", "4", "--season", "1", "--json", *AS_OF
    )
    assert done.json["months_used"] == 4 + 2 + 12
    assert max(row["n_origins"] for row in done.json["rows"]) == 4
    assert done.json["rows"][0]["coverage80"] is None


def test_the_demand_of_the_region_is_back_tested_without_a_table(run, filled):
    done = run("forecast", "backtest", "--json")
    assert done.json["synthetic"] is True
    assert {row["level"] for row in done.json["rows"]} >= {"city"}
    shown = run("forecast", "backtest").out
    assert "营口市（合成数据）" in shown
    assert "全区域" in shown


def test_a_table_too_short_for_any_origin_is_refused(run, tmp_path):
    rows = "".join(f"a,2023-{month:02d},5\n" for month in range(1, 13))
    (tmp_path / "in.csv").write_text("series_id,month,value\n" + rows, encoding="utf-8")
    done = run("forecast", "backtest", tmp_path / "in.csv", *AS_OF)
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith("失败 [backtest_refused] 12 个月的数据没有可回测的起点")


def test_origins_of_a_region_cannot_be_chosen(run):
    done = run("forecast", "backtest", "--origins", "3")
    assert done.code == 2
    assert "只用于长表" in done.err
