"""Between rows of the store and data frames: tuples, missing values and dates keep their types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import sqlalchemy as sa

__all__ = ["read_frame", "rows_of"]


def read_frame(connection: sa.Connection, query: sa.Select[Any]) -> pd.DataFrame:
    """Run a query; lists become tuples, and columns keep Python dates and None."""
    result = connection.execute(query)
    names = list(result.keys())
    data: dict[str, list[Any]] = {name: [] for name in names}
    for row in result:
        for name, value in zip(names, row, strict=True):
            data[name].append(tuple(value) if isinstance(value, list) else value)
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=_dtype(query.selected_columns[name].type))
            for name, values in data.items()
        }
    )


def rows_of(frame: pd.DataFrame, table: sa.Table, **constants: Any) -> Iterator[dict[str, Any]]:
    """Turn a frame into rows of a table: its columns only, NaN as None, tuples as lists."""
    names = [column.name for column in table.columns if column.name in frame.columns]
    columns = [_plain(frame[name]) for name in names]
    for values in zip(*columns, strict=True):
        yield {**dict(zip(names, values, strict=True)), **constants}


def _dtype(kind: sa.types.TypeEngine[Any]) -> str:
    if isinstance(kind, sa.Float):
        return "float64"
    return "object"


def _plain(column: pd.Series[Any]) -> list[Any]:
    missing = column.isna()
    return [
        None if gone else list(value) if isinstance(value, tuple) else value
        for value, gone in zip(column.tolist(), missing.tolist(), strict=True)
    ]
