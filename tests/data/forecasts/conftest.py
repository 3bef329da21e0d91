"""A kept run read from the document that several folders share."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from data.forecasts import KeptRun


@pytest.fixture
def run(forecast_document: dict[str, Any]) -> KeptRun:
    """The run as the store would hand it over."""
    row = {
        "run_id": 7,
        "region": "yingkou",
        "as_of": dt.date(2026, 10, 31),
        "method": "m/1",
        "synthetic": True,
    }
    return KeptRun.from_row({**row, "document": forecast_document})
