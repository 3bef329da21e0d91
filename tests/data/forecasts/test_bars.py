"""Charts of a back-test."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from data.forecasts.bars import coverage_chart, origin_chart, ratio_chart
from data.forecasts.scores import scores_by_target

SVG = "{http://www.w3.org/2000/svg}"


def elements(drawn, tag):
    return list(ET.fromstring(drawn).iter(f"{SVG}{tag}"))


def test_coverage_shows_every_part_and_the_worst_origin_of_several_series_only(run):
    scores = scores_by_target(run)
    drawn = coverage_chart(scores, nominal=80, name="c")
    shown = [element.text for element in elements(drawn, "text")]
    assert {score.part for score in scores} <= set(shown)
    assert shown.count("70%") == 4
    # two of the legend, four means, two worst origins: the city is a single series
    assert len(elements(drawn, "circle")) == 2 + 4 + 2
    assert "全域 · 3 个月合计平均 70%" in elements(drawn, "desc")[0].text


def test_parts_without_intervals_are_left_out(run, forecast_document):
    for row in forecast_document["backtest"]:
        row["coverage95"] = None
    drawn = coverage_chart(scores_by_target(run), nominal=95, name="c")
    assert elements(drawn, "desc")[0].text == "没有可评的区间"


def test_ratios_are_placed_left_and_right_of_one(run):
    drawn = ratio_chart(scores_by_target(run)[:1], name="r")
    assert "对上月值 0.50，对去年同月 2.00，对近三月均值 0.80" in elements(drawn, "desc")[0].text
    shown = [element.text for element in elements(drawn, "text")]
    assert {"← 优于基线", "劣于基线 →", "全域 · 3 个月合计"} <= set(shown)
    (dash,) = [element for element in elements(drawn, "line") if "stroke-dasharray" in element.attrib]
    square = [element for element in elements(drawn, "rect") if element.attrib["width"] == "9.0"][-1]
    assert float(square.attrib["x"]) > float(dash.attrib["x1"])


def test_every_origin_has_two_bars_and_one_without_intervals_none():
    rows = [
        {"origin": "2026-01-01", "coverage80": 0.75, "coverage95": 1.0},
        {"origin": "2026-02-01", "coverage80": None, "coverage95": None},
    ]
    drawn = origin_chart(rows, title="各起点", name="o")
    # ground, two of the legend, two bars
    assert len(elements(drawn, "rect")) == 5
    assert elements(drawn, "desc")[0].text == "2026-01：80% 区间 75%"
    assert elements(origin_chart([], title="各起点", name="o"), "desc")[0].text == "没有可评的区间"
