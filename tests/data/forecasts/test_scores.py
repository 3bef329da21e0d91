"""Scores of the published method beside simple ones: 10 against 20 and 5."""

from __future__ import annotations

import pytest

from data.forecasts.scores import (
    scores_by_class,
    scores_by_industry,
    scores_by_target,
    verdict,
)


def test_levels_and_targets_come_in_order_with_the_sum_first(run):
    assert [score.part for score in scores_by_target(run)] == [
        "全域 · 3 个月合计", "全域 · 第 1 个月", "重点产业 · 3 个月合计", "重点产业 · 第 1 个月",
    ]  # fmt: skip


def test_a_score_stands_against_simple_methods(run):
    score = scores_by_target(run)[0]
    assert (score.against("last_value"), score.against("seasonal_naive")) == (0.5, 2.0)
    assert score.against("croston") is None
    assert (score.figure("wape"), score.figure("mase"), score.figure("wql")) == (0.1, None, None)


def test_one_series_an_origin_is_told_from_several(run):
    assert [score.is_one_series for score in scores_by_target(run)] == [True, True, False, False]


def test_classes_and_industries_are_listed_where_measured(run, forecast_document):
    assert [score.part for score in scores_by_class(run, "city")] == ["全部"]
    assert scores_by_class(run, "occupation") == ()
    assert scores_by_industry(run) == ()
    forecast_document["backtest"] += [
        row | {"key_industry": "镁材料"}
        for row in forecast_document["backtest"]
        if row["level"] == "industry"
    ]
    assert [score.part for score in scores_by_industry(run)] == ["镁材料（重点产业）"]
    assert len(scores_by_target(run)) == 4


@pytest.mark.parametrize(("share", "judged"), [(0.7, "偏窄"), (0.82, "与名义值相近"), (0.97, "偏宽")])
def test_the_verdict_names_what_is_better_what_is_worse_and_what_failed(
    run, forecast_document, share, judged
):
    for row in forecast_document["backtest"]:
        row["coverage80"] = None if row["coverage80"] is None else share
    words = verdict(scores_by_target(run)[0])
    assert words.startswith(
        "全域 · 3 个月合计：平均误差比上月值小 50%、比去年同月大 100%、比近三月均值小 20%；"
    )
    assert f"80% 区间实际覆盖 {share:.0%}，{judged}" in words


def test_the_verdict_claims_nothing_that_was_not_measured(run, forecast_document):
    rows = [row for row in forecast_document["backtest"] if row["method"] == "combined"]
    forecast_document["backtest"] = [
        row | dict.fromkeys(("coverage80", "mae_to_last_value", "mae_to_mean3", "mae_to_seasonal_naive"))
        for row in rows
    ]
    words = verdict(scores_by_target(run)[0])
    assert words == "全域 · 3 个月合计：没有可比的简单方法；区间没有足够的起点可评。"
