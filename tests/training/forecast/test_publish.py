"""A forecast as it is kept for the service."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from data.regions import read_region
from data.store.batches import begin_batch
from data.store.documents import current_forecast
from data.store.lists import write_flow_rows
from data.store.office_figures import write_office_figures
from data.store.schema import posting, vacancy, vacancy_posting
from data.store.self_forecasts import write_self_forecast_rows
from training.forecast.demand import next_months
from training.forecast.publish import publish_forecast

REGION = read_region("yingkou")
AS_OF = dt.date(2026, 1, 10)
MONTHS = next_months(dt.date(2023, 7, 1), 30)
WELDER, CRANE = "6-18-02-04", "6-30-05-03"
pytestmark = pytest.mark.usefixtures("quick_forecasts")


def write(store, *, source="甲网", months=MONTHS, employers=12, code=WELDER):
    """Write one vacancy of five heads a month of every employer."""
    batch_id = begin_batch(store, "posting", "v.csv", f"{source}{code}{employers:x>50}"[:64], "1")
    postings, vacancies, members = [], [], []
    for month in months:
        for number in range(employers):
            key, name = f"{source}{code}{month}{number}", f"{source}{number}"
            postings.append(
                {
                    "batch_id": batch_id, "posting_id": f"p{key}", "row": len(postings), "title": "工",
                    "source": source, "source_row": len(postings), "employer": name, "employer_key": name,
                    "employer_is_agency": False, "industry_raw": "", "place_raw": "", "place_code": "210800",
                    "occupation_code": code, "skills": [], "skill_codes": [], "duties": "", "majors": [],
                    "licences": [], "languages": [], "engagement": [], "outcome": "未知", "synthetic": False,
                    "posted_on": month.replace(day=9),
                }
            )  # fmt: skip
            vacancies.append(
                {
                    "vacancy_id": f"v{key}", "posting_id": f"p{key}", "employer_key": name, "heads": 5,
                    "opened_on": month.replace(day=9), "outcome": "未知", "synthetic": False,
                }
            )  # fmt: skip
            members.append({"vacancy_id": f"v{key}", "posting_id": f"p{key}", "relation": "only"})
    with store.begin() as connection:
        connection.execute(posting.insert(), postings)
        connection.execute(vacancy.insert(), vacancies)
        connection.execute(vacancy_posting.insert(), members)


def publish(store, **options):
    document = publish_forecast(store, REGION, as_of=AS_OF, **options)
    return document, current_forecast(store, REGION.name)["run_id"]


def codes(row):
    return [reason["code"] for reason in row["reasons"]]


def test_everything_is_kept_and_a_known_run_is_made_again_only_when_something_changed(sqlite_store):
    write(sqlite_store)
    document, first = publish(sqlite_store)
    assert document == current_forecast(sqlite_store, REGION.name)["document"]
    assert document == json.loads(json.dumps(document, allow_nan=False))
    assert {"table", "sums", "backtest", "origins", "history", "coverage"} <= set(document)
    assert [cell["level"] for cell in document["sums"]] == ["city", "industry", "occupation"]
    assert [round(cell["mean"]) for cell in document["sums"]] == [180] * 3
    assert document["coverage"]["sources"][0]["source"] == "甲网"
    assert {reason["code"] for reason in document["shortage"]["cells"][0]["reasons"]} >= {"no_supply_data"}
    assert document["targets"]["documents"]
    assert (document["skills"]["rows"], document["employers"]) == ([], {})
    assert (document["flows"]["findings"], document["flows"]["synthetic"]) == ([], False)
    assert (document["region_name"], document["synthetic"]) == ("营口市", False)

    assert publish(sqlite_store) == (document, first)
    share = {
        "kind": "coverage_demand",
        "period": "2025",
        "unit": "比例",
        "source": "抽样",
        "synthetic": False,
    }
    keys = dict.fromkeys(("major_code", "occupation_code", "key_industry"), "")
    write_office_figures(sqlite_store, REGION.name, [share | keys | {"low": 0.2, "value": 0.3, "high": 0.4}])
    _, second = publish(sqlite_store)
    flow = {"period": "2025Q4", "employer_key": "甲网1", "key_industry": "其他产业", "reasons": []}
    counts = {"talent_category": "技能人才", "inflow": 3, "outflow": 1, "synthetic": False}
    write_flow_rows(sqlite_store, REGION.name, [flow | counts])
    _, third = publish(sqlite_store)
    assert publish(sqlite_store)[1] == third
    report = {
        "period": "2025Q4",
        "occupation_code": WELDER,
        "target_quarter": "2026Q1",
        "low": 8,
        "likely": 10,
    }
    told = {"high": 12, "key_industry": "其他产业", "certainty": "意向", "note": "", "synthetic": False}
    rows = [{**report, **told, "employer_key": f"甲网{number}"} for number in range(4)]
    write_self_forecast_rows(
        sqlite_store, REGION.name, rows, received_at=dt.datetime(2025, 12, 20, tzinfo=dt.UTC)
    )
    document, fourth = publish(sqlite_store)
    assert document["employers"]["report"]["cells"][0]["likely"] == 40
    assert publish(sqlite_store)[1] == fourth
    assert first < second < third < fourth


def test_a_new_level_of_the_sources_holds_every_figure_until_a_person_releases_it(sqlite_store):
    write(sqlite_store)
    write(sqlite_store, source="乙网", months=MONTHS[-7:])
    held, first = publish(sqlite_store)
    assert [each["kind"] for each in held["coverage"]["breaks"]] == ["source_appears", "level_linked"]
    for row in (*held["sums"], *held["table"]):
        assert (row["status"], row["mean"], codes(row)) == ("refused", None, ["structural_break"])
    assert (held["released"], publish(sqlite_store)[1]) == (False, first)

    released, second = publish(sqlite_store, release_break=True)
    assert (released["released"], second > first) == (True, True)
    assert {row["status"] for row in released["sums"]} == {"indicative"}
    assert all("已人工确认放行" in row["reasons"][0]["message"] for row in released["sums"])
    # 120 heads a month, as the sources of the last month would have counted from the first.
    assert round(released["sums"][0]["mean"]) == 360


def test_a_cell_of_two_employers_is_forecast_into_its_parents_and_shown_nowhere(sqlite_store):
    write(sqlite_store)
    write(sqlite_store, employers=10, code="2-02-07-01")
    write(sqlite_store, employers=2, code=CRANE)
    document, _ = publish(sqlite_store)
    sums = {(row["level"], row["occupation_code"]): row for row in document["sums"]}
    # 60, 50 and 10 heads a month: the second is hidden because the third would follow from it.
    assert round(sums["city", None]["mean"]) == 360
    hidden = {row["occupation_code"] for row in document["sums"] if codes(row) == ["confidential"]}
    assert hidden == {CRANE, "2-02-07-01"}
    assert sums["occupation", WELDER]["status"] == "indicative"
    for code in hidden:
        row = sums["occupation", code]
        assert {row[name] for name in ("mean", "lo80", "hi95", "volume", "volume_class")} == {None}
        assert not any(sign.isdigit() for sign in row["reasons"][0]["message"])
    rows = [row for row in document["table"] if row["occupation_code"] in hidden]
    assert {row[name] for row in rows for name in ("mean", "seasonal_naive", "mean3")} == {None}
    months = [cell["heads"] is None for cell in document["history"]["cells"]]
    assert months == [row["occupation_code"] in hidden for row in document["sums"]]
    shortage = [cell for cell in document["shortage"]["cells"] if cell["occupation_code"] in hidden]
    assert {(cell["status"], codes(cell)[0], cell["demand"]) for cell in shortage} == {
        ("refused", "confidential", None)
    }
