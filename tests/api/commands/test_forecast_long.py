"""``yingcai forecast series``."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

AS_OF = ("--as-of", "2024-01-10")


@pytest.fixture
def table(tmp_path):
    """Forty series of 36 months with a season, three bad ones and a hierarchy."""
    rng = np.random.default_rng(3)
    months = [f"{2021 + number // 12}-{number % 12 + 1:02d}" for number in range(36)]
    season = np.array([0.7, 0.8, 1.3, 1.2, 1.0, 1.0, 1.0, 1.0, 1.1, 1.0, 1.0, 0.9])
    level = np.geomspace(5, 300, 40)[:, None] * season[np.arange(36) % 12]
    frame = pd.DataFrame(rng.poisson(level), index=[f"s{row:02d}" for row in range(40)], columns=months)
    frame.loc["缺月"] = frame.loc["s39"]
    frame.loc["负数"] = -1
    long = (
        frame.rename_axis("series_id").reset_index().melt("series_id", var_name="month", value_name="value")
    )
    long = long[~((long["series_id"] == "缺月") & (long["month"] == "2022-05"))]
    long["parent_id"] = long["series_id"].map(lambda name: "合计" if name in {"s38", "s39"} else None)
    path = tmp_path / "长表.csv"
    long.to_csv(path, index=False, encoding="gb18030")
    return path


def test_every_series_comes_back_with_a_figure_or_a_reason(run, table, tmp_path):
    done = run("forecast", "series", table, tmp_path / "out.csv", "--horizon", "2", *AS_OF)
    assert (done.code, done.err) == (0, "")
    assert "43 个序列，数据止于 2023-12（共 36 个月），预测 2024-01 至 2024-02" in done.out
    assert "暂不评价  2" in done.out
    assert "缺月：中间缺少 1 个月（2022-05）" in done.out
    for name in ("out.csv", "out.sums.csv", "out.status.csv"):
        assert str(tmp_path / name) in done.out
    means = pd.read_csv(tmp_path / "out.csv").set_index("series_id")["mean"]
    assert len(means) == 43 * 2
    assert means[["缺月", "负数"]].isna().all()
    np.testing.assert_allclose(means["合计"].to_numpy(), means["s38"].to_numpy() + means["s39"].to_numpy())
    reasons = pd.read_csv(tmp_path / "out.status.csv").set_index("series_id")["code"]
    assert (reasons["缺月"], reasons["负数"]) == ("gap", "negative")


def test_as_json_it_is_the_summary(run, table, tmp_path):
    options = ("--missing", "zero", "--allow-negative", "--json", *AS_OF)
    done = run("forecast", "series", table, tmp_path / "out.parquet", "--season", "1", *options)
    assert done.json["series"] == 43
    assert sum(done.json["status"].values()) == 43
    assert {reason["code"] for reason in done.json["reasons"]} >= {"gap_filled", "built_from_children"}
    assert done.json["files"]["months"].endswith("out.parquet")
    assert len(pd.read_parquet(tmp_path / "out.parquet")) == 43 * 3


def test_without_a_day_the_table_is_read_as_of_today(run, table, tmp_path):
    done = run("forecast", "series", table, tmp_path / "out.csv", "--json")
    assert done.json["last_month"] == "2023-12"
    assert done.json["remarks"][0].startswith("数据止于 2023-12，距 ")


@pytest.mark.parametrize(
    ("name", "content", "out", "code"),
    [
        ("in.csv", "a,b\n1,2\n", "out.csv", "long_columns"),
        ("in.csv", "", "out.csv", "file_empty"),
        ("in.csv", "series_id,month,value\na,2023-01,1\n", "out.xlsx", "forecast_out"),
        ("in.csv", "series_id,month,value\na,2023-01,1\n", "in.csv", "forecast_out"),
        ("in.xlsx", "no workbook", "out.csv", "format_unknown"),
    ],
)
def test_what_cannot_be_used_as_a_whole_is_one_line(run, tmp_path, name, content, out, code):
    (tmp_path / name).write_text(content, encoding="utf-8")
    done = run("forecast", "series", tmp_path / name, tmp_path / out)
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith(f"失败 [{code}]")
    assert (tmp_path / name).read_text(encoding="utf-8") == content
