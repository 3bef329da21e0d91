"""``yingcai forecast targets`` as a person runs it."""

from __future__ import annotations

import pandas as pd
import pytest
import typer

from api.commands.forecast_targets import register


@pytest.fixture
def targets(run, monkeypatch):
    app, group = typer.Typer(), typer.Typer()
    register(group)
    group.command("other")(lambda: None)  # a group of one command would swallow its name
    app.add_typer(group, name="forecast")
    monkeypatch.setattr("api.cli.app", app)
    return lambda *arguments: run("forecast", "targets", *arguments)


def test_the_pace_of_every_target_is_shown_with_what_contradicts_itself(targets):
    done = targets("--region", "haicheng", "--as-of", "2024-06-30")
    assert done.code == 0
    assert "0.18万人/年" in done.out
    assert "1800" in done.out
    assert "0.00004万人/年" in done.out  # 博士: no exponent in print
    assert "0.4" in done.out
    assert "另一目标值 规模以上工业企业中有研发活动企业占比：25%" in done.out
    assert "需核对 H3 实质性产学研联盟数量" in done.out
    assert "不足 3 个，不推算到目标年" in done.out
    assert "不是统计预测" in done.out


def test_as_json_it_is_the_document(targets):
    document = targets("--region", "liaoning", "--as-of", "2019-06-30", "--json").json
    recruited = next(path for path in document["targets"] if path["indicator_id"] == "recruited")
    assert (recruited["basis"], recruited["rule"], recruited["needed_pace"]) == (
        "plan_target",
        "period",
        1000.0,
    )


def test_reports_and_rates_are_taken_and_bad_rows_told(targets, tmp_path):
    readings, rates = tmp_path / "完成值.csv", tmp_path / "rates.toml"
    rows = [
        ("skilled", 2022, 4.4, "市人社局"),
        ("skilled", 2023, 4.5, "市人社局"),
        ("nobody", 2023, 1, "市人社局"),
    ]
    pd.DataFrame(rows, columns=["指标", "年份", "数值", "来源"]).to_csv(readings, index=False)
    rates.write_text(
        '[[replacement]]\nindicator = "skilled"\nlow = 0.02\nvalue = 0.03\nhigh = 0.05\nsource = "来函"\n'
        '[[conversion]]\nindicator = "platforms"\nlow = 5\nvalue = 10\nhigh = 20\nsource = "来函"\n'
    )
    options = ("--region", "haicheng", "--as-of", "2024-06-30", "--readings", readings, "--rates", rates)
    done = targets(*options, "--problems", tmp_path / "问题.xlsx")
    assert "推算到目标年" in done.out
    assert "80%区间" in done.out
    assert "10–40" in done.out
    assert "第4行 指标" in done.err
    assert (tmp_path / "问题.xlsx").is_file()
    path = next(p for p in targets(*options, "--json").json["targets"] if p["indicator_id"] == "skilled")
    assert path["replacement_source"] == "来函"


def test_a_region_without_plan_indicators_says_so(targets):
    assert "没有规划指标" in targets("--region", "haixi").out
