"""Long tables for the tests, written as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pytest

from training.forecast.long import LongOptions, LongTable, long_table

AS_OF = dt.date(2024, 1, 10)
MakeTable = Callable[..., LongTable]


def month_names(count: int, *, last: str = "2023-12") -> list[str]:
    """Names of so many months up to the last one."""
    end = int(last[:4]) * 12 + int(last[5:]) - 1
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(end - count + 1, end + 1)]


@pytest.fixture
def options() -> LongOptions:
    """Everything until December 2023 counts."""
    return LongOptions(as_of=AS_OF)


@pytest.fixture
def from_rows() -> MakeTable:
    """A table of text cells: series, month, value and perhaps a parent."""

    def build(rows: Sequence[Sequence[str | None]]) -> LongTable:
        names = ("series_id", "month", "value", "parent_id")[: len(rows[0])]
        parts = zip(*rows, strict=True)
        return long_table(
            {name: pa.array(part, pa.string()) for name, part in zip(names, parts, strict=True)}
        )

    return build


@pytest.fixture
def from_series() -> MakeTable:
    """A table of whole series that end in December 2023, with their parents."""

    def build(series: dict[str, Sequence[float]], parents: dict[str, str] | None = None) -> LongTable:
        ids, months, values, above = [], [], [], []
        for name, own in series.items():
            ids += [name] * len(own)
            months += month_names(len(own))
            values += [float(value) for value in own]
            above += [(parents or {}).get(name)] * len(own)
        columns = {
            "series_id": pa.array(ids, pa.string()),
            "month": pa.array(months, pa.string()),
            "value": pa.array(values, pa.float64()),
        }
        if parents:
            columns["parent_id"] = pa.array(above, pa.string())
        return long_table(columns)

    return build


@pytest.fixture
def market() -> dict[str, list[float]]:
    """A hundred and fifty series of 36 months with a common season, from 2 to 400 a month."""
    rng = np.random.default_rng(7)
    season = np.array([0.7, 0.75, 1.35, 1.2, 1.05, 1.0, 1.0, 0.95, 1.1, 1.0, 1.0, 0.9])
    level = np.geomspace(2, 400, 150)[:, None] * season[np.arange(36) % 12]
    return {f"s{row}": [float(value) for value in own] for row, own in enumerate(rng.poisson(level))}
