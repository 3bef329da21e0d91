"""Forecasts over HTTP."""

from __future__ import annotations

import pytest


def test_the_newest_run_comes_with_sums_months_and_back_test(client):
    body = client.get("/v1/forecasts").json()
    assert (body["region"], body["as_of"], body["synthetic"]) == ("yingkou", "2026-10-31", True)
    assert len(body["months"]) == 3 * len(body["sums"])
    assert body["backtest"]
    (city,) = [row for row in body["sums"] if row["level"] == "city"]
    assert city["lo80"] <= city["mean"] <= city["hi80"]


def test_a_refused_cell_has_reasons_and_no_number(client):
    refused = [row for row in client.get("/v1/forecasts").json()["sums"] if row["status"] == "refused"]
    assert refused
    for row in refused:
        assert (row["mean"], row["lo80"], row["hi80"]) == (None, None, None)
        assert row["reasons"]


@pytest.mark.parametrize("level", ["city", "industry", "occupation"])
def test_cells_are_cut_to_the_level_asked_for(client, level):
    body = client.get("/v1/forecasts", params={"level": level}).json()
    assert {row["level"] for row in (*body["sums"], *body["months"])} == {level}


def test_filters_add_up(client):
    every = client.get("/v1/forecasts", params={"level": "occupation"}).json()["sums"]
    wanted = {name: every[0][name] for name in ("key_industry", "occupation_code")}
    body = client.get("/v1/forecasts", params=wanted).json()
    assert body["sums"] == every[:1]
    assert len(body["months"]) == 3


def test_a_filter_that_nothing_meets_gives_no_cells(client):
    body = client.get("/v1/forecasts", params={"key_industry": "没有的产业"}).json()
    assert (body["sums"], body["months"]) == ([], [])


def test_an_unknown_level_is_refused_in_chinese(client):
    answer = client.get("/v1/forecasts", params={"level": "street"})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "query.level"
    assert "_" not in error["message"]


def test_no_forecast_is_not_found(empty_client):
    answer = empty_client.get("/v1/forecasts")
    assert (answer.status_code, answer.json()["code"]) == (404, "forecast_not_made")
