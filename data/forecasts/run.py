"""A forecast run as the store keeps it, read by cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = ["NONE", "Cell", "KeptRun"]

NONE = "-"
"""Stands in an address for an industry or occupation without a name."""
_KEYS = ("level", "key_industry", "occupation_code")
Row = Mapping[str, Any]


class Cell(NamedTuple):
    """A cell of the hierarchy."""

    level: str
    """``city``, ``industry`` or ``occupation``."""
    key_industry: str | None = None
    """Key industry; empty for what belongs to none, and for the city."""
    occupation_code: str | None = None
    """Occupation; empty for what was not coded, and above the level of occupations."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Parts of its address, such as ``("industry", "镁材料深加工")``."""
        depth = {"city": 0, "industry": 1, "occupation": 2}[self.level]
        return (self.level, *(part or NONE for part in self[1 : 1 + depth]))

    @property
    def parents(self) -> tuple[Cell, ...]:
        """The cells above it, the nearest first."""
        if self.level == "city":
            return ()
        city = Cell("city")
        return (city,) if self.level == "industry" else (Cell("industry", self.key_industry), city)

    @classmethod
    def from_parts(cls, level: str, key_industry: str = NONE, occupation_code: str = NONE) -> Cell:
        """Read the parts of an address; :data:`NONE` is no name."""
        names = (None if part == NONE else part for part in (key_industry, occupation_code))
        return cls(level, *names)

    @classmethod
    def of(cls, row: Row) -> Cell:
        """Return the cell of a row of any table of a run."""
        return cls(*(row[name] for name in _KEYS))


@dataclass(frozen=True)
class KeptRun:
    """One run with its number; every figure in it is final."""

    run_id: int
    """Number in the store."""
    region_name: str
    """Region in Chinese."""
    as_of: dt.date
    """Day of the data."""
    method: str
    """Name and version of the method."""
    synthetic: bool
    """True when it rests on generated data (合成数据)."""
    document: Mapping[str, Any]
    """Tables and sections."""

    @classmethod
    def from_row(cls, row: Row) -> KeptRun:
        """Read a run as :func:`data.store.documents.current_forecast` returns it."""
        document = row["document"]
        name = document.get("region_name", row["region"])
        return cls(row["run_id"], name, row["as_of"], row["method"], row["synthetic"], document)

    @property
    def horizon(self) -> int:
        """Months ahead."""
        return int(self.document["horizon"])

    @property
    def snapshot(self) -> str:
        """Identifier of the data; empty where none was noted."""
        return str(self.document.get("snapshot", ""))

    @property
    def months(self) -> tuple[str, ...]:
        """The months ahead as ISO dates, ascending."""
        return tuple(sorted({row["month"] for row in self.document["table"]}))

    @property
    def backtest(self) -> tuple[Row, ...]:
        """Rows of the back-test over a whole level, key industries apart left out."""
        return tuple(row for row in self.document["backtest"] if not row.get("key_industry"))

    @property
    def published_method(self) -> str | None:
        """The method of the back-test whose intervals were measured: the one that is published."""
        rated = [row for row in self.document["backtest"] if row.get("n_interval_origins")]
        return str(rated[0]["method"]) if rated else None

    def sums(self, level: str) -> tuple[Row, ...]:
        """Return the sums of one level in the order of the run."""
        return tuple(row for row in self.document["sums"] if row["level"] == level)

    def sum_of(self, cell: Cell) -> Row | None:
        """Return the sum of one cell; None for an unknown cell."""
        return next((row for row in self.document["sums"] if Cell.of(row) == cell), None)

    def months_of(self, cell: Cell) -> tuple[Row, ...]:
        """Return the months ahead of one cell, ascending."""
        return tuple(row for row in self.document["table"] if Cell.of(row) == cell)

    def history_of(self, cell: Cell) -> tuple[tuple[str, float], ...]:
        """Return the observed months of one cell, ascending; nothing where none may be shown."""
        history = self.document.get("history") or {"months": [], "cells": []}
        heads = next((row["heads"] for row in history["cells"] if Cell.of(row) == cell), None)
        return () if heads is None else tuple(zip(history["months"], heads, strict=True))

    def held_back(self, cell: Cell) -> bool:
        """Whether the observed months of a cell are suppressed."""
        cells = (self.document.get("history") or {"cells": []})["cells"]
        return any(row["confidential"] for row in cells if Cell.of(row) == cell)

    def nearest_supported(self, cell: Cell) -> Cell | None:
        """Return the nearest cell above that has figures; None where all are refused."""
        for parent in cell.parents:
            row = self.sum_of(parent)
            if row is not None and row["status"] != "refused":
                return parent
        return None

    def section(self, name: str) -> Mapping[str, Any] | None:
        """Return what was kept beside the demand forecast, such as ``shortage``; None where there is none."""
        found: Mapping[str, Any] | None = self.document.get(name)
        return found or None
