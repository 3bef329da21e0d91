"""``yingcai forecast``."""

from __future__ import annotations


def test_a_forecast_is_made_kept_and_given_back(run, filled):
    first = run("forecast", "run", "--json")
    assert first.code == 0
    assert first.json["horizon"] == 3
    assert first.json["synthetic"] is True
    assert run("forecast", "run", "--json").json == first.json


def test_the_city_comes_first_with_its_interval_and_refusals_have_reasons(run, filled):
    city = run("forecast", "run", "--json").json["sums"][0]
    done = run("forecast", "run", "--limit", "30")
    assert "营口市需求预测（合成数据）" in done.out
    assert f"{city['mean']:.0f}" in done.out
    assert f"{city['lo80']:.0f}–{city['hi80']:.0f}" in done.out
    assert "暂不评价：" in done.out
    assert "显示 30 行" in done.out


def test_the_horizon_and_the_day_can_be_chosen(run, filled):
    document = run("forecast", "run", "--horizon", "2", "--as-of", "2026-09-30", "--json").json
    assert (document["horizon"], document["as_of"]) == (2, "2026-09-30")
    assert len(document["table"]) == 2 * len(document["sums"])


def test_without_data_there_is_one_line_and_no_number(run):
    done = run("forecast", "run", "--json")
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("失败 [")
