"""What a run keeps of the employers' own forecasts."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from training.forecast.employers import employer_section

AS_OF = dt.date(2025, 12, 31)
WELDER = "6-18-02-04"


@pytest.fixture
def vacancies() -> pd.DataFrame:
    """Four employers open 20 heads each on the first of every month of three years."""
    return pd.DataFrame(
        [
            {
                "vacancy_id": f"{year}-{month}-{name}", "opened_on": dt.date(year, month, 1), "heads": 20.0,
                "employer_key": name, "key_industry": "港口物流", "occupation_code": WELDER,
                "synthetic": False,
            }
            for year in (2023, 2024, 2025)
            for month in range(1, 13)
            for name in "甲乙丙丁"
        ]
    )  # fmt: skip


@pytest.fixture
def reports() -> pd.DataFrame:
    """All four expect 60 heads in the first quarter of 2026, as generated and as real data."""
    plain = {
        "period": "2025Q4", "occupation_code": WELDER, "target_quarter": "2026Q1", "version": 1, "low": 50,
        "key_industry": "港口物流", "likely": 60, "high": 70, "certainty": "意向", "note": "",
        "received_at": pd.Timestamp("2025-12-20", tz="UTC"),
    }  # fmt: skip
    rows = [
        {**plain, "employer_key": name, "synthetic": synthetic}
        for name in "甲乙丙丁"
        for synthetic in (False, True)
    ]
    return pd.DataFrame(rows)


def test_the_next_quarter_stands_beside_the_statistical_forecast_with_the_record(
    reports: pd.DataFrame, vacancies: pd.DataFrame
) -> None:
    section = employer_section(reports, vacancies, as_of=AS_OF)
    assert section["report"]["target_quarter"] == "2026Q1"
    city = section["report"]["cells"][0]
    assert (city["employers"], city["likely"], city["response_share"]) == (4, 240, 1.0)
    assert city["statistical"]["mean"] == pytest.approx(240, abs=1)
    assert city["combined"]["status"] == "refused"  # no past quarter to hold it against
    assert (section["record"]["judged"], section["record"]["rows"]) == (0, [])


def test_reports_of_the_other_nature_do_not_count(reports: pd.DataFrame, vacancies: pd.DataFrame) -> None:
    generated = reports[reports["synthetic"]]
    assert employer_section(generated, vacancies, as_of=AS_OF) == {}


def test_without_reports_there_is_no_section(reports: pd.DataFrame, vacancies: pd.DataFrame) -> None:
    assert employer_section(reports.head(0), vacancies, as_of=AS_OF) == {}
