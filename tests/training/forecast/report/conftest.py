"""A kept run with everything that may be kept beside demand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from data.forecasts import KeptRun


@pytest.fixture
def run(forecast_document: dict[str, Any], forecast_sections: dict[str, Any]) -> KeptRun:
    """The run as the store would hand it over; text of a cell would be a formula in a spreadsheet."""
    forecast_document.update(forecast_sections)
    forecast_document["origins"] = [
        {"level": "city", "target": target, "origin": "2026-01-01", "coverage80": 1.0, "coverage95": 1.0}
        for target in ("sum", "month1")
    ]
    forecast_document["backtest"] += [
        row | {"key_industry": "镁材料"}
        for row in forecast_document["backtest"]
        if row["level"] == "industry"
    ]
    for name in ("sums", "table", "backtest"):
        for row in forecast_document[name]:
            if row.get("key_industry") == "镁材料":
                row["key_industry"] = "=镁材料"
    for cell in forecast_document["history"]["cells"]:
        if cell["key_industry"] == "镁材料":
            cell["key_industry"] = "=镁材料"
    row = {
        "run_id": 7,
        "region": "yingkou",
        "as_of": dt.date(2026, 10, 31),
        "method": "m/1",
        "synthetic": True,
    }
    return KeptRun.from_row({**row, "document": forecast_document})
