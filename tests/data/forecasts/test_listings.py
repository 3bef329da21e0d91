"""Shortage, targets and flows as lists of texts."""

from __future__ import annotations

import pytest

from data.forecasts.listings import flow_listing, gap_listing, shortage_listing, target_listing
from data.forecasts.run import Cell


@pytest.fixture
def full(run, forecast_document, forecast_sections):
    forecast_document.update(forecast_sections)
    return run


def test_a_run_without_sections_has_no_lists(run):
    assert (shortage_listing(run), gap_listing(run, Cell("city"))) == (None, None)
    assert (target_listing(run), flow_listing(run)) == (None, None)


def test_the_likeliest_shortage_comes_first_and_a_refusal_has_no_number(full):
    listing = shortage_listing(full, quarter=1)
    assert [(line.name, line.status) for line in listing.lines] == [
        ("营口市全域", "shortage"), ("镁材料", "refused"),
    ]  # fmt: skip
    assert listing.lines[0].cells == ("330", "300", "30", "20 至 40", "1.10", "97%", "—", "41（33 至 52）")
    assert set(listing.lines[1].cells) == {"—"}
    assert listing.lines[1].reasons == ("求职一侧没有历史",)
    assert listing.title == "短缺测算：各层级，第 1 季（至 2027-01）"
    assert "口径：登记于本平台。" in listing.notes


def test_all_quarters_are_named_and_refused_occupations_left_out(full, forecast_document):
    cells = forecast_document["shortage"]["cells"]
    cells.append(cells[2] | {"level": "occupation"})
    assert [line.name for line in shortage_listing(full).lines] == [
        "营口市全域，第 1 季（至 2027-01）", "镁材料，第 1 季（至 2027-01）",
        "营口市全域，第 2 季（至 2027-04）",
    ]  # fmt: skip
    assert len(shortage_listing(full, level="occupation").lines) == 1


def test_a_cell_is_listed_quarter_by_quarter(full):
    lines = gap_listing(full, Cell("city")).lines
    assert [(line.name, line.status) for line in lines] == [
        ("第 1 季（至 2027-01）", "shortage"), ("第 2 季（至 2027-04）", "undecided"),
    ]  # fmt: skip
    assert gap_listing(full, Cell("industry")).lines == ()


def test_bare_numbers_do_as_estimates(full, forecast_document):
    cell = forecast_document["shortage"]["cells"][0]
    cell |= {"theta": 1.5, "time_to_fill": 60, "demand": None, "observed": {"ratio": 2.0}}
    del forecast_document["shortage"]["scope"], forecast_document["shortage"]["simulations"]
    listing = gap_listing(full, Cell("city"))
    assert listing.lines[0].cells == ("—", "300", "30", "20 至 40", "1.50", "97%", "2.00", "60")
    assert len(listing.notes) == 1


def test_a_target_is_no_forecast_and_says_so(full):
    listing = target_listing(full)
    (line,) = listing.lines
    assert line.cells == (
        "2020年 10万人", "2025年 12万人", "0.4万人/年", "—", "0.000012万人/年", "—", "4,000", "每年等量",
    )  # fmt: skip
    assert line.reasons == ("需核对 H2：分项合计与总量不符",)
    assert "不是统计预测" in listing.notes[0]


def test_a_flag_that_many_targets_share_is_said_once(full, forecast_document):
    targets = forecast_document["targets"]["targets"]
    trend = {"value": 11.5, "lo80": 11.0, "hi80": 12.0}
    heads = {"net_heads": {"low": 100.0, "value": 150.0, "high": 200.0}}
    targets[:] = [targets[0] | {"trend": trend, "years": [heads]}] * 4
    listing = target_listing(full)
    assert listing.notes[-1] == "需核对 H2：分项合计与总量不符（4 项指标）"
    assert all(line.reasons == () for line in listing.lines)
    assert listing.lines[0].cells[5:7] == ("11.5（80% 区间 11 至 12）", "100 至 200")


def test_changes_of_flows_are_told_from_quiet_and_refused_cells(full):
    listing = flow_listing(full)
    assert [line.status for line in listing.lines] == ["alarm", "alarm", "ok", "refused"]
    assert listing.lines[0].name == "镁材料 · 技能 · 流入"
    assert listing.lines[0].cells == ("下降（不利）", "2026Q1", "40", "20", "-68% 至 -22%", "0.012")
    assert listing.lines[1].cells[4] == "-30 人 至 -4 人"
    assert listing.lines[2].cells[0] == "未见变化"
    assert listing.lines[3].name == "镁材料 · 技能"
    assert set(listing.lines[3].cells) == {"—"}
    assert "误报的机会不超过 5%" in listing.notes[0]
