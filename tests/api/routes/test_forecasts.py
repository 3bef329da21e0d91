"""Forecasts over HTTP."""

from __future__ import annotations

from typing import Any

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


@pytest.fixture
def ask(keep_forecast, forecast_client, forecast_document, forecast_sections):
    """Ask for forecasts on a small run worked out by hand, with or without sections beside demand."""

    def asks(path: str = "", *, sections: bool = False, **params: Any) -> dict[str, Any]:
        keep_forecast(forecast_document | (forecast_sections if sections else {}))
        answer = forecast_client.get(f"/v1/forecasts{path}", params=params)
        assert answer.status_code == 200
        return answer.json()

    return asks


def test_an_answer_says_what_it_rests_on(ask):
    body = ask()
    assert (body["quantity"], body["unit"], body["horizon_months"], body["basis"]) == (
        "demand",
        "人",
        3,
        "forecast",
    )
    assert (body["coverage"], body["status"], body["data_as_of"]) == ("platform", "answered", "2026-10-31")
    city = body["sums"][0]
    assert (city["from_month"], city["to_month"], city["mean"]) == ("2026-11-01", "2027-01-01", 330)
    assert city["method"] is None
    assert len(body["months"]) == 15


def test_a_refused_cell_names_the_nearest_that_can_be_answered(ask):
    refused = [row for row in ask(level="occupation")["sums"] if row["status"] == "refused"]
    (row,) = refused
    assert [reason["code"] for reason in row["reasons"]] == [
        "insufficient_history",
        "below_publication_volume",
    ]
    nearest = row["nearest_supported"]
    assert (nearest["level"], nearest["key_industry"], nearest["horizon_months"]) == ("industry", "镁材料", 3)


def test_the_nearest_address_can_be_asked_for(ask, forecast_client):
    row = next(row for row in ask()["sums"] if row["status"] == "refused")
    answer = forecast_client.get(row["nearest_supported"]["href"]).json()
    assert answer["sums"][0]["status"] == "ok"


@pytest.mark.parametrize(
    ("horizon", "code", "need"), [(6, "horizon_not_made", 6), (24, "horizon_not_supported", 12)]
)
def test_a_horizon_that_was_not_made_is_refused_without_a_number(ask, horizon, code, need):
    body = ask(horizon=horizon, level="industry")
    assert (body["status"], body["sums"], body["months"]) == ("refused", [], [])
    assert [(reason["code"], reason["need"]) for reason in body["reasons"]] == [(code, need)]
    assert body["nearest_supported"]["href"] == "/v1/forecasts?level=industry&horizon=3"
    assert body["horizon_months"] == horizon


@pytest.mark.parametrize(
    "wanted",
    [
        {"level": "industry", "key_industry": "没有"},
        {"level": "occupation", "key_industry": "镁材料", "occupation_code": "9-99"},
    ],
)
def test_the_full_name_of_an_unknown_cell_is_not_found(ask, forecast_client, wanted):
    ask()
    answer = forecast_client.get("/v1/forecasts", params=wanted)
    assert (answer.status_code, answer.json()["code"]) == (404, "forecast_cell_unknown")


def test_a_known_cell_is_answered_alone(ask):
    wanted = {"level": "occupation", "key_industry": "镁材料", "occupation_code": "6-15-06-01"}
    assert [row["mean"] for row in ask(**wanted)["sums"]] == [90]


def test_the_horizon_of_the_run_is_answered(ask):
    assert ask(horizon=3)["status"] == "answered"


@pytest.mark.parametrize("quantity", ["supply", "gap", "ratio"])
def test_without_supply_everything_but_demand_is_refused(ask, quantity):
    body = ask(quantity=quantity)
    assert (body["status"], body["sums"], body["months"]) == ("refused", [], [])
    assert body["reasons"][0]["code"] == "no_supply_data"
    assert body["nearest_supported"]["quantity"] == "demand"


