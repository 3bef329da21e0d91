"""Employers' own forecasts in the store: added, never replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from data.store.frames import read_frame
from data.store.schema.self_forecasts import self_forecast
from data.store.store import Store, chunked
from data.store.vacancies import read_employer_index

__all__ = ["KeptForecasts", "read_self_forecast_rows", "write_self_forecast_rows"]

_KEY = ("period", "employer_key", "occupation_code", "target_quarter", "synthetic")
_CONTENT = ("key_industry", "low", "likely", "high", "certainty", "note")


class KeptForecasts(NamedTuple):
    """What became of the rows of a file."""

    new: int
    """Rows on something that nothing was reported of in this period."""
    revised: int
    """Rows that correct what was reported in the same period; the earlier version stays."""
    unchanged: int
    """Rows that are in the store already."""


def write_self_forecast_rows(
    store: Store, region: str, rows: Sequence[Mapping[str, Any]], *, received_at: dt.datetime | None = None
) -> KeptForecasts:
    """Add employers' forecasts; the same file again adds nothing.

    Parameters
    ----------
    store
        The store.
    region
        Identifier of the region.
    rows
        Columns of ``self_forecast`` but ``region``, ``version`` and ``received_at``; of several rows on the
        same thing each later one corrects the one before.
    received_at
        Moment of receipt, now when left out.

    Returns
    -------
    KeptForecasts
        Counts of rows; zeros for no rows.
    """
    moment = received_at or dt.datetime.now(dt.UTC)
    counts = {"new": 0, "revised": 0, "unchanged": 0}
    added: list[dict[str, Any]] = []
    with store.begin() as connection:
        newest = _newest(connection, region, {str(row["period"]) for row in rows})
        for row in rows:
            key = tuple(row[name] for name in _KEY)
            content = tuple(row[name] for name in _CONTENT)
            version, known = newest.get(key, (0, None))
            if known == content:
                counts["unchanged"] += 1
                continue
            counts["revised" if version else "new"] += 1
            newest[key] = (version + 1, content)
            added.append({**row, "region": region, "version": version + 1, "received_at": moment})
        for chunk in chunked(added):
            connection.execute(self_forecast.insert(), list(chunk))
    return KeptForecasts(**counts)


def _newest(
    connection: sa.Connection, region: str, periods: set[str]
) -> dict[tuple[Any, ...], tuple[int, tuple[Any, ...] | None]]:
    """Return version and content of the newest version of everything reported in some periods."""
    query = (
        sa.select(self_forecast)
        .where(self_forecast.c.region == region, self_forecast.c.period.in_(sorted(periods)))
        .order_by(self_forecast.c.version)
    )
    return {
        tuple(row[name] for name in _KEY): (row["version"], tuple(row[name] for name in _CONTENT))
        for row in connection.execute(query).mappings()
    }


def read_self_forecast_rows(store: Store, region: str) -> pd.DataFrame:
    """Read all versions of all employers' forecasts of a region.

    Returns
    -------
    DataFrame
        The columns of ``self_forecast`` but ``region``, in the order of receipt. ``employer_key`` is the one
        that the employer's vacancies have: the credit code where its name stands for one.
    """
    columns = [column for column in self_forecast.columns if column.name != "region"]
    query = (
        sa.select(*columns)
        .where(self_forecast.c.region == region)
        .order_by(self_forecast.c.received_at, *self_forecast.primary_key)
    )
    with store.read() as connection:
        frame = read_frame(connection, query)
        index = read_employer_index(connection)
    numbers = {name: frame[name].astype("int64") for name in ("version", "low", "likely", "high")}
    return frame.assign(
        employer_key=frame["employer_key"].map(index.resolve).astype(object),
        synthetic=frame["synthetic"].astype(bool),
        received_at=pd.to_datetime(frame["received_at"], utc=True),
        **numbers,
    )
