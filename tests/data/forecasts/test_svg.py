"""Small drawings."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from data.forecasts.svg import (
    Axis,
    circle,
    line,
    nice_top,
    polygon,
    polyline,
    rectangle,
    svg_document,
    text,
    text_width,
)


def test_an_axis_is_straight():
    axis = Axis(0, 10, 100, 0)
    assert [axis(value) for value in (0, 5, 10)] == [100, 50, 0]


@pytest.mark.parametrize(
    ("highest", "top", "marks"),
    [(870, 1000, 5), (100, 100, 5), (7, 8, 5), (0.9, 1.0, 5), (0, 1, 2), (-3, 1, 2)],
)
def test_the_top_of_an_axis_is_round_and_not_below_the_highest_value(highest, top, marks):
    found, steps = nice_top(highest)
    assert found == pytest.approx(top)
    assert (steps[0], steps[-1], len(steps)) == (0, pytest.approx(top), marks)


def test_chinese_is_wider_than_latin():
    assert text_width("镁", 10) == 10
    assert text_width("ab", 10) == pytest.approx(11.2)


def test_a_document_is_well_formed_named_and_escapes_what_it_is_told():
    parts = [
        rectangle((0, 0), 10, 10, fill="#fff"), rectangle((0, 0), 5, 5, fill="#fff", stroke="#000"),
        line((0, 0), (1, 1), dash="2 2"), line((0, 0), (1, 1)), circle((1, 1), 2, fill="#fff", stroke="#000"),
        polyline([(0, 0), (1, 1)], stroke="#000", dash="1 1"), polyline([(0, 0)], stroke="#000"),
        polygon([(0, 0), (1, 0)], [(0, 1), (1, 1)], fill="#eee"),
        text(1, 2, "<甲>", anchor="end", bold=True), text(1, 2, "乙"),
    ]  # fmt: skip
    drawn = svg_document(parts, width=10, height=20, title="A&B", description='"说明"', name="x")
    root = ET.fromstring(drawn)
    assert root.attrib["viewBox"] == "0 0 10 20"
    assert root.attrib["aria-labelledby"] == "x-title x-desc"
    texts = [element.text for element in root.iter() if element.text and element.text.strip()]
    assert texts == ["A&B", '"说明"', "<甲>", "乙"]
    assert len(list(root)) == 2 + len(parts) - 1
