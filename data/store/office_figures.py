"""Aggregate figures that the office supplies, as the store keeps them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from data.store.frames import read_frame
from data.store.schema import office_figure
from data.store.store import Store, chunked, upsert

__all__ = ["read_office_figures", "write_office_figures"]

_VALUES = ("low", "value", "high", "unit", "source")


def write_office_figures(store: Store, region: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Keep figures; a later figure on the same thing takes the earlier's place.

    Parameters
    ----------
    store
        The store.
    region
        Identifier of the region.
    rows
        Columns of ``office_figure`` but ``region`` and ``received_at``; of two on one thing the later counts.

    Returns
    -------
    int
        Figures that are new or differ from what was there; the others keep the time they were received.
    """
    now = dt.datetime.now(dt.UTC)
    keys = [column.name for column in office_figure.primary_key]
    given = {tuple(row[name] for name in keys): row for row in ({**row, "region": region} for row in rows)}
    known = {
        tuple(row[name] for name in keys): tuple(row[name] for name in _VALUES)
        for row in _all(store, region).to_dict("records")
    }
    fresh = [
        {**row, "received_at": now}
        for key, row in given.items()
        if known.get(key) != tuple(row[name] for name in _VALUES)
    ]
    with store.begin() as connection:
        for chunk in chunked(fresh):
            upsert(connection, office_figure, list(chunk))
    return len(fresh)


def read_office_figures(store: Store, region: str, *, synthetic: bool | None = None) -> pd.DataFrame:
    """Read the figures of a region in order of their keys.

    Parameters
    ----------
    store
        The store.
    region
        Identifier of the region.
    synthetic
        Real or generated figures alone; both when left out.

    Returns
    -------
    DataFrame
        The columns of ``office_figure``; an empty code or industry means all of them.
    """
    figures = _all(store, region)
    if synthetic is None:
        return figures
    return figures[figures["synthetic"].astype(bool) == synthetic].reset_index(drop=True)


def _all(store: Store, region: str) -> pd.DataFrame:
    query = (
        sa.select(office_figure)
        .where(office_figure.c.region == region)
        .order_by(*(column for column in office_figure.primary_key if column.name != "region"))
    )
    with store.read() as connection:
        return read_frame(connection, query)
