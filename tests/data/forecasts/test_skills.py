"""Forecasts by skill as a list of texts."""

from __future__ import annotations

import pytest

from data.forecasts.skills import skill_listing


@pytest.fixture
def full(run, forecast_document, skill_section):
    forecast_document["skills"] = skill_section
    return run


def test_a_run_without_skills_has_no_list(run):
    assert skill_listing(run) is None


def test_only_skills_with_figures_are_listed_and_the_others_counted(full):
    listing = skill_listing(full)
    (line,) = listing.lines
    assert (line.name, line.status, line.reasons) == ("电工", "ok", ())
    assert line.cells == ("60.0", "180", "150 至 210", "—", "60、60、60")
    assert listing.title == "3 个月内提到各项能力的需求"
    assert listing.notes == (
        "同一需求可含多项能力，不可相加。单位是需求的条数，不是人数。",
        "共 3 项能力，1 项有数字。",
        "回测（21 个起点、210 次预测，3 个月合计）：误差 10.0%，近三月均值法 12.5%；80% 区间实际覆盖 81%。",
        "暂不评价 1 项：月均 … 条，低于 … 条",
        "暂不评价 1 项：保密",
    )


def test_the_most_wanted_refused_follow_without_a_number_but_no_confidential_one(full):
    listing = skill_listing(full, unrated=5)
    assert [line.name for line in listing.lines] == ["电工", "焊接"]
    assert set(listing.lines[1].cells) == {"—"}
    assert listing.lines[1].reasons == ("月均 9 条，低于 20 条",)


def test_intervals_that_could_not_be_judged_are_not_praised(full, skill_section):
    skill_section["backtest"][0]["coverage80"] = None
    assert any("区间没有足够的起点可评" in note for note in skill_listing(full).notes)


def test_without_a_back_test_nothing_is_claimed(full, skill_section):
    skill_section["backtest"].clear()
    assert "历史太短，没有可用的回测，不作准确度的声明。" in skill_listing(full).notes
