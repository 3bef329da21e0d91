"""Documents of a report."""

from __future__ import annotations

from data.forecasts.scores import scores_by_target
from training.forecast.report.pages import backtest_drawings, backtest_page, fan_drawings, forecast_page


def texts(report):
    found = [report.title, report.banner, *report.facts]
    for section in report.sections:
        found += [section.heading, *section.paragraphs]
        for sheet in section.sheets:
            assert len(sheet.widths) == len(sheet.header)
            found += [sheet.caption, *(cell for row in sheet.rows for cell in row)]
        found += [picture.alt for picture in section.pictures]
    return found


def test_the_forecast_carries_the_verdict_of_its_back_test(run):
    report = forecast_page(run, fan_drawings(run), scores_by_target(run)[:1])
    said = texts(report)
    assert report.banner == "合成数据"
    assert any("比去年同月大 100%" in words for words in said)
    assert any("80% 区间实际覆盖 70%，偏窄" in words for words in said)
    assert {"短缺测算", "规划目标", "人才流动"} <= set(said)


def test_refused_occupations_are_counted_by_reason(run):
    report = forecast_page(run, (), ())
    (section,) = [each for each in report.sections if each.heading == "二、产业×职业"]
    assert section.sheets[-1].rows == (("自身历史只有 2 个月", "1"), ("月均需求 4.5 人，低于 20 人", "1"))
    assert any("没有可用的回测" in words for words in texts(report))


def test_messages_that_differ_in_numbers_alone_count_as_one(run, forecast_document):
    refused = next(
        row
        for row in forecast_document["sums"]
        if row["occupation_code"] is None and row["level"] == "occupation"
    )
    young = {"code": "insufficient_history", "message": "自身历史只有 4 个月"}
    forecast_document["sums"].append(refused | {"occupation_code": "9", "reasons": [young]})
    report = forecast_page(run, (), ())
    (section,) = [each for each in report.sections if each.heading == "二、产业×职业"]
    assert section.sheets[-1].rows[0] == ("自身历史只有 … 个月", "2")


def test_skills_and_employers_are_told_with_their_reasons(
    run, forecast_document, skill_section, employer_section
):
    forecast_document.update(skills=skill_section, employers=employer_section)
    report = forecast_page(run, (), ())
    found = {each.heading: each for each in report.sections}
    assert found["能力需求"].sheets[0].rows[0][0] == "电工"
    assert [row[0] for row in found["单位自报"].sheets[0].rows] == ["营口市全域", "镁材料", "港口物流"]
    assert ("只有2个季度，不合并", "1") in found["单位自报"].sheets[1].rows
    assert found["单位自报的核对"].sheets[0].rows[0][0] == "全部产业 · 提前 1 季"


def test_city_and_industries_are_drawn_with_the_figures_behind(run):
    drawings = fan_drawings(run)
    assert [each.picture.file for each in drawings] == [
        "图表/01-营口市全域.svg", "图表/02-=镁材料.svg", "图表/03-其他产业.svg",
    ]  # fmt: skip
    assert drawings[0].rows[0][:3] == ("2026-01", 100.0, None)
    assert drawings[0].rows[-1][:3] == ("2027-01", None, 110.0)


def test_the_back_test_shows_coverage_ratios_and_single_origins(run):
    drawings = backtest_drawings(run)
    assert [each.picture.title for each in drawings] == [
        "80% 区间的实际覆盖率", "95% 区间的实际覆盖率", "平均绝对误差与简单方法之比",
        "全域：各起点 3 个月合计的区间覆盖率",
    ]  # fmt: skip
    report = backtest_page(run, drawings, scores_by_target(run))
    said = texts(report)
    assert {"全域：按规模，3 个月合计", "按重点产业", "不适用"} <= set(said)
    assert "产业×职业：按规模，3 个月合计" not in said


def test_without_a_back_test_nothing_is_claimed(run, forecast_document):
    forecast_document["backtest"] = []
    assert backtest_drawings(run) == ()
    assert any("没有可用的回测" in words for words in texts(backtest_page(run, (), ())))
