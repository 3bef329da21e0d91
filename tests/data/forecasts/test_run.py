"""A kept run, read by cell."""

from __future__ import annotations

import pytest

from data.forecasts.run import Cell, KeptRun

OVEN = Cell("occupation", "镁材料", "6-15-06-01")


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        (Cell("city"), ("city",)),
        (Cell("industry", "镁材料"), ("industry", "镁材料")),
        (Cell("industry"), ("industry", "-")),
        (OVEN, ("occupation", "镁材料", "6-15-06-01")),
        (Cell("occupation", None, None), ("occupation", "-", "-")),
    ],
)
def test_the_address_of_a_cell_leads_back_to_it(cell, parts):
    assert cell.parts == parts
    assert Cell.from_parts(*parts) == cell


def test_the_nearest_parent_comes_first():
    assert OVEN.parents == (Cell("industry", "镁材料"), Cell("city"))
    assert Cell("industry", "镁材料").parents == (Cell("city"),)
    assert Cell("city").parents == ()


def test_a_run_knows_its_months_and_method(run):
    assert (run.horizon, run.region_name, run.snapshot) == (3, "营口市", "2026-10-31#sha256:00")
    assert run.months == ("2026-11-01", "2026-12-01", "2027-01-01")
    assert run.published_method == "combined"


def test_rows_are_found_by_cell(run):
    assert run.sum_of(OVEN)["mean"] == 90
    assert [row["mean"] for row in run.months_of(OVEN)] == [30, 30, 30]
    assert run.history_of(OVEN)[0] == ("2026-01-01", 30.0)
    assert run.sum_of(Cell("industry", "没有")) is None
    assert [row["key_industry"] for row in run.sums("industry")] == ["镁材料", None]


def test_suppressed_months_are_not_given(run):
    uncoded = Cell("occupation", "镁材料")
    assert run.held_back(uncoded)
    assert run.history_of(uncoded) == ()
    assert not run.held_back(OVEN)


def test_a_refused_cell_points_to_the_nearest_one_with_figures(run):
    assert run.nearest_supported(Cell("occupation", "镁材料")) == Cell("industry", "镁材料")
    assert run.nearest_supported(Cell("industry")) == Cell("city")
    assert run.nearest_supported(Cell("city")) is None


def test_an_occupation_of_a_refused_industry_points_to_the_city(run):
    assert run.nearest_supported(Cell("occupation", None, "x")) == Cell("city")


def test_a_run_without_history_sections_or_snapshot_says_so(run, forecast_document):
    for name in ("history", "snapshot", "region_name"):
        del forecast_document[name]
    bare = KeptRun.from_row(
        {"run_id": 1, "region": "yingkou", "as_of": run.as_of, "method": "m", "synthetic": False,
         "document": forecast_document}
    )  # fmt: skip
    assert (bare.history_of(Cell("city")), bare.held_back(Cell("city"))) == ((), False)
    assert (bare.section("shortage"), bare.snapshot, bare.region_name) == (None, "", "yingkou")


def test_rows_of_single_industries_are_kept_apart(run, forecast_document):
    whole = len(run.backtest)
    forecast_document["backtest"].append(forecast_document["backtest"][0] | {"key_industry": "镁材料"})
    assert len(run.backtest) == whole


def test_without_rated_intervals_no_method_counts_as_published(run, forecast_document):
    forecast_document["backtest"] = []
    assert run.published_method is None
