"""Small tables of reports and openings."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

WELDER = "6-18-02-04"
FITTER = "6-20-01-01"


@pytest.fixture
def reports():
    """Build rows as the store gives them; what is left out is plain."""

    def build(*rows):
        plain = {
            "period": "2026Q1", "employer_key": "甲", "occupation_code": WELDER, "target_quarter": "2026Q2",
            "synthetic": False, "version": 1, "key_industry": "港口物流", "low": 0, "likely": 10, "high": 20,
            "certainty": "意向", "note": "", "received_at": pd.Timestamp("2026-03-20", tz="UTC"),
        }  # fmt: skip
        frame = pd.DataFrame([plain | row for row in rows], columns=list(plain))
        return frame.assign(
            synthetic=frame["synthetic"].astype(bool),
            received_at=pd.to_datetime(frame["received_at"], utc=True),
        )

    return build


@pytest.fixture
def opened():
    """Build openings by quarter from (employer, quarter, heads) and anything else by name."""

    def build(*rows, code=WELDER, industry="港口物流"):
        table = [
            {
                "employer_key": key, "key_industry": industry, "occupation_code": code, "quarter": quarter,
                "heads": float(heads), "unstated": 0,
            }
            for key, quarter, heads in rows
        ]  # fmt: skip
        columns = ["employer_key", "key_industry", "occupation_code", "quarter", "heads", "unstated"]
        return pd.DataFrame(table, columns=columns)

    return build


@pytest.fixture
def vacancies():
    """Build vacancies from (employer, day, heads)."""

    def build(*rows, code=WELDER, industry="港口物流"):
        return pd.DataFrame(
            [
                {
                    "vacancy_id": f"v{place}", "employer_key": key, "key_industry": industry,
                    "occupation_code": code, "heads": heads, "opened_on": day, "synthetic": False,
                }
                for place, (key, day, heads) in enumerate(rows)
            ],
            columns=[
                "vacancy_id", "employer_key", "key_industry", "occupation_code", "heads", "opened_on",
                "synthetic",
            ],
        )  # fmt: skip

    return build


@pytest.fixture
def day():
    return dt.date(2026, 6, 30)