@pytest.mark.parametrize(
    ("quantity", "unit", "mean", "lo80"),
    [("supply", "人", 300, 280), ("gap", "人", 30, 20), ("ratio", "倍", 1.1, 1.0)],
)
def test_supply_gap_and_ratio_come_by_quarter(ask, quantity, unit, mean, lo80):
    body = ask(quantity=quantity, level="city", sections=True)
    assert (body["status"], body["unit"], body["coverage"], body["months"]) == (
        "answered",
        unit,
        "platform",
        [],
    )
    first, second = body["sums"]
    assert (first["mean"], first["lo80"], first["p_short"], first["status"]) == (mean, lo80, 0.97, "shortage")
    assert (first["to_month"], second["to_month"]) == ("2027-01-01", "2027-04-01")


def test_a_missing_side_is_a_refusal_and_not_a_zero(ask):
    (row,) = ask(quantity="gap", level="industry", sections=True)["sums"]
    assert (row["status"], row["mean"], row["lo80"]) == ("refused", None, None)
    assert row["reasons"][0]["code"] == "no_supply_data"


def test_stated_coverage_of_the_city_is_claimed(ask, forecast_sections):
    forecast_sections["shortage"]["scope"] = "全市（按人才办给出的覆盖率折算）"
    assert ask(quantity="gap", sections=True)["coverage"] == "city"


def test_the_back_test_can_be_asked_for_by_part(ask):
    body = ask("/backtest", level="city", target="sum", method="combined")
    (score,) = body["scores"]
    assert (score["mae_to_last_value"], score["mae_to_seasonal_naive"]) == (0.5, 2.0)
    assert (score["coverage80"], score["rmsse"]) == (0.7, None)
    assert body["published_method"] == "combined"
    assert "偏窄" in body["verdicts"][0]
    assert ask("/backtest", volume_class="500+")["scores"] == []


def test_the_back_test_of_a_run_without_months_has_no_last_day(ask, forecast_document):
    forecast_document["last_month"] = None
    assert ask("/backtest")["data_as_of"] is None


def test_every_field_has_a_description_and_an_example(forecast_client):
    schemas = forecast_client.get("/openapi.json").json()["components"]["schemas"]
    for name in (
        "ForecastOut",
        "BacktestOut",
        "CellSumOut",
        "MonthOut",
        "ScoreOut",
        "ReasonOut",
        "NearestOut",
    ):
        for field, schema in schemas[name]["properties"].items():
            assert schema.get("description"), (name, field)
            assert "examples" in schema or schema["type"] == "array", (name, field)
        assert set(schemas[name]["required"]) == set(schemas[name]["properties"])


@pytest.fixture
def ask_skills(keep_forecast, forecast_client, forecast_document, skill_section):
    """Ask for skills on the same run."""

    def asks(**params: Any) -> Any:
        keep_forecast(forecast_document | {"skills": skill_section})
        return forecast_client.get("/v1/forecasts/skills", params=params)

    return asks


def test_skills_come_with_months_reasons_and_back_test(ask_skills):
    body = ask_skills().json()
    assert (body["status"], body["unit"], body["horizon_months"]) == ("answered", "条", 3)
    assert body["note"] == "同一需求可含多项能力，不可相加"
    wanted, small, hidden = body["skills"]
    assert (wanted["mean"], wanted["method"], len(wanted["months"])) == (180.0, "shared_total", 3)
    assert (small["mean"], small["method"], small["months"]) == (None, None, [])
    assert small["reasons"][0]["code"] == "below_publication_volume"
    assert (hidden["volume"], hidden["reasons"][0]["code"]) == (None, "confidential")
    assert {row["level"] for row in body["backtest"]} == {"skill"}


def test_one_skill_can_be_asked_for_and_an_unknown_one_is_not_found(ask_skills):
    assert [row["name"] for row in ask_skills(skill="S2").json()["skills"]] == ["焊接"]
    answer = ask_skills(skill="S9")
    assert (answer.status_code, answer.json()["code"]) == (404, "forecast_skill_unknown")


def test_a_run_without_skills_is_refused_and_not_empty(ask):
    body = ask("/skills")
    assert (body["status"], body["skills"], body["backtest"]) == ("refused", [], [])
    assert body["reasons"][0]["code"] == "no_skill_data"
