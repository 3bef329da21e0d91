"""The employers' own forecasts as lists of texts."""

from __future__ import annotations

import pytest

from data.forecasts.employers import employer_listing, record_listing


@pytest.fixture
def full(run, forecast_document, employer_section):
    forecast_document["employers"] = employer_section
    return run


def test_a_run_without_reports_has_no_lists(run):
    assert (employer_listing(run), record_listing(run)) == (None, None)


def test_city_and_industries_stand_beside_the_statistical_forecast(full):
    listing = employer_listing(full)
    assert [(line.name, line.status) for line in listing.lines] == [
        ("营口市全域", "ok"), ("镁材料", "ok"), ("港口物流", "refused"),
    ]  # fmt: skip
    assert listing.lines[0].cells == ("12", "140", "100 至 200", "50%", "240", "220", "200 至 240", "228")
    assert listing.title == "2026Q4 用人单位自报：全域与重点产业"
    assert listing.notes == ("并列，不相加。", "按单位招聘规模的校正系数：20人以下 0.86。")


def test_what_is_not_combined_says_why_and_what_is_confidential_shows_nothing(full):
    _, industry, hidden = employer_listing(full).lines
    assert industry.cells[-1] == "—"
    assert industry.reasons == ("只有2个季度，不合并",)
    assert hidden.cells == (*("—",) * 5, "30", "20 至 40", "—")
    assert hidden.reasons == ("保密，不公布",)


def test_occupations_are_listed_apart_but_for_the_confidential(full):
    listing = employer_listing(full, level="occupation")
    (line,) = listing.lines
    assert line.name == "镁材料 · 耐火原料加工成型工"
    assert line.cells[4] == "—"
    assert listing.notes == ("另有 1 个职业保密，不列。",)


def test_without_a_statistical_forecast_the_report_stands_alone(full, employer_section):
    employer_section["report"]["cells"][3]["statistical"] = dict.fromkeys(("mean", "lo80", "hi80"))
    (line,) = employer_listing(full, level="occupation").lines
    assert line.reasons == ("统计预测暂不评价，只列自报，不合并",)


def test_nothing_is_said_of_confidential_occupations_where_there_are_none(full, employer_section):
    cells = employer_section["report"]["cells"]
    del cells[-1]
    assert employer_listing(full, level="occupation").notes == ()


def test_the_record_gives_bias_error_and_coverage_or_says_why_not(full):
    listing = record_listing(full)
    judged, refused = listing.lines
    assert judged.name == "全部产业 · 提前 1 季"
    assert judged.cells == ("40", "16%", "30%", "45%", "70%", "60%", "—")
    assert (refused.name, refused.reasons) == ("港口物流 · 提前 1 季", ("保密，不公布",))
    assert set(refused.cells) == {"—"}
    assert listing.notes[0].startswith("核对了 40 条；迟报 1 条、平台上没有需求的单位 2 条、未写人数 3 条")
