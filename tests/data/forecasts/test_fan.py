"""Fan charts."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from data.forecasts.fan import fan_chart, fan_of, sparkline
from data.forecasts.run import Cell

SVG = "{http://www.w3.org/2000/svg}"
OVEN, OTHER, UNCODED = (
    Cell("occupation", "镁材料", "6-15-06-01"),
    Cell("industry"),
    Cell("occupation", "镁材料"),
)


def texts(drawn):
    return [element.text for element in ET.fromstring(drawn).iter(f"{SVG}text")]


def count(drawn, tag):
    return len(list(ET.fromstring(drawn).iter(f"{SVG}{tag}")))


def test_a_fan_has_two_bands_a_legend_and_an_axis_from_zero(run):
    drawn = fan_chart(fan_of(run, Cell("city")))
    assert count(drawn, "polygon") == 2
    shown = texts(drawn)
    for words in (
        "实际",
        "预测",
        "80% 区间",
        "95% 区间",
        "去年同月",
        "近三月均值",
        "预测期",
        "0",
        "2026",
        "2027",
    ):
        assert words in shown
    assert "暂不评价" not in shown


def test_the_last_month_is_labelled_with_its_figure_and_bounds(run):
    shown = texts(fan_chart(fan_of(run, Cell("city"))))
    assert {"110", "132", "88"} <= set(shown)


def test_labels_that_would_collide_are_left_out(run, forecast_document):
    for row in forecast_document["table"]:
        row["hi80"] = row["mean"]
    assert texts(fan_chart(fan_of(run, Cell("city")))).count("110") == 1


def test_the_chart_says_the_same_in_words(run):
    fan = fan_of(run, Cell("city"))
    assert fan.words == (
        "2026-01 至 2026-10 的实际月需求，最近一月 100 人；"
        "2026-11 预测 110 人（80% 区间 88 至 132）；2026-12 预测 110 人（80% 区间 88 至 132）；"
        "2027-01 预测 110 人（80% 区间 88 至 132）。"
    )
    assert fan.words in fan_chart(fan)


def test_without_calibration_there_is_a_line_and_no_band(run, forecast_document):
    for row in forecast_document["table"]:
        row.update(dict.fromkeys(("lo80", "hi80", "lo95", "hi95")))
    fan = fan_of(run, Cell("city"))
    drawn = fan_chart(fan)
    assert count(drawn, "polygon") == 0
    assert "80% 区间" not in fan.words
    assert not {"80% 区间", "95% 区间"} & set(texts(drawn))


def test_a_refused_cell_draws_its_history_and_says_why(run):
    fan = fan_of(run, OTHER)
    drawn = fan_chart(fan)
    assert "暂不评价" in texts(drawn)
    assert "暂不评价：月均需求 4.5 人，低于 20 人" in fan.words
    assert (count(drawn, "polygon"), count(drawn, "polyline")) == (0, 1)
    assert {each.get("fill") for each in ET.fromstring(drawn).iter(f"{SVG}circle")} == {"none"}


def test_every_month_observed_and_ahead_tells_its_figure(run):
    fan = fan_of(run, Cell("city"))
    points = [each.get("data-x") for each in ET.fromstring(fan_chart(fan)).iter(f"{SVG}circle")]
    told = [words for words in points if words]
    assert len(told) == len(fan.history) + len(fan.ahead)
    assert told[0].startswith(f"{fan.history[0][0][:7]} 实际 ")
    assert told[-1] == "2027-01 预测 110 人（80% 区间 88 至 132）"


def test_suppressed_months_are_named_as_such(run):
    assert any("保密" in words for words in texts(fan_chart(fan_of(run, UNCODED))))
    assert "保密" in fan_of(run, UNCODED).words
    assert texts(sparkline(fan_of(run, UNCODED))) == ["保密"]


def test_a_run_without_history_says_so(run, forecast_document):
    forecast_document["history"] = None
    assert "本次运行没有保存历史" in texts(fan_chart(fan_of(run, Cell("city"))))
    assert texts(sparkline(fan_of(run, OTHER))) == ["无数据"]


def test_a_cell_of_zeros_is_drawn(run, forecast_document):
    forecast_document["history"]["cells"][2]["heads"] = [0.0] * 10
    assert count(fan_chart(fan_of(run, OTHER)), "polyline") == 1
    assert count(sparkline(fan_of(run, OTHER)), "polyline") == 1


@pytest.mark.parametrize("width", [300, 360, 980])
def test_nothing_of_the_legend_stands_outside(run, width):
    root = ET.fromstring(fan_chart(fan_of(run, Cell("city")), width=width))
    for element in root.iter(f"{SVG}text"):
        if element.attrib.get("text-anchor") != "end":
            assert 0 <= float(element.attrib["x"]) <= width


def test_the_same_fan_gives_the_same_bytes_and_ids_follow_the_name(run):
    fan = fan_of(run, OVEN)
    assert fan_chart(fan, name="a") == fan_chart(fan, name="a")
    assert 'id="b-title"' in fan_chart(fan, name="b")
    assert count(sparkline(fan), "polygon") == 2


def test_an_unknown_cell_gives_an_empty_chart(run):
    fan = fan_of(run, Cell("industry", "没有"))
    assert (fan.history, fan.ahead, fan.why, fan.highest) == ((), (), "", 0.0)
    assert "预测期" in texts(fan_chart(fan))
